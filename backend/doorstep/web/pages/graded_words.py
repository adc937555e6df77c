"""How sure a check is, as a page says it: its grade, why in a sentence, and what the checks of a visit come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

import msgspec

from doorstep.domain.grades import GRADES, Graded
from doorstep.domain.instants import format_instant
from doorstep.web.pages.fact_words import dated, long_duration
from doorstep.web.pages.times import clock_seconds
from doorstep.web.pages.words import find_words, say, say_code
from doorstep.web.visit_form import VisitView

STRONGEST_FIRST: Final = tuple(reversed(GRADES))
OTHER_DAYS: Final = frozenset({"told_at", "logged_at"})
"""Instants that need not be of the visit's own day."""


class Counted(msgspec.Struct, frozen=True):
    """How many checks have a grade."""

    grade: str
    checks: int


class Strip(msgspec.Struct, frozen=True):
    """What the checks come to in a sentence, and how many are supported how well, the strongest first."""

    words: str
    counts: list[Counted]


class Told(msgspec.Struct, frozen=True):
    """One grade in words. `anchor` is where the page says more of it."""

    clause: str
    title: str
    grade: str
    why: str


def why_words(graded: Graded, titles: Mapping[str, str] = {}, names: Mapping[str, str] = {}) -> str:
    """Why a check has its grade, in a sentence; the code, readable, where it is newer than the words."""
    name = f"grade_why.{graded.why}"
    if find_words(name) is None:
        return say_code("grade_why", graded.why)
    return say(name, **{fact: _fact(fact, value, titles, names) for fact, value in graded.facts.items()})


def _fact(name: str, value: int | str, titles: Mapping[str, str], names: Mapping[str, str]) -> object:
    """A fact as a person reads it, by what its name ends in."""
    if isinstance(value, int):
        if name.endswith("_ms"):
            return long_duration(value)
        if name in OTHER_DAYS:
            return dated(format_instant(value))
        return clock_seconds(value) if name.endswith("_at") else say("graded.metres", metres=value)
    return titles.get(value) or names.get(value) or value


def told_of(visit: VisitView) -> dict[str, Told]:
    """Every graded check of a visit in words, by clause."""
    titles = {clause.clause: clause.title for clause in visit.clauses}
    names = names_in(visit)
    return {
        each.clause: Told(each.clause, titles.get(each.clause, each.clause), each.grade, why_words(each, titles, names))
        for each in visit.grades
    }


def against(visit: VisitView) -> list[Told]:
    """What the evidence contradicts, in the policy's order: told before all else."""
    return [told for told in told_of(visit).values() if told.grade == "contradicted"]


def place_told(visit: VisitView) -> Told | None:
    """Where the phone was, in words; no check rests on it."""
    if visit.place is None:
        return None
    return Told("place", say("graded.place"), visit.place.grade, why_words(visit.place))


def names_in(visit: VisitView) -> dict[str, str]:
    """The people whom a sentence may name."""
    people = [visit.operative, *(call.planner for call in visit.planner_calls), *(each.by for each in visit.decisions)]
    return {person.person_id: person.name for person in people}


def strip(visit: VisitView) -> Strip | None:
    """What stands on top: how many checks were met, and how well they are supported; None before there are grades."""
    if not visit.grades or visit.verdict is None:
        return None
    statuses = Counter(clause.status for clause in visit.clauses if clause.status != "not_applicable")
    met, waived = statuses["met"], statuses["waived"]
    undone = statuses.total() - met - waived
    if undone or not visit.verdict.may_record_missed:
        words = say("strip.not_all", met=met, undone=undone)
    elif waived:
        words = say("strip.waived", met=met, waived=waived)
    else:
        words = say("strip.all", met=met)
    counted = Counter(each.grade for each in visit.grades)
    return Strip(words, [Counted(grade, counted[grade]) for grade in STRONGEST_FIRST])
