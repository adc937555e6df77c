"""An operative may reply to what was overturned: the decision stands, and a supervisor reads the reply and decides."""

from __future__ import annotations

from doorstep.application.decide_visit import decide_visit
from doorstep.application.lists import VisitFilter
from doorstep.application.rows import VisitRow
from doorstep.domain.deciding import REPLIED
from doorstep.domain.office_events import StandingChanged, read_office_event
from tests.application.test_decide_visit import a_scene
from tests.chains import Chain
from tests.makers import Bench, a_person, a_session, an_id, send

REPLIED_TO = VisitFilter(standing="overturned", has_reply=True)


async def says(bench: Bench, chain: Chain, note: str) -> None:
    """The operative writes a note, and the phone sends it."""
    session = await a_session(bench, await a_person(bench, 1, "operative"), 11)
    chain.state("note_added", 60_000, note=note)
    await send(bench, session, chain.bodies[-1:], len(chain.bodies))


async def replied_to(bench: Bench) -> list[VisitRow]:
    """The list of what was replied to, which its own figures agree with."""
    found = list(await bench.office.store.visit_rows(REPLIED_TO))
    counted = sum(count.visits for count in await bench.office.store.visit_counts(REPLIED_TO))
    assert counted == len(found)
    return found


async def test_a_reply_is_listed_until_it_was_decided_again(any_bench: Bench) -> None:
    """The decision stands meanwhile; the same decision again answers the reply, and the phone is told of it."""
    supervisor, chain = await a_scene(any_bench)
    await says(any_bench, chain, "Written before anybody decided.")
    await decide_visit(any_bench.office, supervisor, chain.visit_id, "overturned", "No.", "landlord_missed")
    assert await replied_to(any_bench) == []
    await says(any_bench, chain, "I was there.")
    [row] = await replied_to(any_bench)
    assert (row.visit_id, row.standing, row.outcome) == (chain.visit_id, "overturned", "landlord_missed")
    again = await decide_visit(any_bench.office, supervisor, chain.visit_id, "overturned", "Still.", "landlord_missed")
    assert REPLIED not in again.flags
    assert await replied_to(any_bench) == []
    told = read_office_event((await any_bench.office.store.feed(an_id(1), 0, 99))[-1].body)
    assert isinstance(told, StandingChanged)
    assert (told.decision_reason, told.decided_n) == ("Still.", len(chain.bodies) - 1)


async def test_what_the_rules_refused_can_be_upheld_after_a_reply(bench: Bench) -> None:
    """Whoever decides knows that the record was refused: so it stands as upheld, and does not come back."""
    supervisor, chain = await a_scene(bench, is_whole=False)
    session = await a_session(bench, await a_person(bench, 1, "operative"), 11)
    chain.state("missed_recorded", 700_000, declaration="2026-11-01")
    await send(bench, session, chain.bodies[6:], 7)
    await decide_visit(bench.office, supervisor, chain.visit_id, "overturned", "Too short.", "landlord_missed")
    await says(bench, chain, "The planner told me to go.")
    settled = await decide_visit(bench.office, supervisor, chain.visit_id, "upheld", "True.", None)
    assert settled.standing == "upheld"
