"""What the server keeps of the phone's last builds."""

from __future__ import annotations

from pathlib import Path

from doorstep.adapters.earlier_builds import BUILDS, keep_assets


def a_build(folder: Path, name: str) -> Path:
    """A build with one file of its own and one that all builds share."""
    (folder / name / "assets").mkdir(parents=True)
    (folder / name / "assets" / f"phone-{name}.js").write_text(f"the phone of {name}")
    (folder / name / "assets" / "shared-0000.css").write_text("shared")
    return folder / name


def names(kept: Path) -> set[str]:
    """The kept files, without the keeper's own list."""
    return {file.name for file in kept.iterdir() if file.suffix != ".json"}


def test_last_builds(tmp_path: Path) -> None:
    """The last builds' files stay, byte for byte; older ones go; starting again with the same build changes nothing."""
    kept = tmp_path / "kept"
    for number in range(BUILDS + 1):
        build = a_build(tmp_path, f"v{number}")
        keep_assets(build, kept)
        assert keep_assets(build, kept) == kept
    expected = {f"phone-v{number}.js" for number in range(1, BUILDS + 1)}
    assert names(kept) == {*expected, "shared-0000.css"}
    assert (kept / "phone-v1.js").read_text() == "the phone of v1"


def test_back_to_an_earlier_build(tmp_path: Path) -> None:
    """A build that is taken back is still there for the pages that it began."""
    first, second = a_build(tmp_path, "first"), a_build(tmp_path, "second")
    for build in (first, second, first, second, first):
        keep_assets(build, tmp_path / "kept")
    assert names(tmp_path / "kept") == {"phone-first.js", "phone-second.js", "shared-0000.css"}


def test_damaged(tmp_path: Path) -> None:
    """A list cut short by a power cut, a half-written file and a phone that is not built do no harm."""
    kept = tmp_path / "kept"
    keep_assets(a_build(tmp_path, "first"), kept)
    (kept / "builds.json").write_text('[["pho')
    (kept / "unfinished").write_text("half")
    keep_assets(tmp_path / "not built", kept)
    assert "phone-first.js" in names(kept)
    keep_assets(tmp_path / "first", kept)
    assert names(kept) == {"phone-first.js", "shared-0000.css"}


def test_power_cut(tmp_path: Path) -> None:
    """A kept file that lost its bytes gets them back while its build is there; a list of nonsense is begun anew."""
    kept = tmp_path / "kept"
    build = a_build(tmp_path, "first")
    keep_assets(build, kept)
    (kept / "phone-first.js").write_text("")
    (kept / "builds.json").write_text("null")
    keep_assets(build, kept)
    assert (kept / "phone-first.js").read_text() == "the phone of first"
    assert names(kept) == {"phone-first.js", "shared-0000.css"}
