"""Chromium as the tests run it: where it is, how it starts, and how it is killed."""

from __future__ import annotations

import os
import shutil
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Error, Page, Playwright

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-first-run --disable-background-networking --disable-component-update --disable-sync --disable-quic "
    "--use-fake-device-for-media-stream --use-fake-ui-for-media-stream"
).split()
PHONE_SIZE = (360, 740)
SMALL_PHONE_SIZE = (320, 568)
OFFICE_SIZE = (1280, 900)


def launching() -> dict[str, Any]:
    """What every launch of the browser is given; without a Chromium of the machine's, Playwright's own is taken."""
    found = next((path for name in PROGRAMS if (path := shutil.which(name))), None)
    own = {"executable_path": found} if found else {}
    return {**own, "args": ARGUMENTS, "chromium_sandbox": os.geteuid() != 0}


def phone_context() -> dict[str, Any]:
    """A telephone, held upright, that says where it is."""
    width, height = PHONE_SIZE
    return {
        "viewport": {"width": width, "height": height},
        "is_mobile": True,
        "has_touch": True,
        "locale": "en-GB",
        "timezone_id": "Europe/London",
        "permissions": ["geolocation"],
        "geolocation": {"latitude": 51.5, "longitude": -0.12, "accuracy": 12.0},
    }


def office_context() -> dict[str, Any]:
    """A desk's screen."""
    width, height = OFFICE_SIZE
    return {"viewport": {"width": width, "height": height}, "locale": "en-GB", "timezone_id": "Europe/London"}


def pocketed(playwright: Playwright, profile: Path, *, is_offline: bool) -> tuple[BrowserContext, Page]:
    """A phone's browser that keeps its profile in a folder, with the page that it opens with."""
    context = playwright.chromium.launch_persistent_context(
        profile, offline=is_offline, **launching(), **phone_context()
    )
    return context, context.pages[0]


def kill_browser(context: BrowserContext, profile: Path) -> None:
    """End every process of a browser by its profile's folder, as a phone does that needs the memory."""
    pids = pids_of(profile)
    assert pids, f"no browser runs on {profile}"
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    with suppress(Error):
        context.close()
    give_up = time.monotonic() + 10
    while pids_of(profile):
        assert time.monotonic() < give_up, "the browser does not die"
        time.sleep(0.02)


def pids_of(profile: Path) -> list[int]:
    """The processes that were started on a profile, and their children that name it."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with suppress(OSError):
                if f"--user-data-dir={profile}".encode() in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
    return found
