"""Between which of the server's own times an event was stated: what no phone can argue with.

An event cannot be older than what stands in it: an anchor that the server signed, or the code that a planner spoke
after the server had made it. It commits by `prev` to every event before it, so each of those hands its lower bound on.
It cannot be younger than the moment at which the server first had it, or anything that commits to it: a receipt, or the
eight characters that were read back to a planner who then saved the call.

Bounds pass along hashes only. Over a gap nothing is handed on: an event that names a body which never came could have
been made at any time. Events that do not count (withdrawn, forked, too late) still carry bounds to those that do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from doorstep.domain.chain import read_back
from doorstep.domain.dossier import Call, Stated
from doorstep.domain.events import Event

Link = tuple[Stated, Event]
Said = tuple[str, str]
"""Who said it, and the code or the characters read back."""


class Bounds(msgspec.Struct, frozen=True, gc=False):
    """Not before `lo`, not after `hi`, in ms by the server's clock; `lo` is None where nothing says so.

    `lo_by` is `anchor` or `code` (empty where there is none), `hi_by` is `receipt` or `read_back`.
    """

    lo: int | None
    hi: int
    lo_by: str = ""
    hi_by: str = "receipt"


class _Spoken(NamedTuple):
    """When each code was made, and when the call that each read-back was typed into was saved; the earliest of each."""

    made_at: Mapping[Said, int]
    saved_at: Mapping[Said, int]


NOTHING = (-1, "")
"""Earlier than every instant."""


def bounds(links: Sequence[Link], calls: Iterable[Call], also: Iterable[Stated] = ()) -> dict[int, Bounds]:
    """The bounds of each link's event, by its `n`. `also` is whatever else came of the visit, counted or not."""
    held = {body.sha256: (body, body.event) for body in also if body.event is not None}
    held |= {body.sha256: (body, event) for body, event in links}
    in_order = sorted(held.values(), key=lambda link: link[1].n)
    spoken = _spoken(calls)
    lows: dict[str, tuple[int, str]] = {}
    for body, event in in_order:
        lows[body.sha256] = max(lows.get(event.prev, NOTHING), _own_low(body, event, spoken))
    highs = {body.sha256: _own_high(body, event, spoken) for body, event in in_order}
    for body, event in reversed(in_order):
        if event.prev in highs:
            highs[event.prev] = min(highs[event.prev], highs[body.sha256])
    return {event.n: _both(lows[body.sha256], highs[body.sha256]) for body, event in links}


def _spoken(calls: Iterable[Call]) -> _Spoken:
    made_at: dict[Said, int] = {}
    saved_at: dict[Said, int] = {}
    for call in calls:
        said = (call.operative_id, call.code)
        made_at[said] = min(call.begun_at, made_at.get(said, call.begun_at))
        if call.logged is not None and call.logged.read_back:
            said = (call.operative_id, call.logged.read_back)
            saved_at[said] = min(call.logged.at, saved_at.get(said, call.logged.at))
    return _Spoken(made_at, saved_at)


def _own_low(body: Stated, event: Event, spoken: _Spoken) -> tuple[int, str]:
    # An anchor is known to be the server's own only in what was found faultless when it arrived.
    low = NOTHING if event.anchor_ms is None or body.fault is not None else (event.anchor_ms, "anchor")
    if event.kind == "planner_code_typed" and spoken.made_at:
        made_at = spoken.made_at.get((event.actor_id, event.text("code")))
        low = low if made_at is None else max(low, (made_at, "code"))
    return low


def _own_high(body: Stated, event: Event, spoken: _Spoken) -> tuple[int, str]:
    high = (body.received_at, "receipt")
    if event.kind == "planner_code_typed" and spoken.saved_at:
        saved_at = spoken.saved_at.get((event.actor_id, read_back(body.sha256)))
        high = high if saved_at is None else min(high, (saved_at, "read_back"))
    return high


def _both(low: tuple[int, str], high: tuple[int, str]) -> Bounds:
    return Bounds(low[0] if low[1] else None, high[0], low[1], high[1])
