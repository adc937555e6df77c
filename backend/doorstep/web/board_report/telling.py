"""Tell a report in one language: the answers first, then every measure, then how far any of it can be trusted."""

from __future__ import annotations

from contextvars import copy_context
from textwrap import wrap

from doorstep.application.board_report.document import Document, Labels
from doorstep.application.board_report.editions import Issue
from doorstep.application.ports import Rules
from doorstep.web.board_report.answers import answers_of
from doorstep.web.board_report.differences import differences_of, differs_from
from doorstep.web.board_report.measures import measure_parts
from doorstep.web.board_report.record import record_parts
from doorstep.web.board_report.said import moment, month_words
from doorstep.web.board_report.trend import trend_part
from doorstep.web.pages.analysis_words import Speech
from doorstep.web.pages.words import LANGUAGES, say, speak

__all__ = ["LANGUAGES", "tell"]

A_GROUP = 8
"""Digits of a hash between two spaces."""


def tell(rules: Rules, issue: Issue, language: str) -> Document:
    """The document. What is being spoken elsewhere stays what it is."""

    def told() -> Document:
        speak(language)
        return _document(rules, issue, language)

    return copy_context().run(told)


def _document(rules: Rules, issue: Issue, language: str) -> Document:
    figures, speech = issue.figures, Speech(rules, {})
    month = month_words(figures.now.month)
    made = {"at": moment(figures.made_at), "size": f"{figures.tree_size:,}", "edition": issue.edition}
    return Document(
        language=language,
        landlord=figures.landlord,
        title=say("reports.title"),
        subtitle=month,
        issued=(
            say("reports.made", **made),
            say("reports.root", root=" ".join(wrap(figures.root, A_GROUP))),
            say("reports.counted", population=f"{figures.now.population:,}", month=month),
        ),
        answers=answers_of(figures),
        parts=(
            trend_part(figures),
            *measure_parts(figures, speech),
            *record_parts(rules, figures),
        ),
        foot=say("reports.foot", month=month, **made),
        made_at_ms=figures.made_at,
        labels=Labels(
            page_of=say("reports.page_of"),
            answers=say("reports.answers"),
            cautions=say("reports.cautions"),
            differs=say("reports.differs"),
            skip=say("all.skip"),
        ),
        differs=differs_from(issue.against) if issue.against else (),
        differences=differences_of(issue.against) if issue.against else None,
    )
