"""The vocabulary reads what fits it, exactly, and calls everything else malformed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorstep.domain.events import (
    ENVELOPE,
    KINDS,
    MAX_BODY_BYTES,
    MAX_INTEGER,
    VOCABULARY,
    Field,
    Malformed,
    read_event,
)
from doorstep.domain.hearing import HeardEvent
from tests.makers import an_id

ENVELOPE_OF: dict[str, Any] = {
    "v": 1,
    "visit_id": an_id(1),
    "n": 3,
    "prev": "a" * 64,
    "at": "2026-11-23T09:00:00.000Z",
    "t": 5_000,
    "mono": 6_000,
    "boot": an_id(2),
    "device_id": an_id(3),
    "actor_id": an_id(4),
    "salt": "AAAAAAAAAAAAAAAAAAAA-_",
}
OWN: dict[str, Any] = {
    "text": "mobile, ends 123",
    "reference": "WO-1/2",
    "uuid": an_id(5),
    "sha256": "b" * 64,
    "digits": "12345678",
    "outcome": "completed",
    "boolean": True,
    "count": 7,
    "integer": -7,
}


def stringified(fields: dict[str, Any]) -> bytes:
    """What JSON.stringify writes, in UTF-8."""
    return json.dumps(fields, separators=(",", ":"), ensure_ascii=False).encode()


def own_of(kind: str) -> dict[str, Any]:
    """One value for each own field of a kind that it cannot do without."""
    own = {field.name: a_value(field) for field in KINDS[kind].fields if field.is_required}
    return own | ({"place_missing": "off"} if kind == "arrived" else {})


def a_value(field: Field) -> object:
    return OWN[field.form] if isinstance(field.form, str) else field.form[0]


def a_body(kind: str = "door_knocked", **changes: Any) -> dict[str, Any]:
    """An event of a kind that fits."""
    envelope = ENVELOPE_OF | ({"n": 0, "t": 0} if kind == "visit_started" else {})
    return {**envelope, "kind": kind, **own_of(kind), **changes}


def malformed(body: bytes) -> Malformed:
    with pytest.raises(Malformed) as caught:
        read_event(body)
    return caught.value


@pytest.mark.parametrize("kind", [kind.kind for kind in VOCABULARY])
def test_every_kind_is_read(kind: str) -> None:
    """Each kind fits with its required fields alone, and with all of its fields."""
    event = read_event(stringified(a_body(kind)))
    assert (event.kind, event.own) == (kind, own_of(kind))
    whole = {field.name: a_value(field) for field in KINDS[kind].fields}
    if kind == "arrived":
        del whole["place_missing"]
    assert read_event(stringified(a_body(kind) | whole if kind != "arrived" else _arrived(whole))).own == whole


def _arrived(own: dict[str, Any]) -> dict[str, Any]:
    return {**ENVELOPE_OF, "kind": "arrived", **own}


@pytest.mark.parametrize("kind", [kind.kind for kind in VOCABULARY])
def test_every_required_field_is_required(kind: str) -> None:
    """Take away any field that a kind cannot do without, and the body does not fit."""
    body = a_body(kind)
    for field in (field for field in KINDS[kind].fields if field.is_required):
        assert field.name in str(malformed(stringified({k: v for k, v in body.items() if k != field.name})))


@pytest.mark.parametrize("name", [*ENVELOPE, "kind"])
def test_every_field_of_the_envelope_is_required(name: str) -> None:
    """A body without one field of the envelope does not fit."""
    malformed(stringified({key: value for key, value in a_body().items() if key != name}))


def test_what_is_read_is_what_was_stated() -> None:
    """The event holds the envelope and its own fields, with the instant in ms, and nothing else."""
    event = read_event(stringified(a_body("card_left", placed="door", note="leant on it")))
    assert event.at_ms == 1795424400000
    assert (event.visit_id, event.n, event.t, event.mono) == (an_id(1), 3, 5_000, 6_000)
    assert event.own == {"placed": "door", "note": "leant on it"}
    assert event.heard() == HeardEvent(3, "card_left", 1795424400000, 5_000, event.own)
    assert (event.text("placed"), event.text("not_there")) == ("door", "")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"colour": "red"}, "unknown field"),
        ({"note": "not a knock's field"}, "unknown field"),
        ({"v": 2}, "Invalid"),
        ({"v": True}, "bool"),
        ({"n": -1}, ">= 0"),
        ({"n": "3"}, "str"),
        ({"n": True}, "bool"),
        ({"n": 10**6 + 1}, "<="),
        ({"t": 10**12 + 1}, "<="),
        ({"t": 5000.0}, "float"),
        ({"t": 0.5}, "float"),
        ({"mono": MAX_INTEGER + 1}, "<="),
        ({"mono": None}, "null"),
        ({"mono": [1]}, "array"),
        ({"mono": {"a": 1}}, "object"),
        ({"method": "kick"}, "Invalid enum"),
        ({"method": None}, "null"),
        ({"prev": "A" * 64}, "regex"),
        ({"prev": "a" * 63}, "regex"),
        ({"prev": "a" * 64 + "\n"}, "regex"),
        ({"boot": "{" + an_id(2) + "}"}, "regex"),
        ({"salt": "A" * 21}, "regex"),
        ({"salt": "A" * 22 + "\n"}, "regex"),
        ({"salt": "A" * 21 + "="}, "regex"),
        ({"at": "2026-02-30T09:00:00.000Z"}, "real date"),
        ({"at": "2026-11-23T09:00:00Z"}, "instant"),
        ({"at": "2026-11-23T09:00:00.000000Z"}, "length"),
        ({"at": "1969-11-23T09:00:00.000Z"}, "real date"),
    ],
)
def test_what_does_not_fit(changes: dict[str, Any], words: str) -> None:
    """Integers, strings and booleans of the right form only; and the message says what to put right."""
    fault = malformed(stringified(a_body(**changes)))
    assert words in str(fault)
    assert fault.visit_id == an_id(1)


@pytest.mark.parametrize(
    "number", ["12.0", "1e3", "1E3", "0.0", "-0.0", "1.5", "9007199254740992", "1" * 400, "007", "+1"]
)
def test_numbers_that_are_not_plain_integers(number: str) -> None:
    """Python and JavaScript do not agree on how such a number is written, so it is nobody's statement."""
    malformed(stringified(a_body(mono=123456)).replace(b"123456", number.encode()))


def test_a_kind_that_nobody_knows() -> None:
    """A kind outside the table is malformed, and shown on its visit."""
    fault = malformed(stringified(a_body() | {"kind": "door_kicked"}))
    assert ("door_kicked" in str(fault), fault.visit_id) == (True, an_id(1))


def test_the_largest_integers() -> None:
    """2^53 - 1 either way is exact in both languages."""
    gap = a_body("clock_gap", wall_ms=-MAX_INTEGER, mono_ms=MAX_INTEGER)
    assert read_event(stringified(gap)).own["wall_ms"] == -MAX_INTEGER
    malformed(stringified(gap | {"wall_ms": -MAX_INTEGER - 1}))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"{",
        b"\xef\xbb\xbf" + stringified(a_body()),
        stringified(a_body()) + b"x",
        stringified(a_body()) + stringified(a_body()),
        b"[" + stringified(a_body()) + b"]",
        stringified(a_body("note_added", note="x")).replace(b'"x"', b'"\xff"'),
        stringified(a_body("note_added", note="x")).replace(b'"x"', b'"\xed\xa0\x80"'),
        stringified(a_body("note_added", note="x")).replace(b'"x"', b'"\\ud800"'),
        stringified(a_body("note_added", note="x")).replace(b'"x"', b'"\\udc00\\ud800"'),
        stringified(a_body("note_added", note="x")).replace(b'"x"', b'"\x00"'),
        stringified(a_body("note_added", note="x")).replace(b'"x"', b"NaN"),
        stringified(a_body("note_added", note="x")).replace(b'"x"', b"'x'"),
    ],
)
def test_what_is_no_json_text(body: bytes) -> None:
    """A byte order mark, half a body, two of them, bytes that are not UTF-8, lone surrogates: never an exception."""
    malformed(body)


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'{"kind":', b'{"visit_id":['])
def test_nesting_without_end(opening: bytes) -> None:
    """A body nested deeper than a reader can follow is malformed like any other: it must not stop the queue."""
    deep = opening * (4000 // len(opening))
    malformed(b'{"x":' + deep)
    malformed(deep)
    malformed(b'{"kind":"door_knocked","x":' + deep)
    malformed(b'{"visit_id":"' + an_id(1).encode() + b'","x":' + deep[:1990])


@pytest.mark.parametrize("again", ['"n":3', '"n":4', '"\\u006e":3', '"kind":"door_knocked"', '"method":"knock"'])
def test_a_key_that_stands_twice(again: str) -> None:
    """Two equal keys, however they are written, would let one body say two things."""
    body = stringified(a_body())
    assert "twice" in str(malformed(body[:-1] + b"," + again.encode() + b"}"))


def test_a_visit_named_twice_is_shown_with_the_last() -> None:
    """A malformed body is shown with the visit that the reader takes it to name."""
    body = stringified(a_body())
    assert malformed(body[:-1] + f',"visit_id":"{an_id(9)}"}}'.encode()).visit_id == an_id(9)


def test_a_visit_that_cannot_be_read() -> None:
    """Where the visit's id is not one, the body is nobody's, and is shown with its installation."""
    for visit_id in ("not-a-uuid", an_id(1)[:-1] + "A", 7, None):
        assert malformed(stringified(a_body(visit_id=visit_id))).visit_id is None


def test_the_longest_body() -> None:
    """4096 bytes are taken and 4097 are not, whatever else they hold; characters are not bytes."""
    body = a_body("card_left", placed="door", note="")
    left = MAX_BODY_BYTES - len(stringified(body))
    assert read_event(stringified(body | {"note": "é" * 1000})).own["note"] == "é" * 1000
    malformed(stringified(body | {"note": "é" * 1001}))
    long = stringified(body)[:-1] + b" " * left + b"}"
    assert len(long) == MAX_BODY_BYTES
    assert read_event(long).own["placed"] == "door"
    assert malformed(long + b" ").visit_id == an_id(1)


def test_arrived_has_a_place_or_says_why_not() -> None:
    """Either all three figures of a fix, or the reason for none; never some of each."""
    fix = {"lat_e7": 515000000, "lon_e7": -1000000, "accuracy_m": 12}
    bare = {**ENVELOPE_OF, "kind": "arrived", "address_confirmed": True}
    assert read_event(stringified(bare | fix)).own["lon_e7"] == -1000000
    assert read_event(stringified(bare | {"place_missing": "refused"})).own["place_missing"] == "refused"
    for wrong in (
        {},
        fix | {"place_missing": "off"},
        {"lat_e7": 1, "lon_e7": 1},
        {"place_missing": "off", "lat_e7": 1},
    ):
        assert malformed(stringified(bare | wrong)).visit_id == an_id(1)


@pytest.mark.parametrize("outcome", ["no_access_carded", "no_access_no_card", "no_access_", "", "Completed", "a b"])
def test_a_closed_visit_is_not_missed(outcome: str) -> None:
    """Only `missed_recorded` leads to no access."""
    malformed(stringified(a_body("visit_closed", outcome=outcome)))


@pytest.mark.parametrize("place", [{"n": 1}, {"t": 1}])
def test_a_visit_starts_at_the_start(place: dict[str, int]) -> None:
    """`visit_started` is n = 0 and t = 0."""
    malformed(stringified(a_body("visit_started", **place)))


@pytest.mark.parametrize("code", ["1234567", "123456789", "1234567a", "١٢٣٤٥٦٧٨", "12345678\n"])
def test_a_spoken_code_is_eight_digits(code: str) -> None:
    """Digits of this script, eight of them."""
    malformed(stringified(a_body("planner_code_typed", code=code)))


def test_an_appointment_has_a_name_that_can_be_looked_up() -> None:
    """A NUL would end the name in some databases, and file the visit under another appointment."""
    malformed(stringified(a_body("visit_started", appointment_id="a\0b")))
    assert read_event(stringified(a_body("visit_started", appointment_id="Straße 4/2")))


PLAIN = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
VALUES: dict[str, st.SearchStrategy[object]] = {
    "text": PLAIN,
    "reference": PLAIN.filter(lambda text: "\0" not in text),
    "uuid": st.uuids().map(str),
    "sha256": st.binary(min_size=32, max_size=32).map(bytes.hex),
    "digits": st.from_regex(r"[0-9]{8}", fullmatch=True),
    "outcome": st.sampled_from(["completed", "refused_access"]),
    "boolean": st.booleans(),
    "count": st.integers(0, MAX_INTEGER),
    "integer": st.integers(-MAX_INTEGER, MAX_INTEGER),
}


@st.composite
def bodies(draw: st.DrawFn) -> dict[str, Any]:
    """Any body that fits, its keys in any order."""
    kind = draw(st.sampled_from(VOCABULARY))
    own: dict[str, Any] = {}
    for field in kind.fields:
        if kind.kind != "arrived" and (field.is_required or draw(st.booleans())):
            own[field.name] = draw(VALUES[field.form] if isinstance(field.form, str) else st.sampled_from(field.form))
    if kind.kind == "arrived":
        own = draw(
            st.sampled_from([{"address_confirmed": True, "place_missing": "off"}, {"address_confirmed": False} | _FIX])
        )
    fields = {**ENVELOPE_OF, "kind": kind.kind, **own}
    if kind.kind == "visit_started":
        fields |= {"n": 0, "t": 0}
    else:
        fields |= {"n": draw(st.integers(0, 10**6)), "t": draw(st.integers(0, 10**12))}
    return dict(draw(st.permutations(list(fields.items()))))


_FIX = {"lat_e7": -1, "lon_e7": 1_799_999_999, "accuracy_m": 0}


@settings(max_examples=80, deadline=None)
@given(bodies(), st.booleans())
def test_a_text_reads_back_as_what_was_stated(fields: dict[str, Any], is_ascii: bool) -> None:
    """Whatever fits is read as exactly the values that were written, escaped or not, whatever the order of keys."""
    event = read_event(json.dumps(fields, separators=(",", ":"), ensure_ascii=is_ascii).encode())
    own = {key: value for key, value in fields.items() if key not in ENVELOPE and key != "kind"}
    assert event.own == own
    assert [type(value) for value in event.own.values()] == [type(own[key]) for key in event.own]
    assert (event.kind, event.n, event.t, event.at) == (fields["kind"], fields["n"], fields["t"], fields["at"])


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_no_bytes_do_harm(body: bytes) -> None:
    """Whatever a phone sends is read or malformed: there is no third way."""
    malformed(body)


ANCHOR = f"1795424400000.17.{'r' * 43}.{'s' * 86}"


def test_an_anchor_is_read_as_it_stands() -> None:
    """Any event may carry the newest that its phone had: its time is read, and it is nobody's own field."""
    event = read_event(stringified(ENVELOPE_OF | {"kind": "note_added", "note": "n", "anchor": ANCHOR}))
    assert (event.anchor, event.anchor_ms, event.own) == (ANCHOR, 1_795_424_400_000, {"note": "n"})
    without = read_event(stringified(ENVELOPE_OF | {"kind": "note_added", "note": "n"}))
    assert (without.anchor, without.anchor_ms) == (None, None)


@pytest.mark.parametrize(
    "anchor",
    ["", None, 5, f"{ANCHOR} ", f"0{ANCHOR}", f"-{ANCHOR}", ANCHOR[:-1], f"{ANCHOR}\n", ANCHOR.replace("r", "+", 1)],
)
def test_what_is_no_anchor(anchor: object) -> None:
    """One strict form: digits without zeros before them, 43 and 86 characters of base64url."""
    with pytest.raises(Malformed):
        read_event(stringified(ENVELOPE_OF | {"kind": "note_added", "note": "n", "anchor": anchor}))
