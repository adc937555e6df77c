"""The rules about data exceptions: read whole or refused, each fault by file, key and what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from doorstep.adapters.policies import load_rules
from doorstep.application.data_exceptions.facts import FIELDS
from doorstep.application.data_exceptions.kinds import KINDS, Asked
from doorstep.domain.instants import MS_PER_HOUR
from doorstep.domain.policy import PolicyRefused
from doorstep.policy_commands import check
from tests.makers import RULES


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A rules folder of one's own."""
    for name in (
        "outcomes.toml",
        "declarations.toml",
        "no_access/2026-11-01.toml",
        "exceptions.toml",
        "minimum_record.toml",
    ):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes((RULES / name).read_bytes())
    return tmp_path


def test_the_councils_own(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every kind with its owner, limits and words; a field that is asked anyway takes its rule from the record."""
    found = load_rules(rules).exceptions
    assert {kind.kind for kind in found.kinds} >= set(KINDS)
    not_notified, agreed = found.find("not_notified"), found.find("no_slot_agreement")
    assert not_notified is not None
    assert agreed is not None
    assert (not_notified.limit_ms, not_notified.late_after_days) == (24 * MS_PER_HOUR, 0)
    assert agreed.asked == Asked("agreed", priorities=("routine", "urgent"))
    assert agreed.say_title("cy") == "Ni chytunodd neb ar y slot"
    assert agreed.say_title("fr") == "Nobody agreed the time slot"
    assert check([], rules) == 0
    said = capsys.readouterr().out
    assert "23 kinds of data exception, 7 of them fields that an appointment must have" in said


def test_a_folder_from_before_there_were_any(rules: Path) -> None:
    """It takes what is usual: nobody has to write rules to take up a new version."""
    (rules / "exceptions.toml").unlink()
    (rules / "minimum_record.toml").unlink()
    found = load_rules(rules).exceptions
    assert tuple(kind.kind for kind in found.kinds) == KINDS
    assert {kind.owner for kind in found.kinds} == {"planner"}


@pytest.mark.parametrize(
    ("file", "was", "becomes", "told"),
    [
        ("exceptions.toml", 'owner = "planner"', 'owner = "anna"', r"`exception\[0\].owner`: 'anna' is not one of"),
        ("exceptions.toml", "hours = 24", "", r"`exception\[\d\].hours`: is missing"),
        ("exceptions.toml", "hours = 24", "minutes = 24", r"`exception\[\d\].hours`: is missing"),
        ("exceptions.toml", "late_after_days = 1", 'late_after_days = "1"', "late_after_days`: must be a whole number"),
        ("exceptions.toml", "look_back_days = 28", "look_back_days = 99999", "look_back_days`: must be at most 3660"),
        ("exceptions.toml", '"photo_reused"', '"photo_lookalike"', "'photo_lookalike' stands twice"),
        ("exceptions.toml", '"photo_reused"', '"photo_reusd"', "'photo_reusd' is not one of"),
        ("exceptions.toml", "late_after_days = 1", "late_after_days = 1\nlate = 2", "late`: is not known here"),
        ("exceptions.toml", "title = { en =", "title = { de =", "title.en`: is missing"),
        ("minimum_record.toml", 'field = "trade"', 'field = "colour"', r"`field\[4\].field`: 'colour' is not one of"),
        ("minimum_record.toml", 'field = "trade"', 'field = "patch"', "'patch' stands twice"),
        (
            "minimum_record.toml",
            'field = "patch"',
            'field = "uprn"\namong = ["1"]',
            "among`: is for priority",
        ),
        ("minimum_record.toml", '["routine", "urgent"]', "[]", "priorities`: is an empty list"),
        ("minimum_record.toml", "[[field]]", "[[fields]]", "`field`: is missing"),
    ],
)
def test_a_fault_is_named(
    rules: Path, capsys: pytest.CaptureFixture[str], file: str, was: str, becomes: str, told: str
) -> None:
    """By the file and the key, by the command too; nothing of a faulty folder is taken up."""
    text = (rules / file).read_text(encoding="utf-8")
    assert was in text
    count = -1 if was == "[[field]]" else 1
    (rules / file).write_text(text.replace(was, becomes, count), encoding="utf-8")
    with pytest.raises(PolicyRefused, match=rf"{file}: .*{told}"):
        load_rules(rules)
    assert check([], rules) == 1
    assert file in capsys.readouterr().err


def test_a_kind_that_is_left_out(rules: Path) -> None:
    """It would be asked by nobody's rule: said, not guessed."""
    text = (rules / "exceptions.toml").read_text(encoding="utf-8")
    (rules / "exceptions.toml").write_text(text[: text.rindex("[[exception]]")], encoding="utf-8")
    with pytest.raises(PolicyRefused, match="says nothing of reply_waiting"):
        load_rules(rules)


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_may_be_asked(rules: Path, field: str) -> None:
    """A record of one field: its lack is a kind of its own, or the one that is asked anyway."""
    rule = f'[[field]]\nfield = "{field}"\nowner = "planner"\nlate_after_days = 1\nlook_back_days = 1\n'
    words = 'title = { en = "None" }\nmeans = { en = "Mend it." }\n'
    (rules / "minimum_record.toml").write_text(rule + words, encoding="utf-8")
    asked = [kind.asked.field for kind in load_rules(rules).exceptions.kinds if kind.asked]
    assert field in asked
    assert len(asked) == len(set(asked))
