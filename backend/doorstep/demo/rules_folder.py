"""The rules of a demonstration: those of the server, and an earlier standard for the visits of the past."""

from __future__ import annotations

import asyncio
from pathlib import Path

EARLIER = Path(__file__).parent / "rules" / "2020-04-01.toml"
LOOKS_EVERY_SECONDS = 2.0
SAYS_THE_SAME = "2026-11-01"
"""The version whose words, in any language, are the earlier standard's as well."""


def link_rules(rules: Path, to: Path) -> Path:
    """A rules folder that holds links to all files of `rules`, and the earlier standard; made anew, it follows both.

    Links, so that a version that is edited or taken away in `rules` is noticed as it would be there. Whoever gives the
    demonstration's own folder as the server's gets it as it is: its links would be made to lead to themselves.
    """
    if rules.resolve() == to.resolve():
        return to
    wanted = {to / file.relative_to(rules): file.absolute() for file in rules.rglob("*.toml")}
    wanted.setdefault(to / "no_access" / EARLIER.name, EARLIER)
    for link, file in wanted.items():
        link.parent.mkdir(parents=True, exist_ok=True)
        if not (link.is_symlink() and link.readlink() == file):
            link.unlink(missing_ok=True)
            link.symlink_to(file)
    for said in to.glob(f"words/*/no_access/{SAYS_THE_SAME}.toml"):
        words = said.read_text(encoding="utf-8").replace(f'"{SAYS_THE_SAME}"', f'"{EARLIER.stem}"')
        same = said.with_name(EARLIER.name)
        if not same.exists() or same.read_text(encoding="utf-8") != words:
            same.write_text(words, encoding="utf-8")
    return to


async def keep_linked(rules: Path, to: Path) -> None:
    """Until cancelled, link what is dropped into `rules` while the server runs: whoever adds a policy looks there."""
    while True:
        await asyncio.sleep(LOOKS_EVERY_SECONDS)
        await asyncio.to_thread(link_rules, rules, to)
