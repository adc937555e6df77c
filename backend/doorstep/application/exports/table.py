"""What a table that leaves the house is: its columns with their forms and meanings, its key, and its source."""

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
    `source` says what its rows are made from.
    """

    name: str
    words: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    refers: Mapping[str, str] = MappingProxyType({})
    source: str = ""

    @property
    def view(self) -> str:
        """What it is called in the store."""
        return f"report_{self.name}"


APPOINTMENT: Final = Column("appointment_id", "text", "the appointment: what joins the tables")
VISIT: Final = Column("visit_id", "text", "the visit: what joins the tables")
PATCH: Final = Column("patch", "text", "the patch whose office sees it; empty: only those who see every patch")
OPERATIVE: Final = Column("operative_id", "text", "the operative, as in people", is_personal=True)
