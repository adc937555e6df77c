"""The pages of webhooks: an admin adds, tries, mends and ends an address; its secret is shown once."""

from __future__ import annotations

import re

import msgspec

from doorstep.adapters.webhook_posts import WebPosts
from doorstep.application.records import Wanted, keep_records
from doorstep.application.webhooks.endpoints import endpoints
from doorstep.application.webhooks.make_deliveries import new_delivery
from doorstep.application.webhooks.rows import DEAD, OFF, Delivery
from tests.web.browsing import OWN, Signed, Site, form_token_in, words_in

PATH = "/office/webhooks"
HUB = {"name": "Repairs hub", "url": "https://repairs.example/hook"}


async def an_admin(site: Site) -> Signed:
    """An admin of an office that sends webhooks."""
    site.bench.office.posts = WebPosts()
    return await site.signed(1, "admin")


async def posted(signed: Signed, path: str, **fields: str) -> tuple[int, str]:
    """A form sent from the list: the status and the words."""
    token = form_token_in((await signed.http.get(PATH)).text)
    answer = await signed.http.post(path, data={"form_token": token, **fields}, headers=OWN)
    return answer.status_code, words_in(answer.text)


async def read(signed: Signed, path: str) -> str:
    """The words of a page that came."""
    answer = await signed.http.get(path)
    assert answer.status_code == 200, answer.text
    return words_in(answer.text)


async def test_an_address_is_added(site: Site) -> None:
    """Its secret stands on the answer and on no page after it."""
    admin = await an_admin(site)
    assert "None yet." in await read(admin, PATH)
    status, words = await posted(admin, PATH, **HUB)
    found = re.search(r"whsec_\S{44}", words)
    assert status == 200
    assert found
    [endpoint] = await endpoints(site.bench.office)
    assert "Repairs hub Told 0 0" in await read(admin, PATH)
    for path in (PATH, f"{PATH}/{endpoint.endpoint_id}"):
        assert "whsec_" not in await read(admin, path)


async def test_what_is_no_address(site: Site) -> None:
    """Each field says what it takes; nothing is kept."""
    admin = await an_admin(site)
    for fields, said in (
        (HUB | {"name": " "}, "A name has 1 to 100 characters."),
        (HUB | {"url": "http://repairs.example"}, "https://"),
        (HUB | {"url": "https://a:b@repairs.example"}, "no password"),
        (HUB | {"url": "nonsense"}, "https://"),
    ):
        status, words = await posted(admin, PATH, **fields)
        assert (status, said in words) == (422, True), words
    assert await endpoints(site.bench.office) == []


async def test_tried_given_up_and_sent_again(site: Site) -> None:
    """A trial waits; what was given up is listed with its answer, and waits once more; 410 can be turned on again."""
    admin = await an_admin(site)
    office = site.bench.office
    await posted(admin, PATH, **HUB)
    [endpoint] = await endpoints(office)
    path = f"{PATH}/{endpoint.endpoint_id}"
    assert (await posted(admin, f"{path}/trial"))[0] == 303
    assert "Trial Waits 0 Not tried yet" in await read(admin, path)
    for number in (1, 2):
        dead = new_delivery(endpoint, f"dead-{number}", 1, "visit.decided", "{}", number, "v")
        await keep_records(office, [msgspec.structs.replace(dead, state=DEAD, tries=9, status=500, done_at=2)])
    words = await read(admin, path)
    assert "Given up after two days" in words
    assert "A decision Answered 500 Send again" in words
    assert (await posted(admin, f"{path}/again", delivery_id="dead-1"))[0] == 303
    states = {each.delivery_id: each.state for each in await office.store.records(Delivery, Wanted())}
    assert (states["dead-1"], states["dead-2"]) == ("waiting", "dead")
    assert (await posted(admin, f"{path}/again"))[0] == 303
    assert "Given up after two days" not in await read(admin, path)
    await keep_records(office, [msgspec.structs.replace(endpoint, state=OFF, why="gone")])
    assert "410" in await read(admin, path)
    assert (await posted(admin, f"{path}/trial"))[0] == 409
    assert (await posted(admin, f"{path}/on"))[0] == 303
    assert "State Told" in await read(admin, path)


async def test_a_new_secret_and_the_end(site: Site) -> None:
    """Another secret, and until when the old one signs; an ended address stays named, and can do nothing more."""
    admin = await an_admin(site)
    _, first = await posted(admin, PATH, **HUB)
    [endpoint] = await endpoints(site.bench.office)
    path = f"{PATH}/{endpoint.endpoint_id}"
    status, second = await posted(admin, f"{path}/secrets")
    secrets = [found[0] for found in (re.search(r"whsec_\S{44}", words) for words in (first, second)) if found]
    assert (status, len(set(secrets))) == (200, 2)
    assert "the one before signs too" in second
    assert (await posted(admin, f"{path}/end"))[0] == 303
    assert "Repairs hub, ended" in await read(admin, PATH)
    assert (await posted(admin, f"{path}/secrets"))[0] == 409
    assert (await posted(admin, f"{path}/nonsense"))[0] == 404
    assert (await admin.http.get(f"{PATH}/nobody")).status_code == 404


async def test_without_the_form_s_token(site: Site) -> None:
    """No other site's page adds an address."""
    admin = await an_admin(site)
    answer = await admin.http.post(PATH, data=HUB, headers=OWN)
    assert answer.status_code == 403
    assert await endpoints(site.bench.office) == []
