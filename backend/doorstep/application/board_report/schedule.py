"""The report of the month that ended last, made by itself once its day and hour have come in London."""

from __future__ import annotations

import structlog

from doorstep.application.board_report.editions import Press, make_edition, newest_edition
from doorstep.application.board_report.months import bounds_ms, last_over, named
from doorstep.application.london import london_time
from doorstep.application.office import Office
from doorstep.domain.office_events import SYSTEM

_log = structlog.get_logger("doorstep.report")


async def make_due(office: Office, press: Press) -> bool:
    """Make it if it is due and there is none; gives whether one was made.

    A month that ended before this log began has none: its figures would be of nothing. Older months can be asked for.
    """
    now = london_time(office.clock.now_ms())
    if not press.day or (now.day, now.hour) < (press.day, press.hour):
        return False
    month = last_over(office.clock.now_ms())
    if await newest_edition(office, named(month)) or not await _began_before(office, bounds_ms(month)[1]):
        return False
    made = await make_edition(office, press, named(month), SYSTEM)
    _log.info("report_made", month=made.month, edition=made.edition)
    return True


async def _began_before(office: Office, end_ms: int) -> bool:
    first = await office.store.entries(0, 1)
    return bool(first) and first[0].received_at < end_ms
