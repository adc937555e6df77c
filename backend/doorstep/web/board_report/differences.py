"""What an edition says differently from the one before it, and why that may be."""

from __future__ import annotations

from doorstep.application.board_report.comparing import Against
from doorstep.application.board_report.document import Figures
from doorstep.domain.wastage.rate import Rate
from doorstep.web.board_report.said import moment, share_name
from doorstep.web.pages.analysis_costs import exact
from doorstep.web.pages.words import say


def differs_from(against: Against) -> tuple[str, ...]:
    """In sentences: against which edition, how much the log has grown since, and what came or went."""
    told = [
        say(
            "reports.against",
            edition=against.edition,
            at=moment(against.made_at),
            added=f"{against.added:,}",
        )
    ]
    if against.is_same:
        return *told, say("reports.same")
    if against.came > 0:
        told.append(say("reports.came", count=f"{against.came:,}"))
    elif against.came < 0:
        told.append(say("reports.went", count=f"{-against.came:,}"))
    return *told, say("reports.late")


def differences_of(against: Against) -> Figures | None:
    """Each figure that differs, as it was and as it is."""
    rows = []
    for each in against.differences:
        measure, share = say(f"measures.{each.measure}.title"), share_name(each.measure, each.share)
        rows.append((say("reports.of_measure", measure=measure, share=share), _part_of(each.was), _part_of(each.now)))
    for side, (was, now) in (("missed", against.missed_pence), ("landlord", against.landlord_pence)):
        if was != now:
            label = say("reports.of_measure", measure=say("measures.cost.title"), share=say(f"analysis.side.{side}"))
            rows.append((label, exact(was), exact(now)))
    if not rows:
        return None
    columns = (say("reports.what"), say("reports.edition", edition=against.edition), say("reports.this_edition"))
    return Figures(say("reports.differences"), columns, tuple(rows))


def _part_of(rate: Rate) -> str:
    return say("reports.part_of", part=f"{rate.part:,}", whole=f"{rate.whole:,}")
