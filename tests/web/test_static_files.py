"""The phone's files as the server serves them, those of the build before among them."""

from __future__ import annotations

from pathlib import Path

import httpx

from doorstep.web.app import WebSettings, create_app
from doorstep.web.static_files import FOR_EVER, MUST_ASK
from tests.makers import an_office, closed


async def test_earlier_assets(tmp_path: Path) -> None:
    """A part of an earlier build is still served; the page itself is the present build's."""
    bench = await an_office(tmp_path)
    phone, earlier = tmp_path / "phone", tmp_path / "earlier"
    (phone / "assets").mkdir(parents=True)
    earlier.mkdir()
    (phone / "index.html").write_text("<!doctype html><title>Now</title>")
    (phone / "assets" / "phone-new1.js").write_text("new")
    (phone / "verify.html").write_text("for packs")
    for name, text in (("phone-old1.js", "old"), ("phone-new1.js", "never"), ("builds.json", "[]")):
        (earlier / name).write_text(text)
    settings = WebSettings(
        is_secure=False, phone_folder=phone, office_assets=phone / "office", logs_requests=False, earlier_assets=earlier
    )
    transport = httpx.ASGITransport(create_app(settings, bench.office, bench.looker))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:

        async def get(name: str) -> tuple[int, str, str]:
            answer = await client.get(f"/door/{name}", headers={"Sec-Fetch-Mode": "no-cors"})
            return answer.status_code, answer.text, answer.headers.get("Cache-Control", "")

        assert await get("assets/phone-old1.js") == (200, "old", FOR_EVER)
        assert await get("assets/phone-new1.js") == (200, "new", FOR_EVER)
        assert await get("") == (200, "<!doctype html><title>Now</title>", MUST_ASK)
        assert (await get("assets/builds.json"))[0] == 404
        assert (await get("phone-old1.js"))[0] == 404
        assert (await get("verify.html"))[0] == 404, "it goes into packs only"
        # The page in the place of a part is asked for again: kept for ever, it would stand where a later build has one.
        gone_to = await client.get("/door/assets/phone-next.js", headers={"Sec-Fetch-Mode": "navigate"})
        assert (gone_to.status_code, gone_to.headers["Cache-Control"]) == (200, MUST_ASK)
    await closed(bench)
