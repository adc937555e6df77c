"""Find visits for whoever may see them: one page of a list, or one visit whole."""

from __future__ import annotations

import msgspec

from doorstep.application.access import may_see_visit
from doorstep.application.gather import gather
from doorstep.application.lists import VisitFilter, cursor
from doorstep.application.office import Office
from doorstep.application.rows import Person, VisitRow
from doorstep.application.writer import Refused
from doorstep.domain.dossier import Dossier
from doorstep.domain.instants import MS_PER_SECOND, format_instant, parse_instant
from doorstep.web.visit_form import EventView, OtherUse, PhotoView, VisitView
from doorstep.web.visit_view import visit_view

PAGE = 50
MOST_COMPARED = 4
"""So many other visits' pictures are laid beside one; the rest are named."""
BETWEEN_RESIDENT_AND_OFFICE = frozenset({"resident_disputed", "resident_gave_times", "dispute_answered"})
"""What residents say to the office is not for whom they say it of: a supervisor asks them, where that is needed."""


class FoundPage(msgspec.Struct, frozen=True):
    """Rows of one page, with the cursor of the next and the people's names."""

    rows: list[VisitRow]
    next: str | None
    names: dict[str, str]


async def names_of_people(office: Office) -> dict[str, str]:
    """Everyone's name by id."""
    return {person.person_id: person.name for person in await office.store.people()}


async def find_visits(office: Office, person: Person, wanted: VisitFilter) -> FoundPage:
    """One page of what this person may see; a person of a patch never gets another's, whatever they ask for."""
    limited = msgspec.structs.replace(wanted, patch=person.patch, limit=PAGE + 1)
    rows = list(await office.store.visit_rows(limited))
    page = rows[:PAGE]
    following = cursor(wanted.order, page[-1]) if len(rows) > PAGE else None
    return FoundPage(page, following, await names_of_people(office))


async def find_visit(office: Office, person: Person, visit_id: str) -> VisitView:
    """One visit. Raises Refused `not-found` for one that does not exist as far as this person is concerned."""
    row = await office.store.visit_row(visit_id)
    if row is None or not may_see_visit(person, row):
        raise Refused("not-found", "There is no such visit that you may see.")
    entries = await office.store.visit_entries(visit_id)
    dossier = await office.store.dossier(row.appointment_id) if row.appointment_id else None
    if dossier is None:
        # Its `visit_started` has not come, so nobody knows its appointment yet: what did come is shown all the same.
        dossier = Dossier("")
        gather(dossier, [entry for entry in entries if entry.visit_id == visit_id])
    view = visit_view(visit_id, dossier, entries, office.rules.policies, await names_of_people(office))
    if person.role == "operative":
        return _without_colleagues(view, person)
    photos = [await _with_others(office, person, visit_id, photo) for photo in view.photos]
    return msgspec.structs.replace(view, photos=photos)


async def _with_others(office: Office, person: Person, visit_id: str, photo: PhotoView) -> PhotoView:
    """The photo with the other visits that it has to do with, of those that this person may see; the rest by number."""
    alike = [row for sha256 in photo.resembles for row in await office.store.photo_visits(sha256)]
    same = [await office.store.visit_row(visit_id) for visit_id in photo.reused_in]
    found = [("reused", row) for row in same if row]
    found += [("resembles", row) for row in alike if row.visit_id != visit_id]
    shown = {row.visit_id: (how, row) for how, row in reversed(found) if may_see_visit(person, row)}
    elsewhere = [OtherUse(how, row.visit_id, row.day, row.address) for how, row in reversed(shown.values())]
    compared = [await _with_its_photo(office, visit_id, photo, other) for other in elsewhere[:MOST_COMPARED]]
    return msgspec.structs.replace(
        photo,
        reused_in=sorted(set(photo.reused_in) & shown.keys()),
        elsewhere=[*compared, *elsewhere[MOST_COMPARED:]],
        hidden_uses=len({row.visit_id for _, row in found} - shown.keys()),
    )


async def _with_its_photo(office: Office, visit_id: str, photo: PhotoView, other: OtherUse) -> OtherUse:
    """The other visit with the picture of its own that is alike, or the same: whoever may see a visit may see those."""
    row = await office.store.visit_row(other.visit_id)
    dossier = await office.store.dossier(row.appointment_id) if row and row.appointment_id else None
    if dossier is None:
        return other
    entries = await office.store.visit_entries(other.visit_id)
    view = visit_view(other.visit_id, dossier, entries, office.rules.policies, await names_of_people(office))
    for its in view.photos:
        is_it = its.sha256 in photo.resembles if other.how == "resembles" else visit_id in its.reused_in
        if is_it and its.state == "complete":
            return msgspec.structs.replace(
                other,
                operative=view.operative,
                at=its.at,
                card_code=view.card_code,
                sha256=its.sha256,
                urls={size: url for size, url in its.urls.items() if size != "original"},
            )
    return msgspec.structs.replace(other, operative=view.operative, card_code=view.card_code)


def _without_colleagues(view: VisitView, operative: Person) -> VisitView:
    """The visit without what the office said with, or of, another operative of the same appointment.

    Nor is a first look told, which decides nothing. Where an entry stands in the log, and at which millisecond it came,
    is left out too: of these, lots are drawn, and nobody is to know beforehand which visit is looked at.
    """
    own = operative.person_id
    shown = [
        event
        for event in view.events
        if event.own.get("operative_id", own) == own
        and event.kind not in BETWEEN_RESIDENT_AND_OFFICE
        and not event.own.get("first_look")
    ]
    return msgspec.structs.replace(
        view,
        events=[_coarse(event, place) for place, event in enumerate(shown, start=1)],
        decisions=[decision for decision in view.decisions if not decision.first_look],
        planner_calls=[call for call in view.planner_calls if call.operative.person_id == own],
        photos=[msgspec.structs.replace(photo, reused_in=[], resembles=[]) for photo in view.photos],
        disputes=[],
    )


def _coarse(event: EventView, place: int) -> EventView:
    """The event at its place among the others, received in a whole second."""
    high = _second_of(event.hi, 999) if event.hi and event.hi_by == "receipt" else event.hi
    return msgspec.structs.replace(event, position=place, received_at=_second_of(event.received_at, 0), hi=high)


def _second_of(instant: str, add_ms: int) -> str:
    """The whole second before an instant, or with 999 the one after it."""
    ms = parse_instant(instant) + add_ms
    return format_instant(ms - ms % MS_PER_SECOND)
