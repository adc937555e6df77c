"""The outermost ring: safe headers on every answer, other sites turned away, forms with their own token."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
import structlog

from doorstep.web.edge import Edge
from tests.makers import an_id, closed
from tests.web.browsing import HOST, OWN, Site, a_recorded_visit, a_site, form_token_in

ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/api/me"),
        ("GET", "/door/"),
        ("GET", "/door/assets/main-abc123.js"),
        ("GET", "/healthz"),
        ("GET", "/nothing/here"),
        ("GET", "/office/assets/office.css"),
        ("GET", "/office/board"),
        ("GET", "/office/nothing"),
        ("GET", "/office/sign-in"),
        ("GET", "/schema"),
        ("OPTIONS", "/api/sync"),
        ("POST", "/api/session"),
        ("POST", "/api/sync"),
        ("PUT", "/api/sync"),
        ("TRACE", "/"),
    ],
)
async def test_every_answer_has_the_safe_headers(site: Site, method: str, path: str) -> None:
    """Whatever answers, and whatever it says: no framing, no sniffing, no foreign script, no inline style."""
    answer = await site.client().request(method, path)
    assert answer.status_code < 500
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    policy = answer.headers["content-security-policy"]
    for rule in ("default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri"):
        assert rule in policy
    assert "unsafe" not in policy
    assert "form-action 'self'" in policy
    assert ("blob:" in policy) == path.startswith("/door/")
    assert ("camera=(self)" in answer.headers["permissions-policy"]) == path.startswith("/door/")
    assert "strict-transport-security" not in answer.headers
    assert ("no-store" in answer.headers["cache-control"]) == ("asset" not in path and path != "/door/")


async def test_behind_tls_browsers_are_told_to_stay_there(tmp_path: Path) -> None:
    """With `is_secure` the cookie goes by https only, and so does everything else from then on."""
    site = await a_site(tmp_path, is_secure=True)
    client = site.client()
    await site.signed(1, "planner")
    signed = await client.post("/api/session", json={"username": "planner1", "password": "long password"})
    refused = await client.get("/nothing")
    assert "max-age=63072000" in refused.headers["strict-transport-security"]
    await client.aclose()
    await closed(site.bench)
    assert signed.status_code == 201
    cookie = signed.headers["set-cookie"].lower()
    assert cookie.startswith("__host-doorstep_session=")
    assert [rule in cookie for rule in ("httponly", "secure", "samesite=strict", "path=/;")] == [True] * 4
    assert "domain" not in cookie


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
        {"origin": f"http://{HOST}.elsewhere.example"},
        {"sec-fetch-site": "cross-site", "origin": f"http://{HOST}"},
    ],
)
async def test_another_sites_post_is_turned_away(site: Site, headers: dict[str, str]) -> None:
    """Even with the cookie: nothing is written in somebody's name from another page."""
    operative = await site.signed(1, "operative", installation=1)
    body = {"installation_id": an_id(1), "after": 0, "events": []}
    refused = await operative.http.post("/api/sync", json=body, headers=headers)
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/cross-site")
    assert (await operative.http.delete("/api/session", headers=headers)).status_code == 403
    own = {"sec-fetch-site": "same-origin", "origin": f"http://{HOST}"}
    assert (await operative.http.post("/api/sync", json=body, headers=own)).status_code == 200
    assert (await operative.http.post("/api/sync", json=body)).status_code == 200


async def test_the_api_takes_no_form(site: Site) -> None:
    """What a plain HTML form can send is no JSON, so it is refused before it is read."""
    operative = await site.signed(1, "operative", installation=1)
    for sent_as in ("text/plain", "application/x-www-form-urlencoded", ""):
        answer = await operative.http.post("/api/sync", content=b"{}", headers={"content-type": sent_as})
        assert (answer.status_code, answer.json()["type"]) == (415, "/problems/not-json")


async def test_a_form_needs_its_sessions_token(site: Site) -> None:
    """No token, a made-up one, or another session's: the form is refused and nothing is saved."""
    operative = await site.signed(1, "operative", "north", installation=1)
    chain = await a_recorded_visit(site, operative)
    supervisor, other = await site.signed(2, "supervisor", "north"), await site.signed(3, "supervisor", "north")
    foreign = form_token_in((await other.http.get("/office/visits")).text)
    path = f"/office/visits/{chain.visit_id}"
    decision = {"decision": "upheld", "reason": "all there"}
    for token in ({}, {"form_token": ""}, {"form_token": "0" * 64}, {"form_token": foreign}, {"form_token": "é"}):
        answer = await supervisor.http.post(f"{path}/decisions", data=decision | token, headers=OWN)
        assert (answer.status_code, "This form is too old" in answer.text) == (403, True)
    assert (await supervisor.http.post("/office/sign-out", headers=OWN)).status_code == 415
    assert (await supervisor.http.get("/api/me")).status_code == 200
    own = form_token_in((await supervisor.http.get(path)).text)
    saved = await supervisor.http.post(f"{path}/decisions", data=decision | {"form_token": own}, headers=OWN)
    assert (saved.status_code, saved.headers["location"]) == (303, path)
    ended = await supervisor.http.post("/office/sign-out", data={"form_token": own}, headers=OWN)
    assert ended.status_code == 303
    assert "max-age=0" in ended.headers["set-cookie"].lower()


async def test_the_log_holds_no_name_and_no_address(tmp_path: Path) -> None:
    """Each request leaves one line: the route's template, the status, the time; never an id, a query or a body."""
    site = await a_site(tmp_path)
    supervisor = await site.signed(2, "supervisor")
    site.app.asgi_handler = Edge(site.app.asgi_handler, is_secure=False, logs_requests=True)
    with structlog.testing.capture_logs() as logs:
        await supervisor.http.get("/office/visits", params={"q": "4 Secret Street"})
        await supervisor.http.get(f"/office/visits/{an_id(5)}")
        await supervisor.http.get("/nowhere/secret")
    requests = [line for line in logs if line["event"] == "request"]
    assert [(line["route"], line["status"]) for line in requests] == [
        ("/office/visits", 200),
        ("/office/visits/{visit_id}", 404),
        ("unmatched", 404),
    ]
    assert "ecret" not in str(logs)
    assert an_id(5) not in str(logs)
    await closed(site.bench)


async def test_built_files_come_as_they_should(site: Site) -> None:
    """Hashed files for ever, pages and worker asked for anew, unknown pages of the phone's are its one page."""
    client = site.client()
    assert (await client.get("/door")).headers["location"] == "/door/"
    page = await client.get("/door/")
    head = await client.head("/door/")
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", page.headers["etag"])
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-cache")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    worker = await client.get("/door/sw.js")
    assert worker.headers["cache-control"] == "no-cache"
    assert worker.headers["content-type"].startswith("text/javascript")
    asset = await client.get("/door/assets/main-abc123.js", headers={"accept-encoding": "gzip"})
    assert "immutable" in asset.headers["cache-control"]
    assert asset.headers["content-encoding"] == "gzip"
    assert asset.text.startswith("export const much")
    again = await client.get("/door/assets/main-abc123.js", headers={"if-none-match": asset.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (await client.get("/door/visit/7", headers={"sec-fetch-mode": "navigate"})).text == page.text
    assert (await client.get("/door/assets/gone.js")).status_code == 404
    for path in ("/door/../photos", "/door/%2e%2e/%2e%2e/photos", "/office/assets/../../photos", "/door/assets//etc"):
        assert (await client.get(path)).status_code == 404


async def test_a_head_is_an_answer_without_its_body(site: Site) -> None:
    """The server below still knows that it was asked for the head: it would call a body left out broken off."""
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope: dict[str, Any] = {"type": "http", "method": "HEAD", "path": "/healthz", "raw_path": b"/healthz"}
    scope |= {"headers": [(b"host", HOST.encode())], "query_string": b"", "root_path": "", "http_version": "1.1"}
    scope |= {"scheme": "http", "server": (HOST, 80), "client": ("192.0.2.7", 4000), "asgi": {"version": "3.0"}}
    await site.app(cast("Any", scope), cast("Any", receive), cast("Any", send))
    assert scope["method"] == "HEAD"
    assert (sent[0]["status"], dict(sent[0]["headers"])[b"content-length"]) == (200, b"15")
    assert b"".join(message.get("body", b"") for message in sent) == b""
