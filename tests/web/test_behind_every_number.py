"""Behind every number that counts visits or appointments there are just so many: over all pages of the analysis."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from html import unescape
from pathlib import Path
from typing import Any

import msgspec
import pytest

from doorstep.adapters.policies import load_rules
from doorstep.application.intake.kept import NO_SLOT, OPEN, HeldRow
from doorstep.application.wastage.rules import CostRates, WastageRules
from doorstep.application.world import Changes
from doorstep.domain.wastage.measures.shares import SHARES
from doorstep.web.app import WebSettings, create_app
from tests.invented_facts import FIRST_MS, invent_facts
from tests.makers import RULES, an_office, closed
from tests.web.browsing import Signed, Site

PATH = "/office/analysis"
PERIOD = "period=own&from=2026-10-05&to=2026-11-30"
CASES = ("orders", "cost", "widths", "repeats", "recovery", "hazards")
CARDS = ("records/card?of=", "records/card?of=Brook+%26+Daughters")
COUNTING = frozenset(
    """Counted|Of|Visits|Missed|Missed visits|Without an order|Not completed so far|Appointments compared
    |Left out: no like|Appointments|Orders that still wait for an appointment""".replace("\n    ", "").split("|")
)
"""The columns that count visits, appointments or orders that wait."""
OTHERS = {
    "Share": "its name",
    "Rate": "a share",
    "95% interval": "a share",
    "Others, of": "a contractor's card leads to no other's visits",
    "Others, rate": "a share",
    "Others, 95% interval": "a share",
    "Minutes": "minutes",
    "Time": "money",
    "Rebooking": "money",
    "Total": "money",
    "Missed, the narrower slot": "a share",
    "Missed, the broader slot": "a share",
    "Kinds of job compared": "kinds of job",
    "Attempts": "several of them may be of one appointment; the order leads to its visits",
    "Median wait": "a length of time",
    "Median age at the decision": "a length of time",
    "First appointment": "a day",
    "Last missed": "a day",
}
"""The columns with numbers that count neither, and what they are."""
WHOLE_ORDERS = ("orders", "Of")
"""Orders that have an appointment and those that wait, together: two numbers that each lead to their own."""
CELL = re.compile(r'<td role="cell"[^>]*data-label="([^"]*)"><span>(.*?)</span></td>', re.DOTALL)
LINKED = re.compile(r'<a class="govuk-link" href="([^"]*)">([\d,]+)<')
ASIDE = re.compile(r'<li>[^<]*: <a class="govuk-link" href="([^"]*)">([\d,]+)<')


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """A landlord with 260 invented appointments and an order that waits, where a rate is given of few."""
    costs = (CostRates("2026-11-05", 3_600, 500), CostRates("2026-11-12", 7_200, 1_000))
    rules = msgspec.structs.replace(load_rules(RULES), wastage=WastageRules(20, 4, costs=costs))
    bench = await an_office(tmp_path, rules=rules)
    fields: dict[str, Any] = dict.fromkeys(HeldRow.__struct_fields__, "")
    held = {"held_id": "1", "work_order_ref": "WO-WAITS", "patch": "north", "kind": NO_SLOT, "state": OPEN}
    row = HeldRow(**fields | held | {"held_at": FIRST_MS, "done_at": None})
    async with bench.office.store.unit() as unit:
        facts = {fact.appointment_id: fact for fact in invent_facts(11, 260, homes=40)}
        await unit.save(Changes(wastage=facts, records={(HeldRow, row.key): row}))
    (tmp_path / "assets").mkdir()
    settings = WebSettings(False, tmp_path / "phone", tmp_path / "assets", logs_requests=False)
    made = Site(bench, create_app(settings, bench.office, bench.looker), [], tmp_path)
    yield made
    for client in made.clients:
        await client.aclose()
    await closed(bench)


async def _read(signed: Signed, path: str) -> str:
    answer = await signed.http.get(path)
    assert answer.status_code == 200, path
    return answer.text


async def _listed(signed: Signed, url: str) -> int:
    """How many rows stand behind a link, over all of its pages."""
    found, following = 0, unescape(url)
    while following:
        html = await _read(signed, following)
        found += len(re.findall(r'<th scope="row"', html))
        more = re.search(r'rel="next" href="([^"]*)"', html)
        following = unescape(more[1]) if more else ""
    return found


def _numbers(name: str, html: str) -> Iterator[tuple[str, int]]:
    """Every number of a page that counts, with where it leads; what leads nowhere is at fault."""
    for label, inner in CELL.findall(html):
        said = unescape(label)
        if not re.search(r"\d", re.sub(r"<[^>]*>", "", inner)):
            continue
        assert said in COUNTING or said in OTHERS, f"{name}: nobody said whether {said} counts visits"
        if said in OTHERS or (name, said) == WHOLE_ORDERS or inner.strip() == "0":
            continue
        linked = LINKED.search(inner)
        assert linked, f"{name}: {said} {inner} leads nowhere"
        yield linked[1], int(linked[2].replace(",", ""))
    for url, count in ASIDE.findall(html):
        yield url, int(count.replace(",", ""))


@pytest.mark.parametrize("name", [*SHARES, *CASES, *CARDS])
async def test_each_leads_to_just_so_many(site: Site, name: str) -> None:
    """By every group, in every section, month and weekday: a number, its link, and as many rows as it says."""
    signed = await site.signed(1, "supervisor")
    first = await _read(signed, f"{PATH}/{name}{'&' if '?' in name else '?'}{PERIOD}")
    groups = re.findall(r'<option value="([a-z_]+)"', first.partition('name="by"')[2].partition("</select>")[0])
    numbers: dict[str, int] = dict(_numbers(name, first))
    for by in groups:
        numbers |= dict(_numbers(name, await _read(signed, f"{PATH}/{name}?{PERIOD}&by={by}")))
    assert len(numbers) >= 2
    # Each number stands in several pages and months; of those of many groups a part is followed, the same every time.
    followed = sorted(numbers)[:: max(len(numbers) // 35, 1)]
    for url in followed:
        assert await _listed(signed, url) == numbers[url], url


async def test_a_card_that_is_handed_out_leads_nowhere(site: Site) -> None:
    """Whoever gets it can open no visit, and finds no other contractor's name in it."""
    signed = await site.signed(1, "supervisor")
    html = await _read(signed, f"{PATH}/{CARDS[1]}&{PERIOD}&handed=out")
    main = html.partition("<main")[2]
    assert "/visits?" not in main
    assert "Otley Roofing" not in main
    assert "Our own teams" not in main
    assert "All others together" in main
    named = await _read(signed, f"{PATH}/{CARDS[1]}&{PERIOD}")
    assert "/visits?" in named
    assert "Otley Roofing" not in named.partition("<h2")[2].partition("<dl")[0]
