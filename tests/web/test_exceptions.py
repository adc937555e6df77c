"""Data exceptions in the web: counted, listed, resolved with a reason, given to somebody; by page and by API."""

from __future__ import annotations

from doorstep.application.import_appointments import import_bookings
from doorstep.application.records import keep_records
from doorstep.application.reminders.text_rows import ReplyTask
from doorstep.domain.instants import MS_PER_DAY
from tests.makers import MORNING, a_booking, a_visit, send
from tests.web.browsing import OWN, Signed, Site, form_token_in, words_in

PATH = "/office/exceptions"
KIND = f"{PATH}/unknown_property"


async def taken_in(site: Site, *patches: str) -> list[str]:
    """Appointments with a UPRN that is none, one on each patch: their ids."""
    bookings = [a_booking((), f"A-{place}", uprn="X", patch=patch) for place, patch in enumerate(patches)]
    await import_bookings(site.bench.office, "system", bookings)
    return [booking.appointment_id for booking in bookings]


async def posted(signed: Signed, path: str, **fields: str) -> tuple[int, str]:
    """A form of an exception's page, sent: the status, and the page or where it leads."""
    token = form_token_in((await signed.http.get(f"{KIND}/one?subject={fields['subject']}")).text)
    answer = await signed.http.post(path, data={"form_token": token, **fields}, headers=OWN)
    return answer.status_code, answer.headers.get("location") or answer.text


async def test_kinds_are_counted_with_their_owner_and_age(site: Site) -> None:
    """What is open first; a kind that has nothing is named too, so that it is seen to have been asked."""
    await taken_in(site, "north", "south", "north")
    site.bench.clock.ms += MS_PER_DAY + 1
    planner = await site.signed(1, "planner", "north")
    said = words_in((await planner.http.get(PATH)).text)
    assert "Unknown UPRN or property resource planner 2 1 day 2" in said
    assert "Kinds with nothing open" in said
    assert "Photo used before" in said


async def test_a_kind_is_listed_and_one_is_resolved(site: Site) -> None:
    """From the list to one, without a reason nothing happens; with it it is among the resolved, with who and why."""
    planner = await site.signed(1, "planner", "north")
    [subject] = await taken_in(site, "north")
    said = words_in((await planner.http.get(KIND)).text)
    assert "WO-A-0 UPRN: X. Property: P-1. north 23/11/2026 09:00:00 Today Nobody yet" in said
    one = words_in((await planner.http.get(f"{KIND}/one?subject={subject}")).text)
    assert "4 Sample Street, Inventon, ZZ1 2AB" in one
    assert "test, as A-0. Mend it there" in one
    status, page = await posted(planner, f"{KIND}/resolutions", subject=subject, reason=" ")
    assert (status, "Give the reason" in page) == (422, True)
    assert await posted(planner, f"{KIND}/resolutions", subject=subject, reason="A new house") == (303, KIND)
    assert "Nothing is open." in (await planner.http.get(KIND)).text
    assert "A new house Planner 1" in words_in((await planner.http.get(f"{KIND}?view=resolved")).text)


async def test_one_is_given_to_somebody(site: Site) -> None:
    """Their name stands in the list, and it is among theirs; a supervisor who does not have it cannot resolve it."""
    planner, supervisor = await site.signed(1, "planner", "north"), await site.signed(2, "supervisor")
    [subject] = await taken_in(site, "north")
    one = f"{KIND}/one?subject={subject}"
    assert "Only a resource planner" in words_in((await supervisor.http.get(one)).text)
    person_id = supervisor.person.person_id
    status, where = await posted(planner, f"{KIND}/assignments", subject=subject, person_id=person_id)
    assert (status, where) == (303, one)
    assert "Supervisor 2" in words_in((await planner.http.get(KIND)).text)
    assert "WO-A-0" in (await supervisor.http.get(f"{KIND}?view=mine")).text
    assert "WO-A-0" not in (await planner.http.get(f"{KIND}?view=mine")).text
    assert (await posted(supervisor, f"{KIND}/resolutions", subject=subject, reason="It is right"))[0] == 303


async def test_one_leads_to_where_it_is_mended(site: Site) -> None:
    """To the visit, to the home, to the row that was held back, to the reply."""
    planner = await site.signed(1, "planner")
    operative = await site.signed(2, "operative", installation=2)
    chain = await a_visit(site.bench, operative.session)
    chain.start()
    chain.state("arrived", 400_000, address_confirmed=True, place_missing="off")
    await send(site.bench, operative.session, chain.bodies)
    [subject] = await taken_in(site, "north")
    reply = ReplyTask(
        text_id="t/1", appointment_id="", patch="", number="447700900123", kind="other", words="?", received_at=MORNING
    )
    await keep_records(site.bench.office, [reply])
    for kind, of, leads in (
        ("clock_skew", chain.visit_id, f"/office/visits/{chain.visit_id}"),
        ("unknown_property", subject, "/office/homes/P-1"),
        ("reply_waiting", "t/1", "/office/replies/t%2F1"),
    ):
        page = (await planner.http.get(f"{PATH}/{kind}/one?subject={of}")).text
        assert f'href="{leads}"' in page


async def test_another_patch_is_not_there(site: Site) -> None:
    """By no page and by no form."""
    south = await site.signed(1, "planner", "south")
    north, mine = await taken_in(site, "north", "south")
    assert "WO-A-0" not in (await south.http.get(KIND)).text
    assert (await south.http.get(f"{KIND}/one?subject={north}")).status_code == 404
    token = form_token_in((await south.http.get(f"{KIND}/one?subject={mine}")).text)
    for path, more in (("resolutions", {"reason": "x"}), ("assignments", {"person_id": ""})):
        fields = {"form_token": token, "subject": north, **more}
        assert (await south.http.post(f"{KIND}/{path}", data=fields, headers=OWN)).status_code == 404
    assert (await south.http.get(f"{PATH}/nothing")).status_code == 404


async def test_fifty_a_page(site: Site) -> None:
    """The next page goes on where this one ended, and leads back to the first."""
    planner = await site.signed(1, "planner", "north")
    await taken_in(site, *(["north"] * 51))
    first = (await planner.http.get(KIND)).text
    assert first.count("WO-A-") == 50
    following = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    second = (await planner.http.get(following)).text
    assert (second.count("WO-A-"), "First page" in second) == (1, True)


async def test_the_same_by_the_api(site: Site) -> None:
    """Counts, rows by page, a resolution, a person; each refusal with what to do."""
    planner = await site.signed(1, "planner", "north")
    [subject] = await taken_in(site, "north")
    kinds = {each["kind"]: each for each in (await planner.http.get("/api/exceptions")).json()["exceptions"]}
    counted = kinds["unknown_property"]
    assert (counted["count"], counted["owner"], counted["oldest_since"]) == (1, "planner", "2026-11-23T09:00:00.000Z")
    page = (await planner.http.get("/api/exceptions/unknown_property")).json()
    [row] = page["exceptions"]
    assert (row["subject_id"], row["facts"], row["visit_id"], page["next"]) == (subject, "X|P-1", None, None)
    api = "/api/exceptions/unknown_property"
    give = {"subject_id": subject, "person_id": planner.person.person_id}
    assert (await planner.http.post(f"{api}/assignments", json=give)).status_code == 204
    assert len((await planner.http.get(f"{api}?mine=true")).json()["exceptions"]) == 1
    refused = await planner.http.post(f"{api}/resolutions", json={"subject_id": subject, "reason": "  "})
    assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, "reason")
    resolve = {"subject_id": subject, "reason": "A new house"}
    assert (await planner.http.post(f"{api}/resolutions", json=resolve)).status_code == 204
    assert (await planner.http.post(f"{api}/resolutions", json=resolve)).status_code == 404
    [resolved] = (await planner.http.get(f"{api}?standing=resolved")).json()["exceptions"]
    assert (resolved["reason"], resolved["resolved_by"]) == ("A new house", planner.person.person_id)
    assert (await planner.http.get(f"{api}?standing=odd")).status_code == 422
