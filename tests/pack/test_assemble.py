"""Protects the evidence pack as the office makes it: whole, logged, sealed, and only for whoever may have it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from doorstep.application.audit import Audited, faults
from doorstep.application.pack.assemble import PackMaker
from doorstep.application.writer import Refused
from doorstep.domain.office_events import PackExported, read_office_event
from tests.makers import LOG_KEY, a_person, an_office, closed
from tests.pack.making import a_page, lived, unzipped
from tests.web.browsing import Site


async def test_a_pack_holds_what_its_manifest_names_and_the_log_says_so(tmp_path: Path) -> None:
    """Every file but the seal is named by its hash; the export's entry holds the manifest's; the audit stays clean."""
    bench = await an_office(tmp_path)
    living = await lived(bench)
    office = bench.office
    assert office.report is not None
    made = await PackMaker(office.report, a_page(tmp_path)).assemble(office, living.supervisor, living.visit_id)
    files = unzipped(made.content)
    manifest = json.loads(files["manifest.json"])
    unsealed = {name for name in files if not name.startswith("seal/")} - {"manifest.json"}
    assert manifest["files"].keys() == unsealed
    assert {name: hashlib.sha256(files[name]).hexdigest() for name in unsealed} == manifest["files"]
    export = read_office_event(files["seal/export.json"])
    assert isinstance(export, PackExported)
    assert export.manifest_sha256 == hashlib.sha256(files["manifest.json"]).hexdigest()
    assert files["report.pdf"].startswith(b"%PDF")
    assert LOG_KEY.origin.encode() in files["seal/checkpoint.txt"]
    grades = {each["clause"]: each["grade"] for each in json.loads(files["grading.json"])["clauses"]}
    assert grades["card_photo"] == "proven"
    assert grades["planner"] == "proven"
    assert [fault async for fault in faults(office, Audited())] == []
    await closed(bench)


async def test_the_same_visit_twice_differs_only_in_what_came_since(tmp_path: Path) -> None:
    """A second pack holds the first export too: who was given what is part of the record."""
    bench = await an_office(tmp_path)
    living = await lived(bench)
    assert bench.office.report is not None
    maker = PackMaker(bench.office.report, a_page(tmp_path))
    first = unzipped((await maker.assemble(bench.office, living.supervisor, living.visit_id)).content)
    second = unzipped((await maker.assemble(bench.office, living.supervisor, living.visit_id)).content)
    (more,) = second.keys() - first.keys()
    assert second[more] == first["seal/export.json"]
    await closed(bench)


async def test_a_pack_is_for_whoever_may_see_the_visit(tmp_path: Path) -> None:
    """A supervisor of another patch learns nothing, and a visit that is not there looks the same."""
    bench = await an_office(tmp_path)
    living = await lived(bench)
    stranger = await a_person(bench, 900, "supervisor", "south")
    assert bench.office.report is not None
    maker = PackMaker(bench.office.report, a_page(tmp_path))
    for person, visit_id in ((stranger, living.visit_id), (living.supervisor, "00000000-0000-0000-0000-000000000000")):
        with pytest.raises(Refused) as refused:
            await maker.assemble(bench.office, person, visit_id)
        assert refused.value.reason == "not-found"
    await closed(bench)


async def test_the_route_gives_it_as_an_attachment(site: Site) -> None:
    """To supervisors and auditors; planners and operatives are turned away before anything is made."""
    living = await lived(site.bench)
    supervisor = await site.signed(300, "supervisor")
    auditor, planner = await site.signed(301, "auditor"), await site.signed(302, "planner")
    (site.folder / "verify.html").write_text("<!doctype html>")
    path = f"/api/visits/{living.visit_id}/pack"
    for reader in (supervisor, auditor):
        answer = await reader.http.get(path)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("application/zip")
        assert answer.headers["content-disposition"].startswith("attachment")
        assert "manifest.json" in unzipped(answer.content)
    assert (await planner.http.get(path)).status_code == 403


async def test_asking_for_its_head_takes_nothing_out(site: Site) -> None:
    """A link checker's HEAD makes no pack and logs no export; what one may not see stays unseen by it."""
    living = await lived(site.bench)
    supervisor = await site.signed(300, "supervisor")
    stranger = await site.signed(301, "supervisor", patch="south")
    path = f"/api/visits/{living.visit_id}/pack"
    assert (await supervisor.http.head(path)).status_code == 200
    assert (await stranger.http.head(path)).status_code == 404
    assert all(entry.kind != "pack_exported" for entry in await site.bench.office.store.entries(0, 1_000))


async def test_a_redacted_copy_holds_no_names_and_is_tied_to_the_whole(tmp_path: Path) -> None:
    """What planners wrote, codes and names are gone; each gap has its body's hash, and the log knows both exports."""
    bench = await an_office(tmp_path)
    living = await lived(bench)
    office = bench.office
    assert office.report is not None
    maker = PackMaker(office.report, a_page(tmp_path))
    made = await maker.assemble(office, living.supervisor, living.visit_id, is_redacted=True)
    files = unzipped(made.content)
    said = b"".join(content for name, content in files.items() if name.endswith(".json"))
    assert b"Nobody rang." not in said
    gaps = {name: json.loads(body) for name, body in files.items() if b'"redacted": true' in body}
    hashes = {json.loads(leaf)["leaf"][2] for leaf in map(json.dumps, json.loads(files["log.json"])["entries"])}
    assert len(gaps) >= 1
    assert {gap["sha256"] for gap in gaps.values()} <= hashes
    assert {gap["body"]["salt"] for gap in gaps.values()} == {"A" * 22}
    exports = [
        read_office_event(entry.body) for entry in await office.store.entries(0, 1_000) if entry.kind == "pack_exported"
    ]
    whole, copy = (event for event in exports if isinstance(event, PackExported))
    assert copy.redacted_of == whole.manifest_sha256 == json.loads(files["manifest.json"])["redacted_of"]
    await closed(bench)


async def test_a_dispute_is_in_the_pack_and_the_times_of_a_resident_are_not(tmp_path: Path) -> None:
    """What the resident says of the record is evidence, and reads as it was; when they are in is nobody's business."""
    bench = await an_office(tmp_path)
    living = await lived(bench)
    office = bench.office
    assert office.report is not None
    maker = PackMaker(office.report, a_page(tmp_path))
    whole = unzipped((await maker.assemble(office, living.supervisor, living.visit_id)).content)
    said = b"".join(content for name, content in whole.items() if name.endswith(".json"))
    for kind in (
        b'"kind":"resident_disputed"',
        b'"kind":"dispute_answered"',
        b"I was in the garden.",
        b"We knocked twice.",
    ):
        assert kind in said, kind
    assert b"resident_gave_times" not in said
    assert json.loads(whole["verdict.json"])["standing"] == "upheld"
    copy = unzipped((await maker.assemble(office, living.supervisor, living.visit_id, is_redacted=True)).content)
    assert b"garden" not in b"".join(content for name, content in copy.items() if name.endswith(".json"))
    await closed(bench)
