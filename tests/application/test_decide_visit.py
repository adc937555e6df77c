"""A supervisor decides a visit, and the decision holds for what they saw."""

from __future__ import annotations

import pytest

from doorstep.application.decide_visit import MOST_WORDS, decide_visit
from doorstep.application.log_planner_call import begin_planner_call, log_planner_call
from doorstep.application.rows import Person
from doorstep.application.writer import Refused
from doorstep.domain.office_events import StandingChanged, read_office_event
from tests.chains import Chain
from tests.makers import Bench, a_person, a_session, a_visit, an_id, send, upload


async def a_scene(bench: Bench, is_whole: bool = True) -> tuple[Person, Chain]:
    """A supervisor, and a visit that is recorded; or only begun."""
    supervisor, planner = await a_person(bench, 3, "supervisor", "north"), await a_person(bench, 2, "planner")
    session = await a_session(bench, await a_person(bench, 1, "operative"), 11)
    chain = await a_visit(bench, session)
    if is_whole:
        call = await begin_planner_call(bench.office, planner, chain.appointment_id, an_id(1))
        await log_planner_call(bench.office, planner, call.call_id, "", "leave_card", None)
        chain.whole(call.code)
    else:
        chain.until_planner()
    await send(bench, session, chain.bodies)
    if is_whole:
        await upload(bench)
    return supervisor, chain


async def refusal(bench: Bench, who: Person, chain: Chain, *decision: str | None) -> tuple[str, object]:
    with pytest.raises(Refused) as refused:
        await decide_visit(bench.office, who, chain.visit_id, *decision)  # type: ignore[arg-type]
    return refused.value.reason, refused.value.more.get("path")


@pytest.mark.parametrize(
    ("decision", "outcome", "stands"),
    [
        ("upheld", "completed", ("upheld", "no_access_carded")),
        ("overturned", "landlord_missed", ("overturned", "landlord_missed")),
        ("returned", None, ("returned", "no_access_carded")),
    ],
)
async def test_each_decision(any_bench: Bench, decision: str, outcome: str | None, stands: tuple[str, str]) -> None:
    """The list shows it, and the operative is told it with its reason."""
    supervisor, chain = await a_scene(any_bench)
    settled = await decide_visit(any_bench.office, supervisor, chain.visit_id, decision, "Because.", outcome)
    row = await any_bench.office.store.visit_row(chain.visit_id)
    assert row is not None
    assert (row.standing, row.outcome) == (settled.standing, settled.outcome) == stands
    told = read_office_event((await any_bench.office.store.feed(an_id(1), 0, 99))[-1].body)
    assert isinstance(told, StandingChanged)
    assert (told.standing, told.decision_reason) == (decision, "Because.")
    dossier = await any_bench.office.store.dossier(chain.appointment_id)
    assert dossier is not None
    assert [made.by_id for made in dossier.decisions[chain.visit_id]] == [supervisor.person_id]


async def test_what_a_decision_needs(bench: Bench) -> None:
    """A known word, a reason that fits, and for an overturned visit what it truly was."""
    supervisor, chain = await a_scene(bench)
    assert await refusal(bench, supervisor, chain, "maybe", "why", None) == ("invalid", "decision")
    assert await refusal(bench, supervisor, chain, "upheld", "  ", None) == ("invalid", "reason")
    assert await refusal(bench, supervisor, chain, "upheld", "x" * (MOST_WORDS + 1), None) == ("invalid", "reason")
    for outcome in (None, "", "no_access_no_card", "no_such_outcome"):
        assert await refusal(bench, supervisor, chain, "overturned", "why", outcome) == ("invalid", "outcome")


async def test_what_can_be_decided(bench: Bench) -> None:
    """Pending, recorded and refused: not what is in progress, nor what was decided and still stands."""
    supervisor, chain = await a_scene(bench, is_whole=False)
    assert await refusal(bench, supervisor, chain, "upheld", "why", None) == ("not-decidable", None)
    session = await a_session(bench, await a_person(bench, 1, "operative"), 11)
    chain.state("missed_recorded", 700_000, declaration="2026-11-01")
    await send(bench, session, chain.bodies[6:], 7)
    assert (await decide_visit(bench.office, supervisor, chain.visit_id, "upheld", "why", None)).standing == "upheld"
    assert await refusal(bench, supervisor, chain, "returned", "why", None) == ("not-decidable", None)


async def test_a_visit_that_is_not_theirs(bench: Bench) -> None:
    """Another patch's visit, one that is not there, and one without its start are not to be seen or decided."""
    supervisor, chain = await a_scene(bench)
    other = await a_person(bench, 5, "supervisor", "south")
    assert await refusal(bench, other, chain, "upheld", "why", None) == ("not-found", None)
    anywhere = await a_person(bench, 6, "supervisor")
    session = await a_session(bench, await a_person(bench, 1, "operative"), 12)
    stray = await a_visit(bench, session, 2)
    assert await refusal(bench, anywhere, stray, "upheld", "why", None) == ("not-found", None)
    stray.until_planner()
    await send(bench, session, stray.bodies[1:])
    assert await refusal(bench, supervisor, stray, "upheld", "why", None) == ("not-found", None)
    assert await refusal(bench, anywhere, stray, "upheld", "why", None) == ("not-decidable", None)


@pytest.mark.parametrize("is_matched", [True, False])
async def test_nobody_upholds_their_own_call(any_bench: Bench, is_matched: bool) -> None:
    """Not the planner whose call vouches for it, nor one whose call could: another supervisor must."""
    supervisor, chain = await a_scene(any_bench)
    if not is_matched:
        call = await begin_planner_call(any_bench.office, supervisor, chain.appointment_id, an_id(1))
        await log_planner_call(any_bench.office, supervisor, call.call_id, "", "leave_card", None)
    caller = await a_person(any_bench, 2, "supervisor") if is_matched else supervisor
    assert await refusal(any_bench, caller, chain, "upheld", "why", None) == ("own-call", None)
    settled = await decide_visit(any_bench.office, caller, chain.visit_id, "returned", "why", None)
    assert settled.standing == "returned"


async def test_a_second_call_reopens(any_bench: Bench) -> None:
    """A contradiction that the supervisor had not seen opens the visit again, in the lists too."""
    supervisor, chain = await a_scene(any_bench)
    session = await a_session(any_bench, await a_person(any_bench, 1, "operative"), 12)
    await decide_visit(any_bench.office, supervisor, chain.visit_id, "upheld", "why", None)
    other = await a_session(any_bench, await a_person(any_bench, 7, "operative"), 13)
    visit = await a_visit(any_bench, other, 2)
    visit.start()
    visit.state("access_gained", 5_000)
    await send(any_bench, other, visit.bodies)
    row = await any_bench.office.store.visit_row(chain.visit_id)
    assert row is not None
    assert session.installation_id != other.installation_id
    assert (row.standing, row.awaiting) == ("pending_corroboration", '["conflict"]')
