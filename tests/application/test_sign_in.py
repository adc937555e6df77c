"""Signing in and out, and the limit on tries."""

from __future__ import annotations

import asyncio

import pytest

from doorstep.application.keep_people import person_left
from doorstep.application.sign_in import (
    MOST_REMEMBERED,
    TRIES_BY_PEER,
    TRIES_BY_USERNAME,
    WINDOW_MS,
    TooManyTries,
    Tries,
    sign_in,
    sign_out,
    token_hash,
)
from doorstep.application.writer import Refused
from tests.makers import Bench, a_person, an_id

RIGHT, WRONG = "long password", "wrong"
PEER = "192.0.2.1"


async def try_to(
    bench: Bench, tries: Tries, username: str = "operative1", password: str = WRONG, peer: str = PEER
) -> str:
    """`in`, or why not."""
    try:
        await sign_in(bench.office, tries, username, password, an_id(11), peer)
    except Refused as refused:
        return refused.reason
    except TooManyTries as waiting:
        return f"wait {waiting.seconds}"
    return "in"


async def test_a_session_is_stored_by_its_hash(any_bench: Bench) -> None:
    """The token itself is nowhere; the session holds the person, the installation and its end."""
    person = await a_person(any_bench, 1, "operative")
    token, session = await sign_in(any_bench.office, Tries(), "  OPERATIVE1 ", RIGHT, an_id(11), PEER)
    assert session.token_hash == token_hash(token) != token
    assert (session.person, session.installation_id) == (person, an_id(11))
    assert session.expires_at == any_bench.clock.ms + 14 * 3_600_000
    held = await any_bench.office.store.session(token_hash(token), any_bench.clock.ms)
    assert held == session
    await sign_out(any_bench.office, session)
    assert await any_bench.office.store.session(token_hash(token), any_bench.clock.ms) is None


async def test_a_wrong_pair(bench: Bench) -> None:
    """A wrong password, nobody of that name and somebody who left are told the same."""
    await a_person(bench, 1, "operative")
    await a_person(bench, 2, "operative")
    await person_left(bench.office, "operative2")
    tries = Tries()
    assert await try_to(bench, tries) == "wrong-password"
    assert await try_to(bench, tries, "nobody") == "wrong-password"
    assert await try_to(bench, tries, "operative2", RIGHT) == "wrong-password"
    assert await try_to(bench, tries, password=RIGHT) == "in"


async def test_too_many_tries_by_username(bench: Bench) -> None:
    """After ten the right password does not help either, from anywhere, until the first try is a quarter old."""
    await a_person(bench, 1, "operative")
    tries = Tries()
    for number in range(TRIES_BY_USERNAME):
        assert await try_to(bench, tries, peer=f"192.0.2.{number}") == "wrong-password"
        bench.clock.ms += 1_000
    assert await try_to(bench, tries, password=RIGHT, peer="192.0.2.99") == f"wait {(WINDOW_MS - 10_000) // 1000 + 1}"
    bench.clock.ms += WINDOW_MS - 10_000
    assert await try_to(bench, tries, password=RIGHT) == "in"


async def test_too_many_tries_by_peer(bench: Bench) -> None:
    """An address that tries many names is stopped; other addresses are not."""
    await a_person(bench, 1, "operative")
    tries = Tries()
    for number in range(TRIES_BY_PEER):
        assert await try_to(bench, tries, f"somebody{number}") == "wrong-password"
    assert (await try_to(bench, tries, password=RIGHT)).startswith("wait")
    assert await try_to(bench, tries, password=RIGHT, peer="192.0.2.2") == "in"


async def test_tries_at_once_are_counted(bench: Bench) -> None:
    """The hash is slow: a hundred tries that arrive together must not all be let through to it."""
    await a_person(bench, 1, "operative")
    tries = Tries()
    told = await asyncio.gather(*(try_to(bench, tries) for _ in range(100)))
    assert told.count("wrong-password") == TRIES_BY_USERNAME


async def test_a_depot_signs_in_from_one_address(bench: Bench) -> None:
    """Tries that succeed count against nobody, however many share an address; a success forgets the name's failures."""
    await a_person(bench, 1, "operative")
    tries = Tries()
    for _ in range(TRIES_BY_PEER * 2):
        assert await try_to(bench, tries, password=RIGHT) == "in"
    for _ in range(3):
        for _ in range(TRIES_BY_USERNAME - 1):
            assert await try_to(bench, tries) == "wrong-password"
        assert await try_to(bench, tries, password=RIGHT) == "in"


def test_old_tries_are_forgotten() -> None:
    """The memory of tries has an end: what is a quarter of an hour old goes, also where nothing is left of it."""
    tries = Tries()
    for number in range(MOST_REMEMBERED):
        tries.begun(f"u{number}", "p", 0)
    tries.begun("lucky", "q", 0)
    tries.by_key["p q"].clear()
    tries.succeeded("lucky", "nobody's")
    tries.begun("last", "p", WINDOW_MS)
    assert set(tries.by_key) == {"u last", "p p"}


def test_the_wait_in_words() -> None:
    """Minutes, rounded up."""
    assert str(TooManyTries(61)) == "Too many tries. Wait 2 minutes, then try again."


@pytest.mark.parametrize("role", ["planner", "auditor"])
async def test_the_office_signs_in_without_an_installation(bench: Bench, role: str) -> None:
    """Only phones have one."""
    await a_person(bench, 1, role)
    _, session = await sign_in(bench.office, Tries(), f"{role}1", RIGHT, None, PEER)
    assert session.installation_id is None
