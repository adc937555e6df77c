"""The rules folder: what is loaded, which policy is in force on a day, and what is refused."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from doorstep.adapters.policies import NoPolicyInForce, load_policy, load_rules
from doorstep.domain.policy import PolicyRefused
from doorstep.policy_commands import check, main

RULES = Path(__file__).resolve().parents[2] / "rules"
STANDARD = (RULES / "no_access/2026-11-01.toml").read_text("utf-8")
OUTCOME = '[[outcome]]\noutcome = "x"\nside = "neutral"\nwords = "x"\nby = "visit_closed"'


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A copy of the council's own rules, to change."""
    for name in ("outcomes.toml", "declarations.toml", "no_access/2026-11-01.toml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text((RULES / name).read_text("utf-8"), encoding="utf-8")
    return tmp_path


def drop_in(rules: Path, version: str) -> None:
    """Another version of the policy, as someone would add it."""
    text = STANDARD.replace('version = "2026-11-01"', f'version = "{version}"')
    text = text.replace('in_force_from = "2026-11-01"', f'in_force_from = "{version[:10]}"')
    (rules / "no_access" / f"{version}.toml").write_text(text, encoding="utf-8")


def test_the_councils_own_rules_load() -> None:
    """Twelve clauses, and each says what to do and where it comes from."""
    loaded = load_rules(RULES)
    (policy,) = loaded.policies.values()
    ids = (
        "notified suitable_time in_window window_open requests knocked called waited extra_wait planner card card_photo"
    )
    assert [clause.clause for clause in policy.clauses] == ids.split()
    assert all(clause.ask and clause.why for clause in policy.clauses)


def test_every_code_that_a_clause_suggests_is_an_outcome() -> None:
    """The phone offers it as the one right outcome, so it must be there, on the landlord's side, to be closed with."""
    loaded = load_rules(RULES)
    for policy in loaded.policies.values():
        for code in filter(None, (clause.otherwise for clause in policy.clauses)):
            assert (loaded.outcomes[code].side, loaded.outcomes[code].by) == ("landlord", "visit_closed")


def test_only_missed_recorded_leads_to_no_access() -> None:
    """Nothing else may blame a missed visit on the resident."""
    loaded = load_rules(RULES)
    missed = {code for code, outcome in loaded.outcomes.items() if outcome.by == "missed_recorded"}
    assert missed == {"no_access_carded", "no_access_no_card"}
    assert {loaded.outcomes[code].side for code in missed} == {"resident"}


def test_the_declaration_says_when() -> None:
    """An operative declares times and not only a fact."""
    for version, said in load_rules(RULES).declarations.items():
        assert "{arrived}" in said.words, version
        assert "{now}" in said.words, version


def test_a_declaration_of_one_language_is_english(rules: Path) -> None:
    """Rules from before there were two languages go on being read."""
    (rules / "declarations.toml").write_text('[[declaration]]\nversion = "1"\nwords = "x"\n')
    assert load_rules(rules).declarations["1"].language == "en"


def test_every_declaration_is_read_in_one_language() -> None:
    """What was declared are the words that were read: so each language has a version of its own, and English one."""
    said = load_rules(RULES).declarations
    assert {"en", "cy"} == {each.language for each in said.values()}
    assert all(version.endswith("-cy") == (each.language == "cy") for version, each in said.items())


@pytest.mark.parametrize(
    ("day", "version"),
    [
        (date(2026, 11, 1), "2026-11-01-10"),
        (date(2026, 11, 30), "2026-11-01-10"),
        (date(2026, 12, 1), "2026-12-01"),
        (date(2030, 1, 1), "2026-12-01"),
    ],
)
def test_the_newest_that_has_begun_is_in_force(rules: Path, day: date, version: str) -> None:
    """Dropped into the folder, picked up when it is loaded; and -10 beats -9, which text order would not give."""
    for added in ("2026-11-01-9", "2026-11-01-10", "2026-12-01"):
        drop_in(rules, added)
    assert load_rules(rules).in_force(day).version == version


def test_before_the_first_day_none_is_in_force(rules: Path) -> None:
    """A visit is never judged by a policy that had not begun."""
    with pytest.raises(NoPolicyInForce, match="no policy is in force on 2026-10-31; add one"):
        load_rules(rules).in_force(date(2026, 10, 31))


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("no_access/2026-11-01.toml", "policy = ", "is not TOML"),
        (
            "no_access/2026-12-01.toml",
            (RULES / "no_access/2026-11-01.toml").read_text("utf-8"),
            "stands in another file too",
        ),
        (
            "outcomes.toml",
            '[[outcome]]\noutcome = "x"\nside = "ours"\nwords = "x"\nby = "visit_closed"',
            "`outcome[0].side`",
        ),
        ("outcomes.toml", '[[outcome]]\noutcome = "x"\nside = "neutral"\nwords = "x"\nby = "x"', "`outcome[0].by`"),
        (
            "declarations.toml",
            '[[declaration]]\nversion = "1"\nlanguage = "en"\nwords = "x"\n' * 2,
            "'1' stands twice",
        ),
        (
            "declarations.toml",
            '[[declaration]]\nversion = "1"\nlanguage = "en"\nwords = "x"\nlang = "cy"',
            "`declaration[0].lang`",
        ),
    ],
)
def test_a_wrong_file_is_refused_by_name(rules: Path, name: str, text: str, message: str) -> None:
    """The message leads to the file, and nothing is loaded by halves."""
    (rules / name).write_text(text, encoding="utf-8")
    with pytest.raises(PolicyRefused) as refused:
        load_rules(rules)
    assert str(rules / name) in str(refused.value)
    assert message in str(refused.value)


def test_a_point_in_a_number_is_refused_in_toml(rules: Path) -> None:
    """TOML can tell 2.0 from 2, and a count is a whole number."""
    file = rules / "no_access/2026-11-01.toml"
    file.write_text(file.read_text("utf-8").replace("at_least = 2", "at_least = 2.0"), encoding="utf-8")
    with pytest.raises(PolicyRefused, match=r"clause `knocked`, key `at_least`: must be a whole number, not 2\.0\."):
        load_policy(file)


def test_a_day_without_quotes_is_refused(rules: Path) -> None:
    """TOML would read it as a date, which the phone's JSON has not."""
    file = rules / "no_access/2026-11-01.toml"
    file.write_text(file.read_text("utf-8").replace('from = "2026-11-01"', "from = 2026-11-01"), encoding="utf-8")
    assert isinstance(tomllib.loads(file.read_text("utf-8"))["in_force_from"], date)
    with pytest.raises(PolicyRefused, match="key `in_force_from`: must be text in quotes"):
        load_policy(file)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    """Without a policy nothing can be judged, and it says where to put one."""
    with pytest.raises(PolicyRefused, match="holds no policy"):
        load_rules(tmp_path)


def test_a_folder_in_place_of_a_file_is_refused(rules: Path) -> None:
    """What cannot be read is named."""
    (rules / "declarations.toml").unlink()
    (rules / "declarations.toml").mkdir()
    with pytest.raises(PolicyRefused, match=r"declarations\.toml: cannot be read"):
        load_rules(rules)


def test_policy_check_says_what_it_found(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Before a policy comes into force, somebody looks whether it loads."""
    assert check([], rules) == 0
    assert capsys.readouterr().out.splitlines() == [
        "22 outcomes, 2 declarations",
        "18 kinds of data exception, 2 of them fields that an appointment must have",
        "no_access 2026-11-01: 12 clauses, in force from 2026-11-01",
    ]


def test_policy_check_refuses_with_the_reason(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is not there is named, and the status is 1."""
    assert main(["check", str(rules / "no_access/2027-01-01.toml")]) == 1
    assert "there is no such file" in capsys.readouterr().err
