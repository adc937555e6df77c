"""Editions of monthly reports: made once each, kept with what they said and of what, told in the log, never changed."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Collection, Mapping
from typing import ClassVar, Protocol

import msgspec

from doorstep.application.board_report.comparing import Against, held_against
from doorstep.application.board_report.figures import MonthFigures
from doorstep.application.board_report.gathering import gather_month
from doorstep.application.board_report.months import month_named
from doorstep.application.board_report.record import AuditNotes
from doorstep.application.log_event import log_event
from doorstep.application.london import london_date
from doorstep.application.office import Office
from doorstep.application.ports import Rules
from doorstep.application.records import Record, Wanted, Where
from doorstep.application.wastage.spans import Period
from doorstep.application.world import Needs, World
from doorstep.application.writer import Refused
from doorstep.domain.office_events import ReportIssued


class Edition(Record, frozen=True, kw_only=True):
    """One edition of a month's report. `figures` is its MonthFigures as JSON, `files` names and SHA-256s as JSON.

    The log had `tree_size` entries as its figures were read; `position` is the entry that tells of it.
    """

    TABLE: ClassVar[str] = "report_editions"
    KEY: ClassVar[tuple[str, ...]] = ("month", "edition")

    month: str
    edition: int
    made_at: int
    made_by: str
    tree_size: int
    root: str
    figures: str
    files: str
    position: int

    @property
    def hashes(self) -> dict[str, str]:
        """SHA-256 in hex by a file's form and language: `en.pdf`."""
        return msgspec.json.decode(self.files, type=dict[str, str])

    def read_figures(self) -> MonthFigures:
        """What it said."""
        return msgspec.json.decode(self.figures, type=MonthFigures)


class Issue(msgspec.Struct, frozen=True):
    """What is printed: an edition's number and figures, and the edition before it that it is held against."""

    edition: int
    figures: MonthFigures
    against: Against | None = None


class Printer(Protocol):
    """Sets an issue in type."""

    def print(self, rules: Rules, issue: Issue) -> Mapping[str, bytes]:
        """Files by language and form, `en.pdf`: in each language the office speaks, with the same figures."""


class Shelf(Protocol):
    """Where files of reports are kept, by what is in them: what is kept there is never another."""

    def keep(self, name: str, content: bytes) -> None:
        """Keep a file, durably, for its owner's eyes only. Raises OSError."""

    def read(self, name: str) -> bytes:
        """A file. Raises OSError where it is not there."""

    def drop_others(self, beginning: str, kept: Collection[str]) -> None:
        """Drop the files whose names begin so, but for these: what was kept for an edition that came to nothing."""


class Press(msgspec.Struct, frozen=True):
    """All that it takes to make a report, beside the office.

    From `day` and `hour` on, in London, the report of the month before is made; day 0: only when it is asked for.
    """

    printer: Printer
    shelf: Shelf
    audit_notes: AuditNotes
    day: int = 0
    hour: int = 0


def file_name(month: str, edition: int, form: str) -> str:
    """What a file is called, on the shelf and where it is taken: `report-2026-10-1.en.pdf`."""
    return f"report-{month}-{edition}.{form}"


def shelf_name(edition: Edition, form: str) -> str:
    """On the shelf a name has its hash in it: two that make an edition at once do not write into one file."""
    return _shelved(edition.month, edition.edition, form, edition.hashes[form])


def _shelved(month: str, edition: int, form: str, sha256: str) -> str:
    language, _, kind = form.partition(".")
    return f"{month}-{edition}.{language}.{sha256[:16]}.{kind}"


async def editions(office: Office) -> list[Edition]:
    """Every edition, the newest month first."""
    return await office.store.records(Edition, Wanted(order_by=("-month", "-edition")))


async def newest_edition(office: Office, month: str) -> Edition | None:
    """The last edition of a month."""
    found = await office.store.records(Edition, Wanted((Where("month", "=", month),), ("-edition",), 1))
    return found[0] if found else None


async def make_edition(office: Office, press: Press, asked: str, made_by: str, edition: int = 1) -> Edition:
    """Make that edition of a month's report. Where it is made already, by whomever, that one is given.

    Its files are durable before the log tells of it: a server that ends meanwhile leaves files that nothing names, and
    makes it again. Raises Refused for a month that is not over, and for an edition that does not follow the last one.
    """
    month = month_named(asked, london_date(office.clock.now_ms()))
    newest = await newest_edition(office, asked)
    if newest is not None and newest.edition >= edition:
        held = await office.store.record(Edition, asked, edition)
        if held is not None:
            return held
    if edition != (newest.edition + 1 if newest else 1):
        raise Refused("conflict", "Another edition has been made meanwhile. Look at the list again.")
    issue = await _issue(office, press, month, edition, newest)
    files = await asyncio.to_thread(press.printer.print, office.rules, issue)
    hashes = {form: hashlib.sha256(content).hexdigest() for form, content in sorted(files.items())}
    for form, content in files.items():
        await asyncio.to_thread(press.shelf.keep, _shelved(asked, edition, form, hashes[form]), content)
    made = await office.writer.submit(_Issue(issue, asked, hashes, made_by, office.clock.now_ms()))
    named = [shelf_name(made, form) for form in made.hashes]
    await asyncio.to_thread(press.shelf.drop_others, f"{asked}-{edition}.", named)
    return made


async def _issue(office: Office, press: Press, month: Period, edition: int, newest: Edition | None) -> Issue:
    figures = await gather_month(office, month, press.audit_notes)
    against = held_against(newest.edition, newest.read_figures(), figures) if newest else None
    return Issue(edition, figures, against)


def read_file(press: Press, edition: Edition, form: str) -> bytes:
    """A file of an edition, as it was when the log told of it. Raises Refused where it is not, or is no more."""
    if form not in edition.hashes:
        raise Refused("not-found", "There is no such report. The list names them.")
    try:
        content = press.shelf.read(shelf_name(edition, form))
    except OSError:
        raise Refused("not-found", "The report's file is gone. Restore `reports` from a backup.") from None
    if hashlib.sha256(content).hexdigest() != edition.hashes[form]:
        raise Refused("conflict", "The report's file is not the one that was made. Restore `reports` from a backup.")
    return content


class _Issue:
    """Keep an edition and tell of it in the log, in one transaction; where it is kept already, give that one."""

    def __init__(self, issue: Issue, month: str, hashes: dict[str, str], made_by: str, now_ms: int) -> None:
        self.issue, self.month, self.hashes, self.made_by, self.now_ms = issue, month, hashes, made_by, now_ms

    def needs(self) -> Needs:
        return Needs(records={(Edition, (self.month, self.issue.edition))})

    def apply(self, world: World) -> Edition:
        held = world.record(Edition, self.month, self.issue.edition)
        if held is not None:
            return held
        figures = self.issue.figures
        of = {"month": self.month, "edition": self.issue.edition, "files": self.hashes}
        of |= {"tree_size": figures.tree_size, "root": figures.root}
        _, entry = log_event(world, ReportIssued, self.made_by, self.now_ms, **of)
        made = Edition(
            month=self.month,
            edition=self.issue.edition,
            made_at=figures.made_at,
            made_by=self.made_by,
            tree_size=figures.tree_size,
            root=figures.root,
            figures=msgspec.json.encode(figures).decode(),
            files=msgspec.json.encode(self.hashes).decode(),
            position=entry.position,
        )
        world.keep(made)
        return made
