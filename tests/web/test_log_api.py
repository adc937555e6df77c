"""What an auditor fetches of the log: a checkpoint to keep, and the proof that the log goes on from an older one."""

from __future__ import annotations

import base64

from doorstep.application.checkpoints import is_signed_by, make_checkpoint
from doorstep.application.import_appointments import import_bookings
from doorstep.application.log_keys import begin_log
from doorstep.domain.checkpoint import read_note
from doorstep.domain.log_tree import TreeHead, is_consistent
from tests.makers import LOG_KEY, a_booking
from tests.web.browsing import Site


async def test_the_newest_checkpoint(site: Site) -> None:
    """Exactly the note that was signed, as a file; before there is one, that is said."""
    auditor = await site.signed(1, "auditor")
    assert (await auditor.http.get("/api/log/checkpoint")).status_code == 404
    await begin_log(site.bench.office)
    made = await make_checkpoint(site.bench.office)
    answer = await auditor.http.get("/api/log/checkpoint")
    assert (answer.status_code, answer.text) == (200, made.note)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="checkpoint-1.txt"'
    assert is_signed_by(read_note(answer.text), LOG_KEY)


async def test_a_checkpoint_is_proved_to_be_older(site: Site) -> None:
    """Whoever kept a checkpoint has the proof that the newer one goes on from it."""
    office = site.bench.office
    supervisor = await site.signed(1, "supervisor")
    await begin_log(office)
    older = read_note((await make_checkpoint(office)).note).head
    await import_bookings(office, "system", [a_booking((supervisor.person.person_id,), f"A-{n}") for n in range(20)])
    newer = read_note((await make_checkpoint(office)).note).head
    answer = await supervisor.http.get("/api/log/proof", params={"first": older.size, "second": newer.size})
    told = answer.json()
    heads = [TreeHead(told[name], base64.b64decode(told[f"{name}_root"])) for name in ("first", "second")]
    assert heads == [older, newer]
    assert is_consistent(older, newer, [base64.b64decode(each) for each in told["proof"]])


async def test_what_there_is_no_proof_of(site: Site) -> None:
    """A log longer than this one, or an older one that is longer than the newer: refused, in words."""
    auditor = await site.signed(1, "auditor")
    await begin_log(site.bench.office)
    for first, second in ((1, 2), (2, 1), (0, 1), (1, 2**53)):
        answer = await auditor.http.get("/api/log/proof", params={"first": first, "second": second})
        assert answer.status_code == 422, (first, second)
