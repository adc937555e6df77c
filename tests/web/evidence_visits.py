"""Missed visits whose evidence is known to be strong, wrong or used twice: what pages have to tell apart."""

from __future__ import annotations

from doorstep.application.log_planner_call import begin_planner_call, log_planner_call
from doorstep.application.rows import Person, Session
from doorstep.domain.chain import body_hash, read_back
from tests.chains import PICTURE, Chain
from tests.makers import MORNING, Bench, PhoneKey, a_visit, send, upload

MINUTE = 60_000


async def a_supported_visit(
    bench: Bench, session: Session, planner: Person, phone: tuple[PhoneKey, str], picture: bytes = PICTURE
) -> Chain:
    """Online on arrival, without signal afterwards: a call by voice after 16 minutes fixes the time of the wait."""
    key, device_id = phone
    chain = await a_visit(bench, session, 1, "E-1", address=("Flat 4", "12 Sample Street", "ZZ1 2AB"))
    chain.device_id = device_id
    chain.start()
    bench.clock.ms = MORNING + 3_000
    anchor = bench.office.anchors.current()
    chain.state("arrived", 5_000, address_confirmed=True, place_missing="off", anchor=anchor)
    bench.clock.ms = MORNING + 7_000
    await send(bench, session, chain.bodies, 1, key)
    chain.state("door_knocked", 90_000, method="knock")
    chain.state("clock_gap", 260_000, hidden_ms=110_000, wall_ms=110_000, mono_ms=110_000)
    chain.state("door_knocked", 275_000, method="bell")
    chain.state("resident_called", 400_000, number_label="mobile, ends 123", result="no_answer")
    bench.clock.ms = MORNING + 16 * MINUTE
    call = await begin_planner_call(bench.office, planner, chain.appointment_id, session.person.person_id)
    chain.state("planner_code_typed", 16 * MINUTE + 20_000, code=call.code)
    typed = body_hash(chain.bodies[-1].encode())
    bench.clock.ms = MORNING + 16 * MINUTE + 50_000
    await log_planner_call(bench.office, planner, call.call_id, "No answer", "leave_card", read_back(typed))
    chain.state("planner_contacted", 16 * MINUTE + 55_000, how="phone", instruction="leave_card")
    chain.card_and_record(picture, 18 * MINUTE)
    bench.clock.ms = MORNING + 27 * MINUTE
    await send(bench, session, chain.bodies[2:], 3, key)
    await upload(bench, picture)
    return chain


async def a_contradicted_visit(
    bench: Bench, session: Session, phone: tuple[PhoneKey, str], first_seq: int, picture: bytes = PICTURE
) -> Chain:
    """All of it in six minutes by the server's clock, whatever the phone's clocks say; with another visit's photo."""
    key, device_id = phone
    chain = await a_visit(bench, session, 2, "E-2", address=("40 Fabled Row", "ZZ1 3CD"))
    chain.device_id = device_id
    chain.began_ms = bench.clock.ms
    anchor = bench.office.anchors.current()
    chain.start()
    chain.state("arrived", 5_000, address_confirmed=True, place_missing="off", anchor=anchor)
    chain.state("door_knocked", 20_000, method="knock")
    chain.state("door_knocked", 150_000, method="bell")
    chain.state("resident_called", 200_000, number_label="mobile, ends 123", result="no_answer")
    chain.state("planner_contacted", 600_000, how="phone", instruction="leave_card")
    chain.card_and_record(picture)
    bench.clock.ms += 6 * MINUTE
    await send(bench, session, chain.bodies, first_seq, key)
    return chain
