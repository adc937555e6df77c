"""What the rules say, in the reader's language: checks, reasons, outcomes and the policy's name."""

from __future__ import annotations

import msgspec

from doorstep.application.ports import Rules
from doorstep.application.rule_words import ClauseWords, clause_words, outcome_words, policy_title
from doorstep.domain.policy import Clause
from doorstep.web.pages.words import find_words, spoken_language
from doorstep.web.visit_form import ReasonView, VisitView


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
    return msgspec.structs.replace(
        visit,
        policy=msgspec.structs.replace(visit.policy, title=title),
        clauses=clauses,
        reasons=[_reason(why, said) for why in visit.reasons],
    )


def _reason(why: ReasonView, said: dict[str, ClauseWords]) -> ReasonView:
    title = said[why.clause].title if why.clause in said else find_words(f"reason.{why.reason}")
    return msgspec.structs.replace(why, words=title or why.words)


def say_listed_reason(rules: Rules, reason: str, clause: str | None, words: str) -> str:
    """Why a listed visit was refused: a row keeps the clause's English title, and not the policy's version."""
    if clause is None:
        return find_words(f"reason.{reason}") or words
    for version, policy in rules.policies.items():
        for each in policy.clauses:
            if (each.clause, each.title) == (clause, words):
                return say_clause(rules, version, each).title
    return words
