"""Faults in a phone's record, in plain words that accuse nobody."""

from __future__ import annotations

from dataclasses import replace

from tests.makers import a_visit, send
from tests.web.browsing import Site, read_visit, words_in


async def test_faults_are_explained_and_accuse_nobody(site: Site) -> None:
    """Each fault once, with what it means, what it does not mean, and its events; withdrawn ones struck."""
    operative = await site.signed(1, "operative", "north", installation=1)
    supervisor = await site.signed(2, "supervisor", "north")
    chain = await a_visit(site.bench, operative.session)
    chain.until_planner()
    held = list(chain.bodies)
    fork = replace(chain, bodies=held[:4])
    fork.state("door_knocked", 160_000, method="intercom")
    chain.state("door_knocked", 610_000, method="bell")
    chain.state("event_withdrawn", 620_000, withdrawn_n=6, reason="wrong button")
    chain.state("access_refused", 700_000, words="Go away")
    chain.state("visit_closed", 710_000, outcome="refused_access")
    chain.state("door_knocked", 720_000, method="bell")
    junk = f'{{"v":1,"visit_id":"{chain.visit_id}","kind":"what_is_this"}}'
    await send(site.bench, operative.session, [*chain.bodies, fork.bodies[-1], junk])
    page = (await supervisor.http.get(f"/office/visits/{chain.visit_id}")).text
    said = words_in(page)
    assert "Faults in the phone's record" in said
    assert "Two statements follow the same one" in said
    assert "It does not say which of them is true." in said
    assert "It does not change what was recorded at the door." in said
    assert "It does not mean that anybody tampered with it" in said
    assert "A slip of the thumb can be taken back within a minute." in said
    assert "<s>Knocked</s>" in page
    for word in ("suspicious", "fraud", "tamper-proof"):
        assert word not in said.casefold()


async def test_a_gap_is_a_reason_to_ask(site: Site) -> None:
    """An event that has not come: the one after it counts, and the page says what nobody can say from that."""
    operative = await site.signed(1, "operative", "north", installation=1)
    supervisor = await site.signed(2, "supervisor", "north")
    chain = await a_visit(site.bench, operative.session)
    chain.whole()
    await send(site.bench, operative.session, [*chain.bodies[:4], *chain.bodies[5:]])
    said = await read_visit(supervisor, chain)
    assert "It does not mean that anything was removed: the phone may still hold it, or have lost it." in said
