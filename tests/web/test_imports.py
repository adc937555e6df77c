"""Taking files in by the page and by the API: what is refused, what is asked, what goes in, and who may see it."""

from __future__ import annotations

import re
from typing import Any

import httpx

from doorstep.application.intake.feeds import add_feed, feed_of, revoke_feed, used
from doorstep.application.intake.forgetting import forget_intake
from doorstep.application.intake.kept import HeldRow, ImportRun
from doorstep.application.lists import AppointmentFilter
from doorstep.application.rows import AppointmentRow
from doorstep.domain.instants import MS_PER_DAY
from tests.csv_files import ROW, csv_of
from tests.makers import DAY
from tests.web.browsing import OWN, Signed, Site, form_token_in, words_in

PATH = "/office/imports"
API = "/api/appointments/imports"


def a_file(*rows: dict[str, str], header: dict[str, str] | None = None) -> bytes:
    """A CSV file as it is sent; `header` renames columns."""
    return csv_of(*rows, called=header).encode()


async def uploaded(signed: Signed, content: bytes, source: str = "drs", name: str = "bookings.csv") -> httpx.Response:
    """The upload form sent as a browser does."""
    token = form_token_in((await signed.http.get(PATH)).text)
    fields = {"form_token": token, "source": source, "encoding": "utf-8"}
    return await signed.http.post(PATH, data=fields, files={"file": (name, content)}, headers=OWN)


async def sent(signed: Signed, path: str, at: str, **fields: str) -> httpx.Response:
    """A form sent from the page at an address."""
    token = form_token_in((await signed.http.get(at)).text)
    return await signed.http.post(path, data={"form_token": token, **fields}, headers=OWN)


async def appointments(site: Site) -> list[AppointmentRow]:
    """What has gone in."""
    return list(await site.bench.office.store.appointment_rows(AppointmentFilter()))


async def held(site: Site) -> list[HeldRow]:
    """What is, or was, held."""
    return await site.bench.office.store.records(HeldRow)


async def test_a_file_is_looked_at_before_anything_goes_in(site: Site) -> None:
    """The page says what would happen; one button takes in what is right, and the rest is held to be mended."""
    planner = await site.signed(1, "planner", "north")
    wrong = {**ROW, "appointment_ref": "A-2", "date": "tomorrow"}
    answer = await uploaded(planner, a_file(ROW, wrong))
    assert answer.status_code == 303
    page = answer.headers["location"]
    said = words_in((await planner.http.get(page)).text)
    assert "Nothing has gone in yet" in said
    assert "Would be new 1" in said
    assert "Would be held, to be mended 1" in said
    assert "row 3 date 'tomorrow' is not a date" in said
    assert await appointments(site) == []
    assert (await sent(planner, f"{page}/take", page)).status_code == 303
    said = words_in((await planner.http.get(page)).text)
    assert "The file was taken in. Rows in the file 2 New 1" in said
    assert [row.source_ref for row in await appointments(site)] == ["A-1"]
    said = words_in((await planner.http.get(PATH)).text)
    assert "Rows held: 1" in said
    assert "A-2 drs, row 3 WO-1 To be mended" in said
    again = await sent(planner, f"{page}/take", PATH)
    assert again.status_code == 409


async def test_a_held_row_is_mended_as_a_form(site: Site) -> None:
    """The fault stands beside its field; the row goes in once it is right; what the source said stays beside it."""
    planner = await site.signed(1, "planner")
    await imported(planner, a_file({**ROW, "date": "tomorrow"}))
    [row] = await held(site)
    at = f"/office/held-rows/{row.held_id}"
    page = (await planner.http.get(at)).text
    assert re.search(r'id="date-error"[^>]*>.*?is not a date', page, re.DOTALL)
    wrong = await sent(planner, at, at, **{**ROW, "date": "never"})
    assert (wrong.status_code, "&#39;never&#39; is not a date" in wrong.text) == (422, True)
    assert (await sent(planner, at, at, **ROW)).status_code == 303
    assert [found.source_ref for found in await appointments(site)] == ["A-1"]
    said = words_in((await planner.http.get(at)).text)
    assert "Mended and taken in by Planner 1" in said
    assert f"Date tomorrow - changed to: {DAY}" in said
    assert (await sent(planner, at, PATH, **ROW)).status_code == 409
    counts = (await imported(planner, a_file({**ROW, "date": "tomorrow"})))["counts"]
    assert (counts["again"], counts["held"]) == (1, 0)


async def test_a_fault_of_the_file_stands_at_its_field(site: Site) -> None:
    """A reference that stands twice: the form holds what the row said, under the file's names as under ours."""
    planner = await site.signed(1, "planner")
    twice = a_file(ROW, {**ROW, "trade": "Joiner"}, header={"appointment_ref": "Ref"})
    asked = (await uploaded(planner, twice)).headers["location"]
    fields = {f"column{number}": name for number, name in enumerate(ROW)}
    await sent(planner, f"{asked}/columns", asked, **fields)
    await sent(planner, f"{asked}/take", asked)
    [row] = await held(site)
    at = f"/office/held-rows/{row.held_id}"
    page = (await planner.http.get(at)).text
    assert re.search(r'id="appointment_ref-error"[^>]*>.*?stands in row 2 as well', page, re.DOTALL)
    assert re.search(r'name="trade"[^>]*value="Joiner"', page)
    assert (await sent(planner, at, at, **{**ROW, "appointment_ref": "A-2"})).status_code == 303
    assert sorted(found.source_ref for found in await appointments(site)) == ["A-1", "A-2"]


async def test_a_row_is_dropped_with_a_reason(site: Site) -> None:
    """Without one it stays; with one it is gone from the list, and the same row does not come up again."""
    planner = await site.signed(1, "planner")
    await imported(planner, a_file({**ROW, "date": "tomorrow"}))
    [row] = await held(site)
    at = f"/office/held-rows/{row.held_id}"
    assert (await sent(planner, f"{at}/drop", at, reason=" ")).status_code == 422
    assert (await sent(planner, f"{at}/drop", at, reason="Sent twice")).status_code == 303
    assert "No rows wait to be mended" in words_in((await planner.http.get(PATH)).text)
    assert "Sent twice" in (await planner.http.get(at)).text
    await imported(planner, a_file({**ROW, "date": "tomorrow"}))
    assert [found.state for found in await held(site)] == ["dropped"]


async def test_columns_are_asked_once_for_each_set_of_headers(site: Site) -> None:
    """Their names are suggested and never guessed in silence; the next file of that source is read at once."""
    planner = await site.signed(1, "planner")
    theirs = {"work_order_ref": "Job No", "trade": "Craft"}
    page = (await uploaded(planner, a_file(ROW, header=theirs))).headers["location"]
    text = (await planner.http.get(page)).text
    assert "Say what the columns of this file are" in words_in(text)
    assert re.search(r'<option value="trade" selected>', text)
    fields = {f"column{number}": name for number, name in enumerate(ROW)}
    assert (await sent(planner, f"{page}/columns", page, **fields)).status_code == 303
    assert "Would be new 1" in words_in((await planner.http.get(page)).text)
    again = (await uploaded(planner, a_file({**ROW, "appointment_ref": "A-9"}, header=theirs))).headers["location"]
    assert "Would be new 1" in words_in((await planner.http.get(again)).text)
    other = (await uploaded(planner, a_file(ROW, header=theirs), source="other")).headers["location"]
    assert "Say what the columns" in words_in((await planner.http.get(other)).text)


async def test_a_planner_takes_in_for_their_patch_only(site: Site) -> None:
    """Rows of another patch are held with words, for that patch's planners; its appointments cannot be taken over."""
    north, south = await site.signed(1, "planner", "north"), await site.signed(2, "planner", "south")
    rows = a_file(
        ROW, {**ROW, "appointment_ref": "A-2", "patch": "south"}, {**ROW, "appointment_ref": "A-3", "patch": ""}
    )
    answer = await imported(north, rows)
    assert [fault["column"] for fault in answer["faults"]] == ["patch", "patch"]
    assert "belongs to patch south" in answer["faults"][0]["words"]
    assert [row.source_ref for row in await appointments(site)] == ["A-1"]
    stolen = await imported(south, a_file({**ROW, "patch": "south"}))
    assert stolen["counts"]["held"] == 1
    assert [row.patch for row in await appointments(site)] == ["north"]
    [theirs] = [row for row in await held(site) if row.reference == "A-2"]
    at = f"/office/held-rows/{theirs.held_id}"
    assert (await north.http.get(at)).status_code == 404
    assert (await south.http.get(at)).status_code == 200
    [run] = [run for run in await site.bench.office.store.records(ImportRun) if run.patch == "north"]
    assert (await south.http.get(f"{PATH}/{run.import_id}")).status_code == 404


async def imported(signed: Signed, content: bytes, **asked: str) -> dict[str, Any]:
    """A file sent by the API, in earnest."""
    answer = await signed.http.post(API, params={"dry_run": "no", "source": "drs", **asked}, content=content)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_the_api_answers_counts_and_faults(site: Site) -> None:
    """Dry unless it is said not to be; the same file again changes nothing; what cannot be read is refused whole."""
    planner = await site.signed(1, "planner")
    content = a_file(ROW, {**ROW, "appointment_ref": "A-2", "starts": "25:00", "trade": ""})
    dry = (await planner.http.post(API, params={"source": "drs"}, content=content)).json()
    assert (dry["is_dry"], dry["counts"]["new"], dry["fault_count"]) == (True, 1, 2)
    assert {fault["column"] for fault in dry["faults"]} == {"starts", "trade"}
    assert (await appointments(site), await held(site)) == ([], [])
    assert (await imported(planner, content))["counts"]["new"] == 1
    log = len(await site.bench.office.store.entries(0, 100))
    again = await imported(planner, content)
    assert (again["counts"]["same"], again["counts"]["held"]) == (1, 1)
    assert len(await site.bench.office.store.entries(0, 100)) == log
    assert len(await held(site)) == 1
    for body, asked in ((b"", {}), (b"PK\x03\x04", {}), (content + b'"cut', {}), (b"<x/>", {"format": "csv"})):
        refused = await planner.http.post(API, params={"source": "drs", "dry_run": "no", **asked}, content=body)
        assert (refused.status_code, refused.json()["type"]) == (422, "/problems/file-refused")
    assert (await planner.http.post(API, content=content)).status_code == 422
    assert len(await site.bench.office.store.entries(0, 100)) == log


async def test_a_file_may_be_so_large_and_no_larger(site: Site) -> None:
    """Beyond the setting nothing is kept, by the API and by the page, and nothing stays in the folder."""
    planner = await site.signed(1, "planner")
    assert site.bench.office.intake
    site.bench.office.intake.most_bytes = 50_000
    large = a_file(*({**ROW, "appointment_ref": f"A-{number}"} for number in range(2_000)))
    assert (await planner.http.post(API, params={"source": "drs"}, content=large)).status_code == 413
    assert (await uploaded(planner, large)).status_code == 413
    assert list((site.folder.parent / "intake").iterdir()) == []


async def test_a_form_of_another_session_keeps_no_byte(site: Site) -> None:
    """The token comes before the file: without it nothing is written."""
    planner = await site.signed(1, "planner")
    for fields in ({"source": "drs"}, {"source": "drs", "form_token": "0" * 64}):
        answer = await planner.http.post(PATH, data=fields, files={"file": ("a.csv", a_file(ROW))}, headers=OWN)
        assert answer.status_code == 403 or "too old" in answer.text
    assert not (site.folder.parent / "intake").exists()
    assert await site.bench.office.store.records(ImportRun) == []


async def test_a_feed_sends_with_its_token(site: Site) -> None:
    """Its own source and form and nothing else; a revoked or a wrong token opens nothing, nor does it open a page."""
    office = site.bench.office
    _, token = await add_feed(office, "scheduler", "drs", "csv", "admin")
    bearer = {"authorization": f"Bearer {token}"}
    nobody = site.client()
    answer = await nobody.post(API, params={"dry_run": "no"}, content=a_file(ROW), headers=bearer)
    assert (answer.status_code, answer.json()["counts"]["new"]) == (200, 1)
    [row] = await appointments(site)
    assert (row.source, row.patch) == ("drs", "north")
    other = await nobody.post(API, params={"source": "other"}, content=a_file(ROW), headers=bearer)
    assert (other.status_code, other.json()["errors"][0]["path"]) == (422, "source")
    assert (await nobody.get("/api/visits", headers=bearer)).status_code == 401
    wrong = {"authorization": f"Bearer {token}x"}
    assert (await nobody.post(API, content=a_file(ROW), headers=wrong)).status_code == 401
    await revoke_feed(office, "scheduler")
    assert (await nobody.post(API, content=a_file(ROW), headers=bearer)).status_code == 401


async def test_an_upload_that_nobody_went_on_with_is_forgotten(site: Site) -> None:
    """What its columns are was asked and never said: it bears the file's name and theirs, and goes when others do."""
    planner = await site.signed(1, "planner")
    await uploaded(planner, a_file(ROW, header={"address": "Wo wohnt sie"}))
    office = site.bench.office
    [run] = await office.store.records(ImportRun)
    assert run.state == "waiting"
    site.bench.clock.ms += 31 * MS_PER_DAY
    assert await forget_intake(office, 30) == 1
    assert await office.store.records(ImportRun) == []


async def test_a_feed_that_is_revoked_while_it_sends_stays_revoked(site: Site) -> None:
    """That it was heard is noted of the feed as it now is, not as it was when its token was looked at."""
    office = site.bench.office
    _, token = await add_feed(office, "scheduler", "drs", "csv", "admin")
    as_it_came = await feed_of(office, token)
    assert as_it_came
    await revoke_feed(office, "scheduler")
    await used(office, as_it_came)
    assert await feed_of(office, token) is None
