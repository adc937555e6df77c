"""The page of replays: a draft by a form, its progress without a script, its counts, and the visits behind them."""

from __future__ import annotations

import asyncio
import re

import httpx

from doorstep.application.replay import Asked
from doorstep.application.replay_runs import KEPT_MS, MOST_A_PERSON, MOST_KEPT
from tests.makers import DAY, a_visit, send
from tests.web.browsing import Signed, Site, a_recorded_visit, form_token_in, words_in

PATH = "/office/replay"
DAYS = {"from": DAY, "to": DAY}


async def the_form(signed: Signed) -> dict[str, str]:
    """The form's fields as they stand on the page, for the day of the made visits."""
    html = (await signed.http.get(PATH)).text
    inputs = (
        re.search(r'name="([^"]+)"', found)
        for found in re.findall(r"<input[^>]*>", html.partition('<form method="post" action="/office/replay"')[2])
        if "checkbox" not in found
    )
    names = [found[1] for found in inputs if found]
    values = {name: re.search(rf'name="{re.escape(name)}"[^>]*? value="([^"]*)"', html) for name in names}
    return {name: found[1] for name, found in values.items() if found} | DAYS | {"form_token": form_token_in(html)}


async def begun(signed: Signed, **changes: str) -> str:
    """The address of a replay that was begun, once it is done."""
    answer = await signed.http.post(PATH, data=await the_form(signed) | changes)
    assert answer.status_code == 303, words_in(answer.text)
    return answer.headers["location"]


async def done(signed: Signed, where: str) -> str:
    """The page of a replay that is done: asked for again until it says so."""
    while f'href="{where}">' in (answer := await signed.http.get(where)).text:  # noqa: ASYNC110 - as a person does
        await asyncio.sleep(0.01)
    assert answer.status_code == 200
    return answer.text


async def test_a_longer_wait_would_refuse_the_visit_and_leads_to_it(site: Site) -> None:
    """From the form over the count to the visit's own page, with the words that it was never asked for."""
    operative = await site.signed(1, "operative", installation=11)
    chain = await a_recorded_visit(site, operative)
    supervisor = await site.signed(2, "supervisor")
    where = await begun(supervisor, **{"waited-minutes": "30"})
    words = words_in(await done(supervisor, where))
    assert "Visits recorded as missed: 1. The draft would refuse 1 that were allowed" in words
    assert "Waited 15 minutes: Minutes 15, in the draft 30" in words
    assert "Asked for in another form then" in words
    assert "they say nothing about what operatives, planners or the office would have done" in words
    assert "all came to what was told then (1)" in words
    for query in ("result=would_refuse", "result=would_refuse&clause=waited"):
        listed = (await supervisor.http.get(f"{where}/visits?{query}")).text
        assert f'href="/office/visits/{chain.visit_id}"' in listed
    for query in (
        "result=would_allow",
        "result=would_refuse&clause=knocked",
        "result=would_refuse&clause=%3Cb%3E&page=x",
    ):
        listed = (await supervisor.http.get(f"{where}/visits?{query}")).text
        assert chain.visit_id not in listed
        assert "<b>" not in listed
    row = await site.bench.office.store.visit_row(chain.visit_id)
    assert row
    assert row.standing == "pending_corroboration"


async def test_access_gained_after_the_recording_is_told_apart(site: Site) -> None:
    """It is no missed visit: in no figure and no list, and not passed over in silence."""
    operative = await site.signed(1, "operative", installation=11)
    chain = await a_visit(site.bench, operative.session, 1, "A-1")
    chain.whole()
    chain.state("access_gained", 1_000_000)
    await send(site.bench, operative.session, chain.bodies)
    supervisor = await site.signed(2, "supervisor")
    where = await begun(supervisor, **{"waited-minutes": "30"})
    words = words_in(await done(supervisor, where))
    assert "No visit was recorded as missed on these days." in words
    assert "Recordings after which somebody got in: 1. They are no missed visits" in words
    assert "Of these, the draft would refuse 1 that were allowed, and allow 0 that were refused; 0 could not" in words
    assert chain.visit_id not in (await supervisor.http.get(f"{where}/visits?result=would_refuse")).text


async def test_the_policy_itself_changes_nothing_and_agrees(site: Site) -> None:
    """A form that is sent as it came is the replay's own check."""
    operative = await site.signed(1, "operative", installation=11)
    await a_recorded_visit(site, operative)
    auditor = await site.signed(2, "auditor")
    words = words_in(await done(auditor, await begun(auditor)))
    assert "Nothing is changed: the replay checks itself." in words
    assert "The draft would refuse 0 that were allowed, and allow 0 that were refused" in words


async def test_a_check_can_be_left_out(site: Site) -> None:
    """Without the checks that an empty-handed visit lacks, it would be allowed."""
    operative = await site.signed(1, "operative", installation=11)
    await a_recorded_visit(site, operative)
    supervisor = await site.signed(2, "supervisor")
    words = words_in(await done(supervisor, await begun(supervisor, **{"card_photo-off": "on"})))
    assert "Took a photo of the card: left out" in words


async def test_what_is_wrong_is_said_beside_its_field(site: Site) -> None:
    """Numbers, days and their order; the form comes back with what was typed, and nothing is begun."""
    supervisor = await site.signed(2, "supervisor")
    typed = await the_form(supervisor)
    for changes, words in (
        ({"waited-minutes": "ten"}, "Enter a whole number, at most 100,000"),
        ({"waited-minutes": ""}, "Enter a whole number"),
        ({"waited-minutes": "9999999"}, "Enter a whole number"),
        ({"knocked-count": "0"}, "Enter 1 or more"),
        ({"from": "yesterday"}, "Enter a day"),
        ({"from": "2026-12-01", "to": "2026-11-01"}, "The last day must not be before the first"),
    ):
        answer = await supervisor.http.post(PATH, data=typed | changes)
        assert answer.status_code == 422
        assert f"Error: {words}" in words_in(answer.text)
    assert "Your replays of the last day" not in words_in((await supervisor.http.get(PATH)).text)
    assert (await supervisor.http.post(PATH, data=typed | {"form_token": "0" * 64})).status_code == 403


async def test_a_replay_is_its_askers_own_and_of_their_patch(site: Site) -> None:
    """Nobody else finds it by its address; whoever has a patch judges that patch, whatever the form says."""
    operative = await site.signed(1, "operative", installation=11)
    await a_recorded_visit(site, operative)
    supervisor, other = await site.signed(2, "supervisor"), await site.signed(3, "supervisor")
    elsewhere = await site.signed(4, "supervisor", "nowhere")
    where = await begun(supervisor)
    await done(supervisor, where)
    for path in (where, f"{where}/visits"):
        assert (await other.http.get(path)).status_code == 404
    token = form_token_in((await other.http.get(PATH)).text)
    assert (await other.http.post(f"{where}/stop", data={"form_token": token})).status_code == 404
    theirs = words_in(await done(elsewhere, await begun(elsewhere, patch="north")))
    assert "No visit was recorded as missed on these days." in theirs


async def test_one_at_a_time_and_it_can_be_stopped(site: Site) -> None:
    """A second of one's own is refused while the first waits; stopped, it says so, and makes room."""
    supervisor = await site.signed(2, "supervisor")
    replays = site.app.state["web"].replays
    async with replays.turn:
        where = await begun(supervisor)
        assert "This one comes after it." in words_in((await supervisor.http.get(where)).text)
        refused = await supervisor.http.post(PATH, data=await the_form(supervisor))
        assert "A replay of yours is under way" in words_in(refused.text)
        token = form_token_in((await supervisor.http.get(PATH)).text)
        stopped: httpx.Response = await supervisor.http.post(f"{where}/stop", data={"form_token": token})
        assert stopped.headers["location"] == where
        assert "Stopped" in words_in((await supervisor.http.get(where)).text)
    await done(supervisor, await begun(supervisor))


async def test_replays_are_kept_for_a_day_and_not_in_any_number(site: Site) -> None:
    """A person's oldest makes room for a newer one, and a day later all are gone."""
    supervisor = await site.signed(2, "supervisor")
    addresses = []
    for _ in range(MOST_A_PERSON + 1):
        addresses.append(await begun(supervisor))
        await done(supervisor, addresses[-1])
    assert (await supervisor.http.get(addresses[0])).status_code == 404
    assert (await supervisor.http.get(addresses[1])).status_code == 200
    replays, office = site.app.state["web"].replays, site.bench.office
    assert len(replays.of(office, supervisor.person)) == MOST_A_PERSON
    site.bench.clock.ms += KEPT_MS
    assert replays.of(office, supervisor.person) == []


async def test_replays_hold_no_more_memory_the_more_people_ask(site: Site) -> None:
    """However many ask, so many are kept; the oldest that are done make room, and none that is under way."""
    supervisors = [await site.signed(number, "supervisor") for number in range(2, 7)]
    for supervisor in supervisors:
        for _ in range(MOST_A_PERSON):
            await done(supervisor, await begun(supervisor))
    replays, office = site.app.state["web"].replays, site.bench.office
    kept = [len(replays.of(office, supervisor.person)) for supervisor in supervisors]
    assert kept == [0, *[MOST_A_PERSON] * 4]
    assert sum(kept) == MOST_KEPT


async def test_the_server_stops_what_is_under_way(site: Site) -> None:
    """Before the store is closed, no replay reads it any more."""
    supervisor = await site.signed(2, "supervisor")
    replays, office = site.app.state["web"].replays, site.bench.office
    policy = next(iter(office.rules.policies.values()))
    async with replays.turn:
        run = replays.begin(office, supervisor.person, Asked(policy, DAY, DAY), policy, ())
        await replays.close()
    assert run.state == "stopped"
