"""What one may not see is not there: another operative's visit, another patch's visit, call or photo is a 404."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tests.chains import PICTURE
from tests.makers import DAY, a_chain, a_visit, an_id, send, upload
from tests.web.browsing import OWN, Site, a_recorded_visit, form_token_in

SHA256 = hashlib.sha256(PICTURE).hexdigest()


async def test_another_operatives_visit_and_photo_are_not_there(site: Site) -> None:
    """An operative sees their own visit and its photo, and is told nothing of a colleague's."""
    mine = await site.signed(1, "operative", "north", installation=1)
    other = await site.signed(2, "operative", "north", installation=2)
    chain = await a_recorded_visit(site, mine)
    assert (await mine.http.get(f"/api/visits/{chain.visit_id}")).status_code == 200
    absent = await other.http.get(f"/api/visits/{chain.visit_id}")
    never = await other.http.get(f"/api/visits/{an_id(999)}")
    assert (absent.status_code, absent.json()) == (404, never.json())
    assert (await mine.http.get(f"/api/photos/{SHA256}?size=400")).status_code == 200
    assert (await other.http.get(f"/api/photos/{SHA256}?size=400")).json()["type"] == "/problems/not-found"
    assert (await other.http.head(f"/api/photos/{SHA256}")).status_code == 404


async def test_what_was_said_with_a_colleague_is_the_offices_own(site: Site) -> None:
    """Two operatives of one appointment: neither reads what the planner wrote of the other's call."""
    mine = await site.signed(1, "operative", "north", installation=1)
    other = await site.signed(2, "operative", "north", installation=2)
    planner = await site.signed(10, "planner", "north")
    chain = await a_recorded_visit(site, mine)
    for of, words in ((mine, "nobody home"), (other, "colleague is unwell")):
        wanted = {"appointment_id": chain.appointment_id, "operative_id": of.person.person_id}
        call_id = (await planner.http.post("/api/planner-calls", json=wanted)).json()["call_id"]
        said = {"summary": words, "instruction": "leave_card"}
        assert (await planner.http.post(f"/api/planner-calls/{call_id}/log", json=said)).status_code == 201
    path = f"/api/visits/{chain.visit_id}"
    shown, whole = await mine.http.get(path), await planner.http.get(path)
    assert ["nobody home" in answer.text for answer in (shown, whole)] == [True, True]
    assert ["unwell" in answer.text for answer in (shown, whole)] == [False, True]
    assert other.person.person_id not in shown.text
    assert "code" not in {name for event in whole.json()["events"] for name in event["own"]}


async def test_another_patch_is_not_there(site: Site) -> None:
    """Planners, supervisors and auditors of a patch find nothing of another's, on page or API."""
    operative = await site.signed(1, "operative", "north", installation=1)
    chain = await a_recorded_visit(site, operative)
    for number, role in enumerate(("planner", "supervisor", "auditor"), start=10):
        far = await site.signed(number, role, "south")
        near = await site.signed(number + 10, role, "north")
        for path in (f"/api/visits/{chain.visit_id}", f"/office/visits/{chain.visit_id}"):
            assert (await far.http.get(path)).status_code == 404
            assert (await near.http.get(path)).status_code == 200
        assert (await far.http.get(f"/api/photos/{SHA256}")).json()["type"] == "/problems/not-found"
        assert (await far.http.get("/api/visits")).json()["visits"] == []
        assert "Sample Street" not in (await far.http.get("/office/visits")).text
        assert [row["visit_id"] for row in (await near.http.get("/api/visits")).json()["visits"]] == [chain.visit_id]


async def test_a_planner_reaches_their_own_patch_and_their_own_calls(site: Site) -> None:
    """Another patch's appointment cannot be called about; another planner's call cannot be read or saved."""
    operative = await site.signed(1, "operative", "north", installation=1)
    chain = await a_recorded_visit(site, operative)
    near, colleague = await site.signed(10, "planner", "north"), await site.signed(11, "planner", "north")
    far = await site.signed(12, "planner", "south")
    wanted = {"appointment_id": chain.appointment_id, "operative_id": operative.person.person_id}
    assert (await far.http.post("/api/planner-calls", json=wanted)).status_code == 404
    call_id = (await near.http.post("/api/planner-calls", json=wanted)).json()["call_id"]
    said = {"summary": "no answer", "instruction": "leave_card"}
    page = f"/office/appointments/{chain.appointment_id}/calls/{call_id}"
    for other in (colleague, far):
        assert (await other.http.post(f"/api/planner-calls/{call_id}/log", json=said)).status_code == 404
        assert (await other.http.get(page)).status_code == 404
    assert (await near.http.get(page)).status_code == 200
    assert "Sample Street" not in (await far.http.get("/office/board")).text


async def test_a_supervisor_decides_on_their_own_patch_only(site: Site) -> None:
    """A decision on another patch's visit is refused as if the visit were not there."""
    operative = await site.signed(1, "operative", "north", installation=1)
    chain = await a_recorded_visit(site, operative)
    far = await site.signed(2, "supervisor", "south")
    decision = {"decision": "upheld", "reason": "all there"}
    path = f"/api/visits/{chain.visit_id}/decisions"
    assert (await far.http.post(path, json=decision)).status_code == 404
    token = form_token_in((await far.http.get("/office/visits")).text)
    page = f"/office/visits/{chain.visit_id}/decisions"
    answer = await far.http.post(page, data={**decision, "form_token": token}, headers=OWN)
    assert answer.status_code == 404


async def test_the_original_is_for_auditors_and_never_opens(site: Site) -> None:
    """The bytes as they were sent: an attachment that no browser shows, to an auditor and to nobody else."""
    operative = await site.signed(1, "operative", "north", installation=1)
    await a_recorded_visit(site, operative)
    supervisor = await site.signed(2, "supervisor", "north")
    auditor = await site.signed(3, "auditor")
    path = f"/api/photos/{SHA256}?size=original"
    for other in (operative, supervisor):
        assert (await other.http.get(path)).json()["type"] == "/problems/not-your-role"
    answer = await auditor.http.get(path)
    assert answer.content == PICTURE
    assert answer.headers["content-disposition"] == f'attachment; filename="{SHA256}"'
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"


async def test_a_derivative_is_a_picture_for_the_reader_alone(site: Site, tmp_path: Path) -> None:
    """What was made of a photo is shown inline as a JPEG, and kept by no cache."""
    operative = await site.signed(1, "operative", "north", installation=1)
    await a_recorded_visit(site, operative)
    made = tmp_path / "photos" / "derived" / SHA256[:2] / f"{SHA256}-400.jpg"
    made.parent.mkdir(parents=True, exist_ok=True)
    made.write_bytes(b"\xff\xd8 a small picture")
    answer = await operative.http.get(f"/api/photos/{SHA256}?size=400")
    assert (answer.content, answer.headers["content-type"]) == (made.read_bytes(), "image/jpeg")
    assert (answer.headers["cache-control"], answer.headers["content-disposition"]) == ("no-store", "inline")


async def test_a_visit_whose_beginning_has_not_come_is_its_operatives_alone(site: Site) -> None:
    """Nobody knows its patch yet, so only readers of every patch find it, and its own operative."""
    operative = await site.signed(1, "operative", "north", installation=1)
    chain = await a_recorded_visit(site, operative)
    stray = await a_chain(site.bench, operative.session, chain.appointment_id, 9)
    stray.start()
    stray.state("arrived", 5_000, address_confirmed=True, place_missing="off")
    await send(site.bench, operative.session, stray.bodies[1:], len(chain.bodies) + 1)
    near, every = await site.signed(2, "supervisor", "north"), await site.signed(3, "supervisor")
    assert (await near.http.get(f"/office/visits/{stray.visit_id}")).status_code == 404
    page = await every.http.get(f"/office/visits/{stray.visit_id}")
    assert page.status_code == 200
    assert "Visit whose beginning has not come" in page.text
    shown = (await operative.http.get(f"/api/visits/{stray.visit_id}")).json()
    assert (shown["appointment_id"], [event["kind"] for event in shown["events"]]) == (None, ["arrived"])


async def test_a_list_is_filtered_and_paged(site: Site) -> None:
    """By standing, day, operative and words; and no page holds what another has."""
    operative = await site.signed(1, "operative", "north", installation=1)
    supervisor = await site.signed(2, "supervisor", "north")
    for number in range(1, 53):
        address = (f"{number} Sample Row", "Inventon")
        chain = await a_visit(site.bench, operative.session, number, f"R-{number}", address=address)
        chain.start()
        await send(site.bench, operative.session, chain.bodies, number)
    first = (await supervisor.http.get("/api/visits")).json()
    second = (await supervisor.http.get("/api/visits", params={"after": first["next"]})).json()
    ids = [row["visit_id"] for row in first["visits"] + second["visits"]]
    assert (len(first["visits"]), len(ids), len(set(ids)), second["next"]) == (50, 52, 52, None)
    for params, expected in (
        ({"q": "51 row"}, 1),
        ({"standing": "recorded"}, 0),
        ({"from": DAY, "to": DAY, "operative": operative.person.person_id, "q": "WO-R-7"}, 1),
        ({"to": "2026-11-22"}, 0),
    ):
        assert len((await supervisor.http.get("/api/visits", params=params)).json()["visits"]) == expected
        assert (await supervisor.http.get("/office/visits", params=params)).text.count('scope="row"') == expected
    page = (await supervisor.http.get("/office/visits?view=all")).text
    assert 'rel="next"' in page


async def test_a_photo_of_broken_bytes_says_so_on_its_visit(site: Site) -> None:
    """An unreadable photo harms nothing, and the visit shows why it cannot be seen."""
    operative = await site.signed(1, "operative", "north", installation=1)
    chain = await a_visit(site.bench, operative.session)
    chain.whole(picture=b"broken bytes")
    await send(site.bench, operative.session, chain.bodies)
    await upload(site.bench, b"broken bytes")
    shown = (await operative.http.get(f"/api/visits/{chain.visit_id}")).json()
    assert [(photo["state"], photo["why"]) for photo in shown["photos"]] == [
        ("unreadable", "no picture can be made of it")
    ]
    supervisor = await site.signed(2, "supervisor", "north")
    page = (await supervisor.http.get(f"/office/visits/{chain.visit_id}")).text
    assert "Cannot be shown: no picture can be made of it" in page
