"""Which things the server does by itself, and how often: one line each."""

from __future__ import annotations

from functools import partial

from doorstep.application.erase_bodies import erase_ended
from doorstep.application.office import Office
from doorstep.application.rounds import Round
from doorstep.settings import Settings

DAY_S = 24 * 3600.0


def rounds_of(office: Office, settings: Settings) -> list[Round]:
    """All of them, over this office."""
    del settings
    return [
        Round("erase_ended", DAY_S, partial(erase_ended, office)),
    ]
