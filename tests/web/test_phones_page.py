"""The office's pages of phones and of the log: codes, what was kept aside, revoking, the newest checkpoint."""

from __future__ import annotations

import re

from doorstep.application.rows import Checkpoint
from doorstep.application.world import Needs, World
from doorstep.domain.chain import ALPHABET
from tests.makers import MORNING, a_visit, an_enrolled_phone, send
from tests.web.browsing import OWN, Signed, Site, form_token_in, words_in

PATH = "/office/phones"


async def posted(signed: Signed, path: str, **fields: str) -> tuple[int, str]:
    """A form sent from the page of phones: the status and the page."""
    token = form_token_in((await signed.http.get(PATH)).text)
    answer = await signed.http.post(path, data={"form_token": token, **fields}, headers=OWN)
    return answer.status_code, answer.text


async def test_a_code_is_shown_once_large_and_as_a_picture(site: Site) -> None:
    """Ten characters, until when, and a picture of the address with the code; without script or inline style."""
    planner = await site.signed(1, "planner", "north")
    operative = await site.signed(2, "operative", "north", installation=2)
    assert "No phone is enrolled yet." in words_in((await planner.http.get(PATH)).text)
    status, page = await posted(planner, f"{PATH}/codes", person_id=operative.person.person_id)
    assert status == 200
    code = re.search(rf"<span>([{ALPHABET}]{{5}})</span> <span>([{ALPHABET}]{{5}})</span>", page)
    assert code
    assert "Code for Operative 2" in words_in(page)
    assert "until 09:10:00" in words_in(page)
    assert "http://doorstep.test/door/" in page
    assert re.search(r"<svg[^>]*>.*<path[^>]*/>.*</svg>", page, re.DOTALL)
    assert "style=" not in page
    assert code[1] + code[2] not in (await planner.http.get(PATH)).text
    assert "choose whom" in words_in((await posted(planner, f"{PATH}/codes", person_id=""))[1]).casefold()
    south = await site.signed(3, "operative", "south")
    assert (await posted(planner, f"{PATH}/codes", person_id=south.person.person_id))[0] == 404


async def test_phones_are_listed_with_what_was_kept_aside(site: Site) -> None:
    """Whose, since when, last heard; an unsigned event is counted; another patch's phone is absent."""
    operative = await site.signed(1, "operative", "north", installation=1)
    other = await site.signed(2, "operative", "south", installation=2)
    supervisor, admin = await site.signed(3, "supervisor", "north"), await site.signed(4, "admin")
    _, device_id = await an_enrolled_phone(site.bench, operative.session)
    await an_enrolled_phone(site.bench, other.session, 2)
    chain = await a_visit(site.bench, operative.session)
    chain.device_id = device_id
    chain.start()
    await send(site.bench, operative.session, chain.bodies)
    said = words_in((await supervisor.http.get(PATH)).text)
    assert "Operative 1 23/11/2026 09:00:00 23/11/2026 09:00:00 In use Revoke" in said
    assert "1 event" in said
    assert "Operative 2" not in said
    assert "Operative 2" in words_in((await admin.http.get(PATH)).text)


async def test_revoking_asks_first_and_wants_a_reason(site: Site) -> None:
    """What it does is said before; without a reason nothing happens; afterwards the list says when."""
    operative = await site.signed(1, "operative", "north", installation=1)
    supervisor = await site.signed(2, "supervisor", "north")
    _, device_id = await an_enrolled_phone(site.bench, operative.session)
    end = f"{PATH}/{device_id}/end"
    asked = words_in((await supervisor.http.get(end)).text)
    assert "Revoke Operative 1's phone?" in asked
    assert "This cannot be undone" in asked
    status, page = await posted(supervisor, end, reason=" ")
    assert (status, "Give the reason" in page) == (422, True)
    assert "In use" in (await supervisor.http.get(PATH)).text
    assert (await posted(supervisor, end, reason="Lost on Monday"))[0] == 303
    assert "Revoked 23/11/2026 09:00:00" in words_in((await supervisor.http.get(PATH)).text)
    assert "revoked already" in words_in((await supervisor.http.get(end)).text)
    south = await site.signed(3, "supervisor", "south")
    assert (await south.http.get(end)).status_code == 404
    assert (await posted(south, end, reason="Not mine"))[0] == 404


async def test_the_log_shows_its_newest_checkpoint(site: Site) -> None:
    """The note, when it was made, whether it has left the house; the key; how to check, before there is one too."""
    auditor = await site.signed(1, "auditor")
    first = words_in((await auditor.http.get("/office/log")).text)
    assert "No checkpoint has been made yet." in first
    assert site.bench.office.log_key.vkey in first
    assert "doorstep audit --checkpoint FILE" in first
    note = "doorstep/tests\n42\nroot\n\n\N{EM DASH} doorstep/tests <sig>\n"
    await site.bench.office.writer.submit(_Made(Checkpoint(42, note, MORNING)))
    page = (await auditor.http.get("/office/log")).text
    said = words_in(page)
    assert "Made 23/11/2026 09:00:00 Entries 42 Published Not yet." in said
    assert "doorstep/tests &lt;sig&gt;" in page
    await site.bench.office.writer.submit(_Made(Checkpoint(43, note, MORNING, MORNING + 60_000, b"token")))
    said = words_in((await auditor.http.get("/office/log")).text)
    assert "Entries 43 Published 23/11/2026 09:01:00 Outside timestamp Yes" in said


class _Made:
    """A checkpoint as it is given."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        self.checkpoint = checkpoint

    def needs(self) -> Needs:
        return Needs()

    def apply(self, world: World) -> None:
        world.changes.checkpoints[self.checkpoint.size] = self.checkpoint
