"""How sure a visit is, on its page, in the list and in the API: shape and word, why, and who vouches for it."""

from __future__ import annotations

import re

import msgspec
import pytest

from doorstep.application.decide_visit import decide_visit
from doorstep.application.writer import Refused
from doorstep.domain.grades import GRADES, Graded
from doorstep.web.pages.graded_words import place_told, why_words
from doorstep.web.visits import find_visit
from tests.chains import PICTURE
from tests.makers import a_visit, an_enrolled_phone, send, upload
from tests.web.browsing import OWN, Signed, Site, a_recorded_visit, form_token_in, read_visit, row_of, words_in
from tests.web.evidence_visits import a_contradicted_visit, a_supported_visit

SHAPES = re.compile(r'<span class="ds-grade ds-grade--(\w+)"><svg.*?<path d="([^"]+)".*?</svg>(\w+)</span>')


async def a_queue(site: Site) -> tuple[Signed, Signed, str, str]:
    """A supervisor, an operative, a visit that the server's times support and one that they contradict."""
    operative = await site.signed(1, "operative", "north", installation=1)
    supervisor, planner = await site.signed(2, "supervisor", "north"), await site.signed(3, "planner", "north")
    phone = await an_enrolled_phone(site.bench, operative.session)
    good = await a_supported_visit(site.bench, operative.session, planner.person, phone, b"another picture")
    bad = await a_contradicted_visit(site.bench, operative.session, phone, len(good.bodies) + 1)
    return supervisor, operative, good.visit_id, bad.visit_id


async def test_each_check_says_how_sure_it_is_and_why(site: Site) -> None:
    """The grade, why in a sentence, who vouches; and on top how many checks have which."""
    supervisor, _, good, _ = await a_queue(site)
    page = (await supervisor.http.get(f"/office/visits/{good}")).text
    said = words_in(page)
    assert "All 11 checks were met." in said
    assert "By how well they are supported: Proven 4 Consistent 6 Unsupported 1 Contradicted 0" in said
    assert "What the evidence contradicts" not in said
    checks = page.partition('aria-labelledby="checks"')[2]
    wait = row_of(checks, "Waited 15 minutes")
    assert "Proven Our server's times show a wait of at least 15 min 53 s. 15 min 0 s was needed." in wait
    assert wait.endswith("Our server The planner")
    assert "Proven The planner's own record of the call" in row_of(checks, "The planner said what to do")
    assert "Unsupported Only the operative says that they called." in row_of(checks, "Called them")
    assert "Nobody sets a grade by hand." in said


async def test_a_grade_is_never_colour_alone(site: Site) -> None:
    """Each has a shape of its own and its word beside it; a count of nought is plain text."""
    supervisor, _, good, bad = await a_queue(site)
    pages = [(await supervisor.http.get(f"/office/visits/{visit_id}")).text for visit_id in (good, bad)]
    found = {(name, shape, word) for page in pages for name, shape, word in SHAPES.findall(page)}
    assert {name for name, _, _ in found} == set(GRADES)
    assert len({shape for _, shape, _ in found}) == len(found) == len(GRADES)
    assert {word for _, _, word in found} == {"Proven", "Consistent", "Unsupported", "Contradicted"}
    assert '<dt class="ds-quiet">Contradicted</dt>' in pages[0]


async def test_a_wait_that_the_receipts_contradict_is_said_first(site: Site) -> None:
    """At the top, before the verdict and any check, and again beside the wait; without a word of guilt."""
    supervisor, _, _, bad = await a_queue(site)
    page = (await supervisor.http.get(f"/office/visits/{bad}")).text
    said = words_in(page)
    why = "Our server's times leave room for 6 min 0 s at most. 15 min 0 s was needed."
    top = said.index(f"Waited 15 minutes. {why}")
    assert said.index("What the evidence contradicts") < top < said.index("Judged by")
    assert "It does not say who is wrong, or why." in said
    assert f"Contradicted {why}" in row_of(page.partition('aria-labelledby="checks"')[2], "Waited 15 minutes")
    assert re.search(r'href="#check-(\w+)".*id="check-\1"', page, re.DOTALL)
    for word in ("suspicious", "fraud", "tamper-proof"):
        assert word not in said.casefold()


async def test_the_servers_times_stand_beside_the_phones(site: Site) -> None:
    """Not before, not after, in figures; what fixes them, in sentences; what passed whatever the phone says."""
    supervisor, _, good, _ = await a_queue(site)
    page = (await supervisor.http.get(f"/office/visits/{good}")).text
    said = words_in(page)
    assert "Arrived 09:00:05 0:05 09:00:03 to 09:00:07" in said
    assert "Planner's code typed 09:16:20 16:20 09:16:00 to 09:16:50" in said
    assert "Card left 09:18:10 18:10 09:16:00 to 09:27:00" in said
    assert "at least 15 min 53 s passed, whatever the phone says" in said
    assert "The code that was spoken was made at 09:16:00" in said
    assert "The code read back was typed in by 09:16:50" in said
    assert page.count('class="ds-tl__certain"') > 1
    assert "No enrolled phone signed these events." not in said
    view = await find_visit(site.bench.office, supervisor.person, good)
    arrived = next(event for event in view.events if event.kind == "arrived")
    assert (arrived.lo, arrived.lo_by) == ("2026-11-23T09:00:03.000Z", "anchor")
    assert (arrived.hi, arrived.hi_by, arrived.is_signed) == ("2026-11-23T09:00:07.000Z", "receipt", True)


async def test_the_list_begins_with_what_is_contradicted(site: Site) -> None:
    """Weakest first with what is weakest and why; narrowed to a grade; counted beside the filter; in the API too."""
    supervisor, _, good, bad = await a_queue(site)
    page = (await supervisor.http.get("/office/visits")).text
    said = words_in(page)
    assert page.index(bad) < page.index(good)
    assert "Contradicted Waited 15 minutes: Our server's times leave room for 6 min 0 s at most." in said
    assert "Unsupported Called them" in said
    assert re.search(r"Contradicted : 1 Unsupported : 1 Consistent : 0 Proven : 0", said)
    only = (await supervisor.http.get("/office/visits?view=decide&grade=contradicted")).text
    assert (bad in only, good in only) == (True, False)
    found = (await supervisor.http.get("/api/visits?grade=unsupported")).json()["visits"]
    assert [(each["visit_id"], each["grade"]) for each in found] == [(good, "unsupported")]
    assert (await supervisor.http.get("/api/visits?grade=guilty")).status_code == 422
    whole = (await supervisor.http.get(f"/api/visits/{bad}")).json()
    assert (whole["grade"], whole["place"]["why"]) == ("contradicted", "place_off")
    assert {each["grade"] for each in whole["grades"]} <= set(GRADES)


async def test_a_code_read_on_the_card_proves_the_photo(site: Site) -> None:
    """A supervisor's word is kept with the decision; the grade follows from the log, and nobody sets it."""
    operative = await site.signed(1, "operative", "north", installation=1)
    supervisor = await site.signed(2, "supervisor", "north")
    chain = await a_recorded_visit(site, operative)
    path = f"/office/visits/{chain.visit_id}"
    page = (await supervisor.http.get(path)).text
    view = await find_visit(site.bench.office, supervisor.person, chain.visit_id)
    assert f"I can read {view.card_code} on the card" in words_in(page)
    assert "grade" not in re.findall(r'name="(\w+)"', page.partition('class="ds-decide"')[2])
    form = {"form_token": form_token_in(page), "decision": "upheld", "reason": "It is all there", "reads_card": "yes"}
    assert (await supervisor.http.post(f"{path}/decisions", data=form, headers=OWN)).status_code == 303
    page = (await supervisor.http.get(path)).text
    said = row_of(page.partition('aria-labelledby="checks"')[2], "Took a photo of the card")
    assert "Proven A supervisor read this visit's code on the card" in said
    assert "Supervisor 2" in said
    assert "They could read the code on the card." in words_in(page)


async def test_nobody_reads_a_card_that_has_not_come(site: Site) -> None:
    """Without a whole photo there is nothing to tick, and the office refuses it."""
    operative = await site.signed(1, "operative", "north", installation=1)
    supervisor = await site.signed(2, "supervisor", "north")
    chain = await a_visit(site.bench, operative.session)
    chain.whole()
    await send(site.bench, operative.session, chain.bodies)
    assert "I can read" not in await read_visit(supervisor, chain)
    with pytest.raises(Refused, match="no photo"):
        await decide_visit(
            site.bench.office, supervisor.person, chain.visit_id, "upheld", "Fine", None, reads_card=True
        )


async def test_a_photo_names_the_other_visits_that_use_it(site: Site) -> None:
    """By a link for those that the reader may see, by number for the rest; the operative is told of none."""
    operative = await site.signed(1, "operative", "north", installation=1)
    supervisor, auditor = await site.signed(2, "supervisor", "north"), await site.signed(3, "auditor")
    other = await site.signed(4, "operative", "south", installation=4)
    chain = await a_recorded_visit(site, operative)
    assert "Used on no other visit." in await read_visit(supervisor, chain)
    elsewhere = await a_visit(site.bench, other.session, 2, "A-2", patch="south", address=("7 Far Road", "ZZ9 9ZZ"))
    elsewhere.whole(picture=PICTURE)
    await send(site.bench, other.session, elsewhere.bodies)
    await upload(site.bench)
    said = await read_visit(supervisor, chain)
    assert "1 more on visits that you may not see." in said
    assert "7 Far Road" not in said
    assert "Used on another visit too: 7 Far Road, ZZ9 9ZZ" in await read_visit(auditor, chain)
    [photo] = (await find_visit(site.bench.office, operative.person, chain.visit_id)).photos
    assert (photo.reused_in, photo.elsewhere, photo.hidden_uses) == ([], [], 0)
    [photo] = (await find_visit(site.bench.office, supervisor.person, chain.visit_id)).photos
    assert (photo.reused_in, photo.hidden_uses) == ([], 1)


async def test_location_stands_apart_from_the_checks(site: Site) -> None:
    """In a box of its own, with its grade, and what it cannot say; a far one is not told as a contradicted check."""
    supervisor, _, good, _ = await a_queue(site)
    page = (await supervisor.http.get(f"/office/visits/{good}")).text
    said = words_in(page)
    assert "Unsupported Location, which is not a check The phone does not tell its place." in said
    assert 'id="check-place"' not in page
    view = await find_visit(site.bench.office, supervisor.person, good)
    far = Graded("place", "contradicted", "place_far", {"away_m": 410, "accuracy_m": 60}, ("phone",))
    told = place_told(msgspec.structs.replace(view, place=far))
    assert told is not None
    assert told.why == "The phone says it was 410 m from the property, to within 60 m: not at this door."
    assert place_told(msgspec.structs.replace(view, place=None)) is None


def test_a_reason_newer_than_the_words_is_readable() -> None:
    """A grade by rules that the catalogue does not know yet is shown all the same."""
    assert why_words(Graded("x", "unsupported", "something_new")) == "Something new"


async def test_the_pack_is_offered_to_whoever_may_have_it(site: Site) -> None:
    """Supervisors and auditors, whole and redacted; a planner is not."""
    operative = await site.signed(1, "operative", "north", installation=1)
    supervisor, planner = await site.signed(2, "supervisor", "north"), await site.signed(3, "planner", "north")
    chain = await a_recorded_visit(site, operative)
    page = (await supervisor.http.get(f"/office/visits/{chain.visit_id}")).text
    assert f'href="/api/visits/{chain.visit_id}/pack" download' in page
    assert f'href="/api/visits/{chain.visit_id}/pack?redacted=yes" download' in page
    assert "/pack" not in (await planner.http.get(f"/office/visits/{chain.visit_id}")).text


async def test_a_time_in_a_reason_is_read_as_a_time_in_the_list(site: Site) -> None:
    """Whoever came outside the slot: the list says when by the phone's clock, and shows nobody its markup."""
    operative, supervisor = await site.signed(1, "operative", installation=1), await site.signed(2, "supervisor")
    key, device_id = await an_enrolled_phone(site.bench, operative.session)
    chain = await a_visit(site.bench, operative.session)
    chain.device_id, chain.began_ms = device_id, chain.began_ms + 6 * 3_600_000
    chain.whole()
    await send(site.bench, operative.session, chain.bodies, key=key)
    page = (await supervisor.http.get("/office/visits")).text
    assert "You came on time: The phone's own clock says 15:00:05" in words_in(page)
    assert "&lt;time" not in page
