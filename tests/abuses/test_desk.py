"""Abuses by the desk: what a planner of one patch may learn of another by files they write themselves."""

from __future__ import annotations

import json

import pytest

from doorstep.application.composing import HomeFact
from doorstep.application.home_facts import record_fact
from doorstep.application.intake.kept import HeldRow, ImportRun, KnownOrder
from doorstep.application.reminders.receipts import take_receipt
from doorstep.application.reminders.replies import take_text
from doorstep.application.reminders.text_rows import FailedNumber, OptOut, ReplyTask
from doorstep.application.reminders.text_service import InboundText, Receipt
from doorstep.web.home_paths import home_url
from tests.csv_files import ROW
from tests.facts import said
from tests.makers import an_id
from tests.reminded import NUMBER, texts_of
from tests.web.browsing import OWN, Site, form_token_in
from tests.web.test_imports import API, a_file, appointments, held, imported, sent
from tests.web.test_reminders_pages import a_reminded_patch

PATCHES = ("north", "south")
SECRET = "12 Southern Street"
THEIRS = {
    **ROW,
    "appointment_ref": "S-1",
    "work_order_ref": "WO-S",
    "property_ref": "P-S",
    "address": f"{SECRET} | ZZ9 9ZZ",
    "patch": "south",
    "phones": "resident: 07700 900123",
    "alerts": "10: Shouts at callers (review 2027-01-31)",
}
ASKED = {
    "appointment_ref": {"appointment_ref": "S-1", "date": "never", "patch": "north"},
    "work_order_ref": {"appointment_ref": "N-1", "work_order_ref": "WO-S", "date": "never", "patch": "north"},
    "property_ref": {"appointment_ref": "N-2", "property_ref": "P-S", "date": "never", "patch": "north"},
}


@pytest.mark.parametrize("by", ASKED)
async def test_a_held_row_tells_nothing_of_another_patch(site: Site, by: str) -> None:
    """A row that names another patch's appointment, order or home is not filled from it, on the page or in the API."""
    south = await site.signed(1, "planner", "south")
    answer = await imported(south, a_file(THEIRS), source="drs", dry_run="no")
    assert answer["counts"]["new"] == 1, answer
    north = await site.signed(2, "planner", "north")
    await imported(north, a_file(ASKED[by]), source="drs", dry_run="no")
    [row] = [row for row in await held(site) if row.patch == "north"]
    page = (await north.http.get(f"/office/held-rows/{row.held_id}")).text
    for secret in (SECRET, "900123", "Shouts"):
        assert secret not in page
        assert secret not in repr(await held(site))


async def test_an_order_of_another_patch_is_neither_told_nor_changed(site: Site) -> None:
    """Sending the order anew does not make it one's own: what was known of it is not put in, and stays as it was."""
    feed = await site.signed(3, "planner")
    order = {"work_order_ref": "WO-S", "property_ref": "P-S", "address": SECRET, "patch": "south"}
    await imported(feed, a_file(order), source="housing")
    [known] = await site.bench.office.store.records(KnownOrder)
    north = await site.signed(2, "planner", "north")
    again = {"work_order_ref": "WO-S", "trade": "Roofing", "patch": "north"}
    await imported(north, a_file(again), source="housing")
    booked = {**ROW, "work_order_ref": "WO-S", "address": "", "property_ref": ""}
    assert (await imported(north, a_file(booked)))["counts"]["held"] == 1
    assert await site.bench.office.store.records(KnownOrder) == [known]
    for row in await held(site):
        if row.patch == "north":
            assert SECRET not in (await north.http.get(f"/office/held-rows/{row.held_id}")).text


async def test_a_held_row_of_another_patch_is_not_taken_over(site: Site) -> None:
    """A file with the same reference neither rewrites nor closes what waits for somebody else."""
    south = await site.signed(1, "planner", "south")
    await imported(south, a_file({**THEIRS, "date": "never"}))
    [theirs] = await held(site)
    north = await site.signed(2, "planner", "north")
    mine = {**ROW, "appointment_ref": "S-1"}
    await imported(north, a_file({**mine, "date": "never"}))
    assert theirs in await held(site)
    assert {row.patch for row in await held(site)} == {"north", "south"}
    await imported(north, a_file(mine))
    assert theirs in await held(site)


async def test_a_double_booking_shows_only_the_half_that_one_may_see(site: Site) -> None:
    """The same order booked on two patches: either side is told that it is double, and not where the other one is."""
    manager = await site.signed(9, "planner")
    twice = {**THEIRS, "property_ref": "P-1", "date": ROW["date"]}
    rows = [
        {**twice, "appointment_ref": f"{patch}-1", "patch": patch, "address": f"{patch} house"} for patch in PATCHES
    ]
    assert (await imported(manager, a_file(*rows)))["counts"]["new"] == 2
    seen = 0
    for number, (patch, other) in enumerate((PATCHES, PATCHES[::-1]), start=1):
        planner = await site.signed(number, "planner", patch)
        listed = (await planner.http.get("/api/exceptions/duplicate_booking")).json()["exceptions"]
        for each in listed:
            page = await planner.http.get(
                "/office/exceptions/duplicate_booking/one", params={"subject": each["subject_id"]}
            )
            assert page.status_code == 200
            assert f"{patch} house" in page.text
            assert f"{other} house" not in page.text
            seen += 1
    assert seen > 0


@pytest.mark.parametrize("form", ["hub_json", "booking_xml"])
async def test_no_field_is_so_long_that_pages_are(site: Site, form: str) -> None:
    """A file of one reference of megabytes: refused as a CSV file is, and no list of held rows is as long as that."""
    feed = await site.signed(1, "planner")
    long = "x" * 3_000_000
    content = {
        "hub_json": json.dumps([{"reference": long, "appointment": {"date": ROW["date"]}}]),
        "booking_xml": f"<a><b><bookingId>{long}</bookingId><planningWindowStart/></b></a>",
    }[form]
    asked = {"dry_run": "no", "source": "hub", "format": form}
    answer = await feed.http.post(API, params=asked, content=content.encode())
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/file-refused")
    assert await held(site) == []
    assert len((await feed.http.get("/office/imports")).text) < 100_000


async def test_nobody_books_themselves_into_another_patchs_home(site: Site) -> None:
    """A home's alerts are there for whoever has an appointment of it: so no planner may make one by a file of theirs.

    Not by a new row, not by mending a held one, and not by one that waits for its order.
    """
    manager = await site.signed(9, "planner")
    await imported(manager, a_file(THEIRS))
    north = await site.signed(2, "planner", "north")
    mine = {**ROW, "appointment_ref": "N-1", "property_ref": "P-S"}
    waiting = {**mine, "appointment_ref": "N-2", "work_order_ref": "WO-9", "trade": ""}
    answer = await imported(north, a_file(mine, waiting))
    assert (answer["counts"]["new"], answer["counts"]["held"]) == (0, 2)
    assert "home of patch south" in repr(answer["faults"])
    first = next(row for row in await held(site) if row.reference == "N-1")
    path = f"/office/held-rows/{first.held_id}"
    again = await sent(north, path, path, **mine)
    assert (again.status_code, "home of patch south" in again.text) == (422, True)
    await imported(manager, a_file({"work_order_ref": "WO-9", "trade": "Roofing"}), source="housing")
    assert {row.source_ref for row in await appointments(site)} == {"S-1"}
    assert (await north.http.get(home_url("P-S"))).status_code == 404
    assert (await imported(manager, a_file(mine)))["counts"]["new"] == 1, "whoever sees every patch may"


async def test_nothing_of_another_patch_is_there_by_its_id(site: Site) -> None:
    """Whoever knows the id of a row, an import, a fact, an answer or a number of the north: 404 on every way to it."""
    office = site.bench.office
    north, south = await a_reminded_patch(site)
    sent_text = (await texts_of(site.bench))["booked"]
    now_ms = site.bench.clock.ms
    await take_text(office, InboundText("t1", NUMBER, "Please change it", now_ms))
    await take_text(office, InboundText("t2", NUMBER, "STOP", now_ms))
    failed = Receipt(sent_text.provider_id, sent_text.reference, "permanent-failure", now_ms)
    await take_receipt(office, failed)
    await imported(north, a_file({**ROW, "appointment_ref": "A-9", "date": "never"}))
    row = await office.store.appointment_row(sent_text.appointment_id)
    assert row is not None
    fact = await record_fact(office, north.person, "alert", row.property_ref, said())
    [run] = await office.store.records(ImportRun)
    [theirs] = await held(site)
    [opt_out] = await office.store.records(OptOut)
    [number] = await office.store.records(FailedNumber)
    home = home_url(row.property_ref)
    pages = [
        f"/office/held-rows/{theirs.held_id}",
        f"/office/held-rows/{theirs.held_id}/drop",
        f"/office/imports/{run.import_id}",
        f"/office/imports/{run.import_id}/columns",
        f"/office/imports/{run.import_id}/take",
        "/office/replies/t1",
        f"/office/opt-outs/{opt_out.opt_out_id}/lift",
        f"/office/opt-outs/failed/{number.failed_id}",
        home,
        f"{home}/new/alert",
        *(f"{home}/facts/{fact.fact_id}/{act}" for act in ("change", "review", "end")),
    ]
    token = form_token_in((await south.http.get("/office/imports")).text)
    kinds = (ImportRun, HeldRow, OptOut, FailedNumber, ReplyTask, HomeFact)
    before = [await office.store.records(kind) for kind in kinds]
    form = {**ROW, "form_token": token, "reason": "Mine now", "text": "Shouts", "code": "10"}
    for path in pages:
        assert (await south.http.get(path)).status_code in (404, 405), path
        answer = await south.http.post(path, data=form, headers=OWN)
        assert answer.status_code in (404, 405), path
        assert "Sample Street" not in answer.text
        assert (await north.http.get(path)).status_code in (200, 405), "there for whoever may see it"
    told = {"channel": "call", "sent_at": "2026-11-20T09:00:00.000Z"}
    contact = {"appointment_id": row.appointment_id, "operative_id": an_id(1)}
    ref = home.rpartition("/")[2]
    asked = [
        south.http.post(f"/api/appointments/{row.appointment_id}/notices", json=told),
        south.http.post("/api/planner-calls", json=contact),
        south.http.get(f"/api/properties/{ref}/facts"),
        south.http.request("DELETE", f"/api/properties/{ref}/facts/{fact.fact_id}", json={"reason": "Mine now"}),
    ]
    assert [(await each).status_code for each in asked] == [404] * len(asked)
    assert [await office.store.records(kind) for kind in kinds] == before
