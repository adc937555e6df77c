"""What may be stated of a visit: the one table of event kinds, and the strict reading of a body against it.

A body is an event's exact JSON text, in UTF-8, at most 4 KiB, flat, of integers, strings and booleans. Its envelope
(`v`, `visit_id`, `n`, `prev`, `kind`, `at`, `t`, `mono`, `boot`, `device_id`, `actor_id`, `salt`, and `anchor` where
the phone had a newer one than the last in this visit) is the same for every kind; the table below says what else a
kind holds, and who may state it. The phone has a twin of this table.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Final, Literal, NamedTuple

import msgspec

from doorstep.domain.hearing import HeardEvent
from doorstep.domain.instants import InputRefused, parse_instant

MAX_BODY_BYTES: Final = 4096
MAX_T: Final = 10**12
MAX_INTEGER: Final = 2**53 - 1

UUID: Final = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\\Z"
SHA256: Final = "^[0-9a-f]{64}\\Z"
SALT: Final = "^[A-Za-z0-9_-]{22}\\Z"
ANCHOR: Final = "^[1-9][0-9]{0,14}\\.(?:0|[1-9][0-9]{0,14})\\.[A-Za-z0-9_-]{43}\\.[A-Za-z0-9_-]{86}\\Z"
"""A server's signed statement of its time and log: ms since 1970, the log's size and root, and the signature."""

By = Literal["operative", "phone"]


class Field(NamedTuple):
    """One own field of a kind. `form` is an enum's values, or one of the names in FORMS."""

    name: str
    form: str | tuple[str, ...]
    is_required: bool = True


class Kind(NamedTuple):
    """A kind of event: its own fields, who may state it, and whether a slip of the thumb may be withdrawn."""

    kind: str
    fields: tuple[Field, ...] = ()
    by: By = "operative"
    may_be_withdrawn: bool = True


NOTE: Final = Field("note", "text", is_required=False)
TOLD_BY: Final = Field("told_by", ("planner", "resident", "letter_seen"))
PHOTO: Final = (
    Field("photo_sha256", "sha256"),
    Field("size_bytes", "count"),
    Field("width", "count"),
    Field("height", "count"),
    Field("source_sha256", "sha256"),
    Field("source_taken_at", "text", is_required=False),
    Field("source_model", "text", is_required=False),
    Field("source_has_place", "boolean", is_required=False),
)
PLACED: Final = ("letterbox", "door", "communal", "other")
INSTRUCTIONS: Final = (
    "leave_card",
    "leave_no_card",
    "keep_waiting",
    "resident_coming",
    "rebooked",
    "welfare_check",
)

VOCABULARY: Final[tuple[Kind, ...]] = (
    Kind(
        "visit_started",
        (Field("appointment_id", "reference"), Field("snapshot_sha256", "sha256"), Field("policy_version", "text")),
        may_be_withdrawn=False,
    ),
    Kind(
        "arrived",
        (
            Field("address_confirmed", "boolean"),
            Field("lat_e7", "integer", is_required=False),
            Field("lon_e7", "integer", is_required=False),
            Field("accuracy_m", "count", is_required=False),
            Field("place_missing", ("refused", "unavailable", "off"), is_required=False),
        ),
    ),
    Kind("contact_request_followed", (Field("request_id", "text"), Field("followed", "boolean"), NOTE)),
    Kind("notification_attested", (TOLD_BY, NOTE)),
    Kind("slot_attested", (TOLD_BY, NOTE)),
    Kind("door_knocked", (Field("method", ("knock", "bell", "intercom")),)),
    Kind("dialler_opened", (Field("number_label", "text"),)),
    Kind(
        "resident_called",
        (
            Field("number_label", "text"),
            Field("result", ("no_answer", "voicemail", "engaged", "number_unobtainable", "answered")),
        ),
    ),
    Kind("planner_call_tried", (Field("result", ("no_answer", "no_signal", "in_app_asked", "ringing")),)),
    Kind("planner_code_typed", (Field("code", "digits"),)),
    Kind(
        "planner_contacted",
        (
            Field("how", ("phone", "app")),
            Field("instruction", INSTRUCTIONS),
            Field("call_id", "uuid", is_required=False),
        ),
    ),
    Kind("card_left", (Field("placed", PLACED), NOTE)),
    Kind("photo_asked", (Field("photo_id", "uuid"),)),
    Kind("card_photographed", PHOTO),
    Kind("door_photographed", PHOTO),
    Kind("clause_waived", (Field("clause", "text"), Field("reason", "text"), NOTE)),
    Kind("access_gained", (NOTE,)),
    Kind("access_refused", (Field("words", "text"), NOTE)),
    Kind("left_unsafe", (NOTE,)),
    Kind("resident_rebooked", (NOTE,)),
    Kind("wrong_address", (NOTE,)),
    Kind("no_responsible_adult", (NOTE,)),
    Kind("welfare_concern", (NOTE,)),
    Kind("missed_recorded", (Field("declaration", "text"),), may_be_withdrawn=False),
    Kind("visit_closed", (Field("outcome", "outcome"), NOTE), may_be_withdrawn=False),
    Kind(
        "clock_gap",
        (Field("hidden_ms", "count"), Field("wall_ms", "integer"), Field("mono_ms", "count")),
        by="phone",
        may_be_withdrawn=False,
    ),
    Kind("note_added", (Field("note", "text"),)),
    Kind("event_withdrawn", (Field("withdrawn_n", "count"), Field("reason", "text")), may_be_withdrawn=False),
    Kind("snapshot_adopted", (Field("snapshot_sha256", "sha256"),)),
)

KINDS: Final = {kind.kind: kind for kind in VOCABULARY}
CLOSING: Final = frozenset({"missed_recorded", "visit_closed"})
ALLOWED_AFTER_CLOSE: Final = frozenset({"access_gained", "note_added"})
PHOTOGRAPHS: Final = frozenset({"card_photographed", "door_photographed"})

FORMS: Final[dict[str, Any]] = {
    "text": Annotated[str, msgspec.Meta(max_length=1000)],
    # A name that the store looks things up by: a database may end a text at its first NUL.
    "reference": Annotated[str, msgspec.Meta(pattern="^[^\\x00]{0,1000}\\Z")],
    "uuid": Annotated[str, msgspec.Meta(pattern=UUID)],
    "sha256": Annotated[str, msgspec.Meta(pattern=SHA256)],
    "digits": Annotated[str, msgspec.Meta(pattern="^[0-9]{8}\\Z")],
    "outcome": Annotated[str, msgspec.Meta(pattern="^(?!no_access_)[a-z][a-z_]{0,99}\\Z")],
    "boolean": bool,
    "count": Annotated[int, msgspec.Meta(ge=0, le=MAX_INTEGER)],
    "integer": Annotated[int, msgspec.Meta(ge=-MAX_INTEGER, le=MAX_INTEGER)],
}

ENVELOPE: Final[dict[str, Any]] = {
    "v": Literal[1],
    "visit_id": FORMS["uuid"],
    "n": Annotated[int, msgspec.Meta(ge=0, le=10**6)],
    "prev": FORMS["sha256"],
    "at": Annotated[str, msgspec.Meta(max_length=24)],
    "t": Annotated[int, msgspec.Meta(ge=0, le=MAX_T)],
    "mono": FORMS["count"],
    "boot": FORMS["uuid"],
    "device_id": FORMS["uuid"],
    "actor_id": FORMS["uuid"],
    "salt": Annotated[str, msgspec.Meta(pattern=SALT)],
}
ANCHORED: Final[Any] = (
    "anchor",
    Annotated[str, msgspec.Meta(pattern=ANCHOR)] | msgspec.UnsetType,
    msgspec.UNSET,
)
NOT_OWN: Final = frozenset(ENVELOPE) | {"kind", "anchor"}


def _struct(kind: Kind) -> type[msgspec.Struct]:
    fields: list[Any] = [*ENVELOPE.items(), ANCHORED]
    for field in kind.fields:
        form = FORMS[field.form] if isinstance(field.form, str) else Literal[field.form]
        fields.append(
            (field.name, form) if field.is_required else (field.name, form | msgspec.UnsetType, msgspec.UNSET)
        )
    return msgspec.defstruct(
        kind.kind, fields, tag=kind.kind, tag_field="kind", forbid_unknown_fields=True, kw_only=True
    )


_ANY_KIND: Any = _struct(VOCABULARY[0])
for _kind in VOCABULARY[1:]:
    _ANY_KIND = _ANY_KIND | _struct(_kind)
_strict = msgspec.json.Decoder(_ANY_KIND)
_plain = msgspec.json.Decoder(dict[str, int | str | bool])
_names_a_visit: msgspec.json.Decoder[Any] = msgspec.json.Decoder(
    msgspec.defstruct("NamesAVisit", [("visit_id", FORMS["uuid"])])
)


class Event(msgspec.Struct, frozen=True, gc=False):
    """A body that fits the vocabulary. `at_ms` is `at` in ms since 1970; `own` holds the kind's own fields only.

    `anchor` is the newest that the phone had, as it stands there: only its form is known to be right. `anchor_ms` is
    the server's time that it states.
    """

    visit_id: str
    n: int
    prev: str
    kind: str
    at: str
    at_ms: int
    t: int
    mono: int
    boot: str
    device_id: str
    actor_id: str
    own: dict[str, int | str | bool]
    anchor: str | None = None
    anchor_ms: int | None = None

    def heard(self) -> HeardEvent:
        """The event as the judge takes it: `n`, `kind`, `at`, `t` and its own fields."""
        return HeardEvent(self.n, self.kind, self.at_ms, self.t, self.own)

    def text(self, field: str) -> str:
        """An own field that the vocabulary promises is a string; empty where an optional one was left out."""
        return str(self.own.get(field, ""))


class Malformed(ValueError):
    """A body does not fit the vocabulary. The message says what to put right; `visit_id` where one could be read."""

    def __init__(self, message: str, visit_id: str | None = None) -> None:
        super().__init__(message)
        self.visit_id = visit_id


def read_event(body: bytes) -> Event:
    """Read one body strictly. Raises Malformed for whatever does not fit: the body is then kept and shown, not used."""
    if len(body) > MAX_BODY_BYTES:
        raise Malformed(f"the body has {len(body)} bytes; at most {MAX_BODY_BYTES} are taken", _visit_id_in(body))
    try:
        _strict.decode(body)
        plain = _plain.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError, RecursionError) as fault:
        raise Malformed(str(fault), _visit_id_in(body)) from None
    if msgspec.json.encode(plain) != body:
        _refuse_duplicate_keys(body, plain)
    try:
        at_ms = parse_instant(plain["at"], "at")
    except InputRefused as fault:
        raise Malformed(str(fault), str(plain["visit_id"])) from None
    event = _event(plain, at_ms)
    _check_across_fields(event)
    return event


def _event(fields: dict[str, Any], at_ms: int) -> Event:
    """The event of checked fields. Every visit's every event comes through here: so no loop over the envelope."""
    anchor = fields.get("anchor")
    return Event(
        fields["visit_id"],
        fields["n"],
        fields["prev"],
        fields["kind"],
        fields["at"],
        at_ms,
        fields["t"],
        fields["mono"],
        fields["boot"],
        fields["device_id"],
        fields["actor_id"],
        {name: value for name, value in fields.items() if name not in NOT_OWN},
        anchor,
        int(anchor.partition(".")[0]) if anchor else None,
    )


def _check_across_fields(event: Event) -> None:
    """The two rules that one field's form cannot say."""
    if event.kind == "visit_started" and (event.n != 0 or event.t != 0):
        raise Malformed("visit_started is a visit's first event: its n and t are 0", event.visit_id)
    if event.kind == "arrived":
        fix = {"lat_e7", "lon_e7", "accuracy_m"} & event.own.keys()
        if len(fix) != (0 if "place_missing" in event.own else 3):
            raise Malformed("arrived holds lat_e7, lon_e7 and accuracy_m, or else place_missing", event.visit_id)


def _refuse_duplicate_keys(body: bytes, plain: dict[str, int | str | bool]) -> None:
    """The fast decoder takes the last of two equal keys in silence, which would let one body say two things."""

    def pairs(items: list[tuple[str, Any]]) -> None:
        names = [name for name, _ in items]
        for name in names:
            if names.count(name) > 1:
                raise Malformed(f"the key {name!r} stands twice", str(plain["visit_id"]))

    json.loads(body, object_pairs_hook=pairs)


def _visit_id_in(body: bytes) -> str | None:
    """The visit that a body which does not fit says it is of, so that it can be shown there; None if unreadable."""
    try:
        return str(_names_a_visit.decode(body).visit_id)
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError, RecursionError):
        return None
