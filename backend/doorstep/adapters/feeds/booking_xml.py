"""The scheduler's booking confirmations: XML in a SOAP envelope, read without entities of any kind.

It names the order, the slot and the codes of the work; the home's address and the order's priority are known from the
order itself. The slot has no name of its own, so that its times are its name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Final
from xml.parsers import expat

from doorstep.adapters.feeds.limits import MOST_ELEMENTS, read_whole, short
from doorstep.adapters.feeds.moments import slot_cells
from doorstep.application.intake.reading import Fault, FileRefused, Row

MOST_DEPTH: Final = 50
PLACEHOLDER: Final = "{{"
FIELDS: Final = {
    "appointment_ref": "bookingId",
    "work_order_ref": "primaryOrderNumber",
    "property_ref": "locationID",
    "window": "planningWindowStart",
    "date": "planningWindowStart",
    "starts": "planningWindowStart",
    "ends": "planningWindowEnd",
    "assigned_starts": "assignedStart",
    "assigned_ends": "assignedEnd",
    "trade": "theBookingCodes.trade",
    "sor_codes": "theBookingCodes.bookingCodeSORCode",
    "priority": "isEmergency",
    "cancelled": "bookingLifeCycleStatus",
}


@dataclass(slots=True)
class Element:
    """One element: its name without its namespace, its own text, and what is in it."""

    name: str
    text: list[str] = field(default_factory=list)
    inner: list[Element] = field(default_factory=list)

    def one(self, name: str) -> str:
        """The text of its first element of that name, on one line; empty where there is none."""
        return next((each.words() for each in self.inner if each.name == name), "")

    def words(self) -> str:
        """Its own text, on one line. A bar would part a cell that the sender means as one."""
        return " ".join("".join(self.text).replace("|", "/").split())

    def every(self) -> Iterator[Element]:
        """Itself and all that is in it, in order."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting += reversed(element.inner)


class BookingXml:
    """Reads one message, or a file of several in one envelope."""

    def rows(self, file: BinaryIO) -> Iterator[Row | Fault]:
        """Each booking. Raises FileRefused for what is no XML, holds an entity, or holds no booking."""
        bookings = [each for each in _document(read_whole(file)).every() if _is_booking(each)]
        if not bookings:
            raise FileRefused("the XML holds no booking: none of its elements has a planningWindowStart.")
        seen: set[str] = set()
        for number, booking in enumerate(bookings, start=1):
            reference = booking.one("bookingId")
            place = f"booking {short(reference) if reference else number}"
            unfilled = {each.name: short(each.words()) for each in booking.every() if PLACEHOLDER in each.words()}
            row = Row(place, {name: cell for name, cell in _cells(booking).items() if cell}, FIELDS)
            if reference in seen:
                words = "stands in this file before, in another booking; send the later one by itself."
                row = row.wrong("bookingId", words)
            seen |= {reference} if reference else set()
            for name, words in unfilled.items():
                row = row.wrong(short(name), f"still holds the sender's placeholder {words!r}; see its settings.")
            yield row


def _is_booking(element: Element) -> bool:
    """Whether it is one, though its slot be missing: then that is named, and not the booking lost."""
    names = {each.name for each in element.inner}
    return "planningWindowStart" in names or (element.name == "bookingConfirmation" and "bookingId" in names)


def _cells(booking: Element) -> dict[str, str]:
    codes = [each for each in booking.inner if each.name == "theBookingCodes"]
    starts, ends = booking.one("planningWindowStart"), booking.one("planningWindowEnd")
    return {
        "appointment_ref": booking.one("bookingId"),
        "work_order_ref": booking.one("primaryOrderNumber"),
        "property_ref": booking.one("locationID"),
        "trade": next((trade for code in codes if (trade := code.one("trade"))), ""),
        "sor_codes": " ".join(filter(None, (code.one("bookingCodeSORCode") for code in codes))),
        "priority": "emergency" if booking.one("isEmergency").casefold() == "true" else "",
        "assigned_starts": booking.one("assignedStart"),
        "assigned_ends": booking.one("assignedEnd"),
        "cancelled": "yes" if booking.one("bookingLifeCycleStatus").casefold().startswith("cancel") else "",
    } | (slot_cells(starts, ends) if starts or ends else {})


def _document(content: bytes) -> Element:
    """The document's elements. Whatever declares a document type or an entity is refused before it is read."""
    # Namespaces are not resolved: a long one, used by many elements, would be written out for each of them.
    parser = expat.ParserCreate()
    parser.buffer_text = True
    count = 0
    root = Element("")
    open_elements = [root]

    def starts(name: str, _: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if count > MOST_ELEMENTS:
            raise FileRefused(f"the XML has more than {MOST_ELEMENTS} elements. Send it in parts.")
        if len(open_elements) > MOST_DEPTH:
            raise FileRefused("the XML is nested too deeply to be a booking.")
        element = Element(name.rpartition(":")[2])
        open_elements[-1].inner.append(element)
        open_elements.append(element)

    def ends(_: str) -> None:
        open_elements.pop()

    def says(text: str) -> None:
        open_elements[-1].text.append(text)

    def refuse(*_: object) -> int:
        raise FileRefused("the XML declares a document type or an entity, which a booking never does. It is not read.")

    parser.StartElementHandler, parser.EndElementHandler = starts, ends
    parser.CharacterDataHandler = says
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = parser.ExternalEntityRefHandler = refuse
    try:
        parser.Parse(content, True)
    except expat.ExpatError as fault:
        where = f"line {fault.lineno}, column {fault.offset + 1}"
        raise FileRefused(f"{where}: the file is not XML, or was cut off. Have it sent again.") from None
    return root
