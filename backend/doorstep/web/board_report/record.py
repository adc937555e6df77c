"""How far a report can be trusted: what is wrong in the data, what is signed and audited, the rules, what it omits."""

from __future__ import annotations

from doorstep.application.board_report.document import Figures, Part
from doorstep.application.board_report.figures import AuditNote, MonthFigures, OpenExceptions, PolicyUse
from doorstep.application.ports import Rules
from doorstep.domain.instants import MS_PER_DAY
from doorstep.web.board_report.said import counts, moment, share_name
from doorstep.web.pages.times import short_day
from doorstep.web.pages.words import say, spoken_language

UNSENT = "evidence_unsent"
CANNOT = ("recorded", "cause", "clock", "people", "late", "alone")
COMPLETE = (("evidence", "complete_first_time"), ("disputes", "with_pack"))


def record_parts(rules: Rules, figures: MonthFigures) -> tuple[Part, ...]:
    """The parts after the measures."""
    return (
        _data(rules, figures),
        _record(figures),
        _policy(figures),
        Part("cannot", say("reports.cannot"), cautions=tuple(say(f"reports.cannot.{name}") for name in CANNOT)),
    )


def _data(rules: Rules, figures: MonthFigures) -> Part:
    open_ones = [each for each in figures.exceptions if each.count]
    clear = len(figures.exceptions) - len(open_ones)
    rows = tuple(
        (_title(rules, each), f"{each.count:,}", f"{each.late:,}", _age(each, figures.made_at)) for each in open_ones
    )
    columns = tuple(say(f"reports.{name}") for name in ("exception", "open", "late_ones", "oldest"))
    unsent = next((each.count for each in figures.exceptions if each.kind == UNSENT), 0)
    return Part(
        "data",
        say("reports.data"),
        (
            say("reports.data_lead", at=moment(figures.made_at)),
            say("reports.data_clear", clear=clear, kinds=len(figures.exceptions)),
            say("reports.unsent", count=f"{unsent:,}"),
        ),
        tables=(Figures(say("reports.data"), columns, rows, empty=say("reports.data_none")),),
    )


def _title(rules: Rules, each: OpenExceptions) -> str:
    kind = rules.exceptions.find(each.kind)
    return kind.say_title(spoken_language()) if kind else each.kind


def _age(each: OpenExceptions, now_ms: int) -> str:
    days = (now_ms - (each.oldest_since or now_ms)) // MS_PER_DAY
    return say("reports.days", days=f"{days:,}")


def _record(figures: MonthFigures) -> Part:
    record = figures.record
    complete = tuple(
        (share_name(measure, share), *counts(figures.now.rate(measure, share))) for measure, share in COMPLETE
    )
    columns = (
        say("analysis.share"),
        say("analysis.counted"),
        say("analysis.of"),
        say("analysis.rate"),
        say("analysis.interval"),
    )
    return Part(
        "record",
        say("reports.record"),
        (
            *_checkpoint(figures),
            _audit(record.audit),
            say("reports.erased", entries=f"{record.erased:,}", erasures=f"{record.erasures:,}")
            if record.erasures
            else say("reports.erased_none"),
        ),
        tables=(Figures(say("reports.complete"), columns, complete),),
        cautions=(say("reports.audit_means"),),
    )


def _checkpoint(figures: MonthFigures) -> tuple[str, ...]:
    record = figures.record
    if record.checkpoint_size is None or record.checkpoint_at is None:
        return (say("reports.checkpoint_none"),)
    told = [say("reports.checkpoint", size=f"{record.checkpoint_size:,}", at=moment(record.checkpoint_at))]
    if record.checkpoint_published_at is not None:
        told.append(say("reports.published", at=moment(record.checkpoint_published_at)))
    if record.unpublished:
        told.append(say("reports.unpublished", count=f"{record.unpublished:,}"))
    if record.is_timestamped:
        told.append(say("reports.timestamped"))
    return tuple(told)


def _audit(audit: AuditNote | None) -> str:
    if audit is None:
        return say("reports.audit_none")
    facts = {"at": moment(audit.at), "entries": f"{audit.entries:,}"}
    if audit.fault:
        return say("reports.audit_wrong", **facts)
    return say("reports.audit_sound", **facts)


def _policy(figures: MonthFigures) -> Part:
    record = figures.record
    rows = tuple(_used(each) for each in record.policies)
    columns = tuple(say(f"reports.{name}") for name in ("version", "days_in_force", "adopted"))
    changes = (
        say("reports.policy_changed", versions=", ".join(record.adopted))
        if record.adopted
        else say("reports.policy_same")
    )
    table = Figures(say("reports.policy"), columns, rows, words=3, empty=say("reports.policy_none"))
    return Part("policy", say("reports.policy"), (changes,), tables=(table,))


def _used(each: PolicyUse) -> tuple[str, str, str]:
    days = say("analysis.days", first=short_day(each.first_day), last=short_day(each.last_day))
    adopted = say("reports.adopted_never") if each.adopted_at is None else moment(each.adopted_at)
    return each.version, days, adopted
