"""Real files of landlords' systems, taken in by the command and by the page: `python -m tests.outside.feeds FOLDER`."""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from doorstep.application.keep_people import add_person
from doorstep.application.office import Office
from tests.browser.chromium import launching, office_context
from tests.browser.desk import Desk
from tests.browser.gallery.landlord import PASSWORD, Landlord
from tests.browser.serving import ROOT
from tests.outside.by_command import Folder
from tests.outside.by_page import ByPage
from tests.outside.came_of import Came

SUFFIXES = (".csv", ".json", ".xml", ".txt")
AGREED, DISAGREED = 0, 1


def main() -> int:
    """Take in every file of the folder both ways: say what was taken, what was refused and why, and compare."""
    parser = argparse.ArgumentParser(description="Take in real files of landlords' systems, by command and by page.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--operatives", default="", help="usernames that are known here, between spaces")
    parser.add_argument("--pictures", type=Path, help="keep what the planner sees, at a desk's and a phone's width")
    arguments = parser.parse_args()
    files = sorted(file for file in arguments.folder.iterdir() if file.suffix in SUFFIXES)
    if arguments.pictures:
        arguments.pictures.mkdir(parents=True, exist_ok=True)
    known = arguments.operatives.split()
    with tempfile.TemporaryDirectory() as made:
        command, page_folder = Folder(Path(made) / "command"), Folder(Path(made) / "page")
        command.engage(known)
        with planner(page_folder.data, known, arguments.pictures) as by_page:
            apart = [words for file in files for words in both_ways(file, command, by_page)]
        taken = command.appointments(Path(made) / "a"), page_folder.appointments(Path(made) / "b")
    print(f"\n{len(taken[0])} appointments by the command, {len(taken[1])} by the page:")
    for row in taken[1]:
        print("    " + ", ".join(row[name] for name in ("source", "source_ref", "starts_at", "window", "trade")))
    apart += ["what was taken in"] if taken[0] != taken[1] else []
    print("\n".join([f"command and page differ: {words}" for words in apart] or ["command and page agree"]))
    return DISAGREED if apart or not files else AGREED


def both_ways(file: Path, command: Folder, by_page: ByPage) -> list[str]:
    """Look at a file and take it in, twice, by either way; where the two do not agree."""
    source = file.stem[:50]
    told: list[tuple[str, Came, Came]] = []
    for time in ("", ", once more"):
        seen = by_page.look_at(file, source)
        told.append((f"{file.name}{time}, looked at", command.take_in(file, source, is_dry=True), seen))
        if not seen.refused:
            done = by_page.take_in(file)
            told.append((f"{file.name}{time}, taken in", command.take_in(file, source, is_dry=False), done))
    for name, of_command, of_page in told:
        print(f"\n{name}: {of_page}" if of_command == of_page else f"\n{name}: {of_page}\nBY COMMAND: {of_command}")
    held = by_page.held(source)
    for title, wrong in held.items():
        print("\n".join([f"\n{title}, on the screen:", *(f"    {words}" for words in wrong)]))
    apart = [name for name, of_command, of_page in told if of_command != of_page]
    said = " ".join(words for wrong in held.values() for words in wrong)
    unsaid = [fault for fault in told[0][2].faults if fault.partition(": ")[2] not in said]
    return apart + [f"the held row's page does not say: {fault}" for fault in unsaid]


async def add_operative(office: Office, username: str) -> None:
    """Let this operative work here."""
    await add_person(office, username, f"Operative {username}", "operative", "", PASSWORD)


@contextmanager
def planner(data: Path, operatives: Sequence[str], pictures: Path | None) -> Iterator[ByPage]:
    """A planner signed in at the page Imports, where these operatives work."""
    expect.set_options(timeout=15_000)
    landlord = Landlord(data, Path(os.environ.get("DOORSTEP_STATIC", ROOT / "static_pwa" / "dist")))
    landlord.start()
    try:
        for username in operatives:
            landlord.do(partial(add_operative, username=username))
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(**launching())
            page = browser.new_context(**office_context()).new_page()
            Desk(page, landlord.url, landlord.person("planner")).sign_in()
            yield ByPage(page, landlord.url, pictures)
            browser.close()
    finally:
        landlord.stop()


if __name__ == "__main__":
    raise SystemExit(main())
