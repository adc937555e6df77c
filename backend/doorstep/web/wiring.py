"""What every route can reach: the office, the one who looks at photos, and how this server is set up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from doorstep.application.enrol_phone import EnrolmentTries
from doorstep.application.office import Office
from doorstep.application.receive_photo import PhotoLooker
from doorstep.application.replay_runs import ReplayRuns
from doorstep.application.resident.guesses import Guesses
from doorstep.application.sign_in import Tries
from doorstep.web.pages.doors import Doors

SESSION_COOKIE = "doorstep_session"
MARK_COOKIE = "doorstep_browser"
LANGUAGE_COOKIE = "doorstep_language"
MOST_PACKS_AT_ONCE = 2

Lifespan = Callable[[object], AbstractAsyncContextManager[None]]


class WebSettings(msgspec.Struct, frozen=True):
    """How the web is set up. The two folders hold what was built; `lifespan` opens and shuts the rest.

    `is_secure` is for servers that are reached by https: cookies are then sent by https only, and browsers are told so.
    `proxies` says how many proxies of our own stand in front, each of which adds its peer to X-Forwarded-For.
    `earlier_assets` holds the hashed files of the phone's builds before this one.
    `notify_token` is what the text service's callbacks bear; where it is empty, no callback is believed.
    `stream_seconds` is how long one answer of `/api/live` goes on; browsers then come back by themselves.
    """

    is_secure: bool
    phone_folder: Path
    office_assets: Path
    proxies: int = 0
    lifespan: Sequence[Lifespan] = ()
    logs_requests: bool = True
    stream_seconds: float = 600.0
    earlier_assets: Path | None = None
    notify_token: str = ""

    @property
    def session_cookie(self) -> str:
        """The session's cookie. Behind TLS its prefix keeps every other host, a sibling too, from setting it."""
        return self._named(SESSION_COOKIE)

    @property
    def mark_cookie(self) -> str:
        """The cookie of a browser that somebody of ours has signed in with; see sign_in."""
        return self._named(MARK_COOKIE)

    @property
    def language_cookie(self) -> str:
        """The language that this browser's reader chose for the pages."""
        return self._named(LANGUAGE_COOKIE)

    def _named(self, cookie: str) -> str:
        return f"__Host-{cookie}" if self.is_secure else cookie


@dataclass
class Web:
    """The one object that routes reach the outside by."""

    settings: WebSettings
    office: Office
    looker: PhotoLooker
    tries: Tries = field(default_factory=Tries)
    packing: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MOST_PACKS_AT_ONCE))
    """A pack is made in memory, photos and all: so few are made at once."""
    enrolment_tries: EnrolmentTries = field(default_factory=EnrolmentTries)
    guesses: Guesses = field(default_factory=Guesses)
    replays: ReplayRuns = field(default_factory=ReplayRuns)
    doors: Doors = field(init=False)

    def __post_init__(self) -> None:
        self.doors = Doors(self.office)
