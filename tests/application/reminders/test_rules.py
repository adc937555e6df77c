"""The rules' file is refused whole, with a message that leads to the line to mend; words and numbers are read right."""

from __future__ import annotations

import copy
import tomllib
from typing import Any

import pytest

from doorstep.application.reminders.numbers import ends_of, is_mobile, mobile_among, normalised
from doorstep.application.reminders.rules import filled, read_rules, worded
from doorstep.domain.policy_table import PolicyRefused
from tests.makers import RULES
from tests.reminded import some_rules

WRITTEN: dict[str, Any] = tomllib.loads((RULES / "reminders.toml").read_text())


def refusal(**changes: Any) -> str:
    """What is said of the file with these changes; `None` takes a key out; a dotted key is of the first reminder."""
    data = copy.deepcopy(WRITTEN)
    for key, value in changes.items():
        table, name = (data["reminder"][0], key[2:]) if key.startswith("r_") else (data, key)
        if value is None:
            table.pop(name)
        else:
            table[name] = value
    with pytest.raises(PolicyRefused) as refused:
        read_rules(data, "rules/reminders.toml")
    return str(refused.value)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"languages": ["fr"]}, "key `languages`: 'fr' is not one of en, cy."),
        ({"languages": []}, "key `languages`: is an empty list; name at least one."),
        ({"sundays": "no"}, "key `sundays`: must be true or false, not 'no'."),
        ({"closed_days": "never"}, "key `closed_days`: 'never' is not one of before, after."),
        (
            {"quiet": {"from": "25:00", "to": "08:00"}},
            "key `quiet.from`: '25:00' is no time of day; write it as 17:00.",
        ),
        ({"quiet": {"from": "08:00", "to": "08:00"}}, "key `quiet.to`: is the same as `from`; leave `quiet` out"),
        ({"most_a_number_a_day": 0}, "key `most_a_number_a_day`: must be from 1 to 1,000,000,000, not 0."),
        ({"apart": 5}, "key `apart`: is not known here; take it out or mend its spelling."),
        ({"division": None}, "key `division`: is missing."),
        ({"r_reminder": "Day Before"}, "key `reminder[0].reminder`: 'Day Before' is not an id"),
        ({"r_reminder": "day_before"}, "key `reminder[1].reminder`: 'day_before' stands twice."),
        ({"r_on_booking": None}, "key `reminder[0]`: says when by one of `on_booking`, `days_before`"),
        ({"r_hours_before": 2}, "key `reminder[0]`: says when by one of `on_booking`, `days_before`"),
        ({"r_on_booking": False}, "key `reminder[0].on_booking`: is true, or is left out."),
        (
            {"r_on_booking": None, "r_hours_before": 100},
            "key `reminder[0].hours_before`: must be from 1 to 72",
        ),
        (
            {"r_on_booking": None, "r_days_before": 1, "r_at": "21:30"},
            "key `reminder[0].at`: lies in the quiet hours.",
        ),
        ({"r_at": "17:00"}, "key `reminder[0].at`: is not known here"),
        ({"r_words": {"cy": "x"}}, "key `reminder[0].words.en`: is missing."),
        ({"r_words": {"en": "On ((date))"}}, "key `reminder[0].words.en`: has the gap ((date)); there are day, day_cy"),
        ({"r_words": {"en": "x" * 919}}, "key `reminder[0].words.en`: has 919 characters; a text takes 918."),
        ({"r_words": {"en": "x", "fr": "y"}}, "key `reminder[0].words.fr`: is not known here"),
        ({"r_priorities": []}, "key `reminder[0].priorities`: is an empty list; name at least one."),
        ({"r_late_hours": 0}, "key `reminder[0].late_hours`: must be from 1 to"),
    ],
)
def test_a_fault_is_named_with_its_place(changes: dict[str, Any], message: str) -> None:
    """File, key and what would be right."""
    said = refusal(**changes)
    assert said.startswith("rules/reminders.toml: ")
    assert message in said


def test_the_rules_that_come_with_this_version_are_read() -> None:
    """Three reminders, none of an emergency; quiet from eight to eight."""
    rules = read_rules(WRITTEN, "rules/reminders.toml")
    assert [rule.reminder for rule in rules.reminders] == ["booked", "day_before", "two_hours_before"]
    assert all("emergency" in rule.not_priorities for rule in rules.reminders)
    assert (rules.quiet.begins, rules.quiet.ends) == (1200, 480) if rules.quiet else False
    assert rules.rule("day_before") == rules.reminders[1]
    assert rules.rule("gone") is None


def test_quiet_hours_may_be_left_out() -> None:
    """A landlord who knows what they do."""
    data = {key: value for key, value in WRITTEN.items() if key != "quiet"}
    assert read_rules(data, "x").quiet is None


def test_words_are_filled_as_the_service_fills_them() -> None:
    """In the languages of the rules, one after another; a gap for which there is nothing stays to be seen."""
    assert filled("On ((day)) at ((from)), ((x))", {"day": "Monday", "from": "08:00"}) == "On Monday at 08:00, ((x))"
    rules = some_rules(languages=("en", "cy"))
    whole = worded(rules, rules.reminders[2], {"from": "08:00", "to": "13:00"})
    assert whole.index("we come today between 08:00 and 13:00") < whole.index(
        "byddwn yn dod heddiw rhwng 08:00 a 13:00"
    )


@pytest.mark.parametrize(
    ("written", "one_form", "is_one"),
    [
        ("07700 900123", "+447700900123", True),
        ("+44 (0)7700 900-123", "+447700900123", True),
        ("0044 7700 900123", "+447700900123", True),
        ("447700900123", "+447700900123", True),
        ("07624 900123", "+447624900123", True),
        ("07012 345678", "+447012345678", False),
        ("07612 345678", "+447612345678", False),
        ("01632 960123", "+441632960123", False),
        ("07700 90012", "+44770090012", False),
        ("+1 212 555 0100", "+12125550100", False),
        ("٠٧٧٠٠٩٠٠١٢٣", "٠٧٧٠٠٩٠٠١٢٣", False),
        ("", "", False),
    ],
)
def test_numbers_have_one_form(written: str, one_form: str, is_one: bool) -> None:
    """However a planner or the service writes it; personal numbers, pagers and landlines take no texts."""
    assert normalised(written) == one_form
    assert is_mobile(one_form) is is_one


def test_the_residents_own_mobile() -> None:
    """The one that is called mobile goes before others; a neighbour's is not theirs."""
    never = ("neighbour",)
    numbers = [("Neighbour's mobile", "07700900001"), ("home", "07700900002"), ("Mobile", "07700900003")]
    assert mobile_among(numbers, never) == "+447700900003"
    assert mobile_among(numbers[:2], never) == "+447700900002"
    assert mobile_among([*numbers[:1], ("home", "01632 960123")], never) == ""
    assert ends_of("+447700900123") == "123"
