"""The measures that are shares of counters. The others, of money, orders, homes and cases, have pages of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from doorstep.domain.wastage.measures.definition import (
    EVERYWHERE,
    POPULATION,
    UNDECIDED,
    WASTE,
    Aside,
    Measure,
    Ratio,
)

_ALL: Final = (
    Measure(
        1,
        "missed",
        (Ratio("missed", "missed", "population"), Ratio("missed_upheld", "missed_upheld", "population")),
        EVERYWHERE,
        (*POPULATION, UNDECIDED),
    ),
    Measure(
        2,
        "landlord",
        (Ratio("landlord", "landlord", "population"), Ratio("landlord_stands", "landlord_stands", "population")),
        EVERYWHERE,
        (*POPULATION, UNDECIDED),
    ),
    Measure(
        3,
        "kept",
        (
            Ratio("kept", "kept", "population"),
            Ratio("arrived_early", "arrived_early", "population"),
            Ratio("arrived_late", "arrived_late", "population"),
        ),
        EVERYWHERE,
        POPULATION,
    ),
    Measure(
        6,
        "where",
        WASTE,
        ("window", "trade", "sor", "priority", "contractor", "width", "like_with_like"),
        (*POPULATION, UNDECIDED),
    ),
    Measure(
        7,
        "reminders",
        (*WASTE, Ratio("failed_numbers", "failed_numbers", "population")),
        ("receipt", "lead", "channel"),
        (*POPULATION, UNDECIDED),
    ),
    Measure(8, "notice", WASTE, ("notice",), (*POPULATION, UNDECIDED)),
    Measure(
        11,
        "equity",
        (Ratio("missed", "missed", "population"), Ratio("overturned", "missed_overturned", "missed")),
        ("alerts",),
        (*POPULATION, UNDECIDED),
    ),
    Measure(
        12,
        "evidence",
        (
            Ratio("complete_first_time", "complete_first_time", "put_to_audit"),
            Ratio("waived", "waived", "put_to_audit"),
            Ratio("near_the_least", "near_the_least", "waits"),
        ),
        ("operative", "contractor", "trade", "clauses_failed", "clauses_waived"),
        (Aside("cancelled_before", is_left_out=True),),
    ),
    Measure(
        12,
        "records",
        (
            Ratio("complete_first_time", "complete_first_time", "put_to_audit"),
            Ratio("waived", "waived", "put_to_audit"),
            Ratio("sent_back", "sent_back", "put_to_audit"),
            Ratio("proven", "proven", "graded"),
            Ratio("consistent", "consistent", "graded"),
            Ratio("unsupported", "unsupported", "graded"),
            Ratio("contradicted", "contradicted", "graded"),
            Ratio("photo_unreadable", "photo_unreadable", "with_photo"),
            Ratio("calls_unmatched", "calls_unmatched", "calls_named"),
            Ratio("requests_ignored", "requests_ignored", "had_requests"),
            Ratio("sent_late", "sent_late", "sent"),
            Ratio("sent_next_day", "sent_next_day", "sent"),
            Ratio("overturned", "overturned", "upheld_or_overturned"),
            Ratio("disputed", "disputed", "missed"),
        ),
        ("contractor", "trade", "contractor_trade"),
        (Aside("cancelled_before", is_left_out=True), UNDECIDED),
        ("contractor_failed", "contractor_waived", "contractor_graded"),
    ),
    Measure(
        13,
        "planner",
        (
            Ratio("in_time", "planner_in_time", "planner_asked"),
            Ratio("answered", "planner_answered", "planner_asked"),
            Ratio("saved", "planner_saved", "planner_answered"),
        ),
        ("window", "contractor", "trade"),
        (Aside("cancelled_before", is_left_out=True), Aside("open")),
    ),
    Measure(
        14,
        "audits",
        (
            Ratio("decided", "decided", "put_to_audit"),
            Ratio("overturned", "overturned", "upheld_or_overturned"),
            Ratio("returned", "returned", "decided"),
        ),
        ("operative", "contractor", "trade", "put_right"),
        (Aside("cancelled_before", is_left_out=True), UNDECIDED),
    ),
    Measure(
        16,
        "disputes",
        (
            Ratio("disputed", "disputed", "missed"),
            Ratio("with_pack", "missed_with_pack", "missed"),
            Ratio("disputed_with_pack", "disputed_with_pack", "disputed"),
        ),
        ("operative", "contractor", "trade"),
        (Aside("cancelled_before", is_left_out=True),),
    ),
)
SHARES: Final[Mapping[str, Measure]] = {measure.name: measure for measure in _ALL}
