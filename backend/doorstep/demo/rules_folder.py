"""The rules of a demonstration: those of the server, and an earlier standard for the visits of the past."""

from __future__ import annotations

from pathlib import Path

EARLIER = Path(__file__).parent / "rules"


def link_rules(rules: Path, to: Path) -> Path:
    """A rules folder that holds links to all files of `rules`, and to the earlier standard; made anew, it follows both.

    Links, so that a version that is edited or taken away in `rules` is noticed as it would be there.
    """
    wanted = {to / file.relative_to(rules): file for file in rules.rglob("*.toml")}
    held = {file.name for file in (rules / "no_access").glob("*.toml")}
    wanted |= {to / "no_access" / file.name: file for file in EARLIER.glob("*.toml") if file.name not in held}
    for link, file in wanted.items():
        link.parent.mkdir(parents=True, exist_ok=True)
        if not (link.is_symlink() and link.readlink() == file.absolute()):
            link.unlink(missing_ok=True)
            link.symlink_to(file.absolute())
    return to
