"""Several visits decided for one reason: plain ones of one's own patch, each by itself, and none holds up another."""

from __future__ import annotations

import pytest

from doorstep.application.decide_several import MOST_VISITS, decide_several, plain_visits
from doorstep.application.log_planner_call import begin_planner_call, log_planner_call
from doorstep.application.rows import Person
from doorstep.application.writer import Refused
from tests.chains import Chain
from tests.makers import Bench, a_person, a_session, a_visit, an_alert, an_id, send, upload

ALERTED = 3
CALLED_BY_THE_SUPERVISOR = 4
BEGUN = 5


async def a_queue(bench: Bench) -> tuple[Person, dict[int, Chain]]:
    """Visits 1 and 2 are plain, 3 had an alert, 4 had its call with the supervisor, 5 goes on."""
    supervisor = await a_person(bench, 3, "supervisor", "north")
    planner = await a_person(bench, 2, "planner", "north")
    session = await a_session(bench, await a_person(bench, 1, "operative", "north"), 11)
    chains: dict[int, Chain] = {}
    seq = 1
    for number in range(1, 6):
        alerts = (an_alert("20-10", "Hard of hearing"),) if number == ALERTED else ()
        chain = await a_visit(bench, session, number, f"A-{number}", alerts=alerts)
        caller = supervisor if number == CALLED_BY_THE_SUPERVISOR else planner
        call = await begin_planner_call(bench.office, caller, chain.appointment_id, an_id(1))
        await log_planner_call(bench.office, caller, call.call_id, "", "leave_card", None)
        if number == BEGUN:
            chain.start()
        else:
            chain.whole(call.code, picture=f"picture {number}".encode())
        await send(bench, session, chain.bodies, seq)
        seq += len(chain.bodies)
        if number != BEGUN:
            await upload(bench, f"picture {number}".encode())
        chains[number] = chain
    return supervisor, chains


def ids(chains: dict[int, Chain], *numbers: int) -> list[str]:
    return [chains[number].visit_id for number in numbers]


async def test_plain_visits_are_decided_each_by_itself(any_bench: Bench) -> None:
    """Each has its own decision in the log; what is not plain, or was one's own call, is left and said, in order."""
    supervisor, chains = await a_queue(any_bench)
    done = await decide_several(
        any_bench.office, supervisor, ids(chains, 1, 2, 2, ALERTED, CALLED_BY_THE_SUPERVISOR, BEGUN), "upheld", "Seen."
    )
    assert done.decided == ids(chains, 1, 2)
    assert {visit_id: why.reason for visit_id, why in done.refused.items()} == dict(
        zip(ids(chains, ALERTED, CALLED_BY_THE_SUPERVISOR, BEGUN), ("not-plain", "own-call", "not-plain"), strict=True)
    )
    stands = {number: await any_bench.office.store.visit_row(chain.visit_id) for number, chain in chains.items()}
    assert [row.standing for row in stands.values() if row] == [
        "upheld",
        "upheld",
        "recorded",
        "recorded",
        "in_progress",
    ]
    for number in (1, 2):
        dossier = await any_bench.office.store.dossier(chains[number].appointment_id)
        assert dossier is not None
        [decision] = dossier.decisions[chains[number].visit_id]
        assert (decision.by_id, decision.reason) == (supervisor.person_id, "Seen.")


async def test_again_decides_nothing_twice(bench: Bench) -> None:
    """A form that is sent again finds what it decided no longer plain."""
    supervisor, chains = await a_queue(bench)
    await decide_several(bench.office, supervisor, ids(chains, 1, 2), "returned", "Which door?")
    again = await decide_several(bench.office, supervisor, ids(chains, 1, 2), "returned", "Which door?")
    assert again.decided == []
    assert {why.reason for why in again.refused.values()} == {"not-plain"}


async def test_another_patchs_visits_are_not_there(bench: Bench) -> None:
    """Neither seen nor decided, whoever knows their ids."""
    own, chains = await a_queue(bench)
    other = await a_person(bench, 6, "supervisor", "south")
    assert await plain_visits(bench.office, other, ids(chains, 1, 2)) == []
    done = await decide_several(bench.office, other, ids(chains, 1, 2), "upheld", "Seen.")
    assert done.decided == []
    assert [row.visit_id for row in await plain_visits(bench.office, own, [*ids(chains, 2, 1), "nothing"])] == ids(
        chains, 2, 1
    )


@pytest.mark.parametrize(
    ("count", "decision", "reason", "path"),
    [
        (0, "upheld", "why", "visits"),
        (MOST_VISITS + 1, "upheld", "why", "visits"),
        (1, "overturned", "why", "decision"),
        (1, "upheld", " ", "reason"),
        (1, "upheld", "x" * 1001, "reason"),
    ],
)
async def test_what_cannot_be_begun(bench: Bench, count: int, decision: str, reason: str, path: str) -> None:
    """Nothing ticked, too much, an outcome that several cannot share, no reason or too long a one."""
    supervisor, chains = await a_queue(bench)
    wanted = (ids(chains, 1) + [an_id(n) for n in range(count)])[:count]
    with pytest.raises(Refused) as refused:
        await decide_several(bench.office, supervisor, wanted, decision, reason)
    assert refused.value.more["path"] == path
    row = await bench.office.store.visit_row(chains[1].visit_id)
    assert row is not None
    assert row.standing == "recorded"
