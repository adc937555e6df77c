"""What an appointment is made of, column by column: the names and forms that every file is brought to."""

from __future__ import annotations

from typing import NamedTuple


class Column(NamedTuple):
    """One column: its name, whether every row must fill it, and what to write in it."""

    name: str
    is_required: bool
    words: str


COLUMNS = (
    Column("appointment_ref", True, "the landlord's own reference; no two rows may share one"),
    Column("work_order_ref", True, "the work order that it is for; one order may have many appointments"),
    Column("property_ref", True, "the landlord's reference of the home"),
    Column("address", True, "its lines, between bars: Flat 4 | 12 Sample Street | ZZ1 2AB"),
    Column("window", True, "the slot's name: AM"),
    Column("date", True, "2026-11-23 or 23/11/2026, in London"),
    Column("starts", True, "08:00, in London; in the hour that comes twice with its offset: 01:30+01:00"),
    Column("ends", True, "13:00, in London, on the same day"),
    Column("priority", True, "emergency, urgent, routine ...: the policy's own words, in any case"),
    Column("trade", True, "Plumbing"),
    Column("patch", False, "the patch whose office sees it; empty: only those who see every patch"),
    Column("operatives", False, "the usernames of those who may attend, between spaces"),
    Column("agreed_how", False, "how the slot was agreed: resident_chose, resident_agreed ..."),
    Column("agreed_at", False, "when; wherever agreed_how is filled"),
    Column("notified_channel", False, "how the resident was told: sms, letter, call ..."),
    Column("notified_sent_at", False, "when; wherever notified_channel is filled"),
    Column("notified_status", False, "what is known of it: sent, delivered, permanent-failure ..."),
    Column("notified_status_at", False, "since when; empty while nothing has come back"),
    Column("contact_requests", False, "what the resident asked for, between bars: side door | text first"),
    Column(
        "alerts",
        False,
        "person alerts in force that day, code and words, between bars: 20-10: deaf (review 2027-02-01) | 10: two",
    ),
    Column("phones", False, "label and number, between bars: mobile: 07700 900123 | home: 01632 960123"),
    Column("key_safe", False, "where one is on record: consent, or no consent, to its use; never its code"),
    Column("cancelled", False, "yes, where the appointment was cancelled; else empty"),
    Column("place", False, "where the door is: 51.5456000, -0.0567000; with block after it where many doors share it"),
    Column("uprn", False, "the national property number, up to 12 digits"),
    Column("sor_codes", False, "the schedule of rates codes of the work, between spaces"),
    Column("contractor", False, "who does the work, where it is not the landlord"),
    Column("assigned_starts", False, "when the scheduler means the operative to be there; a date and a time"),
    Column("assigned_ends", False, "until when; wherever assigned_starts is filled"),
)
NAMES = tuple(column.name for column in COLUMNS)
REQUIRED = tuple(column.name for column in COLUMNS if column.is_required)
AGREED = ("agreed_how", "agreed_at")
NOTIFIED = ("notified_channel", "notified_sent_at", "notified_status")
ASSIGNED = ("assigned_starts", "assigned_ends")
