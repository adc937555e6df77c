"""The rules about data exceptions, from rules/exceptions.toml and rules/minimum_record.toml, checked before use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from doorstep.application.data_exceptions.facts import FIELDS
from doorstep.application.data_exceptions.kinds import (
    KIND_OF_FIELD,
    KINDS,
    LIMITS,
    OWNERS,
    Asked,
    ExceptionRules,
    Kind,
    kind_of_field,
    plain_rules,
)
from doorstep.domain.policy_table import PolicyTable

MOST_DAYS = 3_660
CODED = ("priority", "trade")
LANGUAGES = ("en", "cy")
Reading = Callable[[Path], Mapping[str, object]]


def load_exception_rules(folder: Path, read: Reading) -> ExceptionRules:
    """Both files; raises PolicyRefused naming file and key. A folder from before there were any takes what is usual."""
    kinds = {kind.kind: kind for kind in plain_rules().kinds}
    file = folder / "exceptions.toml"
    if file.exists():
        kinds = _kinds(PolicyTable(read(file), str(file)))
    file = folder / "minimum_record.toml"
    if file.exists():
        kinds |= _fields(PolicyTable(read(file), str(file)))
    return ExceptionRules(tuple(kinds.values()))


def _kinds(whole: PolicyTable) -> dict[str, Kind]:
    found: dict[str, Kind] = {}
    for index, data in enumerate(whole.rows("exception")):
        table = whole.inside(data, f"exception[{index}]")
        code = table.code("exception")
        if code not in KINDS:
            table.refuse("exception", f"{code!r} is not one of {', '.join(KINDS)}")
        if code in found:
            table.refuse("exception", f"{code!r} stands twice")
        found[code] = _kind(table, code)
        table.finish()
    if missing := [code for code in KINDS if code not in found]:
        whole.refuse("exception", f"says nothing of {', '.join(missing)}")
    whole.finish()
    return {code: found[code] for code in KINDS}


def _fields(whole: PolicyTable) -> dict[str, Kind]:
    found: dict[str, Kind] = {}
    for index, data in enumerate(whole.rows("field")):
        table = whole.inside(data, f"field[{index}]")
        field = table.code("field")
        if field not in FIELDS:
            table.refuse("field", f"{field!r} is not one of {', '.join(FIELDS)}")
        code = kind_of_field(field)
        if code in found:
            table.refuse("field", f"{field!r} stands twice")
        among = table.codes("among") if table.has("among") else ()
        if among and field not in CODED:
            table.refuse("among", f"is for {' and '.join(CODED)} only")
        asked = Asked(field, _codes(table, "priorities"), _codes(table, "trades"), among)
        found[code] = msgspec.structs.replace(_kind(table, code), asked=asked)
        table.finish()
    whole.finish()
    return found


def _kind(table: PolicyTable, code: str) -> Kind:
    owner = table.code("owner")
    if owner not in OWNERS:
        table.refuse("owner", f"{owner!r} is not one of {', '.join(OWNERS)}")
    limit_ms = 0
    if code in LIMITS:
        key, unit_ms = LIMITS[code]
        limit_ms = table.integer(key) * unit_ms
    field = next((field for field, kind in KIND_OF_FIELD.items() if kind == code), None)
    return Kind(
        kind=code,
        owner=owner,
        late_after_days=_days(table, "late_after_days"),
        look_back_days=_days(table, "look_back_days"),
        title=_words(table, "title"),
        means=_words(table, "means"),
        limit_ms=limit_ms,
        asked=Asked(field) if field else None,
    )


def _days(table: PolicyTable, key: str) -> int:
    days = table.integer(key)
    if days > MOST_DAYS:
        table.refuse(key, f"must be at most {MOST_DAYS}, not {days}")
    return days


def _words(table: PolicyTable, key: str) -> dict[str, str]:
    """What is said in each language; English must be."""
    said = table.inside(table.value(key), key)
    words = {language: said.code(language) for language in LANGUAGES if language == "en" or said.has(language)}
    said.finish()
    return words


def _codes(table: PolicyTable, key: str) -> tuple[str, ...]:
    return table.codes(key) if table.has(key) else ()
