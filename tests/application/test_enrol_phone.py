"""Enrolling a phone: one code, one person, one key; and its end, which ends whoever is signed in there."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from doorstep import people_commands
from doorstep.application.enrol_phone import (
    CODE_MS,
    EnrolmentTries,
    code_hash,
    enrol,
    make_enrolment_code,
    phone_of,
    phones_seen_by,
    revoke_device,
)
from doorstep.application.rebuild import rebuild
from doorstep.application.renew_session import renew_session
from doorstep.application.rows import DeviceRow, Session
from doorstep.application.sign_in import TooManyTries
from doorstep.application.writer import Refused
from doorstep.domain.office_events import DeviceEnrolled, DeviceRevoked, read_office_event
from doorstep.domain.signing import enrolment_message, renewal_message, to_base64url
from tests.makers import Bench, PhoneKey, a_person, a_session, an_enrolled_phone, an_id, send


async def a_phone(bench: Bench, number: int = 1, installation: int = 11, patch: str = "") -> Session:
    """An operative signed in on an installation."""
    return await a_session(bench, await a_person(bench, number, "operative", patch), installation)


async def try_code(
    bench: Bench, session: Session, code: str, key: PhoneKey, tries: EnrolmentTries | None = None, proof: bytes = b""
) -> DeviceRow:
    """Enrol as a phone does."""
    message = enrolment_message(code, session.person.person_id, str(session.installation_id))
    given = (code, to_base64url(key.public_key), to_base64url(proof or key.sign(message)))
    return await enrol(bench.office, tries or EnrolmentTries(), session, *given)


async def reason_of(bench: Bench, session: Session, code: str, key: PhoneKey, proof: bytes = b"") -> str:
    """Why a phone is not enrolled."""
    with pytest.raises(Refused) as refused:
        await try_code(bench, session, code, key, proof=proof)
    return refused.value.reason


async def test_a_phone_is_enrolled_once_and_the_log_tells(any_bench: Bench) -> None:
    """The answer to a code may be lost: with the same key it is given again, at any time, and logged once."""
    session, planner = await a_phone(any_bench), await a_person(any_bench, 2, "planner")
    made = await make_enrolment_code(any_bench.office, planner, session.person.person_id)
    assert (len(made.code), made.expires_at) == (10, any_bench.clock.ms + CODE_MS)
    device = await try_code(any_bench, session, made.code, PhoneKey())
    any_bench.clock.ms += 2 * CODE_MS
    assert await try_code(any_bench, session, made.code, PhoneKey()) == device
    [entry] = [entry for entry in await any_bench.office.store.entries(0, 99) if entry.kind == "device_enrolled"]
    event = read_office_event(entry.body)
    assert isinstance(event, DeviceEnrolled)
    assert (event.device_id, event.person_id, event.installation_id) == (device.device_id, an_id(1), an_id(11))
    assert event.public_key == to_base64url(PhoneKey().public_key)
    assert made.code not in entry.body.decode()
    assert await phone_of(any_bench.office, session) == device
    assert await phone_of(any_bench.office, await a_session(any_bench, planner)) is None


async def test_what_a_code_does_not_open(any_bench: Bench) -> None:
    """A wrong, old or used code, another's, and one on another phone: each is told the same, and enrols nothing."""
    session, other = await a_phone(any_bench), await a_phone(any_bench, 2, 12)
    made = await make_enrolment_code(any_bench.office, None, session.person)
    elsewhere = await a_session(any_bench, session.person, 13)
    assert await reason_of(any_bench, session, "3467", PhoneKey()) == "enrolment-code"
    assert await reason_of(any_bench, other, made.code, PhoneKey()) == "enrolment-code"
    await try_code(any_bench, session, made.code, PhoneKey())
    assert await reason_of(any_bench, session, made.code, PhoneKey(2)) == "enrolment-code"
    assert await reason_of(any_bench, elsewhere, made.code, PhoneKey()) == "enrolment-code"
    late = await make_enrolment_code(any_bench.office, None, session.person)
    any_bench.clock.ms += CODE_MS
    assert await reason_of(any_bench, session, late.code, PhoneKey(2)) == "enrolment-code"
    assert len(await any_bench.office.store.devices()) == 1


async def test_a_key_is_proved_and_enrolled_once(any_bench: Bench) -> None:
    """Not another's proof, not one for another code; a key goes on with its phone under a new code, but to no other."""
    session, other = await a_phone(any_bench), await a_phone(any_bench, 2, 12)
    made = await make_enrolment_code(any_bench.office, None, session.person)
    message = enrolment_message(made.code, an_id(1), an_id(11))
    assert await reason_of(any_bench, session, made.code, PhoneKey(1), PhoneKey(2).sign(message)) == "invalid"
    assert await reason_of(any_bench, session, made.code, PhoneKey(1), PhoneKey(1).sign(b"x")) == "invalid"
    assert await reason_of(any_bench, session, made.code, PhoneKey(1), b"short") == "invalid"
    device = await try_code(any_bench, session, made.code, PhoneKey(1))
    again = await make_enrolment_code(any_bench.office, None, session.person)
    assert await try_code(any_bench, session, again.code, PhoneKey(1)) == device
    theirs = await make_enrolment_code(any_bench.office, None, other.person)
    assert await reason_of(any_bench, other, theirs.code, PhoneKey(1)) == "key-enrolled"
    supervisor = await a_person(any_bench, 3, "supervisor")
    await revoke_device(any_bench.office, supervisor, device.device_id, "lost")
    third = await make_enrolment_code(any_bench.office, None, session.person)
    assert await reason_of(any_bench, session, third.code, PhoneKey(1)) == "key-enrolled"
    assert (await try_code(any_bench, session, third.code, PhoneKey(4))).device_id != device.device_id


async def test_a_colleague_on_the_same_phone_changes_nothing(bench: Bench) -> None:
    """Who signs in under another's installation, and enrols there, leaves that phone's own key in force."""
    session, colleague = await a_phone(bench), await a_phone(bench, 2)
    own = await try_code(
        bench, session, (await make_enrolment_code(bench.office, None, session.person)).code, PhoneKey(1)
    )
    made = await make_enrolment_code(bench.office, None, colleague.person)
    theirs = await try_code(bench, colleague, made.code, PhoneKey(2))
    assert await phone_of(bench.office, session) == own
    assert await phone_of(bench.office, colleague) == theirs


async def test_five_tries(bench: Bench) -> None:
    """The sixth is not looked at, whatever it says; after ten minutes, or the right code, they begin anew."""
    session, other = await a_phone(bench), await a_phone(bench, 2, 12)
    tries = EnrolmentTries()
    made = await make_enrolment_code(bench.office, None, session.person)
    for _ in range(5):
        with pytest.raises(Refused):
            await try_code(bench, session, "34679ACDEF", PhoneKey(), tries)
    with pytest.raises(TooManyTries):
        await try_code(bench, session, made.code, PhoneKey(), tries)
    theirs = await make_enrolment_code(bench.office, None, other.person)
    await try_code(bench, other, theirs.code, PhoneKey(2), tries)
    assert list(tries.by_person) == [an_id(1)]
    bench.clock.ms += CODE_MS
    made = await make_enrolment_code(bench.office, None, session.person)
    await try_code(bench, session, made.code, PhoneKey(), tries)
    assert tries.by_person == {}


def test_tries_are_forgotten_when_there_are_too_many() -> None:
    """Whoever tries with many accounts fills no memory."""
    tries = EnrolmentTries()
    for number in range(10_002):
        tries.begin(str(number), number * CODE_MS)
    assert list(tries.by_person) == ["10001"]


async def test_who_is_given_a_code(bench: Bench) -> None:
    """Operatives of one's own patch who work here still; nobody else is there to be found."""
    planner = await a_person(bench, 2, "planner", "north")
    north, south = await a_person(bench, 3, "operative", "north"), await a_person(bench, 4, "operative", "south")
    everywhere = await a_person(bench, 5, "operative")
    for person in (north, everywhere):
        assert (await make_enrolment_code(bench.office, planner, person)).code
    for person_id, reason in ((south.person_id, "not-found"), ("nobody", "not-found"), (planner.person_id, "invalid")):
        with pytest.raises(Refused) as refused:
            await make_enrolment_code(bench.office, planner, person_id)
        assert refused.value.reason == reason


async def test_no_phone_no_enrolment(bench: Bench) -> None:
    """A session that belongs to no installation has no phone to enrol."""
    session = await a_session(bench, await a_person(bench, 1, "operative"))
    assert await reason_of(bench, session, "x", PhoneKey()) == "no-installation"


async def test_a_revoked_phone_is_signed_out(any_bench: Bench) -> None:
    """Everybody on it, at once; the reason is logged, and a second time changes nothing."""
    session = await a_phone(any_bench, patch="north")
    store = any_bench.office.store
    shared = await a_session(any_bench, await a_person(any_bench, 2, "operative"), 11)
    elsewhere = await a_session(any_bench, session.person, 12)
    supervisor, stranger = await a_person(any_bench, 3, "supervisor"), await a_person(any_bench, 4, "planner", "south")
    _, device_id = await an_enrolled_phone(any_bench, session)
    for by, named, why, reason in (
        (stranger, device_id, "lost", "not-found"),
        (supervisor, "none", "lost", "not-found"),
        (supervisor, device_id, " ", "invalid"),
    ):
        with pytest.raises(Refused) as refused:
            await revoke_device(any_bench.office, by, named, why)
        assert refused.value.reason == reason
    for _ in range(2):
        revoked = await revoke_device(any_bench.office, supervisor, device_id, " lost on site ")
        assert revoked.revoked_at == any_bench.clock.ms
    entries = [entry for entry in await store.entries(0, 99) if entry.kind == "device_revoked"]
    assert [read_office_event(entry.body) for entry in entries] == [
        DeviceRevoked(
            v=1,
            at="2026-11-23T09:00:00.000Z",
            actor_id=supervisor.person_id,
            salt=read_office_event(entries[0].body).salt,
            device_id=device_id,
            reason="lost on site",
        )
    ]
    live = [await store.session(one.token_hash, any_bench.clock.ms) for one in (session, shared, elsewhere)]
    assert [one is not None for one in live] == [False, False, True]


async def test_what_the_office_sees_of_phones(any_bench: Bench) -> None:
    """Whose, since when, last heard, revoked, and how much was kept aside; one's own patch; and the same made anew."""
    first, second = await a_phone(any_bench, 1, 11, "north"), await a_phone(any_bench, 2, 12, "south")
    _, device_id = await an_enrolled_phone(any_bench, first)
    any_bench.clock.ms += 1_000
    await an_enrolled_phone(any_bench, second, 2)
    north, everywhere = await a_person(any_bench, 3, "planner", "north"), await a_person(any_bench, 4, "admin")
    [phone] = await phones_seen_by(any_bench.office, north)
    assert (phone.device.device_id, phone.person, phone.heard_at, phone.kept_aside) == (
        device_id,
        first.person,
        None,
        0,
    )
    await send(any_bench, first, ["{}"])
    await revoke_device(any_bench.office, north, device_id, "lost")
    seen = await phones_seen_by(any_bench.office, everywhere)
    assert [phone.device.person_id for phone in seen] == [an_id(2), an_id(1)]
    assert (seen[1].heard_at, seen[1].device.revoked_at) == (any_bench.clock.ms, any_bench.clock.ms)
    await rebuild(any_bench.office.store, any_bench.office.rules.policies)
    assert await phones_seen_by(any_bench.office, everywhere) == seen


async def test_a_session_is_renewed_by_its_phone_alone(any_bench: Bench) -> None:
    """A proof by the key over a fresh anchor of ours; no other key, installation, age or forgery, and none revoked."""
    session, store = await a_phone(any_bench), any_bench.office.store
    other = await a_session(any_bench, session.person, 12)
    key, device_id = await an_enrolled_phone(any_bench, session)
    anchor = any_bench.office.anchors.current()
    any_bench.clock.ms += 5 * 60_000

    async def renewed(by: PhoneKey, named: str = anchor, of: Session = session, installation: int = 11) -> bool:
        proof = to_base64url(by.sign(renewal_message(an_id(installation), named)))
        try:
            await renew_session(any_bench.office, of, an_id(installation), named, proof)
        except Refused as refused:
            return refused.reason != "not-proved"
        return True

    assert await renewed(key)
    until = any_bench.clock.ms + 14 * 3_600_000
    held = await store.session(session.token_hash, until - 1)
    assert held is not None
    assert held.expires_at == until
    assert not await renewed(PhoneKey(2))
    assert not await renewed(key, of=other)
    assert not await renewed(key, of=other, installation=12)
    forged = anchor.replace(anchor[:13], str(any_bench.clock.ms), 1)
    for named in (forged, "", "x.y", "9" * 400):
        assert not await renewed(key, named)
    with pytest.raises(Refused):
        await renew_session(any_bench.office, session, an_id(11), anchor, "no signature")
    any_bench.clock.ms += 1
    assert not await renewed(key)
    await revoke_device(any_bench.office, await a_person(any_bench, 3, "admin"), device_id, "lost")
    assert not await renewed(key, any_bench.office.anchors.current())


def test_a_code_by_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever runs the service gives the first code; only its hash is held."""
    parser = argparse.ArgumentParser()
    people_commands.add_parser(parser.add_subparsers())

    def run(*words: str) -> int:
        arguments = parser.parse_args(["people", *words, "--data", str(tmp_path)])
        status: int = arguments.run(arguments)
        return status

    assert run("add", "ann", "--name", "Ann Ash", "--role", "operative") == 0
    assert run("enrol", "Ann") == 0
    said = capsys.readouterr().out
    code = said.partition("Code: ")[2].partition("\n")[0]
    assert len(code) == 10
    assert "Ann Ash signs in there" in said
    written = b"".join(file.read_bytes() for file in tmp_path.glob("doorstep.sqlite3*"))
    assert bytes.fromhex(code_hash(code)) in written
    assert code.encode() not in written
    assert run("enrol", "bob") == 2
    assert "nobody called bob" in capsys.readouterr().err
