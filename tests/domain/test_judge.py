"""The judge on the server: its verdict's exact JSON, its refusals, and cases checked once and judged often."""

from typing import Any

import msgspec
import pytest

from doorstep.domain.appointment import read_appointment
from doorstep.domain.hearing import open_hearing, read_events
from doorstep.domain.instants import InputRefused
from doorstep.domain.judge import judge, judge_hearing
from doorstep.domain.policy import read_policy
from doorstep.vector_files import answer, read_vectors
from tests.conformance.phone_judge import ROOT

FILES = sorted((ROOT / "rules" / "vectors").glob("*.json"))
VISIT = next(vector for vector in read_vectors(ROOT / "rules" / "vectors" / "council_standard.json"))


def judged(**parts: Any) -> Any:
    """The first visit of the council's standard, with parts of it replaced."""
    case = VISIT | parts
    return judge(read_policy(case["policy"]), case["appointment"], case["events"], case["now"])


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_vector_of_this_theme(file: Any) -> None:
    """Each case is answered to the letter, or refused where it says so."""
    for vector in read_vectors(file):
        expected = {"refused": True} if "refused" in vector else vector["verdict"]
        assert expected == answer(vector), vector["why"]


def test_the_verdict_encodes_to_the_very_json() -> None:
    """The keys stand in the order of the contract, so that the texts are equal too."""
    assert msgspec.json.encode(judged()) == msgspec.json.encode(VISIT["verdict"])


def test_a_case_checked_once_is_judged_as_time_goes_on() -> None:
    """A planner's board judges the same events again and again, at another now."""
    policy = read_policy(VISIT["policy"])
    appointment, events = read_appointment(VISIT["appointment"]), read_events(VISIT["events"][:2])
    waits = [
        judge_hearing(policy, open_hearing(appointment, events, {"at": VISIT["now"]["at"], "t": t})).clauses[7].status
        for t in (904_999, 905_000)
    ]
    assert waits == ["waiting", "met"]


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"appointment": None}, "appointment: must be an object, not None."),
        ({"appointment": {}}, "appointment.window: is missing; an appointment needs it to be judged."),
        ({"events": None}, "events: must be a list, empty where nothing has happened yet."),
        ({"events": [1]}, "events[0]: must be an object, not 1."),
        ({"events": [VISIT["events"][0]] * 2}, "events[1].n: 0 does not rise from 0; keep chain order."),
        ({"events": [VISIT["events"][0] | {"n": 1.0}]}, "events[0].n: must be a whole number from 0, not 1.0."),
        ({"events": [VISIT["events"][0] | {"kind": 1}]}, "events[0].kind: must be text, not 1."),
        ({"events": [VISIT["events"][0] | {"note": None}]}, "events[0].note: must be text, a whole number within"),
        ({"events": [VISIT["events"][0] | {"followed": 1}]}, "events[0].followed: must be true or false."),
        ({"events": [VISIT["events"][0] | {"t": -1}]}, "events[0].t: must be whole milliseconds from 0 to 10^12"),
        ({"events": [VISIT["events"][1], VISIT["events"][1] | {"n": 9}]}, "events[1].t: 5000 does not rise from 5000"),
        ({"now": None}, "now: must be an object with `at` and `t`."),
        ({"now": VISIT["now"] | {"t": 0}}, "now.t: 0 is before the last event, at 940000; judge at that event or af"),
        ({"now": {"t": 950_000}}, "now.at: None is not an instant; write it as 2026-11-23T09:00:00.000Z."),
    ],
)
def test_a_case_in_another_form_is_refused_with_its_path(parts: dict[str, Any], message: str) -> None:
    """Whoever sent it learns where it is wrong."""
    with pytest.raises(InputRefused) as refused:
        judged(**parts)
    assert str(refused.value).startswith(message)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"alerts": None}, "appointment.alerts: must be a list, empty where there are none."),
        ({"trade": 7}, "appointment.trade: must be text, not 7."),
        ({"alerts": [7]}, "appointment.alerts[0]: must be an object, not 7."),
        ({"agreed": {"how": "x", "at": "x"}}, "appointment.agreed.at: 'x' is not an instant;"),
        (
            {"contact_requests": [{"request_id": "r", "text": ""}] * 2},
            "appointment.contact_requests[1].request_id: ",
        ),
    ],
)
def test_an_appointment_in_another_form_is_refused_with_its_path(parts: dict[str, Any], message: str) -> None:
    """A snapshot that cannot be judged must not be served; the office sees which field."""
    with pytest.raises(InputRefused) as refused:
        judged(appointment=VISIT["appointment"] | parts)
    assert str(refused.value).startswith(message)
