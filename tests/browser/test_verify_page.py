"""The page that checks packs, opened from a file with the network off: a true one is sound, and what is not is named.

Each file of a pack is flipped by a byte, removed, and taken from another pack: the page must name that very file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from doorstep.adapters.log_key import Ed25519LogKey
from tests.browser.chromium import office_context
from tests.browser.faultless import Complaints, faults_in_office, resize
from tests.browser.small_packs import ORIGIN, Files, SmallPack, zipped

SEALING = {"manifest.json", "seal/export.json", "seal/proof.json", "seal/checkpoint.txt"}


@pytest.fixture(scope="module")
def true_pack() -> SmallPack:
    """A pack with nothing wrong."""
    return SmallPack(1)


@pytest.fixture(scope="module")
def another() -> SmallPack:
    """Another visit's pack, as sound."""
    return SmallPack(2)


@pytest.fixture
def page(chromium: Browser, built_phone: Path, tmp_path: Path) -> Iterator[Page]:
    """The page, opened from a file of its own with the network off."""
    alone = tmp_path / "verify.html"
    alone.write_bytes((built_phone / "verify.html").read_bytes())
    context: BrowserContext = chromium.new_context(**office_context())
    context.set_offline(True)
    opened = context.new_page()
    complaints = Complaints(opened)
    opened.goto(alone.as_uri())
    yield opened
    assert complaints.heard == []
    context.close()


def check(page: Page, pack: bytes, vkey: str) -> list[str]:
    """Give the page a pack and a key; what it says is wrong, line by line."""
    page.get_by_label("The pack").set_input_files({"name": "pack.zip", "mimeType": "application/zip", "buffer": pack})
    page.get_by_label("The landlord’s log key").fill(vkey)
    page.get_by_role("button", name="Check this pack").click()
    outcome = page.locator("#result:focus #outcome")
    expect(outcome).to_be_visible()
    wrong = page.locator("h2", has_text="What is wrong").locator("+ ul > li").all_inner_texts()
    # So that the next check is not taken for this one.
    page.evaluate("document.activeElement.blur()")
    return wrong


def flipped(content: bytes) -> bytes:
    """The bytes with one bit of one in the middle turned over."""
    place = len(content) // 2
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


def test_a_true_pack_is_sound(page: Page, true_pack: SmallPack) -> None:
    """Every step that the pack has something for is done and good, and the verdict is shown with its grades."""
    assert check(page, true_pack.zipped(), true_pack.vkey) == []
    expect(page.locator("#outcome")).to_have_text("This pack is sound.")
    marks = page.locator(".steps .mark").all_inner_texts()
    assert marks == ["Checked"] * 5 + ["Not checked"] + ["Checked"] * 2
    expect(page.get_by_role("row", name="Waited 15 minutes")).to_contain_text("Consistent")
    expect(page.get_by_role("row", name="Took a photo of the card")).to_contain_text("Proven")
    expect(page.get_by_text("No outside timestamp is in this pack")).to_be_visible()


def test_every_file_that_was_flipped_is_named(page: Page, true_pack: SmallPack) -> None:
    """One bit in any file: that file is named, and no other."""
    for name, content in true_pack.files.items():
        wrong = check(page, true_pack.zipped(**{name: flipped(content)}), true_pack.vkey)
        assert [line.partition(":")[0] for line in wrong] == [name], wrong


def test_every_file_that_was_removed_is_named(page: Page, true_pack: SmallPack) -> None:
    """A pack without one of its files: that file is named, and no other."""
    for name in true_pack.files:
        wrong = check(page, true_pack.zipped(**{name: None}), true_pack.vkey)
        assert [line.partition(":")[0] for line in wrong] == [name], wrong


def test_every_file_of_another_pack_is_named(page: Page, true_pack: SmallPack, another: SmallPack) -> None:
    """A file out of another true pack of the same log's key: that file is named, and no other."""
    swapped = [name for name in true_pack.files if another.files[name] != true_pack.files[name]]
    assert set(swapped) >= SEALING | {"entries/6.json", "visit.json", "keys.json", "log.json"}
    for name in swapped:
        wrong = check(page, true_pack.zipped(**{name: another.files[name]}), true_pack.vkey)
        assert [line.partition(":")[0] for line in wrong] == [name], wrong


def test_a_file_too_many_is_named(page: Page, true_pack: SmallPack) -> None:
    """What nobody sealed does not belong to the pack."""
    wrong = check(page, true_pack.zipped(**{"photos/extra.jpg": b"x"}), true_pack.vkey)
    assert wrong == ["photos/extra.jpg: does not belong to this pack. It was added after the pack was made."]


def test_a_pack_of_another_log_is_refused(page: Page, true_pack: SmallPack) -> None:
    """Whoever forges a pack signs it with a key of their own: only the reader's key counts."""
    forged_name = Ed25519LogKey.from_seed(bytes([9]) * 32, ORIGIN).vkey
    assert check(page, true_pack.zipped(), forged_name) == [
        "seal/checkpoint.txt: was not signed with the log key that you gave."
    ]
    other_log = Ed25519LogKey.from_seed(bytes([7]) * 32, "doorstep/99999999").vkey
    [wrong] = check(page, true_pack.zipped(), other_log)
    assert wrong.startswith("seal/checkpoint.txt: is of the log doorstep/0f1e2d3c.")


def test_a_forged_list_of_files_hides_nothing(page: Page, true_pack: SmallPack) -> None:
    """A forger who alters an event and puts its new hash into the manifest has two files at fault instead of one."""
    name = "entries/8.json"
    forged = true_pack.files[name].replace(b'"method":"knock"', b'"method":"bell"')
    assert forged != true_pack.files[name]
    files = dict(true_pack.files) | {name: forged}
    manifest = json.loads(files["manifest.json"])
    manifest["files"][name] = hashlib.sha256(forged).hexdigest()
    files["manifest.json"] = json.dumps(manifest).encode()
    wrong = check(page, zipped(files), true_pack.vkey)
    assert {line.partition(":")[0] for line in wrong} == {"manifest.json", name}


def put(files: Files, name: str, change: Callable[[Any], Any]) -> None:
    """Alter one JSON file."""
    value = json.loads(files[name])
    files[name] = json.dumps(change(value) or value).encode()


def says_proven(files: Files) -> None:
    put(files, "grading.json", lambda grading: grading["clauses"][6].update(grade="proven"))


def says_not_met(files: Files) -> None:
    put(files, "verdict.json", lambda said: said["verdict"]["clauses"][7].update(status="failed"))


def has_another_key(files: Files) -> None:
    other = json.loads(SmallPack(2).files["keys.json"])["devices"][0]["public_key"]
    put(files, "keys.json", lambda keys: keys["devices"][0].update(public_key=other))


def has_another_policy(files: Files) -> None:
    name = "policy/2026-11-01.json"
    files[name] = files[name].replace(b'"at_least_seconds": 900', b'"at_least_seconds": 60')


def rewrites_a_knock(files: Files) -> None:
    files["entries/8.json"] = files["entries/8.json"].replace(b'"method":"knock"', b'"method":"bell"')


def leaves_a_knock_out(files: Files) -> None:
    del files["entries/8.json"]
    put(files, "log.json", lambda log: {"entries": [one for one in log["entries"] if one["leaf"][1] != 8]})


def received_earlier(files: Files) -> None:
    def change(log: Any) -> None:
        log["entries"][7]["leaf"][4] -= 60_000

    put(files, "log.json", change)


@pytest.mark.parametrize(
    ("spoil", "named", "words"),
    [
        (says_proven, "grading.json", "grading.json: says proven of called, and the bytes say unsupported."),
        (says_not_met, "verdict.json", "verdict.json: says failed of waited, and the bytes say met."),
        (has_another_key, "keys.json", "is not the one that the log enrolled"),
        (has_another_policy, "policy/2026-11-01.json", "is not the policy that the log adopted"),
        (rewrites_a_knock, "entries/8.json", "the signature does not belong to these bytes"),
        (leaves_a_knock_out, "entries/9.json", "an event before it is missing. verdict.json does not say so."),
        (received_earlier, "seal/proof.json", "entry 8 is not in the log that seal/checkpoint.txt signs."),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_who_holds_the_logs_key_cannot_make_the_bytes_say_otherwise(
    page: Page, spoil: Callable[[Files], None], named: str, words: str
) -> None:
    """A pack that was sealed with the right key, manifest and all, but says what its bytes do not."""
    pack = SmallPack(1, spoil)
    wrong = check(page, pack.zipped(), pack.vkey)
    assert any(line.startswith(f"{named}:") and words in line for line in wrong), wrong


def test_a_redacted_copy_says_what_cannot_be_checked_from_it(page: Page) -> None:
    """A body withheld is tied by its hash to the log; what rests on it is not called sound, nor at fault."""

    def withhold(files: Files) -> None:
        name = "entries/4.json"
        left = json.loads(files[name]) | {"code": ""}
        sha256 = hashlib.sha256(files[name]).hexdigest()
        files[name] = json.dumps({"redacted": True, "sha256": sha256, "body": left}).encode()

    pack = SmallPack(1, withhold)
    assert check(page, pack.zipped(), pack.vkey) == []
    expect(page.locator("#outcome")).to_have_text("Nothing wrong was found.")
    expect(page.get_by_text("Bodies withheld from this copy: 1.")).to_be_visible()
    expect(page.get_by_text("were not worked out again here")).to_be_visible()


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x05\x06" + bytes(18), b"PK\x03\x04" + bytes(300)])
def test_what_is_no_pack_is_told(page: Page, true_pack: SmallPack, content: bytes) -> None:
    """Any other file is refused in words, and the form stays."""
    check(page, content, true_pack.vkey)
    expect(page.locator("#outcome")).to_contain_text("This pack")
    expect(page.locator("#outcome")).not_to_have_text("This pack is sound.")


def test_a_form_with_nothing_in_it_says_what_is_wanted(page: Page) -> None:
    """Each field says what it lacks, and the first of them has the focus."""
    page.get_by_role("button", name="Check this pack").click()
    expect(page.get_by_text("Choose the pack: the ZIP file that you were given.")).to_be_visible()
    expect(page.get_by_text("Paste the landlord’s log key, or choose a file that holds it.")).to_be_visible()
    expect(page.get_by_label("The pack")).to_be_focused()
    page.get_by_label("The landlord’s log key").fill("doorstep/1a2b3c4d+00000000+AAAA")
    page.get_by_role("button", name="Check this pack").click()
    expect(page.get_by_text("This is a key of another kind than Ed25519.")).to_be_visible()


@pytest.mark.parametrize("size", [(1280, 900), (320, 568)], ids=["wide", "narrow"])
def test_nothing_on_the_page_is_hard_to_use(page: Page, true_pack: SmallPack, size: tuple[int, int]) -> None:
    """No violation that axe finds, and nothing is cut, covered or too small: empty, sound and at fault."""
    resize(page, *size)
    assert faults_in_office(page) == []
    check(page, true_pack.zipped(), true_pack.vkey)
    assert faults_in_office(page) == []
    check(page, true_pack.zipped(**{"keys.json": b"{}"}), true_pack.vkey)
    assert faults_in_office(page) == []
    page.emulate_media(media="print")
    expect(page.locator("form")).to_be_hidden()
    expect(page.locator("#outcome")).to_be_visible()


def test_a_timestamp_of_another_text_is_named(page: Page, true_pack: SmallPack) -> None:
    """The page reads of which digest a timestamp is, and says that it did not look at who signed it."""
    right = stamp_of(true_pack.files["seal/checkpoint.txt"])
    assert check(page, true_pack.zipped(**{"seal/timestamp.tsr": right}), true_pack.vkey) == []
    expect(page.get_by_text("Who signed it was not checked here")).to_be_visible()
    expect(page.get_by_text("20261123090000Z")).to_be_visible()
    wrong = [stamp_of(b"another text"), b"", b"\x30\x80", right[:-9], bytes(60)]
    for token in wrong:
        said = check(page, true_pack.zipped(**{"seal/timestamp.tsr": token}), true_pack.vkey)
        assert said == ["seal/timestamp.tsr: is not a timestamp of seal/checkpoint.txt."]


def stamp_of(text: bytes) -> bytes:
    """The part of an RFC 3161 token that states a digest and a time, wrapped as an authority wraps it."""

    def der(tag: int, *parts: bytes) -> bytes:
        content = b"".join(parts)
        size = len(content)
        return bytes([tag]) + (bytes([size]) if size < 128 else bytes([0x82, size >> 8, size & 255])) + content

    sha256 = der(0x30, der(0x06, bytes.fromhex("608648016503040201")), der(0x05))
    imprint = der(0x30, sha256, der(0x04, hashlib.sha256(text).digest()))
    time = der(0x18, b"20261123090000Z")
    stated = der(0x30, der(0x02, b"\x01"), der(0x06, b"\x2a\x03\x04"), imprint, der(0x02, b"\x2a"), time)
    content = der(0x30, der(0x06, b"\x2a\x86\x48"), der(0xA0, der(0x04, stated)))
    return der(0x30, der(0x30, der(0x02, b"\x00")), der(0x30, der(0x06, b"\x2a"), der(0xA0, der(0x30, content))))
