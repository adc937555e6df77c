"""Abuses of audit and analysis: what a supervisor, an operative or a resident may learn or do of others."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from doorstep.adapters.policies import load_rules
from doorstep.application.audit_rules import AuditRules
from doorstep.application.decide_visit import decide_visit
from doorstep.application.resident.guesses import FREE
from doorstep.application.wastage.rules import WastageRules
from doorstep.domain.chain import ALPHABET, body_hash, card_code
from doorstep.domain.instants import parse_instant
from doorstep.domain.lots import draw_lot
from doorstep.domain.wastage.measures.shares import SHARES
from tests.makers import DAY, RULES, a_person
from tests.web.browsing import OWN, Site, a_recorded_visit, form_token_in, words_in
from tests.web.test_guards import guarded

SECRETS = ("4 Sample Street", "WO-A-1", "ZZ1 2AB")
ASKED = f"patch=north&period=own&from={DAY}&to={DAY}&by=window&counter=population&group=AM&view=all&q=Sample"


def pages_of(site: Site) -> list[str]:
    """Every address of the office that a supervisor may get, with what stands in it left open."""
    names = (name.partition(" ") for name, roles in guarded(site).items() if "supervisor" in roles)
    return sorted(path for method, _, path in names if method == "GET" and path.startswith(("/office/", "/api/")))


async def test_no_page_tells_of_another_patch_whatever_is_asked(site: Site) -> None:
    """Every page and every file that a supervisor can get, asked for another patch by its name and by its ids."""
    office = site.bench.office
    office.rules = msgspec.structs.replace(load_rules(RULES), wastage=WastageRules(1, 1))
    chain = await a_recorded_visit(site, await site.signed(1, "operative", "north", installation=11))
    here, elsewhere = await site.signed(2, "supervisor", "north"), await site.signed(3, "supervisor", "south")
    told, asked = 0, 0
    for path in pages_of(site):
        for measure in SHARES:
            filled = path.replace("{visit_id:str}", chain.visit_id).replace("{name:str}", measure)
            if "{" in filled or "/live" in filled or "/exports/" in filled:
                continue
            url = f"{filled}?{ASKED}&measure={measure}"
            own, theirs = [await signed.http.get(url) for signed in (here, elsewhere)]
            asked += 1
            told += any(secret in own.text for secret in SECRETS)
            for secret in SECRETS:
                # What was asked for is written back into its form, and nothing else is.
                assert secret not in theirs.text, url
            assert chain.visit_id not in theirs.text.replace(url, "").replace(filled, ""), url
            if own.headers.get("content-type", "").startswith("text/html"):
                assert own.headers["cache-control"] == "no-store", url
            if measure not in filled:
                break
    assert asked > 20
    assert told > 5, "the pages of one's own patch tell nothing: this test looks for the wrong words"


async def test_an_operative_cannot_draw_the_lot_of_their_own_visit(site: Site) -> None:
    """What the API tells them of their own entries does not fix the lot, so nobody knows which visit is looked at."""
    site.bench.clock.ms += 137
    operative = await site.signed(1, "operative", "north", installation=11)
    await a_recorded_visit(site, await site.signed(5, "operative", "north", installation=15), 7, "A-7")
    chain = await a_recorded_visit(site, operative, 8, "A-8")
    row = await site.bench.office.store.visit_row(chain.visit_id)
    assert row is not None
    events = (await operative.http.get(f"/api/visits/{chain.visit_id}")).json()["events"]
    assert [event["position"] for event in events] == list(range(1, len(events) + 1))
    assert {event["received_at"][-5:] for event in events} == {".000Z"}
    guesses = {draw_lot(chain.visit_id, event["position"], parse_instant(event["received_at"])) for event in events}
    assert row.lot not in guesses


async def test_a_first_look_is_not_told_to_its_operative(site: Site) -> None:
    """It decides nothing yet: neither the list of decisions nor the events of the visit tell of it."""
    office = site.bench.office
    office.rules = msgspec.structs.replace(load_rules(RULES), audit=AuditRules(second_look=frozenset({"overturned"})))
    operative = await site.signed(1, "operative", "north", installation=11)
    chain = await a_recorded_visit(site, operative)
    for number in (3, 4):
        supervisor = await a_person(site.bench, number, "supervisor", "north")
        await decide_visit(office, supervisor, chain.visit_id, "overturned", f"Look {number}.", "landlord_missed")
        told = (await operative.http.get(f"/api/visits/{chain.visit_id}")).text
        assert "Look 3." not in told
        assert ("Look 4." in told) is (number == 4)


async def test_a_residents_words_stay_words(site: Site) -> None:
    """Markup is text, and marks that turn the direction of writing end where the words end, on every page."""
    chain = await a_recorded_visit(site, await site.signed(1, "operative", "north", installation=11))
    supervisor, planner = await site.signed(2, "supervisor", "north"), await site.signed(3, "planner", "north")
    card = {"reference": card_code(body_hash(chain.bodies[1].encode())), "postcode": "ZZ1 2AB"}
    turned = "\u202e<script>alert(1)</script> =1+1"
    client = site.client()
    for path, fields in (
        ("wrong", {"says": "other", "words": turned}),
        ("times", {"day_tue": "yes", "more": turned}),
    ):
        seen = await client.post("/r", data=card, headers=OWN)
        [receipt, *_] = re.findall(r'name="receipt" value="([^"]+)"', seen.text)
        sent = await client.post(f"/r/{path}", data={**card, "receipt": receipt, **fields}, headers=OWN)
        assert sent.status_code == 200, words_in(sent.text)
    pages = [(supervisor, f"/office/visits/{chain.visit_id}"), (planner, "/office/replies")]
    for signed, path in pages:
        html = (await signed.http.get(path)).text
        assert "<script>alert" not in html
        assert "\u202e" in html
        for before in html.split("\u202e")[:-1]:
            # A block of its own, as the list of events has, or a link's name that is only heard, turns nothing else.
            opened = max((before.rfind(f"<{tag}"), tag) for tag in ("bdi", "small", 'span class="govuk-visually'))
            assert opened[0] > before.rfind(f"</{opened[1].partition(' ')[0]}>"), path


async def test_nobody_is_named_to_another_patch(site: Site) -> None:
    """Who asks for an operative of another patch by their id reads nowhere what they are called."""
    theirs, ours = [await site.signed(number, "operative", patch) for number, patch in ((1, "north"), (2, "south"))]
    supervisor = await site.signed(3, "supervisor", "south")
    told = 0
    for signed in (ours, theirs):
        person = signed.person
        for url in (
            f"/office/visits?view=all&operative={person.person_id}",
            f"/office/analysis/missed/visits?counter=missed&by=operative&value={person.person_id}",
        ):
            html = (await supervisor.http.get(url)).text
            told += person.name in html
            assert person is ours.person or person.name not in html, url
    assert told


async def test_the_head_of_a_file_is_not_logged_as_taken(site: Site) -> None:
    """Figures that nobody got are not in the log as given out, however often they are asked after; those got are."""
    supervisor = await site.signed(3, "supervisor", "north")
    url, store = f"/office/analysis/missed/figures.csv?period=own&from={DAY}&to={DAY}", site.bench.office.store
    before = len(await store.entries(0, 999))
    assert (await supervisor.http.head(url)).status_code == 200
    assert len(await store.entries(0, 999)) == before
    assert (await supervisor.http.get(url)).status_code == 200
    assert len(await store.entries(0, 999)) == before + 2


async def test_guesses_in_welsh_are_guesses(site: Site) -> None:
    """Whoever is slowed at one language's page is slowed at the other's, and at every form of either."""
    paths = ("/r", "/r/cy", "/r/wrong", "/r/cy/wrong", "/r/times", "/r/cy/times")
    client, statuses = site.client(), []
    for number, path in enumerate((*paths, *paths)):
        card = {"reference": f"3333{ALPHABET[number]}", "postcode": "ZZ1 2AB", "receipt": "33333333", "says": "was_in"}
        statuses.append((await client.post(path, data=card, headers=OWN)).status_code)
    assert statuses == [404] * FREE + [429] * (len(statuses) - FREE)


@pytest.mark.parametrize("query", ["a=1\r\nset-cookie: x=1", "\n//elsewhere.example", "x" * 900 + "\u202e"])
async def test_a_saved_filter_leads_nowhere_else(site: Site, query: str) -> None:
    """Whatever a form says that the list was asked for: the way goes on to the list, and adds no header."""
    supervisor = await site.signed(2, "supervisor", "north")
    token = form_token_in((await supervisor.http.get("/office/visits?view=all&also=alert")).text)
    sent = {"form_token": token, "filter_name": "Mine", "query": query}
    answer = await supervisor.http.post("/office/visits/filters", data=sent, headers=OWN)
    assert answer.status_code in (303, 422)
    assert "set-cookie" not in answer.headers
    where = urlsplit(answer.headers.get("location", "/office/visits"))
    assert (where.netloc, where.path) == ("", "/office/visits")
    assert "\n" not in answer.headers.get("location", "")
    assert parse_qs(where.query) is not None
