"""Checkpoints: made of the log as it is, sent away until somebody has them, and compared with it for ever."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import msgspec
import pytest

from doorstep.adapters.log_key import Ed25519LogKey, verifier
from doorstep.application.audit_checkpoints import checkpoint_faults
from doorstep.application.checkpoints import CheckpointRefused, hold, is_signed_by, make_checkpoint
from doorstep.application.log_keys import begin_log, change_key, next_origin, restore_log, vkeys_of
from doorstep.application.office import Office
from doorstep.application.ports import OutsideFailed
from doorstep.application.publish_checkpoints import DAY_MS, CheckpointRounds, is_due, publish_waiting
from doorstep.application.rebuild import rebuild
from doorstep.application.rows import Checkpoint
from doorstep.domain.checkpoint import NoteSignature, note_text, read_note, read_vkey, signed_note
from doorstep.domain.log_tree import TreeHead
from tests.makers import LOG_KEY, MORNING, Bench, a_person

HOUR_MS = 3_600_000


@dataclass
class Outbox:
    """Somewhere to publish to, which may be out of reach."""

    is_away: bool = False
    sizes: list[int] = field(default_factory=list)

    async def publish(self, checkpoint: Checkpoint) -> None:
        if self.is_away:
            raise OutsideFailed("nobody is there")
        self.sizes.append(checkpoint.size)


@dataclass
class Authority:
    """A timestamp authority that signs nothing, and may be out of reach."""

    is_away: bool = False

    async def timestamp(self, data: bytes) -> bytes:
        if self.is_away:
            raise OutsideFailed("nobody is there")
        return b"seen " + data

    def fault_of(self, token: bytes, data: bytes) -> str | None:
        return None if token == b"seen " + data else "it is on something else"


@pytest.fixture
async def office(any_bench: Bench) -> Office:
    """An office whose log has begun, over every store."""
    await begin_log(any_bench.office)
    return any_bench.office


async def grow(office: Office, times: int = 1) -> None:
    """Add entries to the log."""
    for _ in range(times):
        await change_key(office, LOG_KEY.vkey)


async def faults(office: Office, *given: tuple[str, str], authority: Authority | None = None) -> Sequence[str]:
    """What the audit says of the checkpoints."""
    return [fault async for fault in checkpoint_faults(office.store, verifier, given, authority)]


def forged(office: Office, head: TreeHead, key: Ed25519LogKey = LOG_KEY) -> str:
    """A note over any head, signed by a key that one has."""
    text = note_text(key.origin, head)
    return signed_note(text, [NoteSignature(key.origin, read_vkey(key.vkey).key_hash, key.sign(text.encode()))])


async def test_a_log_begins_once(office: Office) -> None:
    """Its name and key are its first entry, however often the server starts."""
    await begin_log(office)
    assert office.writer.tree_head().size == 1
    assert await vkeys_of(office.store) == [LOG_KEY.vkey]


async def test_a_checkpoint_is_the_logs_head(office: Office) -> None:
    """Signed by the log's key; one of each head, and a new one when the log has grown."""
    first = await make_checkpoint(office)
    note = read_note(first.note)
    assert (note.origin, note.head) == ("doorstep/tests", office.writer.tree_head())
    assert is_signed_by(note, LOG_KEY)
    assert await make_checkpoint(office) == first
    await grow(office, 5)
    second = await make_checkpoint(office)
    assert (second.size, await office.store.newest_checkpoint()) == (6, second)
    assert [held.size for held in await office.store.checkpoints(0, 10)] == [1, 6]
    assert [held.size for held in await office.store.checkpoints(1, 10)] == [6]
    assert await faults(office) == []


@pytest.mark.parametrize("size", [1, 3, 9])
async def test_no_second_history_is_signed(office: Office, size: int) -> None:
    """Where the log does not go on from what was signed, nothing is: whoever holds the older one would be deceived."""
    await grow(office, 2)
    await hold(office, [Checkpoint(size, forged(office, TreeHead(size, b"x" * 32)), MORNING)])
    await grow(office)
    with pytest.raises(CheckpointRefused, match="doorstep audit"):
        await make_checkpoint(office)


async def test_a_timestamp_stands_beside_it(office: Office) -> None:
    """Asked for again until the authority answers; the checkpoint waits for nobody."""
    authority = Authority(is_away=True)
    stamping = replace(office, timestamps=authority)
    assert (await make_checkpoint(stamping)).timestamp is None
    authority.is_away = False
    made = await make_checkpoint(stamping)
    assert made.timestamp == b"seen " + made.note.encode()
    assert await office.store.newest_checkpoint() == made
    assert await faults(office, authority=authority) == []
    await hold(office, [msgspec.structs.replace(made, timestamp=b"seen something else")])
    assert await faults(office, authority=authority) == [
        "The checkpoint of the first 1 entries: its timestamp is not genuine: it is on something else."
    ]


def test_when_the_next_is_due() -> None:
    """Some time after the last where the log grew, once a day in any case, and at once where there is none."""
    newest = Checkpoint(5, "", MORNING)
    assert is_due(None, 0, MORNING, HOUR_MS)
    assert not is_due(newest, 6, MORNING + HOUR_MS - 1, HOUR_MS)
    assert is_due(newest, 6, MORNING + HOUR_MS, HOUR_MS)
    assert not is_due(newest, 5, MORNING + DAY_MS - 1, HOUR_MS)
    assert is_due(newest, 5, MORNING + DAY_MS, HOUR_MS)


async def test_what_was_not_taken_is_sent_again(office: Office) -> None:
    """It is published only once everybody has it; then it is not sent again."""
    near, far = Outbox(), Outbox(is_away=True)
    await make_checkpoint(office)
    with pytest.raises(OutsideFailed):
        await publish_waiting(office, [near, far])
    assert [held.size for held in await office.store.unpublished_checkpoints()] == [1]
    far.is_away = False
    assert await publish_waiting(office, [near, far]) == 1
    newest = await office.store.newest_checkpoint()
    assert newest is not None
    assert newest.published_at == office.clock.now_ms()
    assert await publish_waiting(office, [near, far]) == 0
    assert (near.sizes, far.sizes) == ([1, 1], [1])


async def test_rounds(any_bench: Bench) -> None:
    """Each hour that the log grew one goes out, and one a day when it did not: silence means that something is up."""
    office, clock, outbox = any_bench.office, any_bench.clock, Outbox()
    await begin_log(office)
    rounds = CheckpointRounds(office, [outbox], 60)
    await rounds.go_round()
    await grow(office)
    await rounds.go_round()
    assert outbox.sizes == [1]
    clock.ms += HOUR_MS
    await rounds.go_round()
    assert outbox.sizes == [1, 2]
    clock.ms += DAY_MS
    await rounds.go_round()
    assert outbox.sizes == [1, 2, 2]


async def test_rounds_rest_longer_after_each_failure(any_bench: Bench) -> None:
    """Who is away is asked after one minute, then two, four, at most an hour; then all that waited goes out."""
    office, clock, outbox = any_bench.office, any_bench.clock, Outbox(is_away=True)
    await begin_log(office)
    rounds = CheckpointRounds(office, [outbox], 60)
    rests = []
    for _ in range(9):
        await rounds.go_round()
        rests.append((rounds._rests_until_ms - clock.ms) // 60_000)
        clock.ms = rounds._rests_until_ms
    assert rests == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    outbox.is_away = False
    clock.ms -= 1
    await rounds.go_round()
    assert outbox.sizes == []
    clock.ms += 1
    await rounds.go_round()
    assert outbox.sizes == [1]


async def test_rounds_go_on_after_a_failure(office: Office) -> None:
    """A log that may not be signed is logged; the server's rounds neither end nor stop it."""
    outbox = Outbox()
    await hold(office, [Checkpoint(9, forged(office, TreeHead(9, b"x" * 32)), 0)])
    rounds = CheckpointRounds(office, [outbox], 60)
    rounds.start()
    await rounds.stop()
    await rounds.stop()
    with pytest.raises(CheckpointRefused):
        await rounds.go_round()


async def test_a_changed_key_is_vouched_for_by_the_old_one(office: Office) -> None:
    """Who trusts only the old key finds both signatures under the head in which the log names the new one."""
    new = Ed25519LogKey.made(LOG_KEY.origin)
    await make_checkpoint(office)
    await change_key(office, new.vkey)
    changed = replace(office, log_key=new)
    note = read_note((await make_checkpoint(changed, LOG_KEY)).note)
    assert (note.head.size, is_signed_by(note, LOG_KEY), is_signed_by(note, new)) == (2, True, True)
    await grow(changed)
    later = read_note((await make_checkpoint(changed)).note)
    assert (is_signed_by(later, LOG_KEY), is_signed_by(later, new)) == (False, True)
    # `grow` named the old key again: then the new one may not sign.
    assert await faults(office) == [
        "The checkpoint of the first 3 entries: no key that was in force for this log then signed it."
    ]


async def test_the_first_wrong_checkpoint_is_named(office: Office) -> None:
    """A rewritten history, a cut one, another key, a row that was moved, and what is none at all."""
    await grow(office, 3)
    made = await make_checkpoint(office)
    other = Ed25519LogKey.made(LOG_KEY.origin)
    given = [
        ("kept.txt", made.note),
        ("rewritten.txt", forged(office, TreeHead(4, b"x" * 32))),
        ("cut.txt", forged(office, TreeHead(5, b"x" * 32))),
        ("stranger.txt", forged(office, read_note(made.note).head, other)),
        ("elsewhere.txt", forged(office, read_note(made.note).head, Ed25519LogKey.from_seed(b"l" * 32, "elsewhere"))),
        ("none.txt", "none"),
    ]
    found = await faults(office, *given)
    assert [fault.partition(".txt: ")[::2] for fault in found] == [
        ("rewritten", "the log's first 4 entries are not those that were signed: history was rewritten."),
        ("cut", "the log is not so long any more: its end was cut off, or it was restored from a backup."),
        ("stranger", "no key that was in force for this log then signed it."),
        ("elsewhere", "no key that was in force for this log then signed it."),
        ("none", "it is no checkpoint: it has no signatures below an empty line."),
    ]
    await hold(office, [Checkpoint(3, made.note, MORNING)])
    assert await faults(office) == ["The checkpoint of the first 3 entries: it is filed as that, and says 4."]


async def test_a_log_goes_on_after_a_restore(office: Office) -> None:
    """What was lost is explained by what the log says of it, and no more than that; what was kept must still agree."""
    kept = await make_checkpoint(office)
    lost = forged(office, TreeHead(5, b"l" * 32))
    new = Ed25519LogKey.made(next_origin(LOG_KEY.origin))
    await restore_log(office, lost, new.vkey)
    restored = replace(office, log_key=new)
    assert (new.origin, next_origin(new.origin)) == ("doorstep/tests~2", "doorstep/tests~3")
    await make_checkpoint(restored)
    explained = [
        ("kept", kept.note),
        ("lost", lost),
        ("lost before that", forged(office, TreeHead(3, b"l" * 32))),
    ]
    assert await faults(office, *explained) == []
    unexplained = [
        ("longer", forged(office, TreeHead(6, b"l" * 32))),
        ("another", forged(office, TreeHead(5, b"m" * 32))),
        ("rewritten", forged(office, TreeHead(1, b"l" * 32))),
        ("stranger", forged(office, TreeHead(3, b"l" * 32), Ed25519LogKey.made(LOG_KEY.origin))),
    ]
    found = await faults(office, *unexplained)
    assert [fault.partition(":")[0] for fault in found] == ["longer", "another", "rewritten", "stranger"]
    assert "ended in a restore from backup (log entry 2)" in found[0]


async def test_checkpoints_outlive_a_rebuild(any_bench: Bench) -> None:
    """They are not made from the log, and are not made anew with what is."""
    office = any_bench.office
    await begin_log(office)
    await a_person(any_bench, 1, "operative")
    made = await make_checkpoint(office)
    await rebuild(office.store, office.rules.policies)
    assert await office.store.newest_checkpoint() == made
    assert await faults(office) == []
