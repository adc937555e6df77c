"""A snapshot is the source's booking, what is known of the home on that day, and what its people were told."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from doorstep.application.composing import ALERT, REQUEST, HomeFact, Notice, compose, own_part
from doorstep.domain.appointment import read_appointment
from tests.makers import DAY, a_booking, a_request, an_alert, an_id

BOOKING = a_booking((an_id(1),), alerts=(an_alert("10"),), contact_requests=(a_request("r1", "side door"),))
OWN: dict[str, Any] = msgspec.json.decode(BOOKING.snapshot())


def a_fact(number: int, what: str = ALERT, starts_on: str = DAY, ends_on: str = "", **changes: Any) -> HomeFact:
    """Something that is known of a home."""
    fields: dict[str, Any] = {
        "fact_id": an_id(number),
        "what": what,
        "property_ref": "P-1",
        "code": "20-40" if what == ALERT else "",
        "text": f"fact {number}",
        "starts_on": starts_on,
        "ends_on": ends_on,
        "review_on": "",
        "changed_at": 0,
        "changed_by": an_id(2),
    }
    return HomeFact(**fields | changes)


def a_notice(number: int, status_at: int | None = None) -> Notice:
    """A text about the appointment."""
    return Notice(
        notice_id=an_id(number),
        appointment_id=BOOKING.appointment_id,
        channel="sms",
        sent_at=number,
        status="delivered" if status_at else "sent",
        status_at=status_at,
        told_by="text_service",
    )


def test_a_fact_stands_on_its_days_and_no_other() -> None:
    """From the first of its days to the last, both included; an ended one on none."""
    days = {"2026-11-22": False, "2026-11-23": True, "2026-11-24": True, "2026-11-25": False}
    fact = a_fact(1, starts_on="2026-11-23", ends_on="2026-11-24")
    for day, is_there in days.items():
        assert ("fact 1" in compose(OWN, [fact], [], day)) is is_there
    assert "fact 1" not in compose(OWN, [a_fact(1, is_ended=True)], [], DAY)
    assert "fact 1" in compose(OWN, [a_fact(1, starts_on="2020-01-01")], [], "2030-01-01")


def test_what_the_office_adds_is_what_the_judge_reads() -> None:
    """Alerts, requests and notifications of both sources, each in the judge's own form."""
    facts = [a_fact(3, REQUEST), a_fact(4, review_on="2027-01-01")]
    read = read_appointment(msgspec.json.decode(compose(OWN, facts, [a_notice(5, 7)], DAY)))
    assert read.alert_codes == {"10", "20-40"}
    assert read.request_ids == ("r1", an_id(3))
    assert [(sent.status, sent.status_at) for sent in read.notifications[-1:]] == [("delivered", 7)]


facts = st.lists(
    st.builds(
        a_fact,
        st.integers(1, 9),
        st.sampled_from([ALERT, REQUEST]),
        st.sampled_from(["2026-11-22", DAY, "2026-11-24"]),
        st.sampled_from(["", DAY, "2026-11-30"]),
    ),
    unique_by=lambda fact: fact.fact_id,
)
told = st.lists(
    st.builds(a_notice, st.integers(1, 9), st.none() | st.integers(1, 99)), unique_by=lambda notice: notice.notice_id
)


@given(facts, told, facts, told, st.randoms())
def test_what_was_added_can_be_taken_out(
    before: list[HomeFact], first: list[Notice], after: list[HomeFact], second: list[Notice], random: Any
) -> None:
    """Whatever stood in it before, a snapshot made anew is the one made from the booking; order does not matter."""
    once = msgspec.json.decode(compose(OWN, before, first, DAY))
    assert own_part(once) == OWN
    mixed, told_mixed = list(after), list(second)
    random.shuffle(mixed)
    random.shuffle(told_mixed)
    assert compose(own_part(once), mixed, told_mixed, DAY) == compose(OWN, after, second, DAY)


def test_with_nothing_beside_it_a_booking_keeps_its_hash() -> None:
    """Phones hold snapshots by their hash: nothing that the office might add changes those without it."""
    assert compose(OWN, [], [], DAY) == BOOKING.snapshot()
    assert "place" not in OWN
