"""What the rules say in languages other than English: beside the rules, because a policy in use is never edited."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from doorstep.domain.policy import Clause, Policy


class ClauseWords(msgspec.Struct, frozen=True, omit_defaults=True):
    """One clause in another language; what is empty there is read in English."""

    title: str
    ask: str = ""
    why: str = ""


class PolicyWords(msgspec.Struct, frozen=True):
    """One version of the policy in another language; a clause that is missing is read in English."""

    title: str
    clauses: Mapping[str, ClauseWords]


class LanguageWords(msgspec.Struct, frozen=True):
    """All that the rules say in one language: policies by version, outcomes by code."""

    policies: Mapping[str, PolicyWords]
    outcomes: Mapping[str, str]


class DeclaredWords(msgspec.Struct, frozen=True):
    """The words of one version of the declaration, and the language in which they are read and declared."""

    language: str
    words: str


AllWords = Mapping[str, LanguageWords]
"""Languages by their code; English is the rules' own and is not among them."""


def policy_title(said: AllWords, language: str, policy: Policy) -> str:
    """What a version of the policy is called, in that language or else in English."""
    words = _policy(said, language, policy.version)
    return words.title if words else policy.title


def clause_words(said: AllWords, language: str, version: str, clause: Clause) -> ClauseWords:
    """What a clause says in that language, each part that is missing there in English."""
    words = _policy(said, language, version)
    found = words.clauses.get(clause.clause) if words else None
    if found is None:
        return ClauseWords(clause.title, clause.ask, clause.why)
    return ClauseWords(found.title, found.ask or clause.ask, found.why or clause.why)


def outcome_words(said: AllWords, language: str, outcome: str, english: str) -> str:
    """What an outcome says in that language, or else in English."""
    return said[language].outcomes.get(outcome, english) if language in said else english


def _policy(said: AllWords, language: str, version: str) -> PolicyWords | None:
    return said[language].policies.get(version) if language in said else None
