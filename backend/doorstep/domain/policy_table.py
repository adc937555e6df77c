"""One table of a policy, read key by key, so that every fault can name its file, clause and key."""

import re
from collections.abc import Callable, Mapping
from typing import NoReturn

from doorstep.domain.hearing import is_integer

LARGEST_NUMBER = 1_000_000_000
_CLAUSE_ID = re.compile(r"[a-z][a-z0-9_]*")


class PolicyRefused(ValueError):
    """A policy may not be loaded; the message names the file, the clause and the key, and what would be right."""


class PolicyTable:
    """Reads the keys of one table by their form; `finish` refuses whatever was never asked for."""

    def __init__(self, data: object, file: str, clause: str | None = None, path: str = "") -> None:
        self._file, self._clause, self._path = file, clause, path
        self._asked: set[str] = set()
        if not isinstance(data, dict):
            self.refuse("", "must be a table of keys")
        self._data: Mapping[str, object] = data

    def refuse(self, key: str, reason: str) -> NoReturn:
        """Stop here, with a message that leads to the line to mend."""
        clause = "" if self._clause is None else f"clause `{self._clause}`, "
        place = f"{self._path}.{key}".strip(".")
        raise PolicyRefused(
            f"{self._file}: {clause}key `{place}`: {reason}." if place else f"{self._file}: {clause}{reason}."
        )

    def finish(self) -> None:
        """Refuse a key that nothing asked for: a misspelt key would otherwise quietly weaken the policy."""
        for key in self._data:
            if key not in self._asked:
                self.refuse(key, "is not known here; take it out or mend its spelling")

    def has(self, key: str) -> bool:
        """Whether the key stands in the table at all."""
        return key in self._data

    def value(self, key: str) -> object:
        """The bare value of a key that must be there."""
        self._asked.add(key)
        if key not in self._data:
            self.refuse(key, "is missing")
        return self._data[key]

    def table(self, key: str) -> "PolicyTable":
        """A table inside this one."""
        return self.inside(self.value(key), key)

    def inside(self, data: object, key: str) -> "PolicyTable":
        """A table inside this one, of data already taken out."""
        return PolicyTable(data, self._file, self._clause, f"{self._path}.{key}".strip("."))

    def clause_table(self, data: object, index: int) -> "PolicyTable":
        """The table of the clause at this index of `clauses`, named by its id where that can be read."""
        clause_id = data.get("clause") if isinstance(data, dict) else None
        name = clause_id if isinstance(clause_id, str) else f"number {index + 1}"
        return PolicyTable(data, self._file, name)

    def text(self, key: str) -> str:
        """Any text, even empty."""
        value = self.value(key)
        if not isinstance(value, str):
            self.refuse(key, f"must be text in quotes, not {value!r}")
        return value

    def code(self, key: str) -> str:
        """A kind of event or an outcome's code: text, never empty."""
        value = self.text(key)
        if value == "":
            self.refuse(key, "is empty; name a code or a kind of event")
        return value

    def clause_id(self, key: str) -> str:
        """The form of a clause's id."""
        value = self.text(key)
        if _CLAUSE_ID.fullmatch(value) is None:
            self.refuse(key, f"{value!r} is not an id; use a to z, 0 to 9 and _, a letter first")
        return value

    def integer(self, key: str, least: int = 0) -> int:
        """A whole number from `least` to 1,000,000,000."""
        value = self.value(key)
        if type(value) is not int:
            self.refuse(key, f"must be a whole number, not {value!r}")
        if not least <= value <= LARGEST_NUMBER:
            self.refuse(key, f"must be from {least} to 1,000,000,000, not {value}")
        return value

    def flag(self, key: str) -> bool:
        """True or false."""
        value = self.value(key)
        if not isinstance(value, bool):
            self.refuse(key, f"must be true or false, not {value!r}")
        return value

    def rows(self, key: str) -> list[object]:
        """A list of anything, even empty."""
        value = self.value(key)
        if not isinstance(value, list):
            self.refuse(key, f"must be a list, not {value!r}")
        return value

    def codes(self, key: str, *, may_be_empty: bool = False) -> tuple[str, ...]:
        """A list of codes, kinds, reasons or ids: each text and not empty."""
        rows = self.rows(key)
        if not rows and not may_be_empty:
            self.refuse(key, "is an empty list; name at least one")
        for row in rows:
            if not isinstance(row, str) or row == "":
                self.refuse(key, f"must hold codes in quotes, not {row!r}")
        return tuple(str(row) for row in rows)

    def value_lists(self, is_allowed_number: Callable[[object], bool]) -> dict[str, list[object]]:
        """This whole table as {name: [VALUE, ...]}, each list with at least one text, number or boolean."""
        lists = {}
        for key in self._data:
            rows = self.rows(key)
            if not rows:
                self.refuse(key, "is an empty list; name at least one value")
            for row in rows:
                if not isinstance(row, (str, bool)) and not is_allowed_number(row):
                    self.refuse(key, f"holds {row!r}; use text, whole numbers in range, true or false")
            lists[key] = rows
        return lists


def is_policy_number(value: object) -> bool:
    """A whole number from 0 to 1,000,000,000."""
    return type(value) is int and 0 <= value <= LARGEST_NUMBER


def is_field_number(value: object) -> bool:
    """A whole number that an event's own field may hold."""
    return is_integer(value)
