"""Enrolled phones, their codes and what is kept aside: the same from every store, and undone where a unit fails."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from doorstep.adapters.memory_store import MemoryStore
from doorstep.adapters.sqlite.store import SqliteStore
from doorstep.application.rows import DeviceRow, EnrolmentCode, Quarantined
from doorstep.application.store import Store
from doorstep.application.world import Changes, Needs, World
from doorstep.domain.chain import body_hash
from tests.makers import PhoneKey, an_id

FIRST = DeviceRow(an_id(1), PhoneKey(1).public_key, an_id(11), an_id(101), 1_000, 3)
SECOND = DeviceRow(an_id(2), PhoneKey(2).public_key, an_id(11), an_id(102), 2_000, 5, revoked_at=3_000)
THIRD = DeviceRow(an_id(3), PhoneKey(3).public_key, an_id(12), an_id(101), 2_000, 6)
CODE = EnrolmentCode(body_hash(b"a code"), an_id(101), "system", 9_000)
ASIDE = Quarantined(an_id(11), 1, body_hash(b"{}"), an_id(101), "unsigned", b"{}", 4_000)


@pytest.fixture(params=["memory", "sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """Every store that there is."""
    held = MemoryStore() if request.param == "memory" else await SqliteStore.open(tmp_path / "store.sqlite3")
    yield held
    await held.close()


async def save(store: Store, changes: Changes) -> None:
    """Save in a unit of its own."""
    async with store.unit() as unit:
        await unit.save(changes)


async def load(store: Store, needs: Needs) -> World:
    """What a work that needs this would see."""
    async with store.unit() as unit:
        return await unit.load(needs)


async def test_phones_by_id_installation_and_key(store: Store) -> None:
    """Each is found by each of them, the newest last; saved again, the later row stands."""
    await save(store, Changes(devices={row.device_id: row for row in (THIRD, SECOND, FIRST)}))
    assert await store.devices() == [FIRST, SECOND, THIRD]
    assert await store.devices_of(an_id(11)) == [FIRST, SECOND]
    assert await store.devices_of(an_id(12), [an_id(1), "none"]) == [FIRST, THIRD]
    assert await store.devices_of(None, []) == []
    for needs in (
        Needs(devices={an_id(3)}),
        Needs(installations={an_id(12)}),
        Needs(keys={THIRD.public_key.hex()}),
    ):
        assert (await load(store, needs)).devices == {an_id(3): THIRD}
    moved = THIRD.heard_on(an_id(13))
    await save(store, Changes(devices={an_id(3): moved}))
    assert await store.devices_of(an_id(12)) == []
    assert await store.devices_of(an_id(13)) == [moved]
    assert (await load(store, Needs(installations={an_id(13)}))).devices == {an_id(3): moved}
    assert moved.heard_on(an_id(12)) == THIRD
    revoked = msgspec.structs.replace(FIRST, revoked_at=4_000)
    await save(store, Changes(devices={an_id(1): revoked}))
    assert await store.devices_of(an_id(11)) == [revoked, SECOND]


async def test_a_code_is_found_by_its_hash(store: Store) -> None:
    """And says which phone it enrolled, once it has."""
    await save(store, Changes(codes={CODE.code_hash: CODE}))
    assert (await load(store, Needs(codes={CODE.code_hash, body_hash(b"x")}))).codes == {CODE.code_hash: CODE}
    used = msgspec.structs.replace(CODE, device_id=an_id(1))
    await save(store, Changes(codes={CODE.code_hash: used}))
    assert (await load(store, Needs(codes={CODE.code_hash}))).codes == {CODE.code_hash: used}


async def test_what_is_kept_aside_has_its_receipt(store: Store) -> None:
    """Its hash, its fault and how many there are, by installation; with or without its body."""
    other = msgspec.structs.replace(ASIDE, seq=2, sha256=body_hash(b"x"), fault="bad_signature", body=None)
    await save(store, Changes(acks={an_id(11): (2, 4_000)}, quarantined=[ASIDE, other]))
    places = {(an_id(11), 1), (an_id(11), 2), (an_id(12), 1)}
    world = await load(store, Needs(installations={an_id(11), an_id(12)}, receipts=places))
    assert world.receipts == {(an_id(11), 1): ASIDE.sha256, (an_id(11), 2): other.sha256}
    assert world.aside == {(an_id(11), 1): "unsigned", (an_id(11), 2): "bad_signature"}
    assert world.kept_aside.get(an_id(11)) == 2
    assert not world.kept_aside.get(an_id(12))
    assert dict(await store.kept_aside()) == {an_id(11): 2}


async def test_a_unit_that_fails_leaves_nothing(store: Store) -> None:
    """Neither a phone nor a code nor what was kept aside."""

    async def save_and_fail() -> None:
        async with store.unit() as unit:
            await unit.save(Changes(devices={an_id(1): FIRST}, codes={CODE.code_hash: CODE}, quarantined=[ASIDE]))
            raise LookupError

    with pytest.raises(LookupError):
        await save_and_fail()
    assert await store.devices() == []
    assert dict(await store.kept_aside()) == {}
    assert (await load(store, Needs(codes={CODE.code_hash}))).codes == {}
