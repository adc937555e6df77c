"""A repairs hub's JSON: work orders, each with the appointment that it has now, or one appointment by itself.

An order's reference is its appointment's too, since the hub gives one appointment an order: one that was moved is the
same appointment on another day. Names of people are not taken; an operative is known by payroll number, as a username.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, Final

from doorstep.adapters.feeds.limits import MOST_VALUES, read_whole, short
from doorstep.application.intake.reading import Fault, FileRefused, Row

PRIORITIES: Final = {"immediate": "emergency", "emergency": "emergency", "urgent": "urgent", "normal": "routine"}
"""What the hub calls its priorities, and what policies call them; any other keeps its own name."""
_PRIORITY = re.compile(r"[0-9]+ \[[A-Z]+\] (.+)")
_TRADE = re.compile(r"(.+?) - [A-Z0-9]{1,5}")
_SLOT = re.compile(r"(.+?) slot", re.IGNORECASE)
_HALF = re.compile("[\ud800-\udfff]")
_MOST_DIGITS = 100
FIELDS: Final = {
    "appointment_ref": "reference",
    "work_order_ref": "reference",
    "property_ref": "propertyReference",
    "address": "property",
    "window": "appointment.description",
    "date": "appointment.date",
    "starts": "appointment.start",
    "ends": "appointment.end",
    "priority": "priority",
    "trade": "tradeDescription",
    "operatives": "operatives.payrollNumber",
    "assigned_starts": "appointment.assignedStart",
    "assigned_ends": "appointment.assignedEnd",
    "contractor": "owner",
}


class HubJson:
    """Reads a list of work orders, or one of them."""

    def rows(self, file: BinaryIO) -> Iterator[Row | Fault]:
        """Each work order. Raises FileRefused for what is no such JSON, whole and unambiguous."""
        read = _document(read_whole(file))
        orders = read if isinstance(read, list) else [read]
        seen: set[str] = set()
        for number, order in enumerate(orders, start=1):
            place = f"work order {number}"
            if not isinstance(order, dict):
                yield Fault(place, "the whole work order", "is no object; each entry of the list is one work order.")
                continue
            reference = _text(order.get("reference"))
            if reference:
                place = f"work order {short(reference)}"
            odd = sorted(name for name in ("appointment", "operatives") if not _is_form(name, order.get(name)))
            cells = _cells(order | dict.fromkeys(odd))
            row = Row(place, {name: cell for name, cell in cells.items() if cell}, FIELDS)
            for name in odd:
                row = row.wrong(name, "has another form than the hub gives it; see its documentation.")
            if not odd and reference in seen:
                words = "stands in this file before, with another appointment; the hub gives one of each."
                row = row.wrong("reference", words)
            if not odd:
                seen.add(reference)
            yield row


def _is_form(name: str, value: object) -> bool:
    if name == "appointment":
        return value is None or isinstance(value, dict)
    return value is None or (isinstance(value, list) and all(isinstance(each, dict) for each in value))


def _cells(order: Mapping[str, Any]) -> dict[str, str]:
    appointment: Mapping[str, Any] = order.get("appointment") or {}
    on = _text(appointment.get("date"))
    assigned = {
        end: clock and f"{on} {clock}"
        for end in ("Start", "End")
        for clock in [_text(appointment.get(f"assigned{end}"))]
    }
    status = _text(order.get("status")).casefold()
    return {
        "appointment_ref": _text(order.get("reference")),
        "work_order_ref": _text(order.get("reference")),
        "property_ref": _text(order.get("propertyReference")),
        "address": " | ".join(filter(None, (_text(order.get(name)) for name in ("property", "propertyPostCode")))),
        "window": _inner(_SLOT, _text(appointment.get("description"))),
        "date": on,
        "starts": _text(appointment.get("start")),
        "ends": _text(appointment.get("end")),
        "priority": _priority(_text(order.get("priority"))),
        "trade": _inner(_TRADE, _text(order.get("tradeDescription"))),
        "operatives": " ".join(_text(each.get("payrollNumber")) for each in order.get("operatives") or ()),
        "contractor": _text(order.get("owner")),
        "assigned_starts": assigned["Start"],
        "assigned_ends": assigned["End"],
        "cancelled": "yes" if "cancel" in status else "",
    }


def _priority(text: str) -> str:
    name = _inner(_PRIORITY, text).casefold()
    return PRIORITIES.get(name, name)


def _inner(form: re.Pattern[str], text: str) -> str:
    found = form.fullmatch(text)
    return found[1] if found else text


def _text(value: object) -> str:
    """A value as a cell: text and whole numbers; anything else is no cell."""
    if isinstance(value, str):
        # A bar would part a cell that the hub means as one.
        return " ".join(value.replace("|", "/").replace("\0", " ").split())
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _document(content: bytes) -> Any:
    if sum(map(content.count, (b"{", b"[", b","))) > MOST_VALUES:
        raise FileRefused(f"the file has more than {MOST_VALUES} values. Send it in parts.")
    try:
        return json.loads(
            content.decode("utf-8-sig"),
            object_pairs_hook=_once,
            parse_constant=_refuse_constant,
            parse_int=_whole_number,
        )
    except UnicodeDecodeError:
        raise FileRefused("the file is not UTF-8, as JSON is. Export it again.") from None
    except RecursionError:
        raise FileRefused("the JSON is nested too deeply to be a list of work orders.") from None
    except json.JSONDecodeError as fault:
        where = f"line {fault.lineno}, column {fault.colno}"
        raise FileRefused(f"{where}: the file is not JSON, or was cut off. Export it again.") from None
    except ValueError as fault:
        raise FileRefused(str(fault)) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object in which each name stands once: of two nobody can say which is meant."""
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the name {short(twice)!r} stands twice in one object. Export the file again.")
    for text in (each for pair in pairs for each in pair if isinstance(each, str)):
        if _HALF.search(text):
            # Escapes can write what no text holds, and no store would take it.
            raise ValueError(f"{short(text)!r} holds half a character. Export the file again.")
    return made


def _whole_number(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise ValueError(f"the number {short(digits, 20)} has {len(digits)} digits. Export the file again.")
    return int(digits)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON. Export the file again.")
