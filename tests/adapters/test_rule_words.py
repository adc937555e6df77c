"""The rules in other languages: what is loaded, what falls back to English, and what is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from doorstep.adapters.policies import load_rules
from doorstep.application.rule_words import clause_words, outcome_words, policy_title
from doorstep.domain.policy import PolicyRefused
from doorstep.policy_commands import check

RULES = Path(__file__).resolve().parents[2] / "rules"
VERSION = "2026-11-01"
WELSH = f"words/cy/no_access/{VERSION}.toml"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A copy of the council's own rules, to change."""
    copied = tmp_path / "rules"
    shutil.copytree(RULES, copied, ignore=shutil.ignore_patterns("vectors"))
    return copied


def test_the_councils_own_rules_are_whole_in_welsh() -> None:
    """Every clause with all that it says in English, and every outcome."""
    loaded = load_rules(RULES)
    welsh = loaded.words["cy"]
    assert welsh.policies.keys() == loaded.policies.keys()
    for version, policy in loaded.policies.items():
        assert welsh.policies[version].clauses.keys() == {clause.clause for clause in policy.clauses}
        for words in welsh.policies[version].clauses.values():
            assert words.ask
            assert words.why
    assert welsh.outcomes.keys() == loaded.outcomes.keys()


def test_words_are_no_part_of_what_is_judged() -> None:
    """The policy that is adopted, served and judged is the file in no_access alone, to the letter."""
    loaded = load_rules(RULES)
    assert set(loaded.policies) == {VERSION}
    assert "Aros" not in str(loaded.policies[VERSION].table)


def test_what_nobody_wrote_is_english(rules: Path) -> None:
    """A policy dropped into the folder works at once; its words are English until somebody writes others."""
    (rules / WELSH).write_text('version = "2026-11-01"\ntitle = "Cyn"\n[clauses.knocked]\ntitle = "Curo"\n')
    (rules / "words/cy/outcomes.toml").write_text('completed = "Gwnaed."\n')
    loaded = load_rules(rules)
    policy = loaded.policies[VERSION]
    knocked, called = (next(each for each in policy.clauses if each.clause == name) for name in ("knocked", "called"))
    said = clause_words(loaded.words, "cy", VERSION, knocked)
    assert (said.title, said.ask, said.why) == ("Curo", knocked.ask, knocked.why)
    assert clause_words(loaded.words, "cy", VERSION, called).title == called.title
    assert clause_words(loaded.words, "en", VERSION, knocked).title == knocked.title
    assert (policy_title(loaded.words, "cy", policy), policy_title(loaded.words, "en", policy)) == ("Cyn", policy.title)
    assert outcome_words(loaded.words, "cy", "completed", "Done.") == "Gwnaed."
    assert outcome_words(loaded.words, "cy", "wrong_address", "Wrong.") == "Wrong."
    assert outcome_words(loaded.words, "en", "completed", "Done.") == "Done."


def test_policy_check_says_how_much_has_words(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever drops a policy in sees that nobody has written its Welsh yet."""
    text = (rules / "no_access/2026-11-01.toml").read_text("utf-8").replace("2026-11-01", "2026-12-01")
    (rules / "no_access/2026-12-01.toml").write_text(text, encoding="utf-8")
    assert check([], rules) == 0
    assert "in cy: 12 of 24 clauses, 22 of 22 outcomes; the rest is read in English" in capsys.readouterr().out


def test_rules_need_no_other_language(rules: Path) -> None:
    """A rules folder made before there were words in it loads as it did."""
    shutil.rmtree(rules / "words")
    assert load_rules(rules).words == {}


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (WELSH, 'version = "2027-01-01"\ntitle = "x"\n[clauses]', "key `version`: '2027-01-01' is no version"),
        (WELSH, 'version = "2026-11-01"\ntitle = "x"\n[clauses.knoked]\ntitle = "x"', "key `clauses.knoked`"),
        (
            WELSH,
            'version = "2026-11-01"\ntitle = "x"\n[clauses.knocked]\nask = "x"',
            "`clauses.knocked.title`: is missing",
        ),
        (
            WELSH,
            'version = "2026-11-01"\ntitle = "x"\n[clauses.knocked]\ntitle = ""',
            "`clauses.knocked.title`: is empty",
        ),
        (WELSH, 'version = "2026-11-01"\n[clauses]', "key `title`: is missing"),
        ("words/cy/outcomes.toml", 'compleeted = "x"', "key `compleeted`: is not known here"),
    ],
)
def test_wrong_words_are_refused_by_name(rules: Path, name: str, text: str, message: str) -> None:
    """A misspelt clause would stay English unseen: it is refused like a wrong policy, by file and key."""
    (rules / name).write_text(text, encoding="utf-8")
    with pytest.raises(PolicyRefused) as refused:
        load_rules(rules)
    assert str(rules / name) in str(refused.value)
    assert message in str(refused.value)
