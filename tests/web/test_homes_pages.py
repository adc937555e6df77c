"""The pages of homes: found without an address in any URL, what is in force and was changed, and the forms."""

from __future__ import annotations

from typing import Any

import pytest

from doorstep.application.home_facts import change_fact, end_fact
from doorstep.application.import_appointments import import_bookings
from doorstep.web.home_paths import home_path, home_url, property_ref_of
from tests.facts import HOME, a_booking_on, a_day, a_request_of, an_alert_of, said
from tests.makers import an_alert, an_id
from tests.web.browsing import OWN, Signed, Site, form_token_in, words_in

FIELDS = {"code": "20-40", "text": "Walks with a frame", "review_on": a_day(90), "reason": "She rang us"}


async def a_home(site: Site, reference: str = "A-1", after: int = 0, **changes: Any) -> Signed:
    """A home with an appointment, and the planner of its patch."""
    if not site.clients:
        await site.signed(1, "operative", installation=1)
    await import_bookings(site.bench.office, "system", [a_booking_on(a_day(after), an_id(1), reference, **changes)])
    return await site.signed(2, "planner", "north")


async def sent(signed: Signed, path: str, **fields: str) -> tuple[int, str, str]:
    """A form sent as its page sends it, hidden fields and all: the status, the page, where it leads."""
    token = form_token_in((await signed.http.get("/office/homes")).text)
    answer = await signed.http.post(path, data={"form_token": token, **fields}, headers=OWN)
    return answer.status_code, answer.text, answer.headers.get("location", "")


@pytest.mark.parametrize("ref", ["P-1", "P 12/3", "a.b", "..", "~2F", "Tŷ 4", "100%", "x" * 80, "?#&"])
def test_a_reference_is_one_part_of_an_address(ref: str) -> None:
    """Slashes, dots, spaces and what is not ASCII come back as they went, and no server reads them as its own."""
    part = home_path(ref)
    assert property_ref_of(part) == ref
    assert set(part) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~")


async def test_a_home_is_found_and_no_address_stands_in_an_address(site: Site) -> None:
    """Searched by a post; the result leads on by the landlord's reference; nothing typed is an error by its field."""
    planner = await a_home(site, property_ref="P 12/3")
    status, page, _ = await sent(planner, "/office/homes", q="sample zz1")
    assert (status, "1 home found" in page) == (200, True)
    assert 'href="/office/homes/P~2012~2F3"' in page
    home = await planner.http.get("/office/homes/P~2012~2F3")
    assert home.status_code == 200
    assert "4 Sample Street, Inventon, ZZ1 2AB Property reference: P 12/3" in words_in(home.text)
    assert "0 homes found" in words_in((await sent(planner, "/office/homes", q="nowhere"))[1])
    status, page, _ = await sent(planner, "/office/homes", q="  ")
    assert (status, 'href="#q"' in page) == (422, True)


async def test_a_home_of_another_patch_is_not_there(site: Site) -> None:
    """Neither its page, nor in what is found, nor any form of it, whatever is sent."""
    planner = await a_home(site)
    held = await an_alert_of(site.bench, planner.person)
    south = await site.signed(3, "planner", "south")
    paths = [f"facts/{held.fact_id}/{act}" for act in ("change", "review", "end")]
    for path in ("", "new/alert", *paths):
        assert (await south.http.get(f"{home_url(HOME)}/{path}".rstrip("/"))).status_code == 404
    for path in ("new/alert", *paths):
        assert (await sent(south, f"{home_url(HOME)}/{path}", **FIELDS))[0] == 404
    assert "0 homes found" in words_in((await sent(south, "/office/homes", q="sample"))[1])
    assert "Walks" not in (await south.http.get("/office/reviews")).text
    assert (await planner.http.get(home_url("P-404"))).status_code == 404
    assert (await planner.http.get(f"{home_url(HOME)}/new/photo")).status_code == 404
    assert (await planner.http.get(f"{home_url(HOME)}/facts/{held.fact_id}/burn")).status_code == 404
    assert (await planner.http.get(f"{home_url(HOME)}/facts/{an_id(9)}/end")).status_code == 404


async def test_an_alert_is_added(site: Site) -> None:
    """The form proposes a start and a review; saved, the home has it with its days, its author and its reason."""
    planner = await a_home(site)
    form = await planner.http.get(f"{home_url(HOME)}/new/alert")
    assert f'value="{a_day(0)}"' in form.text
    assert 'value="2027-05-23"' in form.text
    status, _, location = await sent(planner, f"{home_url(HOME)}/new/alert", **FIELDS)
    assert (status, location) == (303, home_url(HOME))
    page = words_in((await planner.http.get(location)).text)
    assert "Needs physical support Walks with a frame 23 Nov 2026 No end set 21 Feb 2027" in page
    assert "23/11/2026 09:00:00 Planner 2 Recorded Needs physical support: Walks with a frame" in page
    assert "She rang us" in page
    status, _, location = await sent(planner, f"{home_url(HOME)}/new/request", text="Side door", reason="Letter")
    assert (status, location) == (303, home_url(HOME))
    assert "Request Side door 23 Nov 2026" in words_in((await planner.http.get(location)).text)


async def test_what_is_wrong_is_said_by_its_field(site: Site) -> None:
    """All of it at once, on top and beside each field, with what was typed still there; nothing is recorded."""
    planner = await a_home(site)
    fields = {"text": "Kept words", "starts_on": a_day(5), "ends_on": a_day(2), "review_on": a_day(400), "reason": " "}
    status, page, _ = await sent(planner, f"{home_url(HOME)}/new/alert", **fields)
    assert status == 422
    assert page.count("<title>Error: ") == 1
    for field in ("code", "ends_on", "review_on", "reason"):
        assert f'href="#{field}"' in page
        assert f'id="{field}-error"' in page
    assert "Kept words" in page
    assert "within 12 months" in page
    assert "Nothing has been recorded yet." in (await planner.http.get(home_url(HOME))).text
    await sent(planner, f"{home_url(HOME)}/new/alert", **FIELDS)
    status, page, _ = await sent(planner, f"{home_url(HOME)}/new/alert", **FIELDS)
    assert (status, "recorded for the home already" in page) == (409, True)


async def test_a_change_a_review_and_an_end(site: Site) -> None:
    """Each from its own form; the history says what each was, with its reason; what has ended has no form any more."""
    planner = await a_home(site)
    held = await an_alert_of(site.bench, planner.person)
    one = f"{home_url(HOME)}/facts/{held.fact_id}"
    assert held.text in (await planner.http.get(f"{one}/change")).text
    site.bench.clock.ms += 1000
    seen = str(held.changed_at)
    assert (await sent(planner, f"{one}/change", **FIELDS | {"text": "Wheelchair", "seen": seen}))[0] == 303
    status, page, _ = await sent(planner, f"{one}/review", review_on=a_day(30), reason="Rang", seen=seen)
    assert (status, "Somebody changed this while" in page) == (409, True)
    assert f'name="seen" value="{site.bench.clock.ms}"' in page
    site.bench.clock.ms += 1000
    now = str(site.bench.clock.ms - 1000)
    assert (await sent(planner, f"{one}/review", review_on=a_day(30), reason="Rang", seen=now))[0] == 303
    status, page, _ = await sent(planner, f"{one}/end", reason="", seen="x")
    assert (status, 'href="#reason"' in page, "review_on" in page) == (422, True, False)
    assert (await sent(planner, f"{one}/end", reason="Moved out"))[0] == 303
    page = words_in((await planner.http.get(home_url(HOME))).text)
    kinds = [word for word in page.split() if word in ("Recorded", "Changed", "Reviewed")]
    assert kinds == ["Reviewed", "Changed", "Recorded"]
    assert "Ended 23 Nov 2026" in page
    assert "erased 90 days after" in page
    assert (await planner.http.get(f"{one}/change")).status_code == 409


async def test_a_supervisor_may_look(site: Site) -> None:
    """The same home without a button; its forms are not theirs."""
    planner = await a_home(site)
    held = await an_alert_of(site.bench, planner.person)
    supervisor = await site.signed(4, "supervisor", "north")
    page = (await supervisor.http.get(home_url(HOME))).text
    assert held.text in page
    assert "/new/alert" not in page
    assert held.fact_id not in page
    assert held.fact_id not in (await supervisor.http.get("/office/reviews")).text
    assert (await supervisor.http.get(f"{home_url(HOME)}/new/alert")).status_code == 403
    assert (await sent(supervisor, f"{home_url(HOME)}/new/alert", **FIELDS))[0] == 403


async def test_a_home_shows_what_comes_and_what_is_the_landlords_own(site: Site) -> None:
    """Appointments ahead with their windows in London's time, cancelled ones marked; the source's alert apart."""
    planner = await a_home(site, "A-1", 1, alerts=(an_alert("10", "Two at a time"),))
    await a_home(site, "A-0", -1)
    await a_home(site, "A-2", 2, is_cancelled=True)
    await an_alert_of(site.bench, planner.person, text="Ours", starts_on=a_day(4))
    page = words_in((await planner.http.get(home_url(HOME))).text)
    assert "Nothing is in force today. From the landlord's own system" in page
    assert "Two at a time Planned" in page
    assert "Tuesday 24 November 2026 AM 09:00" in page
    assert "WO-A-0" not in page
    assert "Cancelled WO-A-2" in page


async def test_reviews_due_oldest_first_with_their_age(site: Site) -> None:
    """Overdue, due today, soon; each with its home and its three forms."""
    planner = await a_home(site)
    assert "No review is due." in (await planner.http.get("/office/reviews")).text
    for text, review in (("Third", 15), ("Second", 9), ("First", 5), ("Fourth", 30)):
        await an_alert_of(site.bench, planner.person, text=text, review_on=a_day(review))
    asked = await a_request_of(site.bench, planner.person, text="Fifth", review_on=a_day(31))
    site.bench.clock.ms += 10 * 24 * 3_600_000
    token_page = await site.signed(5, "planner", "north")
    page = (await token_page.http.get("/office/reviews")).text
    said_so = words_in(page)
    places = [said_so.index(word) for word in ("First", "Second", "Due within 30 days", "Third", "Fourth", "Fifth")]
    assert places == sorted(places)
    assert "5 days overdue" in said_so
    assert "1 day overdue" in said_so
    assert "In 5 days" in said_so
    assert f"{home_url(HOME)}/facts/{asked.fact_id}/review" in page


async def test_what_is_typed_is_shown_as_text(site: Site) -> None:
    """Markup in an address, in words and in a reason is read, never run."""
    planner = await a_home(site, address=("<script>alert(1)</script>", "ZZ1 2AB"))
    held = await an_alert_of(site.bench, planner.person, text="<img src=x onerror=alert(2)>", reason="<b>so</b>")
    for path in (home_url(HOME), f"{home_url(HOME)}/facts/{held.fact_id}/end", f"{home_url(HOME)}/new/alert"):
        page = (await planner.http.get(path)).text
        assert "<script>alert" not in page
        assert "<img" not in page
        assert "<b>so" not in page


async def test_welsh_pages_speak_welsh(site: Site) -> None:
    """The whole of them, faults too."""
    planner = await a_home(site)
    await an_alert_of(site.bench, planner.person)
    planner.http.cookies.set("doorstep_language", "cy", domain="doorstep.test")
    assert "Mewn grym nawr" in (await planner.http.get(home_url(HOME))).text
    status, page, _ = await sent(planner, f"{home_url(HOME)}/new/alert", text="x")
    assert (status, "Dewiswch fath o rybudd" in page) == (422, True)


async def test_the_api_does_what_the_pages_do(site: Site) -> None:
    """Recorded, read, changed in part, ended; each answer in the schema's form, faults by field."""
    planner = await a_home(site, property_ref="P 12/3")
    base = "/api/properties/P~2012~2F3"
    made = await planner.http.post(f"{base}/alerts", json=FIELDS)
    assert made.status_code == 201
    fact = made.json()
    assert (fact["what"], fact["standing"], fact["ends_on"], fact["property_ref"]) == (
        "alert",
        "in_force",
        None,
        "P 12/3",
    )
    assert (await planner.http.post(f"{base}/alerts", json=FIELDS)).json()["type"] == "/problems/fact-twice"
    asked = await planner.http.post(
        f"{base}/requests", json={"text": "Side door", "reason": "x", "starts_on": a_day(3)}
    )
    assert (asked.status_code, asked.json()["standing"], asked.json()["code"]) == (201, "planned", None)
    one = f"{base}/facts/{fact['fact_id']}"
    site.bench.clock.ms += 1
    changed = await planner.http.patch(one, json={"ends_on": a_day(9), "reason": "until then"})
    assert (changed.status_code, changed.json()["ends_on"], changed.json()["text"]) == (200, a_day(9), FIELDS["text"])
    stale = await planner.http.patch(one, json={"text": "y", "reason": "z", "changed_at": fact["changed_at"]})
    assert (stale.status_code, stale.json()["type"]) == (409, "/problems/fact-changed")
    wrong = await planner.http.patch(one, json={"ends_on": "never", "review_on": "", "reason": "z"})
    assert [fault["path"] for fault in wrong.json()["errors"]] == ["ends_on", "review_on"]
    assert (await planner.http.patch(one, json={"reason": "z", "changed_at": "noon"})).status_code == 422
    assert (await planner.http.request("DELETE", one, json={"reason": "over"})).status_code == 204
    assert (await planner.http.request("DELETE", one, json={"reason": "over"})).status_code == 409
    supervisor = await site.signed(4, "supervisor")
    whole = (await supervisor.http.get(f"{base}/facts")).json()
    assert [fact["standing"] for fact in whole["facts"]] == ["ended", "planned"]
    assert [change["reason"] for change in whole["changes"]] == ["over", "until then", "x", "She rang us"]
    assert (await planner.http.post("/api/properties/P-404/alerts", json=FIELDS)).status_code == 404
    assert (await planner.http.post(f"{base}/alerts", json=FIELDS | {"code": "99"})).status_code == 422


async def test_one_who_changed_it_by_name_is_named(site: Site) -> None:
    """Who left is still the one who said so; who is not known here is said to be nobody's name."""
    planner = await a_home(site)
    held = await an_alert_of(site.bench, planner.person)
    other = await site.signed(6, "planner")
    await change_fact(site.bench.office, other.person, HOME, held.fact_id, said(text="Changed"))
    await end_fact(site.bench.office, planner.person, HOME, held.fact_id, "over")
    page = words_in((await planner.http.get(home_url(HOME))).text)
    assert "Planner 6 Changed" in page
    assert "Planner 2 Ended" in page
