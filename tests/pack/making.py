"""A visit as it is lived through at a real office, by an enrolled phone, and the pack that is made of it."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

from doorstep.adapters.report.typst_report import TypstReport
from doorstep.application.adopt_policies import adopt_policies
from doorstep.application.decide_visit import decide_visit
from doorstep.application.log_keys import begin_log
from doorstep.application.log_planner_call import begin_planner_call, log_planner_call
from doorstep.application.resident.answer import answer_dispute
from doorstep.application.resident.guesses import Guesses
from doorstep.application.resident.look_up import look_up
from doorstep.application.resident.say import Suits, dispute, give_times, new_receipt
from doorstep.application.rows import Person
from doorstep.domain.chain import body_hash, card_code
from tests.makers import Bench, a_person, a_session, a_visit, an_enrolled_phone, send, upload

SECOND = 1_000


@dataclass
class Lived:
    """An office with one upheld visit, and those who may have its pack."""

    bench: Bench
    visit_id: str
    supervisor: Person


async def lived(bench: Bench, number: int = 1) -> Lived:
    """From enrolment to the supervisor's decision, and the resident's word against it; each event is anchored."""
    office, clock = bench.office, bench.clock
    office.report = TypstReport()
    await begin_log(office)
    await adopt_policies(office, office.rules.policies)
    operative, planner = await a_person(bench, number, "operative"), await a_person(bench, 100 + number, "planner")
    supervisor = await a_person(bench, 200 + number, "supervisor")
    session = await a_session(bench, operative, number)
    key, device_id = await an_enrolled_phone(bench, session, number)
    chain = await a_visit(bench, session, number, f"A-{number}")
    chain.device_id = device_id
    began_ms = clock.ms
    call = await begin_planner_call(office, planner, chain.appointment_id, operative.person_id)
    chain.whole(code=call.code)
    for seq, body in enumerate(chain.bodies, start=1):
        clock.ms += 5 * SECOND
        await send(bench, session, [body], first_seq=seq, key=key)
    await log_planner_call(office, planner, call.call_id, "Nobody rang.", "leave_card", "")
    await upload(bench)
    clock.ms = began_ms + 3_600 * SECOND
    found = await look_up(office, Guesses(), card_code(body_hash(chain.bodies[1].encode())), "ZZ1 2AB", "198.51.100.1")
    receipt = new_receipt()
    await dispute(office, found, receipt, "was_in", "I was in the garden.", "en")
    await give_times(office, found, new_receipt(), Suits(("tue",), (), False, "", ""), "en", "Tuesdays.")
    await decide_visit(office, supervisor, chain.visit_id, "upheld", "The code can be read.", None, reads_card=True)
    await answer_dispute(office, supervisor, chain.visit_id, receipt, "We knocked twice.")
    return Lived(bench, chain.visit_id, supervisor)


def a_page(folder: Path) -> Path:
    """Something in the place of the built page, where no browser opens it."""
    page = folder / "verify.html"
    page.write_text("<!doctype html><title>Check a pack</title>")
    return page


def unzipped(content: bytes) -> dict[str, bytes]:
    """A ZIP's files by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as held:
        return {name: held.read(name) for name in held.namelist()}
