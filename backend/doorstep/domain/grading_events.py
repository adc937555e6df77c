"""The grades of what was done at the door, by the kind of event that states it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from doorstep.domain.deciding import latest_decision, planners_of
from doorstep.domain.events import Event
from doorstep.domain.grades import GRADES, Graded
from doorstep.domain.grading_time import grade_spacing, grade_stated_time
from doorstep.domain.laid_out import LaidOut
from doorstep.domain.policy import EventsCheck


def grade_events(laid: LaidOut, clause: str, check: EventsCheck, events: Sequence[Event]) -> Graded:
    """The grade that their kind can have; and where they had to be apart, no better than the clocks tell."""
    is_spaced = check.apart_ms > 0 and len(events) > 1
    if is_spaced and check.match.event == "door_knocked":
        # That the taps were apart can be proven; that a hand was at the door cannot.
        return _at_most_consistent(grade_spacing(laid, clause, events, check.apart_ms))
    graded = _BY_KIND.get(check.match.event, _word)(laid, clause, check, events)
    if not is_spaced:
        return graded
    spacing = grade_spacing(laid, clause, events, check.apart_ms)
    return min(spacing, graded, key=lambda each: GRADES.index(each.grade))


def _at_most_consistent(graded: Graded) -> Graded:
    if graded.grade != "proven":
        return graded
    return Graded(graded.clause, "consistent", graded.why, graded.facts, ("operative", *graded.vouchers))


def _word(_: LaidOut, clause: str, __: EventsCheck, ___: Sequence[Event]) -> Graded:
    return Graded(clause, "unsupported", "operative_word", {}, ("operative",))


def _called(_: LaidOut, clause: str, __: EventsCheck, ___: Sequence[Event]) -> Graded:
    return Graded(clause, "unsupported", "call_word", {}, ("operative",))


def _knocked(laid: LaidOut, clause: str, _: EventsCheck, events: Sequence[Event]) -> Graded:
    return grade_stated_time(laid, clause, events[-1])


def _contacted(laid: LaidOut, clause: str, _: EventsCheck, events: Sequence[Event]) -> Graded:
    if all(event.n in laid.settled.matched for event in events):
        call = laid.dossier.calls[laid.settled.matched[events[-1].n]]
        facts: dict[str, int | str] = {"planner_id": call.planner_id, "logged_at": call.logged.at if call.logged else 0}
        return Graded(clause, "proven", "contact_logged", facts, ("planner",))
    return Graded(clause, "unsupported", "contact_not_logged", {}, ("operative",))


def _card_left(laid: LaidOut, clause: str, _: EventsCheck, __: Sequence[Event]) -> Graded:
    """A card is vouched for by its photo."""
    if not laid.of_kind("card_photographed"):
        return Graded(clause, "unsupported", "card_word", {}, ("operative",))
    return _photographed(laid, clause, "card_photographed", 1)


def _photo(laid: LaidOut, clause: str, check: EventsCheck, _: Sequence[Event]) -> Graded:
    return _photographed(laid, clause, check.match.event, check.at_least)


def _photographed(laid: LaidOut, clause: str, kind: str, at_least: int) -> Graded:
    """Photos of a kind: none used elsewhere, enough of them whole; a card's, read by a supervisor, proves it."""
    photos = laid.of_kind(kind)
    used = {event.text(name) for event in photos for name in ("photo_sha256", "source_sha256")}
    elsewhere = {visit for sha256 in used for visit in laid.dossier.reused.get(sha256, ())} - {laid.settled.visit_id}
    if elsewhere:
        return Graded(clause, "contradicted", "photo_reused", {"visit_id": min(elsewhere)}, ("server",))
    states = {sha256: laid.dossier.photos.get(sha256) for sha256 in {event.text("photo_sha256") for event in photos}}
    whole = [state for state in states.values() if state is not None and state.state == "complete"]
    if len(whole) < at_least:
        is_unreadable = any(state is not None and state.state == "unreadable" for state in states.values())
        why = "photo_unreadable" if is_unreadable else "photo_awaited"
        return Graded(clause, "unsupported", why, {}, ("operative",))
    read_by = _card_reader(laid, min(state.position for state in whole)) if kind == "card_photographed" else None
    if read_by is not None:
        return Graded(clause, "proven", "card_read", {"supervisor_id": read_by}, ("supervisor", "phone"))
    return Graded(clause, "consistent", "photo_whole", {}, ("phone", "server"))


def _card_reader(laid: LaidOut, came: int) -> str | None:
    """Who read the visit's code on the card: the latest decision says so, and was made with the photo to look at.

    Nobody vouches for a card that they themselves told the operative to leave.
    """
    latest = latest_decision(laid.dossier, laid.settled.visit_id)
    if latest is None or not latest.reads_card or latest.position < came:
        return None
    return None if latest.by_id in planners_of(laid.dossier, laid.settled.operative_id) else latest.by_id


_BY_KIND: Final[Mapping[str, Callable[[LaidOut, str, EventsCheck, Sequence[Event]], Graded]]] = {
    "door_knocked": _knocked,
    "resident_called": _called,
    "planner_contacted": _contacted,
    "card_left": _card_left,
    "card_photographed": _photo,
    "door_photographed": _photo,
}
"""What can be said of a kind beyond the operative's word; of every other kind nothing can."""
