"""What every route can reach: the office, the one who looks at photos, and how this server is set up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from doorstep.application.office import Office
from doorstep.application.receive_photo import PhotoLooker
from doorstep.application.sign_in import Tries

SESSION_COOKIE = "doorstep_session"

Lifespan = Callable[[object], AbstractAsyncContextManager[None]]


class WebSettings(msgspec.Struct, frozen=True):
    """How the web is set up. The two folders hold what was built; `lifespan` opens and shuts the rest.

    `is_secure` is for servers that are reached by https: cookies are then sent by https only, and browsers are told so.
    """

    is_secure: bool
    phone_folder: Path
    office_assets: Path
    session_cookie: str = SESSION_COOKIE
    lifespan: Sequence[Lifespan] = ()
    logs_requests: bool = True


@dataclass
class Web:
    """The one object that routes reach the outside by."""

    settings: WebSettings
    office: Office
    looker: PhotoLooker
    tries: Tries = field(default_factory=Tries)
