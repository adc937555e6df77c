"""What two supervisors have to decide alike: the first look decides nothing, and nobody takes both."""

from __future__ import annotations

import msgspec
import pytest

from doorstep.adapters.policies import load_rules
from doorstep.application.audit_rules import SECOND_LOOKS, AuditRules
from doorstep.application.decide_visit import decide_visit
from doorstep.application.lists import VisitFilter
from doorstep.application.office import Office
from doorstep.application.rebuild import rebuild
from doorstep.application.rows import Person
from doorstep.application.writer import Refused
from doorstep.domain.deciding import SECOND_LOOK
from doorstep.domain.office_events import DecisionMade, StandingChanged, read_office_event
from tests.application.test_decide_visit import a_scene
from tests.chains import Chain
from tests.makers import RULES, Bench, a_person, a_session, an_id, send


def want_two(office: Office, *names: str) -> None:
    """The landlord's rules want a second look at these from now on."""
    office.rules = msgspec.structs.replace(load_rules(RULES), audit=AuditRules(second_look=frozenset(names)))


async def stands(bench: Bench, visit_id: str) -> tuple[str, str, bool]:
    """Standing, outcome, and whether a second look is wanted; the list that asks for it agrees."""
    row = await bench.office.store.visit_row(visit_id)
    assert row is not None
    is_wanted = SECOND_LOOK in msgspec.json.decode(row.flags)
    listed = await bench.office.store.visit_rows(VisitFilter(wants_second_look=True))
    assert [each.visit_id for each in listed] == [visit_id] * is_wanted
    return row.standing, row.outcome, is_wanted


async def decide(bench: Bench, who: Person, visit_id: str, decision: str, outcome: str | None = None) -> None:
    await decide_visit(bench.office, who, visit_id, decision, "Because.", outcome)


async def test_a_record_is_overturned_by_two(any_bench: Bench) -> None:
    """The first look changes nothing and tells the phone nothing; the same decision by another holds and is told."""
    supervisor, chain = await a_scene(any_bench)
    second = await a_person(any_bench, 6, "supervisor", "north")
    want_two(any_bench.office, "overturned")
    told = len(await any_bench.office.store.feed(an_id(1), 0, 99))
    await decide(any_bench, supervisor, chain.visit_id, "overturned", "landlord_missed")
    assert await stands(any_bench, chain.visit_id) == ("recorded", "no_access_carded", True)
    assert len(await any_bench.office.store.feed(an_id(1), 0, 99)) == told
    with pytest.raises(Refused) as refused:
        await decide(any_bench, supervisor, chain.visit_id, "overturned", "landlord_missed")
    assert refused.value.reason == "own-look"
    await decide(any_bench, second, chain.visit_id, "overturned", "landlord_missed")
    assert await stands(any_bench, chain.visit_id) == ("overturned", "landlord_missed", False)
    last = read_office_event((await any_bench.office.store.feed(an_id(1), 0, 99))[-1].body)
    assert isinstance(last, StandingChanged)
    assert (last.standing, last.decision) == ("overturned", "overturned")


async def test_two_who_do_not_agree(any_bench: Bench) -> None:
    """Another decision, or another outcome, is a first look of its own: whoever agrees with the last one settles it."""
    first, chain = await a_scene(any_bench)
    second = await a_person(any_bench, 6, "supervisor", "north")
    want_two(any_bench.office, "overturned")
    await decide(any_bench, first, chain.visit_id, "overturned", "landlord_missed")
    await decide(any_bench, second, chain.visit_id, "overturned", "completed")
    assert (await stands(any_bench, chain.visit_id))[2]
    await decide(any_bench, first, chain.visit_id, "overturned", "completed")
    assert await stands(any_bench, chain.visit_id) == ("overturned", "completed", False)


async def test_one_is_enough_for_the_rest(any_bench: Bench) -> None:
    """To uphold a plain visit, and to send any back; a first look is then over."""
    supervisor, chain = await a_scene(any_bench)
    want_two(any_bench.office, *SECOND_LOOKS)
    await decide(any_bench, supervisor, chain.visit_id, "overturned", "landlord_missed")
    await decide(any_bench, supervisor, chain.visit_id, "upheld")
    assert await stands(any_bench, chain.visit_id) == ("upheld", "no_access_carded", False)


async def test_a_first_look_stays_one_when_the_rules_change(sqlite_bench: Bench) -> None:
    """It is written into the decision: lists that are made anew from the log by other rules say the same."""
    supervisor, chain = await a_scene(sqlite_bench)
    want_two(sqlite_bench.office, "overturned")
    await decide(sqlite_bench, supervisor, chain.visit_id, "overturned", "landlord_missed")
    want_two(sqlite_bench.office)
    await rebuild(sqlite_bench.office.store, sqlite_bench.office.rules.policies)
    assert await stands(sqlite_bench, chain.visit_id) == ("recorded", "no_access_carded", True)
    bodies = [entry.body for entry in await sqlite_bench.office.store.entries(0, 99) if entry.kind == "decision_made"]
    [made] = [event for event in map(read_office_event, bodies) if isinstance(event, DecisionMade)]
    assert made.first_look


@pytest.mark.parametrize(
    ("names", "more", "decision", "wanted"),
    [
        (("waiver",), {"waived_count": 1}, "upheld", True),
        (("alert",), {"alert_count": 1}, "upheld", True),
        (("hazard",), {"priority": "emergency"}, "overturned", True),
        (("contradicted",), {"grade": "contradicted"}, "upheld", True),
        (("dispute",), {"flags": '["dispute_open"]'}, "upheld", True),
        (("dispute",), {"flags": '["dispute_answered"]'}, "upheld", False),
        (("overturned",), {}, "overturned", True),
        (("overturned",), {"waived_count": 1}, "upheld", False),
        (SECOND_LOOKS, {"waived_count": 1, "alert_count": 1}, "returned", False),
        (SECOND_LOOKS, {}, "upheld", False),
        ((), {"waived_count": 1, "grade": "contradicted"}, "overturned", False),
    ],
)
async def test_what_two_have_to_look_at(
    bench: Bench, names: tuple[str, ...], more: dict[str, object], decision: str, wanted: bool
) -> None:
    """Each by its name, and nothing that was not named."""
    _, chain = await a_scene(bench)
    row = await bench.office.store.visit_row(chain.visit_id)
    assert row is not None
    rules = AuditRules(second_look=frozenset(names))
    assert rules.wants_two(msgspec.structs.replace(row, **more), decision) is wanted


async def test_new_evidence_after_the_first_look(bench: Bench) -> None:
    """It comes in as ever, and whoever looks second decides with it in view."""
    supervisor, chain = await a_scene(bench)
    second = await a_person(bench, 6, "supervisor", "north")
    want_two(bench.office, "overturned")
    await decide(bench, supervisor, chain.visit_id, "overturned", "landlord_missed")
    session = await a_session(bench, await a_person(bench, 1, "operative"), 11)
    sent = len(chain.bodies)
    chain.state("note_added", 2_000_000, note="I was there")
    await send(bench, session, chain.bodies[sent:], sent + 1)
    assert (await stands(bench, chain.visit_id))[0] == "recorded"
    await decide(bench, second, chain.visit_id, "overturned", "landlord_missed")
    assert (await stands(bench, chain.visit_id))[0] == "overturned"


async def replied(bench: Bench, chain: Chain) -> None:
    """The operative says more of the visit than was known when it was decided."""
    chain.state("note_added", 2_000_000, note="I was there.")
    session = await a_session(bench, (await bench.office.store.people())[0], 11)
    await send(bench, session, chain.bodies[-1:], len(chain.bodies))


@pytest.mark.parametrize("decision", ["upheld", "returned", "overturned"])
async def test_nobody_alone_takes_back_what_two_overturned(any_bench: Bench, decision: str) -> None:
    """After a reply too, a first look changes nothing: the record stays overturned until another decides alike."""
    supervisor, chain = await a_scene(any_bench)
    second = await a_person(any_bench, 6, "supervisor", "north")
    want_two(any_bench.office, "overturned")
    for who in (supervisor, second):
        await decide(any_bench, who, chain.visit_id, "overturned", "landlord_missed")
    await replied(any_bench, chain)
    outcome = "wrong_address" if decision == "overturned" else None
    await decide(any_bench, supervisor, chain.visit_id, decision, outcome)
    assert await stands(any_bench, chain.visit_id) == ("overturned", "landlord_missed", True)
    await decide(any_bench, second, chain.visit_id, decision, outcome)
    standing, _, is_wanted = await stands(any_bench, chain.visit_id)
    assert (standing, is_wanted) == (decision, False)
