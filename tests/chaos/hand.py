"""What a thumb does in one tab: whatever its screen calls for, or a note; each act is written down once it is shown."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Page

from tests.browser.words import said
from tests.chaos.ledger import Ledger

SCRIPT = (Path(__file__).parent / "hand.js").read_text()
CODE = "00000000"
"""Eight digits that fit together, which no planner has said."""
BEFORE_ARRIVAL = {"today", "appointment", "sign-in", "unsent"}
WITHOUT_NOTES = BEFORE_ARRIVAL | {"planner-code", "ended", "refused", "changed", "ready", "waive", "card-left", ""}


@dataclass
class Tab:
    """One tab of a phone. One tab of each phone leads: it makes the visits; the others add notes to them."""

    name: str
    is_leading: bool
    ledger: Ledger
    pictures: Iterator[Path]
    credentials: tuple[str, str]
    page: Page = None  # type: ignore[assignment]
    notes: int = 0
    last_picture: Path | None = None
    is_at_end: bool = False
    _acts: dict[str, Callable[[], Awaitable[None]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._acts = {
            "today": self._today,
            "appointment": self._start,
            "door": self._door,
            "call-result": lambda: self._go("resident_called", "call.results.no_answer", "call-result"),
            "planner-code": self._planner_code,
            "planner-read-back": self._planner_contact,
            "card-code": lambda: self._camera("card.photograph", "photo_asked"),
            "card-photo": lambda: self._camera("card.camera", None),
            "card-check": self._use_photo,
            "card-left": self._card_left,
            "ready": self._record,
            "after": lambda: self._go(None, "after.next", "after"),
            "changed": lambda: self._go("snapshot_adopted", "changed.seen", "changed"),
            "something-else": lambda: self._go(None, "else.close", "something-else"),
            "add-note": self.note,
            "unsent": lambda: self._go(None, "back", "unsent"),
            "sign-in": self._not_now,
        }

    async def screen(self) -> str:
        """The name of what is shown."""
        return str(await self._do("screen"))

    async def step(self, is_note: bool) -> None:
        """One act: a note where one is wanted and can be made, or what the screen calls for."""
        screen = await self.screen()
        if is_note and screen not in WITHOUT_NOTES:
            await self.note()
        elif self.is_leading or screen in ("add-note", "something-else"):
            await self._acts[screen]()
        else:
            await self._follow(screen)

    async def note(self) -> None:
        """Add a note whose words no other note has."""
        await self._do("openNote", said("something_else"), said("else.note"))
        self.notes += 1
        words = f"Note {self.notes} of {self.name}: nothing is heard from inside, and the curtains are drawn."
        self.ledger.try_note(words)
        await self._do("note", words, said("note.save"))
        self.ledger.confirm_note(words)

    async def sign_in(self) -> None:
        """Sign in on the sign-in screen."""
        await self._do("signIn", *self.credentials, said("sign_in.title"))

    async def _follow(self, screen: str) -> None:
        """Stay with the visit that the leading tab makes."""
        resume = said("day.resume")
        if screen == "today" and await self._do("shows", resume):
            await self._do("go", resume, screen)
        elif screen == "after":
            await self._do("go", said("after.next"), screen)
        elif screen == "sign-in":
            await self._not_now()
        else:
            await self.page.wait_for_timeout(100)

    async def _today(self) -> None:
        for words in ("day.resume", "day.go"):
            if await self._do("shows", said(words)):
                await self._do("go", said(words), "today")
                return
        self.is_at_end = True
        await self.page.wait_for_timeout(200)

    async def _start(self) -> None:
        await self._go("visit_started", "appointment.start", "appointment")

    async def _door(self) -> None:
        for words, act in (
            ("arrive.yes", self._arrive),
            ("knock.button", self._knock),
            ("planner.button", lambda: self._go(None, "planner.button", "door")),
            ("card.open", lambda: self._go(None, "card.open", "door")),
            ("ready.open", lambda: self._go(None, "ready.open", "door")),
        ):
            if await self._do("shows", said(words)):
                await act()
                return
        call = re.split(r"\{", said("call.button$"))[0]
        if await self._do("shows", call):
            await self._do("go", call, "door")
            self.ledger.confirm("dialler_opened")
        else:
            # A place is being looked up, or the screen is just being drawn.
            await self.page.wait_for_timeout(50)

    async def _arrive(self) -> None:
        await self._do("gone", said("arrive.yes"))
        self.ledger.confirm("arrived")

    async def _knock(self) -> None:
        await self._do("knock", said("knock.button"))
        self.ledger.confirm("door_knocked")

    async def _planner_code(self) -> None:
        await self._do("code", CODE, said("planner.next"), "planner-code")
        self.ledger.confirm("planner_code_typed")

    async def _planner_contact(self) -> None:
        choice = said("planner.instructions.leave_card")
        await self._do("choose", choice, said("planner.save"), "planner-read-back")
        self.ledger.confirm("planner_contacted")

    async def _camera(self, words: str, kind: str | None) -> None:
        """Take a photo with the phone's camera: the browser's own chooser is answered with the next picture."""
        async with self.page.expect_file_chooser() as chooser:
            await self.page.evaluate("(words) => void window.hand.change(words)", said(words))
        if kind:
            self.ledger.confirm(kind)
        self.last_picture = next(self.pictures)
        await (await chooser.value).set_files(self.last_picture)
        await self.page.wait_for_selector('main[data-screen="card-check"]')

    async def _use_photo(self) -> None:
        sha256 = str(await self._do("photo"))
        await self._do("usePhoto", said("card.use"))
        self.ledger.confirm_photo(sha256)

    async def _card_left(self) -> None:
        await self._do("choose", said("card.placed.letterbox"), said("card.save"), "card-left")
        self.ledger.confirm("card_left")

    async def _record(self) -> None:
        await self._do("declare", said("ready.button"), "ready")
        self.ledger.confirm("missed_recorded")

    async def _not_now(self) -> None:
        await self._do("go", said("sign_in.not_now"), "sign-in")

    async def _go(self, kind: str | None, words: str, screen: str) -> None:
        await self._do("go", said(words), screen)
        if kind:
            self.ledger.confirm(kind)

    async def _do(self, act: str, *words: str) -> Any:
        return await self.page.evaluate("([act, words]) => window.hand[act](...words)", [act, list(words)])
