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
from doorstep.domain.wastage.measures.shares import SHARES
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


CASES = ("orders", "cost", "widths", "repeats", "recovery", "hazards")


@pytest.mark.parametrize("name", [*SHARES, *CASES])
async def test_each_measure_has_its_page_by_every_group(lived: Site, name: str) -> None:
    """With many and with none, by each group that it may be told by: figures, and what it cannot say."""
    signed = await lived.signed(1, "supervisor")
    html = await read(signed, f"/{name}?{NOVEMBER}")
    groups = re.findall(r'<option value="([a-z_]+)"', html.partition('name="by"')[2].partition("</select>")[0])
    for by in groups or ["total"]:
        told = await read(signed, f"/{name}?{NOVEMBER}&by={by}")
        assert "What this says, and what it cannot" in words_in(told)
        assert told.count("<h1") == 1
        for caption in re.findall(r'aria-describedby="[a-z_-]+ ([a-z]+-figures)"', told):
            assert f'id="{caption}"' in told
    assert "There are none" in words_in(await read(signed, f"/{name}?period=own&from=2020-01-01&to=2020-02-01"))


async def test_a_number_of_two_fields_of_a_day_or_of_a_list_leads_to_its_own(lived: Site) -> None:
    """Trade with priority and width; a weekday of a slot; a check that failed; a month: just as many as it says."""
    signed = await lived.signed(1, "supervisor")
    for path in ("where?by=like_with_like", "evidence?by=clauses_failed", "audits?by=put_right", "missed?by=total"):
        links = LINK.findall(await read(signed, f"/{path}&{NOVEMBER}"))
        assert links
        for url, count in links[-12:]:
            assert await listed(signed, url) == int(count.replace(",", "")), url


async def test_the_months_of_a_period_are_told_apart(lived: Site) -> None:
    """October without any, November with many; their links lead to that month alone."""
    signed = await lived.signed(1, "supervisor")
    html = await read(signed, "/missed?period=own&from=2026-10-01&to=2026-11-30")
    table = html.partition('id="months-figures"')[2].partition("</table>")[0]
    links = LINK.findall(table)
    assert len(links) == 4
    assert all("part_value=2026-11" in url for url, _ in links)
    assert "Oct 2026" not in words_in(f"<body>{table}")


async def test_what_a_day_cost_is_reckoned_at_its_rate_and_shown_with_it(lived: Site) -> None:
    """Both rates with their days; visits before the first are told, and the number behind counts only the rest."""
    signed = await lived.signed(1, "auditor")
    html = await read(signed, f"/cost?{NOVEMBER}")
    words = words_in(html)
    assert "At £36.00 an hour and £5.00 to rebook, from 5 Nov 2026." in words
    assert "At £72.00 an hour and £10.00 to rebook, from 12 Nov 2026." in words
    assert "visits were before the first rate" in words
    links = LINK.findall(html)
    assert links
    for url, count in links:
        assert "from=2026-11-05" in url
        assert await listed(signed, url) == int(count.replace(",", ""))
    assert "No rate of cost held" in words_in(await read(signed, "/cost?period=own&from=2026-11-02&to=2026-11-04"))


async def test_medians_say_of_how_many_they_are(lived: Site) -> None:
    """The wait in minutes, the age in days; of too few none is given."""
    signed = await lived.signed(1, "supervisor")
    for name, form in (("evidence", r"\d+ min \d+ s"), ("audits", r"\d+\.\d days")):
        section = (await read(signed, f"/{name}?{NOVEMBER}")).partition('aria-labelledby="median"')[2]
        assert re.search(rf"All [\d,]+ : All {form}", words_in(f"<body>{section}"))
    few = await read(signed, "/evidence?period=own&from=2026-11-02&to=2026-11-02&by=operative")
    table = few.partition('id="median-figures"')[2].partition("</table>")[0]
    assert "not given" in table
    assert " min " not in table


async def test_a_patch_is_ones_own(lived: Site) -> None:
    """Whoever has a patch sees it alone, is offered no other, and finds no other's visits by an address."""
    north, everywhere = await lived.signed(1, "supervisor", "north"), await lived.signed(2, "supervisor")
    mine, narrowed = (
        await read(north, f"/missed?{NOVEMBER}"),
        await read(everywhere, f"/missed?{NOVEMBER}&patch=north"),
    )
    of_both = [re.findall(r"<tbody.*?</tbody>", html, re.DOTALL)[0] for html in (mine, narrowed)]
    assert words_in(f"<body>{of_both[0]}") == words_in(f"<body>{of_both[1]}")
    assert 'name="patch"' not in mine
    assert 'name="patch"' in narrowed
    for path in ("", "/missed", "/cost", "/missed/visits"):
        await read(north, f"{path}?{NOVEMBER}&patch=south&counter=missed", 404)


async def test_people_are_never_ranked(lived: Site) -> None:
    """They stand by name, with n and interval, worded as a question; no sentence says who is highest."""
    signed = await lived.signed(1, "supervisor")
    html = await read(signed, f"/evidence?{NOVEMBER}&by=operative")
    section = html.partition('aria-labelledby="groups"')[2].partition("</section>")[0]
    names = re.findall(r'<th scope="row" role="rowheader">([^<]+)', section)
    assert names == sorted(names)
    words = words_in(f"<body>{section}")
    assert "Do some rates lie apart from those of peers?" in words
    assert "Highest" not in words
    assert "A rate apart from others is a question to ask, never a finding." in words


async def test_what_is_asked_wrongly_is_said(lived: Site) -> None:
    """Days that are none, or turned; measures, groups and counters that nobody defined."""
    signed = await lived.signed(1, "supervisor")
    for query, words in (
        ("from=never&to=2026-11-01", "Error: Enter a day"),
        ("from=2026-11-02&to=2026-11-01", "Error: The last day must not be before the first"),
        ("from=2001-11-02&to=2026-11-01", "Error: A period has at most ten years"),
    ):
        for path in ("", "/missed", "/cost"):
            assert words in words_in(await read(signed, f"{path}?period=own&{query}", 422))
    assert (await signed.http.get(f"{PATH}/nothing")).status_code == 404
    for path in (
        "/missed?by=height",
        "/missed/visits?counter=planner_saved",
        "/missed/visits",
        "/cost/visits?counter=missed",
    ):
        assert 400 <= (await signed.http.get(f"{PATH}{path}")).status_code < 500
    odd = "&by=window&value=%3Cb%3E&part=weekday&part_value=%3Cb%3E&after_day=x&after=%00"
    html = await read(signed, f"/missed/visits?counter=missed&{NOVEMBER}{odd}")
    assert "<b>" not in html.partition("<main")[2].replace("<b></b>", "")


async def test_welsh_is_spoken_throughout(lived: Site) -> None:
    """Every page comes in Welsh, and its own words are not English."""
    signed = await lived.signed(1, "supervisor")
    signed.http.cookies.set("doorstep_language", "cy")
    for name in ("missed", *CASES):
        words = words_in(await read(signed, f"/{name}?{NOVEMBER}"))
        assert "Beth mae hyn yn ei ddweud, a beth na all" in words
        assert "The interval" not in words
