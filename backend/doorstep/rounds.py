"""Which things the server does by itself, and how often: one line each."""

from __future__ import annotations

from doorstep.application.office import Office
from doorstep.application.rounds import Round
from doorstep.settings import Settings


def rounds_of(office: Office, settings: Settings) -> list[Round]:
    """All of them, over this office."""
    del office, settings  # nothing goes by itself yet
    return []
