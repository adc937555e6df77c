"""Which visits are looked at by chance: each draws a lot that its phone cannot choose and anybody can draw again."""

from __future__ import annotations

import hashlib
from typing import Final

LOTS: Final = 10_000
"""Lots are numbered from 0: with a share of 12.5 per cent those under 1,250 are looked at."""


def draw_lot(visit_id: str, position: int, received_at: int) -> int:
    """The lot of a visit whose first event the office took in at a position of its log, at an instant (ms since 1970).

    A phone chooses its visits' ids, but knows neither place nor instant before its event is in: so whoever would rather
    not be looked at cannot try ids until one is left out. All three stand in the log, so the draw can be repeated.
    """
    drawn = hashlib.sha256(f"doorstep/lot/v1\n{visit_id}\n{position}\n{received_at}".encode()).digest()
    return int.from_bytes(drawn[:8]) % LOTS
