"""Signing in: the cookie, the limits on tries, and what is said to whoever fails."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx

from tests.makers import a_person, an_id, closed
from tests.web.browsing import OWN, Site, a_site

RIGHT = {"username": "planner1", "password": "long password"}


async def test_signing_in_gives_a_cookie_that_no_script_reads(site: Site) -> None:
    """201 with who it is and until when; the cookie is HttpOnly, strict, for the whole site."""
    person = await a_person(site.bench, 1, "operative", "north")
    client = site.client()
    answer = await client.post("/api/session", json=RIGHT | {"username": " OPERATIVE1 ", "installation_id": an_id(7)})
    assert answer.status_code == 201
    assert answer.json() == {
        "person_id": person.person_id,
        "name": "Operative 1",
        "role": "operative",
        "patch": "north",
        "installation_id": an_id(7),
        "expires_at": "2026-11-23T23:00:00.000Z",
        "server_time": "2026-11-23T09:00:00.000Z",
        "device": None,
    }
    cookie = answer.headers["set-cookie"].lower()
    assert all(
        rule in cookie for rule in ("doorstep_session=", "httponly", "samesite=strict", "path=/", "max-age=50400")
    )
    assert (await client.get("/api/me")).json() == answer.json()
    assert (await client.delete("/api/session")).status_code == 204
    assert (await client.get("/api/me")).status_code == 401


async def test_who_fails_is_not_told_why(site: Site) -> None:
    """A wrong password and a username that nobody has get the same answer, and no cookie."""
    await a_person(site.bench, 1, "planner")
    client = site.client()
    wrong = await client.post("/api/session", json=RIGHT | {"password": "guess"})
    nobody = await client.post("/api/session", json=RIGHT | {"username": "nobody"})
    assert (wrong.status_code, wrong.json()) == (401, nobody.json())
    assert wrong.json()["type"] == "/problems/wrong-password"
    assert "set-cookie" not in wrong.headers


async def test_tries_are_counted_by_the_socket_and_not_by_a_header(site: Site) -> None:
    """Ten wrong tries for a name, and whoever asks waits: a new X-Forwarded-For each time changes nothing."""
    await a_person(site.bench, 1, "planner")
    answers: list[httpx.Response] = []
    for number in range(11):
        headers = {"x-forwarded-for": f"198.51.100.{number}", "forwarded": f"for=198.51.100.{number}"}
        client = site.client()
        answers.append(await client.post("/api/session", json=RIGHT | {"password": "guess"}, headers=headers))
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert answers[-1].json()["type"] == "/problems/too-many-tries"
    assert int(answers[-1].headers["retry-after"]) > 60
    assert (await site.client().post("/api/session", json=RIGHT)).status_code == 429
    page = await site.client().post("/office/sign-in", data=RIGHT, headers=OWN)
    assert (page.status_code, "Too many tries" in page.text) == (429, True)


async def test_many_names_from_one_socket_are_counted_too(site: Site) -> None:
    """Fifty wrong tries from one peer, each for another name, and the peer waits."""
    statuses = [
        (await site.client().post("/api/session", json={"username": f"n{number}", "password": "x"})).status_code
        for number in range(51)
    ]
    assert statuses == [401] * 50 + [429]


async def tries_until_stopped(site: Site, forwarded: Callable[[int], str]) -> int:
    """How many names can be tried from one socket, with that X-Forwarded-For for each."""
    for number in range(60):
        body = {"username": f"n{number}", "password": "x"}
        headers = {"x-forwarded-for": forwarded(number)}
        if (await site.client().post("/api/session", json=body, headers=headers)).status_code == 429:
            return number
    return 60


async def test_a_header_does_not_make_another_of_the_same(tmp_path: Path) -> None:
    """Nothing of X-Forwarded-For is believed, or, behind so many proxies of our own, nothing but what they wrote."""
    cases: list[tuple[int, Callable[[int], str], int]] = [
        (0, lambda number: f"198.51.100.{number}", 50),
        (1, lambda number: f"198.51.100.{number}", 60),
        (1, lambda number: f"198.51.100.{number}, 203.0.113.9", 50),
        (2, lambda number: f"192.0.2.1, 198.51.100.{number}, 203.0.113.9", 60),
        (2, lambda number: f"198.51.100.{number}, 192.0.2.1, 203.0.113.9", 50),
        (3, lambda number: f"198.51.100.{number}", 50),
        (1, lambda number: f"2001:db8::{number:x}", 50),
        (1, lambda number: f"2001:db8:0:{number:x}::1", 60),
        (1, lambda number: f"::ffff:198.51.100.{number}", 60),
        (1, lambda number: f"198.51.100.9:{50_000 + number}", 50),
        (1, lambda number: f"[2001:db8::9]:{50_000 + number}", 50),
    ]
    for proxies, forwarded, stopped_after in cases:
        site = await a_site(tmp_path / str(proxies) / str(stopped_after) / forwarded(1), proxies=proxies)
        assert await tries_until_stopped(site, forwarded) == stopped_after, forwarded(1)
        for client in site.clients:
            await client.aclose()
        await closed(site.bench)


async def test_nobody_keeps_a_known_person_out(site: Site) -> None:
    """Whoever tries a planner's name elsewhere stops new places only: the planner's own browser still signs in."""
    await a_person(site.bench, 1, "planner")
    desk, stranger = site.client(), site.client()
    assert (await desk.post("/office/sign-in", data=RIGHT, headers=OWN)).status_code == 303
    wrong = RIGHT | {"password": "a guess"}
    for _ in range(10):
        await stranger.post("/office/sign-in", data=wrong, headers=OWN)
    assert (await stranger.post("/office/sign-in", data=RIGHT, headers=OWN)).status_code == 429
    assert (await desk.post("/office/sign-in", data=RIGHT, headers=OWN)).status_code == 303
    # Its mark is for that name alone, cannot be made up, and has no more tries than a name has.
    stolen = {"doorstep_browser": desk.cookies["doorstep_browser"]}
    for cookies in (stolen, {"doorstep_browser": "made.up"}, {"doorstep_browser": "."}):
        other = site.client()
        other.cookies.update(cookies)
        tried = [
            (await other.post("/office/sign-in", data=wrong, headers=OWN)).status_code
            for _ in range(11 if cookies == stolen else 1)
        ]
        assert tried == ([401] * 10 + [429] if cookies == stolen else [429])


async def test_nobody_keeps_a_phone_out(site: Site) -> None:
    """An operative's own phone signs in whatever was tried with their name from other installations."""
    await a_person(site.bench, 1, "operative")
    right = {"username": "operative1", "password": "long password", "installation_id": an_id(1)}
    client = site.client()
    assert (await client.post("/api/session", json=right)).status_code == 201
    for _ in range(10):
        await client.post("/api/session", json=right | {"password": "a guess", "installation_id": an_id(2)})
    assert (await client.post("/api/session", json=right | {"installation_id": an_id(2)})).status_code == 429
    assert (await client.post("/api/session", json=right)).status_code == 201


async def test_each_fault_of_a_body_is_named(site: Site) -> None:
    """A problem says which field, in words; nothing is coerced and nothing unknown passes."""
    client = site.client()
    for body, path in (
        ({"username": "a"}, "password"),
        ({"username": 1, "password": "x"}, "username"),
        (RIGHT | {"installation_id": "not-a-uuid"}, "installation_id"),
        (RIGHT | {"role": "admin"}, "role"),
        (RIGHT | {"username": ""}, "username"),
    ):
        answer = await client.post("/api/session", json=body)
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        assert [fault["path"] for fault in answer.json()["errors"]] == [path]
        assert path in answer.json()["detail"]
    for raw in (b"", b"{", b"\xff", b"[" * 100_000, b'{"username": "\\ud800"}'):
        answer = await client.post("/api/session", content=raw, headers={"content-type": "application/json"})
        assert answer.status_code in (400, 413, 422)
        assert answer.json()["type"].startswith("/problems/")


async def test_errors_of_the_framework_are_problems_too(site: Site) -> None:
    """An address that is not there, a method that is not taken, too large a body: all in the one form."""
    client = site.client()
    gone = await client.get("/api/nothing")
    assert (gone.status_code, gone.json()["type"], gone.json()["status"]) == (404, "/problems/not-found", 404)
    method = await client.patch("/api/session")
    assert (method.status_code, method.json()["type"]) == (405, "/problems/method-not-allowed")
    assert "POST" in method.headers["allow"].upper()
    large = await client.post("/api/session", json={"username": "a" * 200_000, "password": "x"})
    assert (large.status_code, large.json()["type"]) == (413, "/problems/too-large")
    for answer in (gone, method, large):
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"]


async def test_the_office_signs_in_and_lands_where_its_role_begins(site: Site) -> None:
    """Each role on its own page; back to where one wanted to go, but only within the office."""
    for number, (role, home) in enumerate(
        {
            "operative": "/door/",
            "planner": "/office/board",
            "supervisor": "/office/visits",
            "auditor": "/office/visits",
            "admin": "/office/start",
        }.items(),
        start=1,
    ):
        await a_person(site.bench, number, role)
        client = site.client()
        form = {"username": f"{role}{number}", "password": "long password"}
        answer = await client.post("/office/sign-in", data=form, headers=OWN)
        assert (answer.status_code, answer.headers["location"]) == (303, home)
        if role != "operative":
            assert (await client.get(home)).status_code == 200
            assert (await client.get("/office")).headers["location"] == home
    form = {"username": "planner2", "password": "long password"}
    for to, expected in (
        ("/office/visits", "/office/visits"),
        ("https://elsewhere.example/", "/office/board"),
        ("//elsewhere.example", "/office/board"),
        ("/office//elsewhere.example", "/office/board"),
        ("/office/\\elsewhere.example", "/office/board"),
        ("/office/x\r\nset-cookie: a=b", "/office/board"),
    ):
        answer = await site.client().post("/office/sign-in", data=form | {"to": to}, headers=OWN)
        assert answer.headers["location"] == expected


async def test_the_sign_in_form_must_be_ours(site: Site) -> None:
    """A form that our page did not send signs nobody in; the username stays when a try fails, the password never."""
    await a_person(site.bench, 1, "planner")
    plain = await site.client().post("/office/sign-in", data=RIGHT)
    assert (plain.status_code, "set-cookie" in plain.headers) == (403, False)
    wrong = await site.client().post("/office/sign-in", data=RIGHT | {"password": "guess<b>"}, headers=OWN)
    assert wrong.status_code == 401
    assert 'value="planner1"' in wrong.text
    assert "guess" not in wrong.text
    assert "do not go together" in wrong.text
    empty = await site.client().post("/office/sign-in", data={"username": ""}, headers=OWN)
    assert (empty.status_code, "Enter your username" in empty.text, "Enter your password" in empty.text) == (
        422,
        True,
        True,
    )
