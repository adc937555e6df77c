"""The rules of a demonstration: those of the server, and an earlier standard for the visits of the past."""

from __future__ import annotations

from pathlib import Path

EARLIER = Path(__file__).parent / "rules" / "2020-04-01.toml"
SAYS_THE_SAME = "2026-11-01"
"""The version whose words, in any language, are the earlier standard's as well."""


def link_rules(rules: Path, to: Path) -> Path:
    """A rules folder that holds links to all files of `rules`, and the earlier standard; made anew, it follows both.

    Links, so that a version that is edited or taken away in `rules` is noticed as it would be there.
    """
    wanted = {to / file.relative_to(rules): file.absolute() for file in rules.rglob("*.toml")}
    wanted.setdefault(to / "no_access" / EARLIER.name, EARLIER)
    for link, file in wanted.items():
        link.parent.mkdir(parents=True, exist_ok=True)
        if not (link.is_symlink() and link.readlink() == file):
            link.unlink(missing_ok=True)
            link.symlink_to(file)
    for said in to.glob(f"words/*/no_access/{SAYS_THE_SAME}.toml"):
        words = said.read_text(encoding="utf-8").replace(f'"{SAYS_THE_SAME}"', f'"{EARLIER.stem}"')
        said.with_name(EARLIER.name).write_text(words, encoding="utf-8")
    return to
