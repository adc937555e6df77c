"""The audit queue's pages: what was drawn by lot, deciding several visits at once, and filters that are kept."""

from __future__ import annotations

import re

import msgspec
import pytest

from doorstep.adapters.policies import load_rules
from doorstep.application.audit_rules import AuditRules
from tests.application.test_decide_several import a_queue
from tests.chains import Chain
from tests.makers import RULES
from tests.web.browsing import OWN, Signed, Site, form_token_in, words_in

LIST = "/office/visits"


async def a_supervisor(site: Site) -> tuple[Signed, dict[int, Chain]]:
    """The supervisor of the north, with a queue of five."""
    _, chains = await a_queue(site.bench)
    return await site.signed(3, "supervisor", "north"), chains


async def posted(signed: Signed, path: str, token: str, **fields: str) -> tuple[int, str, str]:
    """What a form is answered with: status, words, and where it goes on."""
    answer = await signed.http.post(path, data={"form_token": token, **fields}, headers=OWN)
    return answer.status_code, words_in(answer.text), answer.headers.get("location", "")


async def test_a_share_is_drawn_and_the_rest_is_in_a_list_of_its_own(site: Site) -> None:
    """With a share of nought only what speaks for itself waits; the page says the share, and where the others are."""
    supervisor, chains = await a_supervisor(site)
    everyone = (await supervisor.http.get(f"{LIST}?view=decide")).text
    assert "view=others" not in everyone
    assert all(chain.visit_id in everyone for number, chain in chains.items() if number != 5)
    office = site.bench.office
    office.rules = msgspec.structs.replace(load_rules(RULES), audit=AuditRules(share=0))
    drawn = (await supervisor.http.get(f"{LIST}?view=decide")).text
    assert [number for number, chain in chains.items() if chain.visit_id in drawn] == [3]
    assert "0% are drawn by lot" in words_in(drawn)
    assert 'To decide <span class="ds-views__count">1</span>' in drawn
    others = (await supervisor.http.get(f"{LIST}?view=others")).text
    assert sorted(number for number, chain in chains.items() if chain.visit_id in others) == [1, 2, 4]
    assert 'To decide <span class="ds-views__count">1</span>' in others


async def test_several_are_ticked_looked_at_and_decided(site: Site) -> None:
    """Only plain ones can be ticked; they are shown once more; then each stands as decided, or is said with why."""
    supervisor, chains = await a_supervisor(site)
    page = (await supervisor.http.get(LIST)).text
    ticks = set(re.findall(r'name="tick-([^"]+)"', page))
    assert ticks == {chains[number].visit_id for number in (1, 2, 4)}
    token = form_token_in(page)
    assert "Tick the visits" in (await posted(supervisor, f"{LIST}/several", token))[1]
    ticked = {f"tick-{chain.visit_id}": "yes" for chain in chains.values()}
    status, words, _ = await posted(supervisor, f"{LIST}/several", token, **ticked)
    assert status == 200
    assert "Decide 3 visits" in words
    assert "2 ticked visits are left out" in words
    status, words, _ = await posted(supervisor, f"{LIST}/several/decisions", token, **ticked)
    assert status == 422
    assert "Choose" in words
    status, words, _ = await posted(
        supervisor, f"{LIST}/several/decisions", token, **ticked, decision="upheld", reason="All there."
    )
    assert status == 200
    assert "2 visits were decided" in words
    assert "3 visits were not decided" in words
    assert "another supervisor must uphold it" in words
    decided = (await supervisor.http.get(f"{LIST}?view=decided")).text
    assert sorted(number for number, chain in chains.items() if chain.visit_id in decided) == [1, 2]


@pytest.mark.parametrize("role", ["planner", "auditor"])
async def test_nobody_else_ticks(site: Site, role: str) -> None:
    """Whoever decides nothing has no boxes."""
    await a_queue(site.bench)
    reader = await site.signed(7, role, "north" if role == "planner" else "")
    assert "tick-" not in (await reader.http.get(f"{LIST}?view=decide")).text


async def test_a_filter_is_kept_used_and_removed(site: Site) -> None:
    """It stands beside the filters under its name; a name that does not do is asked for again, with the filter kept."""
    supervisor, _ = await a_supervisor(site)
    asked = f"{LIST}?view=all&also=alert&q=sample"
    page = (await supervisor.http.get(asked)).text
    token = form_token_in(page)
    query = "view=all&also=alert&q=sample"
    assert f'name="query" value="{query.replace("&", "&amp;")}"' in page
    status, words, _ = await posted(supervisor, f"{LIST}/filters", token, query=query, filter_name=" ")
    assert status == 422
    assert "Give the filter a name" in words
    status, _, goes_on = await posted(supervisor, f"{LIST}/filters", token, query=query, filter_name="Alerts <b>")
    assert (status, goes_on) == (303, asked)
    page = (await supervisor.http.get(asked)).text
    assert f'<a class="govuk-link" href="{asked.replace("&", "&amp;")}">Alerts &lt;b&gt;</a>' in page
    assert "Remove the filter Alerts <b>" in words_in(page)
    await posted(supervisor, f"{LIST}/filters/remove", token, filter_name="Alerts <b>")
    assert "Alerts &lt;b&gt;" not in (await supervisor.http.get(asked)).text


async def test_a_second_look_is_asked_for_on_the_page(site: Site) -> None:
    """The first looker is told that it decides nothing yet, the second whose it was; the list finds it."""
    supervisor, chains = await a_supervisor(site)
    office = site.bench.office
    office.rules = msgspec.structs.replace(load_rules(RULES), audit=AuditRules(second_look=frozenset({"overturned"})))
    second = await site.signed(8, "supervisor", "north")
    visit = f"{LIST}/{chains[1].visit_id}"
    token = form_token_in((await supervisor.http.get(visit)).text)
    overturned = {"decision": "overturned", "outcome": "landlord_missed", "reason": "Wrong door."}
    assert (await posted(supervisor, f"{visit}/decisions", token, **overturned))[0] == 303
    own = words_in((await supervisor.http.get(visit)).text)
    assert "First look: Overturned by Supervisor 3" in own
    assert "You took the first look at this visit." in own
    assert (await posted(supervisor, f"{visit}/decisions", token, **overturned))[0] == 403
    page = (await second.http.get(visit)).text
    assert "Supervisor 3 took the first look: Overturned." in words_in(page)
    asked = (await second.http.get(f"{LIST}?view=all&also=second")).text
    assert [number for number, chain in chains.items() if chain.visit_id in asked] == [1]
    assert "Second look wanted" in words_in(asked)
    assert (await posted(second, f"{visit}/decisions", form_token_in(page), **overturned))[0] == 303
    assert "Overturned by Supervisor 8" in words_in((await second.http.get(visit)).text)


async def test_several_tell_nothing_of_another_patch(site: Site) -> None:
    """Whoever knows the ids of other patches' visits and posts them as ticked learns no address, nor that they are."""
    _, chains = await a_supervisor(site)
    elsewhere = await site.signed(8, "supervisor", "south")
    token = form_token_in((await elsewhere.http.get(LIST)).text)
    ticked = {f"tick-{chain.visit_id}": "yes" for chain in chains.values()}
    invented = {f"tick-f{chain.visit_id[1:]}": "yes" for chain in chains.values()}
    for path, fields in (("several", {}), ("several/decisions", {"decision": "upheld", "reason": "All there."})):
        known, unknown = [
            await elsewhere.http.post(f"{LIST}/{path}", data={"form_token": token, **fields, **each}, headers=OWN)
            for each in (ticked, invented)
        ]
        assert "Street" not in known.text
        assert known.status_code == unknown.status_code
        assert words_in(known.text) == words_in(unknown.text)
