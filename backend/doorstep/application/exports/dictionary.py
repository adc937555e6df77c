"""The data dictionary: every table that can be taken out, every column of it, and what it means.

One source for the pages, the files and the documentation of the views; a test holds it to the views' own columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

Form = Literal["text", "number", "yes_no", "instant", "day"]
FORMS: Final[dict[Form, str]] = {
    "text": "text; an apostrophe stands before one that a spreadsheet would run",
    "number": "a whole number",
    "yes_no": "1 for yes, 0 for no",
    "instant": "an instant in UTC: 2026-11-23T09:00:00.000Z; empty where it never was",
    "day": "a London date: 2026-11-23",
}


class Column(NamedTuple):
    """One column: its form, what it means, whether it tells something of a person, and what a number is counted in."""

    name: str
    form: Form
    words: str
    is_personal: bool = False
    unit: str = ""


class Table(NamedTuple):
    """One table, which is a view `report_NAME` of the store: a row for each of what `words` says.

    `key` is what no two rows share; `refers` gives for a column the table whose key it holds, where it holds one.
    """

    name: str
    words: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    refers: Mapping[str, str] = MappingProxyType({})

    @property
    def view(self) -> str:
        """What it is called in the store."""
        return f"report_{self.name}"


APPOINTMENT: Final = Column("appointment_id", "text", "the appointment: what joins the tables")
VISIT: Final = Column("visit_id", "text", "the visit: what joins the tables")
PATCH: Final = Column("patch", "text", "the patch whose office sees it; empty: only those who see every patch")
OPERATIVE: Final = Column("operative_id", "text", "the operative, as in people", is_personal=True)

TABLES: Final = (
    Table(
        "appointments",
        "one row for each appointment, as it now is",
        (
            APPOINTMENT,
            Column("source", "text", "the system that it came from"),
            Column("source_ref", "text", "that system's own reference"),
            Column("work_order_ref", "text", "the work order that it is for"),
            Column("property_ref", "text", "the landlord's reference of the home", is_personal=True),
            PATCH,
            Column("day", "day", "the date of its window"),
            Column("window", "text", "the slot's name"),
            Column("starts_at", "instant", "when the window starts"),
            Column("ends_at", "instant", "when the window ends"),
            Column("is_cancelled", "yes_no", "whether it was cancelled"),
            Column("priority", "text", "the work's priority"),
            Column("trade", "text", "the trade"),
            Column("contractor", "text", "who does the work, where it is not the landlord"),
            Column("uprn", "text", "the national property number", is_personal=True),
            Column("sor_codes", "text", "codes of the schedule of rates, between spaces"),
            Column("agreed_how", "text", "how the resident agreed the slot; empty where that is not known"),
            Column("alerts", "number", "how many person alerts were in force for it", is_personal=True, unit="count"),
            Column("contact_requests", "number", "how many contact requests were in force for it", unit="count"),
            Column("phone_numbers", "number", "how many numbers there are to call the resident on", unit="count"),
            Column("operative_ids", "text", "who may attend, between spaces", is_personal=True),
        ),
        ("appointment_id",),
        {"day": "days"},
    ),
    Table(
        "visits",
        "one row for each attendance of an operative",
        (
            VISIT,
            APPOINTMENT,
            Column("work_order_ref", "text", "the work order"),
            OPERATIVE,
            PATCH,
            Column("day", "day", "the date of its appointment's window"),
            Column("standing", "text", "in_progress, ended, refused, pending_corroboration, recorded, upheld ..."),
            Column("outcome", "text", "what it came to: no_access_carded ...; empty while it is open"),
            Column("awaiting", "text", "what it still waits for, between spaces: photo planner_call ..."),
            Column("otherwise", "text", "the outcome to record instead, where it may not be a missed visit"),
            Column("priority", "text", "the work's priority"),
            Column("alerts", "number", "how many person alerts were in force", is_personal=True, unit="count"),
            Column("waived", "number", "how many checks were waived", unit="count"),
            Column("grade", "text", "its weakest check's: contradicted to proven", is_personal=True),
            Column("started_at", "instant", "when it began, by the phone's clock"),
            Column("arrived_at", "instant", "when the operative arrived, by the phone's clock", is_personal=True),
            Column("closed_at", "instant", "when it was recorded or closed, by the phone's clock"),
            Column("received_at", "instant", "when the office first heard of it, by the server's clock"),
        ),
        ("visit_id",),
        {"appointment_id": "appointments", "operative_id": "people"},
    ),
    Table(
        "checks",
        "one row for each check of each missed visit",
        (
            VISIT,
            PATCH,
            Column("day", "day", "the date of its appointment's window"),
            Column("clause", "text", "the check, as the policy names it; place: where the phone says it was"),
            Column("grade", "text", "contradicted, unsupported, consistent or proven", is_personal=True),
            Column("why", "text", "the reason of the grade, as a code"),
            Column("vouchers", "text", "who vouches for it, between spaces: phone server planner ..."),
        ),
        ("visit_id", "clause"),
        {"visit_id": "visits"},
    ),
    Table(
        "events",
        "one row for each thing that a phone stated",
        (
            Column("position", "number", "its place in the log", unit="ordinal"),
            VISIT,
            PATCH,
            Column("kind", "text", "arrived, door_knocked, card_left ..."),
            Column("n", "number", "its number in the visit's chain; empty where it could not be read", unit="ordinal"),
            Column("actor_id", "text", "who stated it, as in people", is_personal=True),
            Column("received_at", "instant", "when the office got it, by the server's clock"),
            Column("fault", "text", "why it does not count, as a code; empty where it does"),
            Column("is_signed", "yes_no", "whether an enrolled phone signed it"),
            Column("received_on", "day", "the date on which the office got it"),
        ),
        ("position",),
        {"visit_id": "visits", "actor_id": "people"},
    ),
    Table(
        "decisions",
        "one row for each decision of a supervisor",
        (
            Column("position", "number", "its place in the log", unit="ordinal"),
            VISIT,
            PATCH,
            Column("supervisor_id", "text", "who decided, as in people", is_personal=True),
            Column("decided_at", "instant", "when"),
            Column("decision", "text", "upheld, overturned or returned"),
            Column("outcome", "text", "the outcome put right, where it was overturned"),
            Column("decided_on", "day", "the date on which it was decided"),
        ),
        ("position",),
        {"visit_id": "visits", "supervisor_id": "people"},
    ),
    Table(
        "disputes",
        "one row for each time that a resident said that a record is wrong; their own words are left out",
        (
            Column("dispute_id", "text", "the dispute"),
            VISIT,
            APPOINTMENT,
            PATCH,
            Column("says", "text", "what they say, as a code: was_in ...", is_personal=True),
            Column("disputed_at", "instant", "when they said it, by the server's clock"),
            Column("disputed_on", "day", "the date on which they said it"),
            Column("answered_at", "instant", "when a supervisor answered; empty while nobody has"),
        ),
        ("dispute_id",),
        {"visit_id": "visits", "appointment_id": "appointments"},
    ),
    Table(
        "planner_calls",
        "one row for each contact call that a planner opened",
        (
            Column("call_id", "text", "the call"),
            APPOINTMENT,
            PATCH,
            OPERATIVE,
            Column("planner_id", "text", "who opened it, as in people", is_personal=True),
            Column("begun_at", "instant", "when it was opened"),
            Column("logged_at", "instant", "when it was saved; empty where it never was"),
            Column("begun_on", "day", "the date on which it was opened"),
            Column("instruction", "text", "what the planner said to do: leave_card, keep_waiting ..."),
        ),
        ("call_id",),
        {"appointment_id": "appointments", "operative_id": "people", "planner_id": "people"},
    ),
    Table(
        "notices",
        "one row for each message to a resident of which the office keeps a record",
        (
            Column("notice_id", "text", "the message"),
            APPOINTMENT,
            PATCH,
            Column("channel", "text", "sms, letter, call or in_person"),
            Column("sent_at", "instant", "when they were told"),
            Column("status", "text", "what is known of it: delivered, permanent-failure ..."),
            Column("status_at", "instant", "since when"),
            Column("told_by", "text", "text_service, or the person who says so", is_personal=True),
        ),
        ("notice_id",),
        {"appointment_id": "appointments"},
    ),
    Table(
        "texts",
        "one row for each reminder that was planned",
        (
            Column("reference", "text", "the text, as the text service knows it"),
            APPOINTMENT,
            PATCH,
            Column("reminder", "text", "the rule that it follows from"),
            Column("attempt", "number", "which try of the same reminder it is", unit="ordinal"),
            Column("state", "text", "waiting, sending, sent, delivered, failed or dropped"),
            Column("status", "text", "the text service's own word"),
            Column("tries", "number", "how often it was handed over", unit="count"),
            Column("due_at", "instant", "when it is to go"),
            Column("sent_at", "instant", "when it went"),
            Column("status_at", "instant", "when its status was reported"),
            Column("fault", "text", "why it failed or was dropped"),
            Column("due_on", "day", "the date on which it is to go"),
        ),
        ("reference",),
        {"appointment_id": "appointments"},
    ),
    Table(
        "photos",
        "one row for each use of a photo in a visit; never the photo",
        (
            VISIT,
            PATCH,
            Column("sha256", "text", "the hash of its bytes"),
            Column("size_bytes", "number", "its size, as the phone stated it", unit="byte"),
            Column("state", "text", "awaited, complete or unreadable"),
            Column("resembles", "number", "how many photos of other visits look the same", unit="count"),
        ),
        ("visit_id", "sha256"),
        {"visit_id": "visits"},
    ),
    Table(
        "home_facts",
        "one row for each alert and each contact request of a home, without its words; of people's health too",
        (
            Column("fact_id", "text", "the alert or the request"),
            Column("what", "text", "alert or request"),
            Column("property_ref", "text", "the landlord's reference of the home", is_personal=True),
            PATCH,
            Column("code", "text", "the alert's code, as in HACT's standard", is_personal=True),
            Column("starts_on", "day", "the first day on which it holds"),
            Column("ends_on", "day", "the last day; empty where it has none"),
            Column("review_on", "day", "the day to look at it again; empty where it has none"),
            Column("is_ended", "yes_no", "whether somebody ended it"),
            Column("changed_at", "instant", "when it was last changed"),
            Column("changed_by", "text", "by whom, as in people", is_personal=True),
        ),
        ("fact_id",),
    ),
    Table(
        "exception_notes",
        "one row for each data exception that somebody was given, or that was resolved as it is",
        (
            Column("kind", "text", "which exception: duplicate_booking, not_notified ..."),
            Column("subject_id", "text", "what it is about: an appointment, a visit ..."),
            PATCH,
            Column("person_id", "text", "who was given it, as in people", is_personal=True),
            Column("assigned_at", "instant", "when they were given it"),
            Column("reason", "text", "why it may stay as it is, in the words of who resolved it", is_personal=True),
            Column("resolved_by", "text", "who resolved it, as in people", is_personal=True),
            Column("resolved_at", "instant", "when"),
        ),
        ("kind", "subject_id"),
        {"person_id": "people", "resolved_by": "people"},
    ),
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
    ),
)
BY_NAME: Final = {table.name: table for table in TABLES}


def dictionary_rows() -> list[tuple[str, ...]]:
    """The dictionary itself as a table, its header first."""
    header = ("table", "column", "form", "meaning", "personal")
    return [
        header,
        *(
            (table.name, column.name, FORMS[column.form], column.words, "yes" if column.is_personal else "no")
            for table in TABLES
            for column in table.columns
        ),
    ]
