"""The wastage analysis on its pages: answers, what is too few or left out, and as many visits as a number says."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import msgspec
import pytest

from doorstep.adapters.policies import load_rules
from doorstep.application.wastage.rules import CostRates, WastageRules
from doorstep.application.world import Changes
from doorstep.web.app import WebSettings, create_app
from tests.invented_facts import invent_facts
from tests.makers import RULES, an_office, closed
from tests.web.browsing import Signed, Site, words_in

PATH = "/office/analysis"
NOVEMBER = "period=own&from=2026-11-01&to=2026-11-30"
COSTS = (CostRates("2026-11-05", 3_600, 500), CostRates("2026-11-12", 7_200, 1_000))
LINK = re.compile(r'<a class="govuk-link" href="(/office/analysis/[a-z]+/visits\?[^"]*)">([\d,]+)<')


@pytest.fixture
async def lived(tmp_path: Path) -> AsyncIterator[Site]:
    """An office with 600 invented appointments in November, where a rate is given of 40 or more."""
    rules = msgspec.structs.replace(load_rules(RULES), wastage=WastageRules(40, 10, costs=COSTS))
    bench = await an_office(tmp_path, rules=rules)
    async with bench.office.store.unit() as unit:
        await unit.save(Changes(wastage={fact.appointment_id: fact for fact in invent_facts(5, 600)}))
    (tmp_path / "assets").mkdir()
    settings = WebSettings(False, tmp_path / "phone", tmp_path / "assets", logs_requests=False)
    site = Site(bench, create_app(settings, bench.office, bench.looker), [], tmp_path)
    yield site
    for client in site.clients:
        await client.aclose()
    await closed(bench)


async def read(signed: Signed, path: str, status: int = 200) -> str:
    """A page's source."""
    answer = await signed.http.get(f"{PATH}{path}")
    assert answer.status_code == status, words_in(answer.text)
    return answer.text


async def listed(signed: Signed, url: str) -> int:
    """How many appointments stand behind a link, over all of its pages."""
    found, following = 0, url
    while following:
        html = (await signed.http.get(unescape(following))).text
        found += len(re.findall(r'<th scope="row"', html))
        more = re.search(r'rel="next" href="([^"]*)"', html)
        following = more[1] if more else ""
    return found


async def test_the_index_answers_every_question(lived: Site) -> None:
    """Each measure is a question with its answer, and leads to its page, which comes."""
    signed = await lived.signed(1, "auditor")
    html = await read(signed, f"?{NOVEMBER}")
    links = re.findall(r'<h2 [^>]*><a class="govuk-link" href="([^"]*)"', html)
    assert len(links) >= 11
    assert "of appointments were recorded as missed" in words_in(html)
    for link in links:
        assert (await signed.http.get(unescape(link))).status_code == 200


async def test_as_many_are_listed_as_the_number_says(lived: Site) -> None:
    """Every count of the table, and every one told apart, leads to just so many appointments."""
    signed = await lived.signed(1, "supervisor")
    html = await read(signed, f"/missed?{NOVEMBER}&by=window")
    links = LINK.findall(html)
    assert len(links) >= 20
    for url, count in links:
        assert await listed(signed, url) == int(count.replace(",", "")), url


async def test_of_too_few_no_rate_is_given(lived: Site) -> None:
    """Below the least there is n and no per cent; nothing at all is said too."""
    signed = await lived.signed(1, "supervisor")
    words = words_in(await read(signed, "/missed?period=own&from=2026-11-02&to=2026-11-02"))
    assert "Too few to give a rate" in words
    assert "too few to give a rate" in words
    assert not re.search(r"\d%(?! interval)", words.replace("95%", ""))
    assert "There are none in this period." in words_in(
        await read(signed, "/missed?period=own&from=2020-01-01&to=2020-02-01")
    )
