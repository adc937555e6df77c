"""The appointment: the snapshot a visit is judged against, and the strict check of its form."""

from collections.abc import Mapping

import msgspec

from doorstep.domain.instants import InputRefused, parse_instant


class Window(msgspec.Struct, frozen=True):
    """A named slot; both ends in milliseconds since 1970."""

    name: str
    starts_at: int
    ends_at: int


class Notification(msgspec.Struct, frozen=True):
    """One message to the resident; `status_at` is None while no receipt has come."""

    channel: str
    status: str
    status_at: int | None


class Appointment(msgspec.Struct, frozen=True):
    """What the judge needs of an appointment, already checked."""

    appointment_id: str
    window: Window
    priority: str
    trade: str
    agreed_how: str | None
    notifications: tuple[Notification, ...]
    request_ids: tuple[str, ...]
    alert_codes: frozenset[str]


def read_appointment(data: object) -> Appointment:
    """Check a snapshot and keep what the judge needs; keys it does not know are the phone's own and pass by.

    Raises InputRefused naming the path of the first fault.
    """
    whole = _table(data, "appointment")
    window = _table(_key(whole, "window", "appointment"), "appointment.window")
    return Appointment(
        appointment_id=_text(whole, "appointment_id", "appointment"),
        window=Window(
            name=_text(window, "name", "appointment.window"),
            starts_at=_instant(window, "starts_at", "appointment.window"),
            ends_at=_instant(window, "ends_at", "appointment.window"),
        ),
        priority=_text(whole, "priority", "appointment"),
        trade=_text(whole, "trade", "appointment"),
        agreed_how=_agreed_how(_key(whole, "agreed", "appointment")),
        notifications=tuple(_notification(*row) for row in _rows(whole, "notifications")),
        request_ids=_request_ids(whole),
        alert_codes=_alert_codes(whole),
    )


def _agreed_how(agreed: object) -> str | None:
    if agreed is None:
        return None
    table = _table(agreed, "appointment.agreed")
    _instant(table, "at", "appointment.agreed")
    return _text(table, "how", "appointment.agreed")


def _notification(row: Mapping[str, object], place: str) -> Notification:
    _instant(row, "sent_at", place)
    # A message still on its way has no receipt: some senders leave the key out, some write null.
    has_receipt = row.get("status_at") is not None
    return Notification(
        channel=_text(row, "channel", place),
        status=_text(row, "status", place),
        status_at=_instant(row, "status_at", place) if has_receipt else None,
    )


def _request_ids(whole: Mapping[str, object]) -> tuple[str, ...]:
    ids: list[str] = []
    for row, place in _rows(whole, "contact_requests"):
        _text(row, "text", place)
        request_id = _text(row, "request_id", place)
        if request_id in ids:
            raise InputRefused(f"{place}.request_id: {request_id!r} stands twice; give each request its own id.")
        ids.append(request_id)
    return tuple(ids)


def _alert_codes(whole: Mapping[str, object]) -> frozenset[str]:
    codes = set()
    for row, place in _rows(whole, "alerts"):
        _text(row, "text", place)
        codes.add(_text(row, "code", place))
    return frozenset(codes)


def _rows(whole: Mapping[str, object], key: str) -> list[tuple[Mapping[str, object], str]]:
    rows = _key(whole, key, "appointment")
    if not isinstance(rows, list):
        raise InputRefused(f"appointment.{key}: must be a list, empty where there are none.")
    places = [f"appointment.{key}[{index}]" for index in range(len(rows))]
    return [(_table(row, place), place) for row, place in zip(rows, places, strict=True)]


def _key(table: Mapping[str, object], key: str, place: str) -> object:
    if key not in table:
        raise InputRefused(f"{place}.{key}: is missing; an appointment needs it to be judged.")
    return table[key]


def _table(value: object, place: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise InputRefused(f"{place}: must be an object, not {value!r}.")
    return value


def _text(table: Mapping[str, object], key: str, place: str) -> str:
    value = _key(table, key, place)
    if not isinstance(value, str):
        raise InputRefused(f"{place}.{key}: must be text, not {value!r}.")
    return value


def _instant(table: Mapping[str, object], key: str, place: str) -> int:
    return parse_instant(_key(table, key, place), f"{place}.{key}")
