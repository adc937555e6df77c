"""The pages speak the language that their reader chose, and choosing one leads nowhere else."""

from __future__ import annotations

import re

import httpx
import pytest

from doorstep.web.pages.words import CATALOGUES, LANGUAGES
from tests.makers import a_visit, send
from tests.web.browsing import OWN, Site, a_recorded_visit, words_in

PLACES = re.compile(r"\{[a-z_]*\}")


async def test_a_reader_chooses_and_the_choice_is_kept(site: Site) -> None:
    """The page says which language it is in, and the way back to the other is on it."""
    client = site.client()
    answer = await client.post(
        "/office/language",
        data={"to": "/office/sign-in", "language": "cy"},
        headers={"sec-fetch-site": "same-origin"},
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/office/sign-in")
    page = (await client.get("/office/sign-in")).text
    assert '<html lang="cy"' in page
    assert 'value="en" lang="en"' in page


@pytest.mark.parametrize("to", ["https://elsewhere.example/", "//elsewhere.example", "/office//x", "/door/", ""])
async def test_choosing_leads_nowhere_else(site: Site, to: str) -> None:
    """A made-up way back is not followed."""
    answer = await site.client().post("/office/language", data={"to": to, "language": "cy"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/office")


async def test_an_unknown_language_is_not_kept(site: Site) -> None:
    """Only languages that there are words for."""
    answer = await site.client().post("/office/language", data={"to": "/", "language": "xx"})
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_puts_in_the_same_facts(language: str) -> None:
    """A translation that drops or invents a fact would lie, or fail while somebody reads it."""
    for name, words in CATALOGUES["en"].items():
        assert sorted(PLACES.findall(CATALOGUES[language][name])) == sorted(PLACES.findall(words)), name
    assert set(CATALOGUES[language]) == set(CATALOGUES["en"])


async def in_welsh(http: httpx.AsyncClient) -> None:
    """Choose Welsh."""
    answer = await http.post("/office/language", data={"to": "/office", "language": "cy"}, headers=OWN)
    assert answer.status_code == 303


async def test_what_is_wrong_with_a_form_is_told_in_welsh(site: Site) -> None:
    """The summary, the field's own message, and what is read aloud before it."""
    client = site.client()
    await in_welsh(client)
    page = (await client.post("/office/sign-in", data={"username": "", "password": ""}, headers=OWN)).text
    for words in ("Mae problem", "Rhowch eich enw defnyddiwr", "Gwall:"):
        assert words in words_in(page)
    assert "Error" not in page


async def test_a_visit_is_read_in_welsh_with_what_its_checks_say(site: Site) -> None:
    """The rules' own words too; the API, which programs read, stays as the policy has them."""
    operative = await site.signed(1, "operative", "north", installation=1)
    supervisor = await site.signed(2, "supervisor", "north")
    chain = await a_recorded_visit(site, operative)
    await in_welsh(supervisor.http)
    path = f"/office/visits/{chain.visit_id}"
    said = words_in((await supervisor.http.get(path)).text)
    for words in ("Aros 15 munud", "Yn aros am brawf", "Cyn cofnodi ymweliad a fethwyd", "Dydd Llun 23 Tachwedd 2026"):
        assert words in said
    assert "Waited 15 minutes" not in said
    titles = {
        clause["title"] for clause in (await supervisor.http.get(f"/api/visits/{chain.visit_id}")).json()["clauses"]
    }
    assert "Waited 15 minutes" in titles


async def test_a_refusal_is_read_in_welsh(site: Site) -> None:
    """What the office refuses to do is told in the reader's language; to a program, in English."""
    client = site.client()
    await in_welsh(client)
    typed = {"username": "nobody", "password": "nothing much"}
    page = await client.post("/office/sign-in", data=typed, headers=OWN)
    assert (page.status_code, "Nid yw'r enw defnyddiwr a'r cyfrinair yn cyd-fynd" in words_in(page.text)) == (401, True)
    answer = await client.post("/api/session", json=typed)
    assert "do not go together" in answer.json()["detail"]


async def test_a_refused_visit_is_listed_with_its_reasons_in_welsh(site: Site) -> None:
    """A row keeps English words; its reader does not see them."""
    operative = await site.signed(1, "operative", "north", installation=1)
    supervisor = await site.signed(2, "supervisor", "north")
    chain = await a_visit(site.bench, operative.session)
    chain.start()
    chain.state("missed_recorded", 20_000, declaration="2026-11-01-cy")
    await send(site.bench, operative.session, chain.bodies)
    await in_welsh(supervisor.http)
    said = words_in((await supervisor.http.get("/office/visits")).text)
    assert "Wedi'i wrthod" in said
    assert "Daethoch mewn pryd: heb ei wneud" in said
    assert "You came on time" not in said
