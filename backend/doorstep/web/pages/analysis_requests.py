"""What every page of the analysis takes from its request, and what its pickers need."""

from __future__ import annotations

from typing import Any, Final

from litestar.response import Response

from doorstep.application.london import london_date
from doorstep.application.wastage.offered import offered
from doorstep.application.wastage.taking_figures import take_figures
from doorstep.application.writer import Refused
from doorstep.web.pages.analysis_asked import PERIODS, Asked, asked_by
from doorstep.web.pages.analysis_words import Speech
from doorstep.web.requests import WebRequest
from doorstep.web.visits import names_of_people

CSV: Final = "text/csv; charset=utf-8"


def asked_in(request: WebRequest) -> Asked:
    """What its address asks for."""
    return asked_by(dict(request.query_params.items()), london_date(request.web.office.clock.now_ms()))


def status_of(asked: Asked) -> int:
    """Days that are none are a fault of the request."""
    return 422 if asked.errors else 200


async def speech_for(request: WebRequest) -> Speech:
    """The names of groups and people."""
    office = request.web.office
    return Speech(office.rules, await names_of_people(office))


async def frame_for(request: WebRequest, asked: Asked) -> dict[str, Any]:
    """What the pickers need."""
    office = request.web.office
    choices = await offered(office, request.person, asked.days, asked.wanted.patch)
    if request.person.patch:
        choices.pop("patch")
    return {"asked": asked, "periods": PERIODS, "choices": choices, "rules": office.rules.wastage}


async def given_out(request: WebRequest, name: str, asked: Asked, figures: tuple[str, int]) -> Response[str]:
    """Figures as a file. For days that are none there is none: the page says what is wrong with them."""
    if asked.errors:
        raise Refused("invalid", " ".join(asked.errors.values()), path="from")
    text, count = figures
    patch = request.person.patch or asked.wanted.patch
    if not request.scope.get("is_head"):
        # Whoever asks for an answer's head takes nothing out of the house.
        await take_figures(request.web.office, request.person, name, patch, count)
    file = f"{name.replace('/', '-')}-{asked.days.first.isoformat()}-{asked.days.last.isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{file}"', "Cache-Control": "no-store"}
    return Response(text, media_type=CSV, headers=headers)
