"""What makes monthly reports, by the settings: who sets them in type, where they are kept, and when one is due."""

from __future__ import annotations

from collections.abc import Mapping

from doorstep.adapters.audit_note import AuditNoteFile
from doorstep.adapters.report_shelf import ReportShelf
from doorstep.application.board_report.editions import Issue, Press
from doorstep.application.ports import Rules
from doorstep.settings import SettingRefused, Settings

DAYS, HOURS = range(29), range(24)
"""A day that every month has, or none."""


class BoardPrinter:
    """Each language as a page and as a PDF, both from the same document."""

    def print(self, rules: Rules, issue: Issue) -> Mapping[str, bytes]:
        """Files by language and form."""
        # The pages' words and typst are much for a command that prints nothing.
        from doorstep.adapters.report.typst_board import lay_out
        from doorstep.web.board_report.html import as_page
        from doorstep.web.board_report.telling import LANGUAGES, tell

        files: dict[str, bytes] = {}
        for language in LANGUAGES:
            document = tell(rules, issue, language)
            files[f"{language}.html"] = as_page(document)
            files[f"{language}.pdf"] = lay_out(document)
        return files


def press_of(settings: Settings) -> Press:
    """All that it takes to make one. Raises SettingRefused."""
    return Press(BoardPrinter(), ReportShelf(settings.reports), AuditNoteFile(settings.data), *report_time_of(settings))


def report_time_of(settings: Settings) -> tuple[int, int]:
    """From which day of the month, and hour, a report is due. Raises SettingRefused."""
    if settings.report_day not in DAYS:
        raise SettingRefused(
            f"DOORSTEP_REPORT_DAY is {settings.report_day}; it takes a day from 1 to 28, or 0 for no report by itself."
        )
    if settings.report_hour not in HOURS:
        raise SettingRefused(f"DOORSTEP_REPORT_HOUR is {settings.report_hour}; it takes an hour from 0 to 23.")
    return settings.report_day, settings.report_hour
