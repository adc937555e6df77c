"""A visit that was interrupted: by its clocks, by the phone's own word, by an event that is missing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.dossiers import MINUTE, PENDING, PICTURE_SHA256, RECORDED, AnAppointment, completed, from_the_first_knock
from tests.makers import an_id


def an_interrupted(**changes: Any) -> AnAppointment:
    """A visit whose clocks are changed from the fifth event on: `gap` in ms on the stopwatch, `boot`, `mono`."""
    appointment = AnAppointment()
    chain = appointment.chain()
    chain.until_planner()
    t = 920_000 + changes.get("gap", 0)
    mono = {"mono": changes.get("mono", 1_000 + t - changes.get("gap", 0))}
    boot = {"boot": changes["boot"]} if "boot" in changes else {}
    sizes = {"size_bytes": 38, "width": 1, "height": 1, "source_sha256": "0" * 64}
    chain.state("card_photographed", t, photo_sha256=PICTURE_SHA256, **sizes, **mono, **boot)
    later = {name: value for name, value in {**mono, **boot}.items() if name == "boot"}
    chain.state("card_left", t + 10_000, placed="door", mono=mono["mono"] + 10_000, **later)
    chain.state("missed_recorded", t + 20_000, declaration="2026-11-01", mono=mono["mono"] + 20_000, **later)
    return completed(appointment, chain)


@pytest.mark.parametrize(
    ("changes", "is_interrupted"),
    [
        ({}, False),
        ({"gap": 30 * MINUTE}, False),
        ({"gap": 30 * MINUTE + 1}, True),
        ({"gap": 60 * MINUTE, "mono": 1_000 + 920_000 + 60 * MINUTE}, False),
        ({"boot": an_id(7), "mono": 0}, False),
        ({"gap": 30 * MINUTE, "boot": an_id(7), "mono": 320_000}, False),
        ({"gap": 30 * MINUTE, "boot": an_id(7), "mono": 319_999}, True),
        ({"mono": 5}, False),
    ],
)
def test_interrupted_by_the_clocks(changes: dict[str, Any], is_interrupted: bool) -> None:
    """What the stopwatch was credited beyond what one run of the page measured: over 30 minutes is held."""
    assert an_interrupted(**changes).stands() == ((PENDING, ("interrupted",)) if is_interrupted else RECORDED)


@pytest.mark.parametrize(
    ("t", "hidden_ms", "is_interrupted"),
    [(6_000, 30 * MINUTE, False), (6_000, 30 * MINUTE + 1, True), (4_000, 90 * MINUTE, False)],
)
def test_interrupted_by_the_phones_own_word(t: int, hidden_ms: int, is_interrupted: bool) -> None:
    """The phone notes when it was hidden; before arrival it may be hidden for as long as it likes."""
    appointment = AnAppointment()
    chain = appointment.chain()
    chain.start()
    gap = {"hidden_ms": hidden_ms, "wall_ms": hidden_ms, "mono_ms": 0}
    if t < 5_000:
        chain.state("clock_gap", t, **gap)
    chain.state("arrived", 5_000, address_confirmed=True, place_missing="off")
    if t > 5_000:
        chain.state("clock_gap", t, **gap)
    from_the_first_knock(chain)
    completed(appointment, chain)
    assert appointment.stands() == ((PENDING, ("interrupted",)) if is_interrupted else RECORDED)


def test_interrupted_by_a_missing_event() -> None:
    """An event missing from the chain holds the visit until it comes, or a supervisor decides."""
    appointment = AnAppointment()
    chain = appointment.chain()
    chain.until_planner()
    chain.state("note_added", 700_000, note="waiting")
    chain.card_and_record()
    note = chain.bodies[6]
    whole = list(chain.bodies)
    del chain.bodies[6]
    completed(appointment, chain)
    assert appointment.stands() == (PENDING, ("interrupted",))
    chain.bodies = [*whole[:6], *whole[7:], note]
    appointment.arrives(chain)
    assert appointment.stands() == RECORDED
