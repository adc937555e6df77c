"""Protects the reader from whoever holds the log's key: not even they make a pack say what its bytes do not.

An outside timestamp, too: of this checkpoint, by the authority whose root the reader brought, or it is named.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from doorstep.adapters.timestamps import TimestampAuthority
from doorstep.application.pack.assemble import PackMaker
from doorstep.cli import parser
from tests.adapters.timestamp_authority import at_work, made
from tests.browser.small_packs import Files, SmallPack, zipped
from tests.browser.test_verify_page import (
    has_another_key,
    has_another_policy,
    leaves_a_knock_out,
    put,
    received_earlier,
    rewrites_a_knock,
    says_not_met,
    says_proven,
    stamp_of,
)
from tests.makers import LOG_KEY, an_office, closed
from tests.pack.making import a_page, lived, unzipped
from tests.pack.true_packs import checked


def says_recorded(files: Files) -> None:
    put(files, "verdict.json", lambda said: said.update(standing="recorded"))


def says_may_not(files: Files) -> None:
    put(files, "verdict.json", lambda said: said["verdict"].update(may_record_missed=False))


def says_no_verdict(files: Files) -> None:
    put(files, "verdict.json", lambda said: said.update(verdict=None))


def is_of_another_visit(files: Files) -> None:
    put(files, "visit.json", lambda visit: visit.update(visit_id="00000000-0000-0000-0000-000000000000"))


def has_no_policy(files: Files) -> None:
    files["policy/2026-11-01.json"] = b'{"policy":"no_access"}'


def has_a_short_key(files: Files) -> None:
    put(files, "keys.json", lambda keys: keys["devices"][0].update(public_key="AAAA"))


def knows_no_phone(files: Files) -> None:
    put(files, "keys.json", lambda keys: keys.update(devices=[]))


def grades_more(files: Files) -> None:
    put(files, "grading.json", lambda grading: grading["clauses"].append(grading["clauses"][0] | {"clause": "more"}))


def is_out_of_order(files: Files) -> None:
    put(files, "log.json", lambda log: {"entries": log["entries"][::-1]})


def has_another_leaf(files: Files) -> None:
    put(files, "log.json", lambda log: log["entries"][0]["leaf"].append(1))


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (says_proven, "grading.json: says proven of called, and the bytes say unsupported."),
        (grades_more, "grading.json: says proven of more, and the bytes say nothing."),
        (says_not_met, "verdict.json: says failed of waited, and the bytes say met."),
        (says_recorded, "verdict.json: says recorded of this visit, and the bytes say upheld."),
        (says_may_not, "verdict.json: says it may not be recorded as missed of this visit"),
        (says_no_verdict, "verdict.json: says nothing of this visit"),
        (is_of_another_visit, "visit.json: cannot be read. It names a visit of which nothing is in this pack."),
        (has_another_key, "keys.json: the key of phone"),
        (has_a_short_key, "keys.json: cannot be read. It holds a key that is not in its form."),
        (knows_no_phone, "is signed by a phone whose key is not in keys.json."),
        (has_another_policy, "policy/2026-11-01.json: is not the policy that the log adopted"),
        (has_no_policy, "policy/2026-11-01.json: cannot be read."),
        (rewrites_a_knock, "entries/8.json: the signature does not belong to these bytes"),
        (leaves_a_knock_out, "entries/9.json: an event before it is missing. verdict.json does not say so."),
        (received_earlier, "seal/proof.json: entry 8 is not in the log that seal/checkpoint.txt signs."),
        (is_out_of_order, "log.json: cannot be read. Its entries are not in order."),
        (has_another_leaf, "log.json: cannot be read. It holds a leaf that is not in its form."),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_the_bytes_decide(spoil: Callable[[Files], None], words: str) -> None:
    """A pack sealed with the right key, manifest and all, that says what its bytes do not: the file is named."""
    pack = SmallPack(1, spoil)
    told = [fault.words for fault in checked(pack.files, pack.vkey).faults]
    assert any(words in line for line in told), told


def test_a_pack_written_from_the_format_alone_is_sound() -> None:
    """What FORMAT.md says is enough to make one."""
    pack = SmallPack(1)
    assert checked(pack.files, pack.vkey).faults == []


async def test_a_timestamp_is_checked_with_the_readers_root(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a root only of what it is; with one also by whom; of another text, or by a stranger, it is named."""
    bench = await an_office(tmp_path)
    living = await lived(bench)
    trusted, stranger = made(tmp_path / "trusted"), made(tmp_path / "stranger")
    assert bench.office.report is not None
    with at_work(trusted) as served:
        bench.office.timestamps = TimestampAuthority(served.url, served.root)
        maker = PackMaker(bench.office.report, a_page(tmp_path))
        content = (await maker.assemble(bench.office, living.supervisor, living.visit_id)).content
    await closed(bench)
    files = unzipped(content)
    assert "seal/timestamp.tsr" in files
    assert told(tmp_path, files) == 0
    assert "Who signed it was not checked" in capsys.readouterr().out
    assert told(tmp_path, files, "--timestamp-root", str(trusted.root)) == 0
    said = capsys.readouterr().out
    assert "Checked     An outside authority stamped the log's state" in said
    assert "Who signed it" not in said
    wrong = "seal/timestamp.tsr: is not a timestamp of seal/checkpoint.txt."
    assert told(tmp_path, files, "--timestamp-root", str(stranger.root)) == 1
    assert wrong in capsys.readouterr().out
    for token in (b"", b"junk", files["seal/timestamp.tsr"][:-9], stamp_of(b"another text")):
        assert told(tmp_path, files | {"seal/timestamp.tsr": token}) == 1
        assert wrong in capsys.readouterr().out


def told(folder: Path, files: Files, *more: str) -> int:
    """The command's exit status."""
    pack = folder / "pack.zip"
    pack.write_bytes(zipped(dict(files)))
    read = parser().parse_args(["verify", str(pack), "--log-key", LOG_KEY.vkey, *more])
    status: int = read.run(read)
    return status
