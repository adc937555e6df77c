"""The data dictionary as JSON, in the form of a Data Package: of it a reporting tool makes its own schema.

Fields, types, keys and references are those of the published Table Schema; `view`, `unit` and `is_personal` are ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from doorstep.application.exports.dictionary import TABLES
from doorstep.application.exports.table import FORMS, Column, Form, Table

PROFILE: Final = "tabular-data-package"
TYPES: Final[dict[Form, dict[str, Any]]] = {
    "text": {"type": "string"},
    "number": {"type": "integer"},
    "yes_no": {"type": "boolean", "trueValues": ["1"], "falseValues": ["0"]},
    "instant": {"type": "datetime", "format": "%Y-%m-%dT%H:%M:%S.%fZ"},
    "day": {"type": "date"},
}
"""What each form is called there. `%f` may have three digits: instants are given in thousandths of a second."""
WORDS: Final = (
    "Every table that can be taken out, each also a view of the store. An empty cell is nothing. Files of one patch "
    "may refer to rows of another patch, or to a visit that never became one, that are not among them. Text that a "
    "spreadsheet would take for a formula, that is, text that begins with apostrophes or none and then one of "
    "= + - @, a tab, a line break or their full-width forms, has one more apostrophe before it in the CSV files: take "
    "one apostrophe off to read the value. The views have it as it is."
)
FileForm = Literal["csv", "parquet"]
FILES: Final[Mapping[FileForm, Mapping[str, Any]]] = {
    "csv": {
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True},
    },
    "parquet": {"mediatype": "application/vnd.apache.parquet"},
}
"""How each form of file is to be read. In Parquet types are true, and nothing has an apostrophe before it."""
ESCAPED: Final = "^'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"
"""Text like this is given with one more apostrophe before it."""


def data_package(form: FileForm = "csv", tables: Sequence[Table] = TABLES) -> dict[str, Any]:
    """The dictionary of these tables, as files of that form."""
    return {
        "profile": PROFILE,
        "name": "doorstep",
        "title": "Doorstep: tables for reporting",
        "description": WORDS,
        "text_with_one_more_apostrophe": ESCAPED,
        "resources": [_resource(table, form) for table in tables],
    }


def _resource(table: Table, form: FileForm) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": f"{table.name}.{form}",
        "view": table.view,
        "description": table.words,
        "sources": [{"title": table.source}],
        "format": form,
        **FILES[form],
        "schema": {
            "fields": [_field(column) for column in table.columns],
            "missingValues": [""],
            "primaryKey": list(table.key),
            "foreignKeys": [_reference(column, to) for column, to in table.refers.items()],
        },
    }


def _field(column: Column) -> dict[str, Any]:
    unit = {"unit": column.unit} if column.unit else {"unit": "UTC"} if column.form == "instant" else {}
    of = {
        "name": column.name,
        "description": f"{column.words} ({FORMS[column.form]})",
        "is_personal": column.is_personal,
    }
    return of | TYPES[column.form] | unit


def _reference(column: str, to: str) -> dict[str, Any]:
    keys = {table.name: list(table.key) for table in TABLES}
    return {"fields": [column], "reference": {"resource": to, "fields": keys[to]}}
