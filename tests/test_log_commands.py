"""The log's commands over a real data folder: checkpoints, another key wherever the power goes, and a restore."""

from __future__ import annotations

import asyncio
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree, rmtree

import pytest

from doorstep.adapters.log_key import NEXT, Ed25519LogKey, LogKeyDamaged, verifier
from doorstep.application.checkpoints import is_signed_by, make_checkpoint
from doorstep.application.keep_people import add_person
from doorstep.application.log_keys import change_key, vkeys_of
from doorstep.application.ports import Clock
from doorstep.domain.anchor import anchor_message, read_anchor, write_anchor
from doorstep.domain.checkpoint import read_note, read_vkey
from doorstep.domain.log_tree import TreeHead
from doorstep.log_opening import LogShortened, publishers_of, timestamps_of
from doorstep.main import open_office
from doorstep.settings import CHECKOUT, SettingRefused, Settings, read_settings
from tests.makers import HeldClock

DOORSTEP = CHECKOUT / ".venv" / "bin" / "doorstep"


@dataclass
class Shell:
    """A data folder, and a shell beside it."""

    data: Path

    @property
    def settings(self) -> Settings:
        """Where everything is."""
        return read_settings({}, data=self.data)

    def run(self, *words: str | Path, status: int = 0) -> str:
        """What a command says, on both channels; it ends with that status."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("DOORSTEP_")}
        environment["DOORSTEP_DATA"] = str(self.data)
        ended = subprocess.run(
            [DOORSTEP, *map(str, words)], env=environment, capture_output=True, text=True, timeout=60
        )
        assert ended.returncode == status, ended.stdout + ended.stderr
        return ended.stdout + ended.stderr

    @property
    def vkey(self) -> str:
        """The public key that lies in the folder, for whoever checks."""
        return (self.data / "log.vkey").read_text().strip()

    def published(self, name: str) -> Path:
        """A checkpoint in its folder."""
        return self.data / "checkpoints" / name


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A data folder whose log has begun."""
    made = Shell(tmp_path / "data")

    async def begin() -> None:
        async with open_office(made.settings):
            pass

    asyncio.run(begin())
    return made


async def said_to_change(settings: Settings, clock: Clock | None = None) -> Ed25519LogKey:
    """As when the power goes in the middle of a change of key: the log names the new one, which still waits."""
    async with open_office(settings, clock) as running:
        new = Ed25519LogKey.made(running.office.log_key.origin)
        new.keep(settings.data, NEXT)
        await change_key(running.office, new.vkey)
        return new


def test_a_checkpoint_on_demand(shell: Shell) -> None:
    """It is printed, it lies in the folder, and it agrees with the log, here and for who kept it."""
    said = shell.run("log", "checkpoint")
    note = read_note(said)
    assert is_signed_by(note, verifier(shell.vkey))
    assert shell.published(f"{note.head.size}.txt").read_text("utf-8") == said
    assert shell.run("log", "key").strip() == shell.vkey
    kept = shell.published(f"{note.head.size}.txt")
    assert "All is well" in shell.run("audit", "--checkpoint", kept)
    kept.write_text(said.replace("\n2\n", "\n3\n"), "utf-8")
    assert "no key that was in force" in shell.run("audit", "--checkpoint", kept, status=1)
    assert "is not there" in Shell(shell.data / "none").run("log", "key", status=2)


def test_another_key(shell: Shell) -> None:
    """Both sign the head in which the log names the new one; from then on that one signs alone, and all is well."""
    old = shell.vkey
    shell.run("log", "checkpoint")
    assert "Hand it to everybody" in shell.run("log", "rotate-key")
    changed = read_note(shell.published("3.txt").read_text("utf-8"))
    assert [is_signed_by(changed, verifier(vkey)) for vkey in (old, shell.vkey)] == [True, True]
    assert read_vkey(old).name == read_vkey(shell.vkey).name
    assert old != shell.vkey
    assert "All is well" in shell.run("audit", "--checkpoint", shell.published("2.txt"))


async def test_a_change_of_key_that_was_cut_short(tmp_path: Path) -> None:
    """The next start ends it: the head that names the new key has both signatures, and the new key its place."""
    settings = read_settings({}, data=tmp_path / "data")
    new = await said_to_change(settings)
    async with open_office(settings) as running:
        store = running.office.store
        assert running.office.log_key.vkey == new.vkey == (settings.data / "log.vkey").read_text().strip()
        newest = await store.newest_checkpoint()
        assert newest is not None
        old, now = await vkeys_of(store)
        assert [is_signed_by(read_note(newest.note), verifier(vkey)) for vkey in (old, now)] == [True, True]
    assert not (settings.data / f"log.key{NEXT}").exists()


async def test_an_anchor_outlives_a_change_of_key(tmp_path: Path) -> None:
    """A phone that was away meanwhile brings one by the old key: it is still this server's word."""
    settings, clock = read_settings({}, data=tmp_path / "data"), HeldClock()
    async with open_office(settings, clock) as running:
        anchor, old = running.office.anchors.current(), running.office.log_key
    await said_to_change(settings, clock)
    clock.ms += 60_000
    async with open_office(settings, clock) as running:
        office = running.office
        assert office.anchors.is_ours(anchor, clock.ms)
        now = read_anchor(office.anchors.current())
        message = anchor_message(office.log_key.origin, now.at_ms, TreeHead(now.size, now.root))
        assert office.log_key.verifies(message, now.sig)
        by_the_old_key = write_anchor(now.at_ms, TreeHead(now.size, now.root), old.sign(message))
        assert not office.anchors.is_ours(by_the_old_key, clock.ms)
        assert now.size == office.writer.tree_head().size > 0


async def test_a_command_beside_the_server(tmp_path: Path) -> None:
    """What a command wrote and signed meanwhile is the log's too: the server goes on from it."""
    settings = read_settings({}, data=tmp_path / "data")
    async with open_office(settings) as server:
        await grow(settings)
        async with open_office(settings) as command:
            theirs = await make_checkpoint(command.office)
        assert theirs.size == server.office.writer.tree_head().size + 3
        assert await make_checkpoint(server.office) == theirs


async def test_whoever_looks_leaves_the_folder_as_it_is(tmp_path: Path) -> None:
    """An audit in the middle of a change of key ends nothing and makes nothing."""
    settings = read_settings({}, data=tmp_path / "data")
    await said_to_change(settings)
    before = {file.name: file.read_bytes() for file in settings.data.glob("log.*")}
    async with open_office(settings, adopts=False):
        pass
    assert {file.name: file.read_bytes() for file in settings.data.glob("log.*")} == before


async def test_a_log_with_a_name_of_its_own(tmp_path: Path) -> None:
    """The setting names it at the first start; later it keeps its name."""
    for given in ("council.example/doorstep", "another"):
        settings = read_settings({}, data=tmp_path / "data", log_origin=given)
        async with open_office(settings) as running:
            assert running.office.log_key.origin == "council.example/doorstep"


@pytest.mark.parametrize("origin", ["two words", "one+two", "one\n"])
async def test_a_name_that_no_note_can_bear(tmp_path: Path, origin: str) -> None:
    """Refused at the first start, before anything is signed under it."""
    with pytest.raises(LogKeyDamaged, match="cannot name a log"):
        async with open_office(read_settings({}, data=tmp_path / "data", log_origin=origin)):
            pass


async def grow(settings: Settings) -> None:
    """Have something happen: three more entries."""
    async with open_office(settings) as running:
        for _ in range(3):
            await change_key(running.office, running.office.log_key.vkey)


def test_a_restore_from_backup(shell: Shell) -> None:
    """Nothing goes on under the old name; the new one begins with what was published last, and the audit knows why."""
    shell.run("log", "checkpoint")
    backup = copytree(shell.data, shell.data.with_name("backup"))
    asyncio.run(grow(shell.settings))
    old = shell.vkey
    shell.run("log", "checkpoint")
    rmtree(shell.data / "photos")
    copytree(shell.data / "checkpoints", backup / "checkpoints", dirs_exist_ok=True)
    restored = Shell(backup)
    last = restored.published("5.txt")
    assert f"doorstep log restored --checkpoint {last}" in restored.run("log", "key", status=2)
    assert "its end was cut off" in restored.run("audit", "--checkpoint", last, status=1)
    assert "nothing that was published is lost" in restored.run(
        "log", "restored", "--checkpoint", restored.published("2.txt"), status=2
    )
    restored.run("log", "restored", "--checkpoint", last)
    assert read_vkey(restored.vkey).name == f"{read_vkey(old).name}~2"
    for kept in ("2.txt", "4.txt", "5.txt"):
        assert "All is well" in restored.run("audit", "--checkpoint", restored.published(kept))
    first = read_note(restored.published("4.txt").read_text("utf-8"))
    assert is_signed_by(first, verifier(restored.vkey))
    assert not is_signed_by(first, verifier(old))


@pytest.mark.parametrize("is_damaged", [False, True])
def test_a_lost_key(shell: Shell, is_damaged: bool) -> None:
    """Without its key the log cannot go on under its name; it can under a new one, though no entry is lost."""
    asyncio.run(grow(shell.settings))
    shell.run("log", "checkpoint")
    last = shell.published("5.txt")
    assert "nothing that was published is lost" in shell.run("log", "restored", "--checkpoint", last, status=2)
    (shell.data / "log.key").unlink()
    if is_damaged:
        (shell.data / "log.key").write_text("damaged")
    said = shell.run("log", "key", status=2)
    assert "Restore log.key" in said
    shell.run("log", "restored", "--checkpoint", last)
    assert read_vkey(shell.vkey).name.endswith("~2")
    assert "All is well" in shell.run("audit", "--checkpoint", last)


def test_a_restore_needs_the_logs_own_checkpoint(shell: Shell) -> None:
    """What the log names as lost is there for ever: nobody else's note, and no altered one."""
    shell.run("log", "checkpoint")
    last = shell.published("2.txt")
    last.write_text(last.read_text("utf-8").replace("\n2\n", "\n6\n"), "utf-8")
    assert "No key of this log signed" in shell.run("log", "restored", "--checkpoint", last, status=2)
    words = ("log", "restored", "--checkpoint", last, "--log-key")
    assert "No key of this log signed" in shell.run(*words, Ed25519LogKey.made("elsewhere").vkey, status=2)
    assert "or no key" in shell.run(*words, "none", status=2)
    last.write_text("none", "utf-8")
    assert "That is no checkpoint" in shell.run("log", "restored", "--checkpoint", last, status=2)


def outside_of(settings: Settings) -> object:
    """Everybody outside who is set up."""
    return publishers_of(settings), timestamps_of(settings)


async def test_a_log_that_was_cut_does_not_start(tmp_path: Path) -> None:
    """Whoever put an old file in the place of the newer one is told what to do, before two histories have one name."""
    settings = read_settings({}, data=tmp_path / "data")
    async with open_office(settings) as running:
        await add_person(running.office, "sup", "S", "supervisor", "", "a long password")
    copytree(settings.data, tmp_path / "backup")
    await grow(settings)
    Shell(settings.data).run("log", "checkpoint")
    rmtree(tmp_path / "backup/checkpoints", ignore_errors=True)
    copytree(settings.data / "checkpoints", tmp_path / "backup/checkpoints")
    with pytest.raises(LogShortened, match="published a checkpoint of"):
        async with open_office(read_settings({}, data=tmp_path / "backup")):
            pass


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("DOORSTEP_CHECKPOINT_WEBHOOK", {"checkpoint_webhook": "example.org"}),
        ("DOORSTEP_SMTP", {"checkpoint_mail_to": "a@example.org", "checkpoint_mail_from": "b@example.org"}),
        ("DOORSTEP_CHECKPOINT_MAIL_FROM", {"checkpoint_mail_to": "a@example.org", "smtp": "smtp://mail"}),
        ("DOORSTEP_TIMESTAMP_ROOTS", {"timestamp_url": "https://example.org"}),
        ("DOORSTEP_TIMESTAMP_ROOTS", {"timestamp_url": "https://example.org", "timestamp_roots": Path("none.pem")}),
    ],
)
def test_a_setting_that_cannot_be_used(name: str, given: dict[str, object]) -> None:
    """Named at the start: nobody finds out a year later that nothing was ever sent."""
    settings = read_settings({}, **given)
    with pytest.raises(SettingRefused, match=name):
        outside_of(settings)
