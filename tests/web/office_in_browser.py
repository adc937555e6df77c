"""The office's site on a port of its own, for a real browser, and somebody who reads its pages there."""

from __future__ import annotations

import asyncio
import os
import threading
from pathlib import Path

import uvicorn
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page

from doorstep.application.log_planner_call import begin_planner_call
from doorstep.web.app import WebSettings, create_app
from tests.browser.serving import ROOT
from tests.makers import MORNING, Bench, a_person, a_session, a_visit, an_alert, an_office, closed, send, upload

BUILT = Path(os.environ.get("DOORSTEP_STATIC", ROOT / "static_pwa" / "dist")) / "office"
VISITS = "/office/visits"


class Serving:
    """A site on a port of its own, in a thread of its own, with visits in each standing that a page shows apart."""

    def __init__(self, folder: Path) -> None:
        assert (BUILT / "office.css").is_file(), "the office's styles are not built: run script/setup"
        self.visits: list[str] = []
        self._folder = folder
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),), daemon=True)
        self._started = threading.Event()
        self._thread.start()
        assert self._started.wait(30), "the server did not start"
        self.url = f"http://127.0.0.1:{self._port}"

    async def _serve(self) -> None:
        bench = await self._office(self._folder)
        await self._fill(bench)
        settings = WebSettings(False, self._folder / "no-phone", BUILT, logs_requests=False)
        app = create_app(settings, bench.office, bench.looker)
        self._server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, lifespan="on"))
        serving = asyncio.create_task(self._server.serve())
        while not self._server.started:  # noqa: ASYNC110 - the server tells nobody else
            await asyncio.sleep(0.02)
        self._port = self._server.servers[0].sockets[0].getsockname()[1]
        self._started.set()
        await serving
        await closed(bench)

    async def _office(self, folder: Path) -> Bench:
        """The office that is served; a file's own site may have rules of its own."""
        return await an_office(folder)

    async def _fill(self, bench: Bench) -> None:
        operative = await a_person(bench, 1, "operative", "north")
        planner = await a_person(bench, 2, "planner", "north")
        for number, role in enumerate(("supervisor", "auditor", "admin"), start=3):
            await a_person(bench, number, role, "north" if role == "supervisor" else "")
        session = await a_session(bench, operative, 1)
        whole = await a_visit(bench, session, 1, "A-1", alerts=(an_alert("20-10", "Hard of hearing"),))
        whole.whole()
        going = await a_visit(bench, session, 2, "A-2", address=("9 Makebelieve House", "Inventon"))
        going.until_planner()
        early = await a_visit(bench, session, 3, "A-3", address=("60 Imaginary Way", "Inventon"))
        early.start()
        early.state("missed_recorded", 20_000, declaration="2026-11-01")
        await begin_planner_call(bench.office, planner, whole.appointment_id, operative.person_id)
        seq = 1
        for chain in (whole, going, early):
            await send(bench, session, chain.bodies, seq)
            seq += len(chain.bodies)
            self.visits.append(chain.visit_id)
        await upload(bench)
        bench.clock.ms = MORNING + 700_000

    def stop(self) -> None:
        """Stop serving."""
        self._server.should_exit = True
        self._thread.join(20)
        self._loop.close()


class Reader:
    """Somebody at a page, who keeps what their browser complains of."""

    def __init__(self, browser: Browser, serving: Serving, width: int) -> None:
        self.url = serving.url
        self.complaints: list[str] = []
        self.page: Page = browser.new_context(viewport={"width": width, "height": 800}).new_page()
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def sign_in(self, username: str) -> None:
        """Through the form, as people do."""
        self.page.goto(f"{self.url}/office/sign-in")
        self.page.get_by_label("Username").fill(username)
        self.page.get_by_label("Password").fill("long password")
        self.page.get_by_role("button", name="Sign in").click()
        self.page.get_by_role("button", name="Sign out").wait_for()

    def check(self, what: str) -> None:
        """This page is fit for everybody."""
        blocked = [said for said in self.complaints if "Content Security Policy" in said or "Refused" in said]
        assert blocked == [], what
        found = Axe().run(self.page)
        assert found.violations_count == 0, f"{what}: {found.generate_report()}"
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{what} is {wide} px too wide"
        # What axe itself puts into the page is blocked by our policy, and is no complaint about the page.
        self.complaints.clear()
