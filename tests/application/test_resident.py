"""A resident's dispute in every store: it joins the log, reopens the visit, stops deletion, and can be made anew."""

from __future__ import annotations

import json

import msgspec
import pytest

from doorstep.adapters.policies import load_rules
from doorstep.application.audit import Audited, faults
from doorstep.application.audit_rules import AuditRules
from doorstep.application.decide_visit import decide_visit
from doorstep.application.erase_bodies import erase_ended
from doorstep.application.rebuild import rebuild
from doorstep.application.records import keep_records
from doorstep.application.reminders.text_rows import ReplyTask
from doorstep.application.resident.answer import answer_dispute, disputes_to_answer
from doorstep.application.resident.cards import Card, card_key, read_code, read_postcode
from doorstep.application.resident.guesses import FREE, MOST_IN_ALL, Guesses
from doorstep.application.resident.keeping import forget_times
from doorstep.application.resident.look_up import Found, look_up
from doorstep.application.resident.rows import DisputeRow, GivenTimes
from doorstep.application.resident.say import MOST_DISPUTES, MOST_TIMES, Suits, dispute, give_times, new_receipt
from doorstep.application.rows import Person
from doorstep.application.sign_in import TooManyTries
from doorstep.application.writer import Refused
from doorstep.domain.chain import body_hash, card_code
from tests.chains import Chain
from tests.facts import a_day, an_alert_of
from tests.makers import MORNING, RULES, Bench, a_person, a_session, a_visit, send, upload

DAY_MS = 86_400_000
HOME = "ZZ12AB"
TUESDAYS = Suits(("tue",), ("am",), False, "", "After ten.")


async def a_scene(bench: Bench) -> tuple[Person, Chain]:
    """A supervisor, and a visit with its card."""
    supervisor = await a_person(bench, 3, "supervisor", "north")
    session = await a_session(bench, await a_person(bench, 1, "operative"), 11)
    chain = await a_visit(bench, session)
    chain.whole()
    await send(bench, session, chain.bodies)
    await upload(bench)
    return supervisor, chain


def code_of(chain: Chain) -> str:
    return card_code(body_hash(chain.bodies[1].encode()))


async def found_by(bench: Bench, chain: Chain) -> Found:
    """The visit as its resident finds it."""
    return await look_up(bench.office, Guesses(), code_of(chain), HOME, "198.51.100.1")


async def disputed(bench: Bench, chain: Chain) -> str:
    """A resident disputes the visit; the receipt."""
    receipt = new_receipt()
    await dispute(bench.office, await found_by(bench, chain), receipt, "was_in", "I was in.", "en")
    return receipt


async def standing(bench: Bench, chain: Chain) -> tuple[str, list[str]]:
    row = await bench.office.store.visit_row(chain.visit_id)
    assert row is not None
    return row.standing, json.loads(row.awaiting)


@pytest.mark.parametrize("decision", ["upheld", "returned", "overturned"])
async def test_a_decision_before_a_dispute(any_bench: Bench, decision: str) -> None:
    """It holds no more, but for one that was in the resident's favour; the answer gives it back."""
    supervisor, chain = await a_scene(any_bench)
    await decide_visit(any_bench.office, supervisor, chain.visit_id, decision, "Because.", "landlord_missed")
    receipt = await disputed(any_bench, chain)
    now, awaiting = await standing(any_bench, chain)
    if decision == "overturned":
        assert now == "overturned"
    else:
        assert (now, "dispute" in awaiting) == ("pending_corroboration", True)
    other = await a_person(any_bench, 6, "supervisor", "north")
    await answer_dispute(any_bench.office, other, chain.visit_id, receipt, "We looked again.")
    now, awaiting = await standing(any_bench, chain)
    assert "dispute" not in awaiting
    if decision != "returned":
        assert now == decision


async def test_nobody_answers_what_is_said_of_their_own_decision(any_bench: Bench) -> None:
    """Who upheld it may neither uphold it again nor give it back by answering, before somebody else has looked."""
    supervisor, chain = await a_scene(any_bench)
    other = await a_person(any_bench, 6, "supervisor", "north")
    await decide_visit(any_bench.office, supervisor, chain.visit_id, "upheld", "Because.", None)
    receipt = await disputed(any_bench, chain)
    for own in (
        decide_visit(any_bench.office, supervisor, chain.visit_id, "upheld", "As before.", None),
        answer_dispute(any_bench.office, supervisor, chain.visit_id, receipt, "As before."),
    ):
        with pytest.raises(Refused) as refused:
            await own
        assert refused.value.reason == "own-decision"
    assert (await standing(any_bench, chain))[0] == "pending_corroboration"
    await decide_visit(any_bench.office, other, chain.visit_id, "upheld", "I looked too.", None)
    await answer_dispute(any_bench.office, supervisor, chain.visit_id, receipt, "Two of us looked.")
    assert (await standing(any_bench, chain))[0] == "upheld"


async def test_their_own_decision_is_theirs_to_put_right(any_bench: Bench) -> None:
    """Who upheld it may say that they were wrong, and answer."""
    supervisor, chain = await a_scene(any_bench)
    await decide_visit(any_bench.office, supervisor, chain.visit_id, "upheld", "Because.", None)
    receipt = await disputed(any_bench, chain)
    await decide_visit(any_bench.office, supervisor, chain.visit_id, "overturned", "I was wrong.", "landlord_missed")
    await answer_dispute(any_bench.office, supervisor, chain.visit_id, receipt, "You are right.")
    assert (await standing(any_bench, chain))[0] == "overturned"


async def test_a_reply_does_not_give_them_their_decision_back(any_bench: Bench) -> None:
    """What another overturned for a resident is not upheld again by who upheld it first, once the operative replied."""
    supervisor, chain = await a_scene(any_bench)
    office, other = any_bench.office, await a_person(any_bench, 6, "supervisor", "north")
    await decide_visit(office, supervisor, chain.visit_id, "upheld", "Because.", None)
    receipt = await disputed(any_bench, chain)
    await decide_visit(office, other, chain.visit_id, "overturned", "They were in.", "landlord_missed")
    await answer_dispute(office, other, chain.visit_id, receipt, "You are right.")
    chain.state("note_added", 2_000_000, note="I was there.")
    session = await a_session(any_bench, (await office.store.people())[0], 11)
    await send(any_bench, session, chain.bodies[-1:], len(chain.bodies))
    with pytest.raises(Refused) as refused:
        await decide_visit(office, supervisor, chain.visit_id, "upheld", "As before.", None)
    assert refused.value.reason == "own-decision"
    await decide_visit(office, other, chain.visit_id, "upheld", "The note shows it.", None)
    assert (await standing(any_bench, chain))[0] == "upheld"


async def test_an_answer_is_no_way_round_a_second_look(any_bench: Bench) -> None:
    """Where two have to decide what is disputed, none of them closes the dispute first and then decides alone."""
    supervisor, chain = await a_scene(any_bench)
    other = await a_person(any_bench, 6, "supervisor", "north")
    audit = AuditRules(second_look=frozenset({"dispute"}))
    any_bench.office.rules = msgspec.structs.replace(load_rules(RULES), audit=audit)
    receipt = await disputed(any_bench, chain)
    for who in (supervisor, other):
        with pytest.raises(Refused) as refused:
            await answer_dispute(any_bench.office, supervisor, chain.visit_id, receipt, "It stands.")
        assert refused.value.reason == "dispute-undecided"
        await decide_visit(any_bench.office, who, chain.visit_id, "upheld", "I looked.", None)
    await answer_dispute(any_bench.office, supervisor, chain.visit_id, receipt, "It stands.")
    assert (await standing(any_bench, chain))[0] == "upheld"


async def test_a_decision_that_saw_the_dispute(any_bench: Bench) -> None:
    """It holds before the answer and after it."""
    supervisor, chain = await a_scene(any_bench)
    receipt = await disputed(any_bench, chain)
    await decide_visit(any_bench.office, supervisor, chain.visit_id, "upheld", "I saw it.", None)
    assert (await standing(any_bench, chain))[0] == "upheld"
    await answer_dispute(any_bench.office, supervisor, chain.visit_id, receipt, "It stands.")
    assert (await standing(any_bench, chain))[0] == "upheld"
    with pytest.raises(Refused) as again:
        await answer_dispute(any_bench.office, supervisor, chain.visit_id, receipt, "Again.")
    assert again.value.reason == "dispute-answered"


async def test_the_log_makes_it_again(any_bench: Bench) -> None:
    """Cards, disputes and times are projections: rebuilt, they are what they were, and the audit finds nothing."""
    supervisor, chain = await a_scene(any_bench)
    receipt = await disputed(any_bench, chain)
    store, policies = any_bench.office.store, any_bench.office.rules.policies
    await give_times(any_bench.office, await found_by(any_bench, chain), new_receipt(), TUESDAYS, "en", "Tuesdays.")
    await answer_dispute(any_bench.office, supervisor, chain.visit_id, receipt, "No.")
    kinds = (Card, DisputeRow, GivenTimes)
    before = [await store.records(kind) for kind in kinds]
    assert [len(rows) for rows in before] == [1, 1, 1]
    await rebuild(store, policies)
    assert [await store.records(kind) for kind in kinds] == before
    dossier = await store.dossier(chain.appointment_id)
    assert dossier is not None
    assert dossier.disputed_at(chain.visit_id) == MORNING
    assert not dossier.is_under_dispute(chain.visit_id)


async def test_two_visits_with_one_code(any_bench: Bench) -> None:
    """Where the postcode does not tell them apart, neither is shown."""
    _, chain = await a_scene(any_bench)
    twin = Card(visit_id="another", card_key=card_key(code_of(chain), HOME))
    await keep_records(any_bench.office, [twin])
    with pytest.raises(Refused) as refused:
        await found_by(any_bench, chain)
    assert refused.value.reason == "no-such-card"


async def test_deletion_stops(any_bench: Bench) -> None:
    """While a dispute is open, when the resident is in is kept with it; afterwards it goes, from log and task."""
    supervisor, chain = await a_scene(any_bench)
    store = any_bench.office.store
    await give_times(any_bench.office, await found_by(any_bench, chain), new_receipt(), TUESDAYS, "en", "Tuesdays.")
    receipt = await disputed(any_bench, chain)
    any_bench.clock.ms += 200 * DAY_MS
    assert await forget_times(any_bench.office, 90) == 0
    await answer_dispute(any_bench.office, supervisor, chain.visit_id, receipt, "No.")
    assert await forget_times(any_bench.office, 90) == 1
    assert await forget_times(any_bench.office, 90) == 0
    [task] = await store.records(ReplyTask)
    assert task.words == ""
    assert await store.records(GivenTimes) == []
    erased = [entry for entry in await store.visit_entries(chain.visit_id) if not entry.body]
    assert [entry.kind for entry in erased] == ["resident_gave_times"]
    await rebuild(store, any_bench.office.rules.policies)
    assert await store.records(GivenTimes) == []


async def test_what_was_known_of_the_home_is_kept_too(any_bench: Bench) -> None:
    """An alert that ended long ago may bear on the dispute: its words go after the answer."""
    supervisor, chain = await a_scene(any_bench)
    planner = await a_person(any_bench, 2, "planner")
    await an_alert_of(any_bench, planner, text="Hard of hearing", ends_on=a_day(3))
    receipt = await disputed(any_bench, chain)
    any_bench.clock.ms += 200 * DAY_MS
    assert await erase_ended(any_bench.office) == 0
    await answer_dispute(any_bench.office, supervisor, chain.visit_id, receipt, "No.")
    assert await erase_ended(any_bench.office) == 1


async def test_how_often(bench: Bench) -> None:
    """A resident disputes again after an answer, three times; and gives times as often."""
    supervisor, chain = await a_scene(bench)
    for _ in range(MOST_DISPUTES):
        receipt = await disputed(bench, chain)
        with pytest.raises(Refused) as open_one:
            await disputed(bench, chain)
        assert open_one.value.reason == "dispute-open"
        await answer_dispute(bench.office, supervisor, chain.visit_id, receipt, "No.")
    with pytest.raises(Refused) as often:
        await disputed(bench, chain)
    assert often.value.reason == "dispute-often"
    found = await found_by(bench, chain)
    for _ in range(MOST_TIMES):
        await give_times(bench.office, found, new_receipt(), TUESDAYS, "en", "Tuesdays.")
    with pytest.raises(Refused) as times:
        await give_times(bench.office, found, new_receipt(), TUESDAYS, "en", "Tuesdays.")
    assert times.value.reason == "times-often"
    assert [row.answered_at is None for row, _ in await disputes_to_answer(bench.office, supervisor)] == []


async def test_a_card_that_was_not_left(bench: Bench) -> None:
    """A visit without a card answers to no code; nor does one that is not closed yet."""
    session = await a_session(bench, await a_person(bench, 1, "operative"), 11)
    chain = await a_visit(bench, session)
    chain.whole()
    await send(bench, session, chain.bodies[:-1])
    assert await bench.office.store.records(Card) == []
    await send(bench, session, chain.bodies[-1:], len(chain.bodies))
    assert [card.visit_id for card in await bench.office.store.records(Card)] == [chain.visit_id]
    bare = await a_visit(bench, session, 2, "A-2")
    bare.until_planner()
    bare.state("visit_closed", 700_000, outcome="landlord_missed")
    await send(bench, session, bare.bodies, len(chain.bodies) + 1)
    assert len(await bench.office.store.records(Card)) == 1


def test_what_people_type() -> None:
    """Codes and postcodes as people write them; and what is neither."""
    assert read_code(" 7kq-3m ") == "7KQ3M"
    assert [read_code(typed) for typed in ("", "7KQ3", "7KQ3MM", "7KQ3O", "7KQ3\N{LATIN SMALL LETTER DOTLESS I}")] == [
        None
    ] * 5
    assert [read_postcode(typed) for typed in ("zz1 2ab", "M1 1AA", "EC1A 1BB", "W1A0AX")] == [
        "ZZ12AB",
        "M11AA",
        "EC1A1BB",
        "W1A0AX",
    ]
    assert [read_postcode(typed) for typed in ("", "ZZ1", "12AB", "ZZ1 2ABC", "ZZ1 2A1")] == [None] * 5


def test_waits_grow() -> None:
    """After some slips each wrong try doubles the wait, up to an hour; a day later all of it is forgotten."""
    guesses, now = Guesses(), MORNING
    waits = []
    for _ in range(FREE + 9):
        waits.append(guesses.wait_seconds("a", "P", now))
        now += waits[-1] * 1000
        guesses.begun("a", "P", now)
    assert waits == [0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert guesses.wait_seconds("a", "Q", now) == guesses.wait_seconds("b", "P", now) == 3600
    assert guesses.wait_seconds("b", "Q", now) == 0
    assert guesses.wait_seconds("a", "P", now + DAY_MS) == 0


def test_what_was_right_costs_nothing_and_mends_nothing() -> None:
    """A right try is taken back, and no other with it."""
    guesses = Guesses()
    for number in range(FREE):
        guesses.begun("a", "P", MORNING + number)
    before = guesses.wait_seconds("a", "P", MORNING + FREE)
    assert before == 30
    guesses.begun("b", "Q", MORNING)
    guesses.was_right("b", "Q", MORNING)
    assert guesses.wait_seconds("b", "Q", MORNING) == 0
    assert guesses.wait_seconds("a", "P", MORNING + FREE) == before
    assert len(guesses.in_all) == FREE


def test_in_all() -> None:
    """From everywhere at everything: so many wrong tries an hour, then everybody waits."""
    guesses = Guesses()
    for number in range(MOST_IN_ALL):
        assert guesses.wait_seconds(str(number), str(number), MORNING + number) == 0
        guesses.begun(str(number), str(number), MORNING + number)
    assert guesses.wait_seconds("0", "new", MORNING + MOST_IN_ALL) == 3600
    assert guesses.wait_seconds("0", "new", MORNING + 3_600_000) == 0


def test_nobody_uses_up_what_is_answered_to_residents() -> None:
    """When the hour's tries are used up, each network has one try of its own; its neighbours have none with it."""
    guesses, now = Guesses(), MORNING + MOST_IN_ALL
    for number in range(MOST_IN_ALL):
        guesses.begun(f"198.51.{number}.1", f"P{number}", MORNING + number)
    for resident, neighbour in (
        ("203.0.113.7", "203.0.113.200"),
        ("2001:db8:7:1::/64", "2001:db8:7:ffff::/64"),
    ):
        assert guesses.wait_seconds(resident, "HOME", now) == 0
        guesses.begun(resident, "HOME", now)
        assert guesses.wait_seconds(neighbour, "HOME", now) == guesses.wait_seconds(resident, "HOME", now) > 3500
        guesses.was_right(resident, "HOME", now)
        assert guesses.wait_seconds(neighbour, "HOME", now) == 0
    assert guesses.wait_seconds("198.51.3.99", "HOME", now) > 3500
    assert len(guesses.in_all) == MOST_IN_ALL


async def test_a_try_counts_before_it_is_looked_up(bench: Bench) -> None:
    """A hundred at once are not all let through."""
    _, chain = await a_scene(bench)
    guesses = Guesses()
    refused = []
    for _ in range(FREE + 3):
        with pytest.raises((Refused, TooManyTries)) as fault:
            await look_up(bench.office, guesses, "33333", HOME, "198.51.100.1")
        refused.append(type(fault.value))
    assert refused == [Refused] * FREE + [TooManyTries] * 3
    with pytest.raises(TooManyTries):
        await look_up(bench.office, guesses, code_of(chain), HOME, "203.0.113.9")


async def test_the_audit_walks_over_it(sqlite_bench: Bench) -> None:
    """Disputed, answered and forgotten, the store is whole; a card that somebody moved is named."""
    supervisor, chain = await a_scene(sqlite_bench)
    office = sqlite_bench.office
    await give_times(office, await found_by(sqlite_bench, chain), new_receipt(), TUESDAYS, "en", "Tuesdays.")
    receipt = await disputed(sqlite_bench, chain)
    await answer_dispute(office, supervisor, chain.visit_id, receipt, "No.")
    sqlite_bench.clock.ms += 200 * DAY_MS
    assert await forget_times(office, 90) == 1
    assert await found_wrong(sqlite_bench) == []
    await keep_records(office, [Card(visit_id=chain.visit_id, card_key="0" * 64)])
    assert [chain.visit_id in fault for fault in await found_wrong(sqlite_bench)] == [True]


async def found_wrong(bench: Bench) -> list[str]:
    """What the audit says is wrong."""
    return [fault async for fault in faults(bench.office, Audited())]
