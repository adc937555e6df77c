"""The resident's page: nothing before the card and the postcode agree, then the visit, a dispute and its answer."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import httpx
import structlog

from doorstep.application.reminders.text_rows import ReplyTask
from doorstep.domain.chain import ALPHABET, body_hash, card_code
from doorstep.web.edge import Edge
from tests.chains import Chain
from tests.makers import an_id, closed
from tests.web.browsing import Signed, Site, a_recorded_visit, a_site, form_token_in, words_in

POSTCODE = "ZZ1 2AB"
BROWSER = {"sec-fetch-site": "same-origin"}


async def a_card(site: Site) -> tuple[Chain, dict[str, str]]:
    """A recorded visit with its card, and what its resident types."""
    operative = await site.signed(1, "operative", installation=11)
    chain = await a_recorded_visit(site, operative)
    return chain, {"reference": code_of(chain), "postcode": POSTCODE}


def code_of(chain: Chain) -> str:
    """What the operative wrote on the card."""
    return card_code(body_hash(chain.bodies[1].encode()))


def another(code: str) -> str:
    """A code that is not this one."""
    return code[:-1] + next(letter for letter in ALPHABET if letter != code[-1])


async def post(site: Site, path: str, **fields: str) -> httpx.Response:
    """What a browser sends, without a cookie and without a script."""
    return await site.client().post(path, data=fields, headers=BROWSER)


def receipt_in(html: str) -> str:
    """The receipt that a page's forms were drawn with."""
    found = re.search(r'name="receipt" value="([^"]+)"', html)
    assert found, html
    return found[1]


async def told_wrong(site: Site, card: dict[str, str], **fields: str) -> str:
    """A resident looks the visit up and disputes it; the receipt they are given."""
    seen = await post(site, "/r", **card)
    receipt = receipt_in(seen.text)
    answer = await post(site, "/r/wrong", receipt=receipt, **card, **({"says": "was_in"} | fields))
    assert answer.status_code == 200, words_in(answer.text)
    assert f"{receipt[:4]} {receipt[4:]}" in words_in(answer.text)
    return receipt


async def test_both_have_to_agree(site: Site) -> None:
    """A wrong code and a wrong postcode are the same answer, to the byte but for what was typed itself."""
    _, card = await a_card(site)
    right = await post(site, "/r", **card)
    assert right.status_code == 200
    assert "Our visit on Monday 23 November 2026" in words_in(right.text)
    wrongs = []
    for wrong in ({"reference": another(card["reference"])}, {"postcode": "ZZ1 2AX"}):
        answer = await post(site, "/r", **(card | wrong))
        typed = card | wrong
        assert "Our visit on" not in answer.text
        text = answer.text.replace(f'value="{typed["reference"]}"', "").replace(f'value="{typed["postcode"]}"', "")
        wrongs.append((answer.status_code, text, sorted(answer.headers.items())))
    (first, text, headers), (second, other, others) = wrongs
    assert (first, text, headers) == (second, other, others)
    assert first == 404


async def test_it_is_typed_as_people_type(site: Site) -> None:
    """In small letters, with spaces and dashes or without."""
    _, card = await a_card(site)
    code = card["reference"].lower()
    for typed in (code, f" {code[:2]} {code[2:]} ", f"{code[:3]}-{code[3:]}"):
        for postcode in ("zz12ab", " ZZ1  2ab "):
            answer = await post(site, "/r", reference=typed, postcode=postcode)
            assert answer.status_code == 200, (typed, postcode)


async def test_what_a_resident_sees(site: Site) -> None:
    """When somebody came and left, and what was done: no name, address, number of theirs, work or photo."""
    chain, card = await a_card(site)
    html = (await post(site, "/r", **card)).text
    words = words_in(html)
    for told in ("between 08:00 and 13:00", "09:00", "09:15", "2 times", "through the letterbox", "01632 960101"):
        assert told in words, told
    for untold in (
        "Operative",
        "Sample Street",
        "07700",
        "plumber",
        "WO-A-1",
        an_id(1),
        chain.visit_id,
        "<img",
        "900123",
    ):
        assert untold not in html, untold


async def test_nobody_keeps_or_finds_it(site: Site) -> None:
    """No cache, no search engine, no cookie, no script; and nothing that was typed in any address."""
    _, card = await a_card(site)
    for path in ("/r", "/r/cy"):
        for answer in (await site.client().get(path), await post(site, path, **card)):
            assert answer.headers["cache-control"] == "no-store"
            assert "noindex" in answer.headers["x-robots-tag"]
            assert "set-cookie" not in answer.headers
            assert "<script" not in answer.text
            assert not re.search(r'(?:href|action|src)="[^"]*(?:ZZ1|' + card["reference"] + ")", answer.text)
    assert (await site.client().get(f"/r?reference={card['reference']}&postcode={POSTCODE}")).text.count(
        "Our visit on"
    ) == 0


async def test_nothing_typed_is_logged(site: Site) -> None:
    """The log of requests has the route and the status: no reference, no postcode, no words, no number."""
    _, card = await a_card(site)
    site.app.asgi_handler = Edge(site.app.asgi_handler, is_secure=False, logs_requests=True)
    with structlog.testing.capture_logs() as logs:
        receipt = receipt_in((await post(site, "/r", **card)).text)
        await post(site, "/r/wrong", receipt=receipt, says="was_in", words="I was in.", **card)
        await post(site, "/r/times", receipt=receipt, wants_call="yes", number="01632 960555", **card)
        await post(site, "/r", **(card | {"reference": another(card["reference"])}))
    assert [line["route"] for line in logs] == ["/r", "/r/wrong", "/r/times", "/r"]
    for typed in (card["reference"], "ZZ1", "I was in", "960555", receipt, another(card["reference"])):
        assert typed not in str(logs)


async def test_what_is_typed_wrong(site: Site) -> None:
    """Each field says what it wants, and nothing is looked up."""
    for reference, postcode, field in (
        ("", POSTCODE, "reference"),
        ("7KQ3M", "ZZ", "postcode"),
        ("O0O0O", "x", "reference"),
    ):
        answer = await post(site, "/r", reference=reference, postcode=postcode)
        assert answer.status_code == 422
        assert f'href="#{field}"' in answer.text
    assert site.app.state["web"].guesses.by_key == {}


async def test_a_dispute_reopens_the_visit(site: Site) -> None:
    """An upheld visit is to be decided again, the supervisor reads why, and the answer comes to the resident's page."""
    chain, card = await a_card(site)
    supervisor = await site.signed(3, "supervisor", "north")
    await decide(supervisor, chain, "upheld")
    receipt = await told_wrong(site, card, words="I sat by the <b>door</b> all day.")
    row = await site.bench.office.store.visit_row(chain.visit_id)
    assert row is not None
    assert (row.standing, "dispute" in row.awaiting) == ("pending_corroboration", True)
    listed = words_in((await supervisor.http.get("/office/visits?view=decide")).text)
    assert "Resident disputes it" in listed
    html = (await supervisor.http.get(f"/office/visits/{chain.visit_id}")).text
    assert "The resident says: I was in" in words_in(html)
    assert "I sat by the &lt;b&gt;door&lt;/b&gt; all day." in html
    assert receipt in words_in((await supervisor.http.get("/office/disputes")).text)
    other = await site.signed(4, "supervisor", "north")
    await decide(other, chain, "upheld")
    sent = {"form_token": form_token_in(html), "answer": "Our phone heard two knocks."}
    answered = await supervisor.http.post(
        f"/office/visits/{chain.visit_id}/disputes/{receipt}", data=sent, headers=BROWSER
    )
    assert answered.status_code == 303
    row = await site.bench.office.store.visit_row(chain.visit_id)
    assert row is not None
    assert (row.standing, "dispute" in row.awaiting) == ("upheld", False)
    seen = words_in((await post(site, "/r", **card)).text)
    assert "Our phone heard two knocks." in seen
    assert "Supervisor" not in seen.replace("A supervisor", "")
    assert "I sat by" not in seen


async def decide(supervisor: Signed, chain: Chain, decision: str) -> None:
    """A supervisor decides the visit on its page."""
    html = (await supervisor.http.get(f"/office/visits/{chain.visit_id}")).text
    sent = {
        "form_token": form_token_in(html),
        "decision": decision,
        "reason": "Looked at.",
        "outcome": "landlord_missed",
    }
    answer = await supervisor.http.post(f"/office/visits/{chain.visit_id}/decisions", data=sent, headers=BROWSER)
    assert answer.status_code == 303, words_in(answer.text)


async def test_times_become_a_task(site: Site) -> None:
    """What suits the resident stands among the replies that planners see to, in the office's words."""
    _, card = await a_card(site)
    planner = await site.signed(2, "planner", "north")
    receipt = receipt_in((await post(site, "/r/cy", **card)).text)
    ticked = {"day_tue": "yes", "time_am": "yes", "wants_call": "yes", "number": "01632 960555", "more": "After 10."}
    for _ in range(2):
        answer = await post(site, "/r/cy/times", receipt=receipt, **card, **ticked)
        assert answer.status_code == 200
    listed = words_in((await planner.http.get("/office/replies")).text)
    for told in (
        "Ring them",
        "Days that suit: Tuesday. Times: Mornings.",
        "Number: 01632 960555.",
        "Reads Welsh.",
        "After 10.",
    ):
        assert listed.count(told) >= 1, told
    assert [task.text_id for task in await site.bench.office.store.records(ReplyTask)] == [receipt]
    assert (await planner.http.get(f"/office/replies/{receipt}")).status_code == 200


async def test_sent_twice_is_said_once(site: Site) -> None:
    """An old phone that sends the form again does not dispute again; and while one is open there is no other."""
    chain, card = await a_card(site)
    receipt = await told_wrong(site, card)
    again = await post(site, "/r/wrong", receipt=receipt, says="was_in", **card)
    assert again.status_code == 200
    seen = await post(site, "/r", **card)
    assert "/r/wrong" not in seen.text
    more = await post(site, "/r/wrong", receipt=another(receipt), says="was_in", **card)
    assert more.status_code == 409
    dossier = await site.bench.office.store.dossier(chain.appointment_id)
    assert dossier is not None
    assert [each.dispute_id for each in dossier.disputes[chain.visit_id]] == [receipt]


async def test_what_has_to_be_said(site: Site) -> None:
    """A choice; words where it is none of them; not too many; and a receipt that our page drew."""
    _, card = await a_card(site)
    receipt = receipt_in((await post(site, "/r", **card)).text)
    for fields, field in (
        ({}, "says"),
        ({"says": "maybe"}, "says"),
        ({"says": "other"}, "words"),
        ({"says": "was_in", "words": "x" * 501}, "words"),
    ):
        answer = await post(site, "/r/wrong", receipt=receipt, **card, **fields)
        assert (answer.status_code, f'href="#{field}"' in answer.text) == (422, True), fields
    assert (await post(site, "/r/wrong", receipt="no such", says="was_in", **card)).status_code == 422
    assert (await post(site, "/r/times", receipt=receipt, **card)).status_code == 422


async def test_a_card_answers_for_so_many_days(site: Site) -> None:
    """Then it says so to whoever has both; one under dispute goes on, and the answer stays for some weeks."""
    chain, card = await a_card(site)
    receipt = await told_wrong(site, card)
    site.bench.clock.ms += 91 * 86_400_000
    assert (await post(site, "/r", **card)).status_code == 200
    supervisor = await site.signed(3, "supervisor")
    html = (await supervisor.http.get(f"/office/visits/{chain.visit_id}")).text
    sent = {"form_token": form_token_in(html), "answer": "We are sorry."}
    await supervisor.http.post(f"/office/visits/{chain.visit_id}/disputes/{receipt}", data=sent, headers=BROWSER)
    site.bench.clock.ms += 27 * 86_400_000
    assert "We are sorry." in (await post(site, "/r", **card)).text
    site.bench.clock.ms += 2 * 86_400_000
    over = await post(site, "/r", **card)
    assert (over.status_code, "We are sorry." in over.text) == (410, False)
    assert "too old" in words_in(over.text)


async def test_an_operative_reads_nothing_of_it(site: Site) -> None:
    """What the resident says to the office is not for whom they say it of."""
    chain, card = await a_card(site)
    await told_wrong(site, card, words="He sat in his van.")
    operative = await site.signed(1, "operative", installation=11)
    told = await operative.http.get(f"/api/visits/{chain.visit_id}")
    assert told.status_code == 200
    assert "van" not in told.text


async def test_another_patch_does_not_answer(site: Site) -> None:
    """A supervisor of elsewhere neither sees nor answers it; an answer without words is not one."""
    chain, card = await a_card(site)
    receipt = await told_wrong(site, card)
    elsewhere, here = await site.signed(4, "supervisor", "south"), await site.signed(3, "supervisor", "north")
    assert receipt not in (await elsewhere.http.get("/office/disputes")).text
    html = (await elsewhere.http.get("/office/disputes")).text
    sent = {"form_token": form_token_in(html), "answer": "No."}
    path = f"/office/visits/{chain.visit_id}/disputes/{receipt}"
    assert (await elsewhere.http.post(path, data=sent, headers=BROWSER)).status_code == 404
    token = form_token_in((await here.http.get(f"/office/visits/{chain.visit_id}")).text)
    for answer in ("  ", "x" * 1001):
        refused = await here.http.post(path, data={"form_token": token, "answer": answer}, headers=BROWSER)
        assert (refused.status_code, 'href="#answer"' in refused.text) == (422, True)


async def test_ten_thousand_guesses(tmp_path: Path) -> None:
    """Who knows the postcode and tries codes, each from another address, is slowed to a few tries and learns nothing.

    What has to wait is not looked up, whatever it was: so the right pair, tried meanwhile, is the same answer.
    """
    site = await a_site(tmp_path, proxies=1)
    _, card = await a_card(site)
    client, clock = site.client(), site.bench.clock
    tries: Counter[int] = Counter()
    for number in range(10_000):
        code = "".join(ALPHABET[(number // 23**place) % 23] for place in range(5))
        assert code != card["reference"]
        typed = {"reference": code, "postcode": POSTCODE}
        if number == 5_000:
            typed = card
        sent_by = {"x-forwarded-for": f"198.51.{number // 256}.{number % 256}"}
        answer = await client.post("/r", data=typed, headers=BROWSER | sent_by)
        tries[answer.status_code] += 1
        assert "Our visit on" not in answer.text
        clock.ms += 1_000
    assert set(tries) == {404, 429}
    assert tries[404] < 20
    await client.aclose()
    await closed(site.bench)


async def test_one_address_is_slowed_at_every_postcode(tmp_path: Path) -> None:
    """Who tries one code at one postcode after another has a few tries an hour; who has one card cannot buy more."""
    site = await a_site(tmp_path)
    _, card = await a_card(site)
    tries: Counter[int] = Counter()
    for number in range(400):
        typed = {"reference": card["reference"], "postcode": f"ZZ{number % 90 + 3} {number // 90}QQ"}
        tries[(await post(site, "/r", **typed)).status_code] += 1
        if number < 4:
            assert (await post(site, "/r", **card)).status_code == 200
        site.bench.clock.ms += 10_000
    assert set(tries) == {404, 429}
    assert tries[404] < 15
    for client in site.clients:
        await client.aclose()
    await closed(site.bench)
