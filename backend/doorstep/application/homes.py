"""Find homes, and read what the office knows of one.

Landlords send no list of homes: one is known by its appointments, and is there for whoever has one on their patch.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

import msgspec

from doorstep.application.composing import HomeFact
from doorstep.application.fact_rows import FactChange
from doorstep.application.lists import AppointmentFilter, Home, HomeFilter
from doorstep.application.london import london_date
from doorstep.application.office import Office
from doorstep.application.records import Wanted, Where
from doorstep.application.rows import AppointmentRow, Person
from doorstep.application.writer import Refused

NO_FACT = "There is no such alert or request of this home. Look at the home's page again."
FactStanding = Literal["planned", "in_force", "ended"]
OFFICE_ROLES = frozenset({"planner", "supervisor"})
MOST_HOMES = 50
MOST_AHEAD = 50
SOON_DAYS = 30
"""Reviews that fall due within so many days are shown before they are."""


class HomeView(msgspec.Struct, frozen=True):
    """A home with all that the office holds of it: its facts, every change of them (newest first), what lies ahead."""

    home: Home
    facts: list[HomeFact]
    changes: list[FactChange]
    ahead: Sequence[AppointmentRow]


class Review(msgspec.Struct, frozen=True):
    """A fact that somebody has to look at again: so many days ago, or, below nought, in so many."""

    fact: HomeFact
    home: Home
    age_days: int


async def find_homes(office: Office, person: Person, words: str) -> Sequence[Home]:
    """The homes of this person's patch whose address or reference holds all of these words; none for no words."""
    if person.role not in OFFICE_ROLES or not words.strip():
        return []
    return await office.store.homes(HomeFilter(words=words, patch=person.patch, limit=MOST_HOMES))


async def home_seen_by(office: Office, person: Person, property_ref: str) -> Home:
    """A home. Raises Refused `not-found` where there is none as far as this person is concerned."""
    found: Sequence[Home] = ()
    if person.role in OFFICE_ROLES and property_ref:
        found = await office.store.homes(HomeFilter(property_refs=(property_ref,), patch=person.patch, limit=1))
    if not found:
        raise Refused("not-found", "There is no such home on your patch. Look it up again by its address.")
    return found[0]


async def fact_seen_by(office: Office, person: Person, property_ref: str, fact_id: str) -> HomeFact:
    """One alert or request of a home. Raises Refused `not-found`."""
    await home_seen_by(office, person, property_ref)
    held = await office.store.record(HomeFact, fact_id)
    if held is None or held.property_ref != property_ref:
        raise Refused("not-found", NO_FACT)
    return held


def is_over(fact: HomeFact, today: str) -> bool:
    """Whether it has ended, by its day or by somebody's word."""
    return fact.is_ended or bool(fact.ends_on and fact.ends_on < today)


def fact_standing(fact: HomeFact, today: str) -> FactStanding:
    """Where it stands on a London date."""
    if is_over(fact, today):
        return "ended"
    return "in_force" if fact.starts_on <= today else "planned"


async def home_view(office: Office, person: Person, property_ref: str) -> HomeView:
    """All about one home. Raises Refused `not-found`."""
    home = await home_seen_by(office, person, property_ref)
    of_home = (Where("property_ref", "=", property_ref),)
    ahead = AppointmentFilter(
        property_ref=property_ref,
        first_day=london_date(office.clock.now_ms()).isoformat(),
        patch=person.patch,
        limit=MOST_AHEAD,
    )
    return HomeView(
        home,
        await office.store.records(HomeFact, Wanted(of_home, ("what", "-starts_on", "changed_at", "fact_id"))),
        await office.store.records(FactChange, Wanted(of_home, ("-position",))),
        await office.store.appointment_rows(ahead),
    )


async def reviews_due(office: Office, person: Person) -> list[Review]:
    """What is to be looked at again on this person's patch, the longest overdue first; and what soon will be."""
    today = london_date(office.clock.now_ms())
    until = (today + timedelta(days=SOON_DAYS)).isoformat()
    standing = (Where("review_on", "!=", ""), Where("review_on", "<=", until), Where("is_ended", "=", 0))
    facts = await office.store.records(HomeFact, Wanted(standing, ("review_on", "fact_id")))
    facts = [fact for fact in facts if not is_over(fact, today.isoformat())]
    refs = tuple({fact.property_ref for fact in facts})
    found = await office.store.homes(HomeFilter(property_refs=refs, patch=person.patch, limit=len(refs)))
    homes = {home.property_ref: home for home in found} if person.role in OFFICE_ROLES else {}
    return [
        Review(fact, homes[fact.property_ref], (today - today.fromisoformat(fact.review_on)).days)
        for fact in facts
        if fact.property_ref in homes
    ]
