"""The words of the rules in other languages: a file for each version of the policy, and one for the outcomes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from doorstep.application.rule_words import AllWords, ClauseWords, LanguageWords, PolicyWords
from doorstep.domain.policy import Policy
from doorstep.domain.policy_table import PolicyTable

Toml = Callable[[Path], object]
"""Reads a TOML file; raises PolicyRefused where it cannot."""


def load_words(folder: Path, toml: Toml, policies: Mapping[str, Policy], outcomes: Collection[str]) -> AllWords:
    """Every language that has a folder; none where there is no words folder. Raises PolicyRefused naming file and key.

    Words for a clause, version or outcome that is not there are refused: a misspelt name would stay English unseen.
    """
    languages = sorted(each for each in folder.iterdir() if each.is_dir()) if folder.is_dir() else []
    return {each.name: _language(each, toml, policies, outcomes) for each in languages}


def _language(folder: Path, toml: Toml, policies: Mapping[str, Policy], outcomes: Collection[str]) -> LanguageWords:
    said = {}
    for file in sorted((folder / "no_access").glob("*.toml")):
        table = PolicyTable(toml(file), str(file))
        version = table.code("version")
        if version not in policies:
            table.refuse("version", f"{version!r} is no version of the policy that stands in no_access")
        said[version] = _policy(table, policies[version])
    outcomes_file = folder / "outcomes.toml"
    return LanguageWords(said, _outcomes(outcomes_file, toml, outcomes) if outcomes_file.exists() else {})


def _policy(table: PolicyTable, policy: Policy) -> PolicyWords:
    title = table.code("title")
    clauses = table.table("clauses")
    said = {}
    for clause in policy.clauses:
        if clauses.has(clause.clause):
            words = clauses.table(clause.clause)
            said[clause.clause] = ClauseWords(
                words.code("title"),
                words.code("ask") if words.has("ask") else "",
                words.code("why") if words.has("why") else "",
            )
            words.finish()
    clauses.finish()
    table.finish()
    return PolicyWords(title, said)


def _outcomes(file: Path, toml: Toml, known: Collection[str]) -> dict[str, str]:
    table = PolicyTable(toml(file), str(file))
    said = {outcome: table.code(outcome) for outcome in known if table.has(outcome)}
    table.finish()
    return said
