"""What the rules say, in the reader's language: checks, reasons, outcomes and the policy's name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from doorstep.application.ports import Rules
from doorstep.application.rule_words import ClauseWords, clause_words, outcome_words, policy_title
from doorstep.domain.policy import Clause
from doorstep.web.pages.refusals import say_unreadable
from doorstep.web.pages.words import find_words, spoken_language
from doorstep.web.visit_form import VisitView

Said = Mapping[str, ClauseWords]
"""A policy's clauses in the reader's language, by their ids."""


def say_clause(rules: Rules, version: str, clause: Clause) -> ClauseWords:
    """A clause's title, question and source, each in English where nobody wrote it in the reader's language."""
    return clause_words(rules.words, spoken_language(), version, clause)


def say_outcomes(rules: Rules) -> dict[str, str]:
    """The words of every outcome, by its code."""
    language = spoken_language()
    return {code: outcome_words(rules.words, language, code, known.words) for code, known in rules.outcomes.items()}


def say_visit(rules: Rules, visit: VisitView) -> VisitView:
    """The visit as its page shows it: what the API gives in English, where the reader reads something else."""
    policy = rules.policies.get(visit.policy.version) if visit.policy else None
    if visit.policy is None or policy is None or spoken_language() not in rules.words:
        return visit
    said = {clause.clause: say_clause(rules, policy.version, clause) for clause in policy.clauses}
    clauses = [
        msgspec.structs.replace(
            clause, title=said[clause.clause].title, ask=said[clause.clause].ask, why=said[clause.clause].why
        )
        for clause in visit.clauses
    ]
    title = policy_title(rules.words, spoken_language(), policy)
    outcomes = say_outcomes(rules)
    return msgspec.structs.replace(
        visit,
        policy=msgspec.structs.replace(visit.policy, title=title),
        clauses=clauses,
        reasons=[
            msgspec.structs.replace(why, words=_reason(said, why.reason, why.clause, why.words))
            for why in visit.reasons
        ],
        photos=[msgspec.structs.replace(photo, why=say_unreadable(photo.why)) for photo in visit.photos],
        events=[msgspec.structs.replace(event, own=_own(said, outcomes, event.own)) for event in visit.events],
    )


def _own(said: Said, outcomes: Mapping[str, str], own: dict[str, Any]) -> dict[str, Any]:
    """An entry's fields; those that hold words of the office's own or an outcome's code, in the reader's language."""
    own = own | {name: outcomes[own[name]] for name in ("outcome", "otherwise") if own.get(name) in outcomes}
    if isinstance(own.get("reasons"), list):
        reasons = [
            why | {"words": _reason(said, why["reason"], why.get("clause"), why["words"])} for why in own["reasons"]
        ]
        own = own | {"reasons": reasons}
    return own | {"why": say_unreadable(own["why"])} if isinstance(own.get("why"), str) else own


def _reason(said: Said, reason: str, clause: str | None, words: str) -> str:
    found = said.get(clause) if clause else None
    return found.title if found else find_words(f"reason.{reason}") or words


def say_listed_reason(rules: Rules, reason: str, clause: str | None, words: str) -> str:
    """Why a listed visit was refused: a row keeps the clause's English title, and not the policy's version."""
    if clause is None:
        return find_words(f"reason.{reason}") or words
    for version, policy in rules.policies.items():
        for each in policy.clauses:
            if (each.clause, each.title) == (clause, words):
                return say_clause(rules, version, each).title
    return words


def say_newest_title(rules: Rules, name: str) -> str:
    """A check's title as the newest policy that has it says it: a list's row does not keep the policy's version."""
    for version in sorted(rules.policies, reverse=True):
        for clause in rules.policies[version].clauses:
            if clause.clause == name:
                return say_clause(rules, version, clause).title
    return name.replace("_", " ").capitalize()
