"""All that the page of a measure says, whichever kind of measure it is: for the page, and for its figures as CSV."""

from __future__ import annotations

import msgspec

from doorstep.application.office import Office
from doorstep.application.rows import Person
from doorstep.application.wastage.answers import Answer
from doorstep.application.wastage.shares import measure, measure_named
from doorstep.domain.wastage.dimensions import TOTAL
from doorstep.domain.wastage.measures.shares import SHARES
from doorstep.web.pages.analysis_asked import Asked
from doorstep.web.pages.analysis_cases import CASES
from doorstep.web.pages.analysis_figures import Meaning
from doorstep.web.pages.analysis_medians import MEDIANS, median_section
from doorstep.web.pages.analysis_over_time import heat_section, months_section
from doorstep.web.pages.analysis_records import NAME as RECORDS
from doorstep.web.pages.analysis_records import record_sections
from doorstep.web.pages.analysis_sections import Section, groups_section
from doorstep.web.pages.analysis_told import Question
from doorstep.web.pages.analysis_words import Speech, months_between, say_interval, say_rate
from doorstep.web.pages.words import say

ABOUT_GROUPS = ("where", "reminders", "notice", "equity", RECORDS)


class Aside(msgspec.Struct, frozen=True):
    """What is told apart, with the way to its appointments."""

    counter: str
    count: int
    is_left_out: bool
    url: str


class Answered(msgspec.Struct, frozen=True):
    """`asked` is what was asked for, by the usual group where none was; `next_fields` is where a list goes on."""

    name: str
    asked: Asked
    says: str
    sections: tuple[Section, ...]
    groups: tuple[str, ...]
    asides: tuple[Aside, ...] = ()
    next_fields: tuple[tuple[str, str], ...] = ()

    def meaning(self, **facts: int) -> Meaning:
        """In words, for every line of its figures."""
        left_out = [f"{say(f'measures.aside.{each.counter}')}: {each.count}" for each in self.asides]
        return Meaning(
            say(f"analysis.ask.{self.name}"),
            say(f"measures.{self.name}.says", **facts),
            say(f"measures.{self.name}.cannot_say"),
            "; ".join(left_out),
            bool(self.next_fields),
        )


async def answer_measure(
    office: Office, person: Person, name: str, asked: Asked, speech: Speech, beyond: tuple[str, str], *, is_by: bool
) -> Answered:
    """One measure; `is_by` where a group was asked for. Raises Refused for no such measure, or no such group of it."""
    if name in CASES:
        asked = asked if is_by else msgspec.structs.replace(asked, by=TOTAL)
        told = await CASES[name](Question(office, person, asked, speech, beyond))
        return Answered(name, asked, told.says, told.sections, told.groups, (), told.next_fields)
    defined = measure_named(name)
    asked = asked if is_by else msgspec.structs.replace(asked, by=usual_group(name))
    answer = await measure(office, person, name, asked.days, asked.wanted, asked.by)
    if name == RECORDS:
        sections = record_sections(asked, defined, answer, speech)
    else:
        sections = [groups_section(asked, defined, answer, speech)]
    if "window" in defined.groups:
        sections.append(await heat_section(office, person, asked, defined, speech))
    if len(months_between(asked.days.first, asked.days.last)) > 1:
        sections.append(await months_section(office, person, asked, defined, speech))
    if name in MEDIANS:
        sections.append(await median_section(office, person, asked, name, speech))
    asides = tuple(
        Aside(each.counter, each.count, each.is_left_out, asked.behind(name, each.counter))
        for each in answer.asides
        if each.count
    )
    return Answered(name, asked, says_of(answer), tuple(sections), (TOTAL, *defined.groups), asides)


def usual_group(name: str) -> str:
    """By what a measure is told when nobody says: some of them ask about groups."""
    return SHARES[name].groups[0] if name in ABOUT_GROUPS else TOTAL


def says_of(answer: Answer) -> str:
    """The answer to the measure's question in a sentence."""
    main = SHARES[answer.name].ratios[0]
    rate = answer.total.rates[main.name]
    facts = {"part": f"{rate.part:,}", "whole": f"{rate.whole:,}"}
    if not rate.whole:
        return say("analysis.nothing")
    if not rate.is_given:
        return say("analysis.few", share=say(f"measures.{answer.name}.share.{main.name}"), **facts)
    return say(f"analysis.answer.{answer.name}", rate=say_rate(rate), between=say_interval(rate), **facts)
