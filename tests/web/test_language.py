"""The pages speak the language that their reader chose, and choosing one leads nowhere else."""

from __future__ import annotations

import re

import pytest

from doorstep.web.pages.words import CATALOGUES, LANGUAGES
from tests.web.browsing import Site

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
