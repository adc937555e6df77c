"""Tables that facts are told by: days, slots, trades, outcomes; with a row for every key that facts hold."""

from __future__ import annotations

from typing import Final

from doorstep.application.exports.table import PATCH, Column, Table

DIMENSIONS: Final = (
    Table(
        "days",
        "one row for each date from the first appointment's to the last one's; the same for every patch",
        (
            Column("day", "day", "the date: what appointments and their visits are joined by"),
            Column("year", "number", "its year", unit="year"),
            Column("month", "number", "its month, from 1 to 12", unit="ordinal"),
            Column("day_of_month", "number", "which day of its month it is", unit="ordinal"),
            Column("weekday", "number", "1 for Monday, to 7 for Sunday", unit="ordinal"),
            Column("is_weekend", "yes_no", "whether it is a Saturday or a Sunday"),
        ),
        ("day",),
        source="the calendar",
    ),
    Table(
        "people",
        "one row for each person of the office and each operative",
        (
            Column("person_id", "text", "the person: what joins the tables", is_personal=True),
            Column("name", "text", "their name", is_personal=True),
            Column("role", "text", "operative, planner, supervisor, auditor or admin"),
            PATCH,
            Column("left_at", "instant", "when they left; empty while they are here"),
        ),
        ("person_id",),
        source="the office's own list of people",
    ),
    Table(
        "patches",
        "one row for each patch that an appointment, a visit or a person is of",
        (PATCH,),
        ("patch",),
        source="appointments, visits and people",
    ),
    Table(
        "windows",
        "one row for each name of a time slot; the same for every patch",
        (
            Column("window", "text", "the slot's name"),
            Column("shortest_minutes", "number", "its shortest window so far", unit="minute"),
            Column("longest_minutes", "number", "its longest window so far", unit="minute"),
        ),
        ("window",),
        source="appointments",
    ),
    Table(
        "trades",
        "one row for each trade; the same for every patch",
        (Column("trade", "text", "the trade"),),
        ("trade",),
        source="appointments",
    ),
    Table(
        "priorities",
        "one row for each priority of work; the same for every patch",
        (
            Column("priority", "text", "the priority, as the source has it"),
            Column("is_emergency", "yes_no", "whether it is an emergency"),
            Column("is_hazard", "yes_no", "whether it is about a hazard"),
        ),
        ("priority",),
        source="appointments and visits",
    ),
    Table(
        "contractors",
        "one row for each contractor that work was given to; the same for every patch",
        (Column("contractor", "text", "the contractor; the landlord's own teams have none"),),
        ("contractor",),
        source="appointments",
    ),
    Table(
        "outcomes",
        "one row for each thing that a visit can come to; the same for every patch",
        (
            Column("outcome", "text", "the outcome, as visits have it"),
            Column("side", "text", "whose it is: missed, resident, attended, neutral or landlord"),
            Column("is_missed", "yes_no", "whether it is a missed visit: nobody came to the door"),
            Column("is_completed", "yes_no", "whether the work was done, and no more was asked for"),
        ),
        ("outcome",),
        source="the vocabulary",
    ),
    Table(
        "policies",
        "one row for each version of the policy that came into use; the same for every patch",
        (
            Column("policy_version", "text", "the version"),
            Column("in_force_from", "day", "the first day on which visits are begun under it"),
            Column("title", "text", "what it is called"),
            Column("adopted_at", "instant", "when it came into use here, by the server's clock"),
            Column("clauses", "number", "how many checks it has", unit="count"),
        ),
        ("policy_version",),
        source="policy_adopted in the log",
    ),
)
