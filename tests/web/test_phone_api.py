"""What a phone asks: its day, sync, photos. The shapes here are the phone's contract."""

from __future__ import annotations

import hashlib
import json

from doorstep.application.import_appointments import Window, import_bookings
from tests.chains import PICTURE
from tests.makers import DAY, a_booking, a_visit, an_id, upload
from tests.web.browsing import Signed, Site

SHA256 = hashlib.sha256(PICTURE).hexdigest()
PARTIAL = "application/partial-upload"


async def sync(operative: Signed, bodies: list[str], first_seq: int = 1, after: int = 0) -> dict[str, object]:
    """Send bodies as a phone does."""
    events = [{"seq": seq, "body": body} for seq, body in enumerate(bodies, start=first_seq)]
    sent = {"installation_id": operative.session.installation_id, "after": after, "events": events}
    answer = await operative.http.post("/api/sync", json=sent)
    assert answer.status_code == 200, answer.text
    told: dict[str, object] = answer.json()
    return told


async def test_a_day_has_all_that_a_phone_needs_offline(site: Site) -> None:
    """Snapshots as exact text, policies, outcomes, declarations, and where one's own visits stand."""
    operative = await site.signed(1, "operative", "north", installation=1)
    booking = a_booking((operative.person.person_id,))
    await import_bookings(site.bench.office, "system", [booking])
    day = (await operative.http.get("/api/day")).json()
    assert (day["date"], day["server_time"], day["planner_number"]) == (DAY, f"{DAY}T09:00:00.000Z", "01632 960100")
    [appointment] = day["appointments"]
    assert appointment["snapshot"] == booking.snapshot()
    assert appointment["snapshot_sha256"] == hashlib.sha256(appointment["snapshot"].encode()).hexdigest()
    assert (appointment["policy_version"], appointment["is_cancelled"]) == ("2026-11-01", False)
    assert [policy["version"] for policy in day["policies"]] == ["2026-11-01"]
    assert day["policies"][0]["clauses"][0]["clause"] == "notified"
    assert {"version", "language", "words"} == day["declarations"][0].keys()
    welsh = day["words"]["cy"]
    assert welsh["policies"]["2026-11-01"]["clauses"]["waited"]["title"] == "Aros 15 munud"
    assert welsh["outcomes"].keys() == {outcome["outcome"] for outcome in day["outcomes"]}
    assert {"outcome", "side", "by", "words"} == day["outcomes"][0].keys()
    assert day["visits"] == []
    assert isinstance(day["feed_next"], int)
    assert (await operative.http.get("/api/day?date=2026-11-24")).json()["appointments"] == []
    for wrong in ("2026-02-30", "tomorrow", ""):
        answer = await operative.http.get("/api/day", params={"date": wrong})
        assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "date")


async def test_a_day_before_the_first_policy_says_what_is_missing(site: Site) -> None:
    """Nobody can judge a visit of that day: the answer says so, and names the remedy."""
    operative = await site.signed(1, "operative", "north", installation=1)
    window = Window("AM", "2026-10-01T08:00:00.000Z", "2026-10-01T13:00:00.000Z")
    await import_bookings(site.bench.office, "system", [a_booking((operative.person.person_id,), window=window)])
    answer = await operative.http.get("/api/day?date=2026-10-01")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/no-policy")
    assert "2026-10-01" in answer.json()["detail"]


async def test_a_session_without_a_phone_gets_no_day(site: Site) -> None:
    """What is served must be known by installation, or the visit could not be judged later."""
    operative = await site.signed(1, "operative", "north")
    answer = await operative.http.get("/api/day")
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/no-installation")


async def test_sync_answers_ack_refusals_and_the_feed(site: Site) -> None:
    """A whole visit, one broken body, a planner's call: each comes back in the agreed shape."""
    operative = await site.signed(1, "operative", "north", installation=1)
    planner = await site.signed(2, "planner", "north")
    chain = await a_visit(site.bench, operative.session)
    chain.whole()
    first = await sync(operative, [*chain.bodies, "{not json"])
    count = len(chain.bodies)
    assert first["ack"] == count + 1
    assert first["refused"] == [{"seq": count + 1, "reason": "malformed"}]
    feed = first["feed"]
    assert isinstance(feed, list)
    moved = next(item for item in feed if item["kind"] == "standing_changed")
    assert moved["body"] == {
        "visit_id": chain.visit_id,
        "appointment_id": chain.appointment_id,
        "standing": "pending_corroboration",
        "outcome": "no_access_carded",
        "awaiting": ["photo", "planner_call"],
        "reasons": [],
    }
    begun = await planner.http.post(
        "/api/planner-calls",
        json={"appointment_id": chain.appointment_id, "operative_id": operative.person.person_id},
    )
    site.bench.clock.ms += 600_000
    logged = await planner.http.post(
        f"/api/planner-calls/{begun.json()['call_id']}/log", json={"summary": "no answer", "instruction": "leave_card"}
    )
    assert logged.status_code == 201
    assert (logged.json()["visit_id"], logged.json()["n"]) == (chain.visit_id, 5)
    await upload(site.bench)
    later = await sync(operative, [], after=int(str(first["next"])))
    told = later["feed"]
    assert isinstance(told, list)
    kinds = [item["kind"] for item in told]
    assert kinds == ["planner_call_logged", "standing_changed", "standing_changed"]
    assert told[0]["body"] == {
        "call_id": begun.json()["call_id"],
        "appointment_id": chain.appointment_id,
        "operative_id": operative.person.person_id,
        "instruction": "leave_card",
        "summary": "no answer",
    }
    assert told[-1]["body"]["standing"] == "recorded"
    assert all({"position", "kind", "at", "body"} == item.keys() for item in told)
    assert later["next"] == told[-1]["position"]


async def test_a_changed_appointment_comes_whole_with_its_policy(site: Site) -> None:
    """The feed carries the exact snapshot, so that a phone at a door can adopt it."""
    operative = await site.signed(1, "operative", "north", installation=1)
    mine = (operative.person.person_id,)
    await import_bookings(site.bench.office, "system", [a_booking(mine)])
    changed = a_booking(mine, trade="electrician")
    await import_bookings(site.bench.office, "system", [changed])
    feed = (await sync(operative, []))["feed"]
    assert isinstance(feed, list)
    assert feed[-1]["kind"] == "appointment_changed"
    assert feed[-1]["body"]["snapshot"] == changed.snapshot()
    assert feed[-1]["body"]["policy_version"] == "2026-11-01"
    assert "operative_ids" not in feed[-1]["body"]


async def test_sync_is_for_the_sessions_own_phone_and_a_seq_is_used_once(site: Site) -> None:
    """Another installation: 403. The same seq with another body: 409. Twice in one request: 422."""
    operative = await site.signed(1, "operative", "north", installation=1)
    chain = await a_visit(site.bench, operative.session)
    chain.whole()
    await sync(operative, chain.bodies)
    assert (await sync(operative, chain.bodies))["ack"] == len(chain.bodies)

    async def answer(installation: int, *seqs: int) -> tuple[int, str]:
        events = [{"seq": seq, "body": "{}"} for seq in seqs]
        sent = {"installation_id": an_id(installation), "after": 0, "events": events}
        got = await operative.http.post("/api/sync", json=sent)
        return got.status_code, got.json().get("type", "")

    assert await answer(2, 1) == (403, "/problems/other-installation")
    assert await answer(1, 1) == (409, "/problems/seq-reused")
    assert await answer(1, 90, 90) == (422, "/problems/seq-twice")
    assert await answer(1, *range(100, 151)) == (422, "/problems/invalid")
    huge = {"installation_id": an_id(1), "after": 0, "events": [{"seq": 99, "body": "x" * 1_000_000}]}
    assert (await operative.http.post("/api/sync", json=huge)).status_code == 413


async def test_a_photo_comes_in_pieces_and_goes_on_where_it_broke_off(site: Site) -> None:
    """HEAD says where, PATCH adds from there, a wrong offset is told the true one; whole means whole."""
    operative = await site.signed(1, "operative", "north", installation=1)
    chain = await a_visit(site.bench, operative.session)
    chain.whole()
    path = f"/api/photos/{SHA256}"
    assert (await operative.http.head(path)).status_code == 404
    await sync(operative, chain.bodies)
    before = await operative.http.head(path)
    assert (before.status_code, before.headers["upload-offset"], before.headers["upload-complete"]) == (204, "0", "?0")
    headers = {"content-type": PARTIAL, "upload-length": str(len(PICTURE))}

    async def add(offset: int, content: bytes, **changed: str) -> tuple[int, str | None]:
        sent = headers | {"upload-offset": str(offset)} | {name.replace("_", "-"): changed[name] for name in changed}
        got = await operative.http.patch(path, content=content, headers=sent)
        return got.status_code, got.headers.get("upload-offset")

    assert await add(0, PICTURE[:10]) == (204, "10")
    assert await add(4, PICTURE[4:]) == (409, "10")
    assert await add(10, PICTURE[10:], content_type="image/jpeg") == (415, None)
    assert await add(10, PICTURE[10:], upload_length="7") == (422, None)
    assert await add(10, PICTURE[10:], upload_length="-1") == (422, None)
    assert await add(10, b"z" * (len(PICTURE) - 10)) == (422, "0")
    assert await add(0, PICTURE + b"more") == (413, None)
    offset = int((await operative.http.head(path)).headers["upload-offset"])
    assert await add(offset, PICTURE[offset:]) == (204, str(len(PICTURE)))
    whole = await operative.http.head(path)
    assert whole.headers["upload-complete"] == "?1"
    await site.bench.looker.drained()
    shown = (await operative.http.get(f"/api/visits/{chain.visit_id}")).json()
    assert [photo["state"] for photo in shown["photos"]] == ["complete"]
    assert "photo" not in shown["awaiting"]


async def test_what_is_no_hash_or_too_long_is_refused_before_any_byte(site: Site) -> None:
    """A name that is no hash is not there; 12 MB is the most; missing headers are named."""
    operative = await site.signed(1, "operative", "north", installation=1)
    for name in ("..", "A" * 64, "a" * 63, "%2e%2e%2fsecret"):
        assert (await operative.http.head(f"/api/photos/{name}")).status_code in (404, 405)
    lone = await operative.http.patch(f"/api/photos/{SHA256}", content=b"x", headers={"content-type": PARTIAL})
    assert lone.status_code == 422
    assert "upload" in json.dumps(lone.json()["errors"]).lower()
    headers = {"content-type": PARTIAL, "upload-offset": "0", "upload-length": "13000000"}
    big = await operative.http.patch(f"/api/photos/{SHA256}", content=b"x" * 12_000_001, headers=headers)
    assert big.status_code == 413
