"""What `doorstep policy replay` does: judge a period's visits by a draft, and say which verdicts would change."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any, Final

import msgspec

from doorstep.adapters.policies import NoPolicyInForce, load_policy
from doorstep.application.exports.taking_out import written
from doorstep.application.london import london_date
from doorstep.application.replay import (
    NOT_JUDGED,
    RESULTS,
    WOULD_ALLOW,
    WOULD_REFUSE,
    Asked,
    Replayed,
    Tally,
    count,
    replay,
)
from doorstep.application.replay_draft import draft_of, read_change
from doorstep.domain.instants import is_real_day
from doorstep.domain.policy import Policy, PolicyRefused, read_policy
from doorstep.main import open_office
from doorstep.settings import SettingRefused, read_settings
from doorstep.vector_files import parse_json

AGREED, DISAGREED, UNUSABLE = 0, 1, 2
FORMATS: Final = ("text", "json", "csv")
COLUMNS: Final = (
    "visit_id",
    "day",
    "work_order_ref",
    "standing",
    "policy_version",
    "result",
    "why",
    "agrees",
    "entered_later",
)
WORDS: Final = {
    WOULD_REFUSE: "would now be refused",
    WOULD_ALLOW: "would now be allowed",
    "allowed": "allowed then and now",
    "refused": "refused then and now",
    "unknown": "could not be judged: their phone names what it was not given",
}
ASKED_THEN: Final = {
    "absent": "not asked for then",
    "other": "asked for in another form then",
    "same": "asked for then too, but after less",
}
NOT_ASKED: Final = (
    "Nobody was asked then for what the draft asks beyond it: these visits say nothing about what operatives would have"
    " done."
)
NOT_SEEN: Final = (
    "Only visits that somebody recorded as missed are judged. Where the phone did not let somebody record, there is no"
    " record that a milder draft could allow."
)


def add_parser(ways: Any) -> None:
    """`doorstep policy replay` and its arguments."""
    command = ways.add_parser("replay", help="judge past visits by a draft, and say which verdicts would change")
    command.add_argument(
        "draft", nargs="?", type=Path, metavar="DRAFT", help="a whole policy, TOML or JSON (default: that in force)"
    )
    command.add_argument("--set", action="append", default=[], metavar="CHANGE", help="waited.minutes=10, planner=off")
    command.add_argument("--from", dest="first_day", type=_day, required=True, metavar="DAY", help="as 2026-11-01")
    command.add_argument("--to", dest="last_day", type=_day, required=True, metavar="DAY", help="that day included")
    command.add_argument("--patch", default="", help="only visits of this patch")
    command.add_argument("--format", choices=FORMATS, default="text", help="json and csv name the visits, too")
    command.add_argument(
        "--data", type=Path, help="the folder that holds everything (default: DOORSTEP_DATA or ./data)"
    )
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """0 where the replay agrees with what was told of every visit then, 1 where it does not, 2 for a faulty draft."""
    from doorstep.demo.run import with_its_rules

    settings = read_settings(data=arguments.data)
    if not settings.database.exists():
        raise SettingRefused(f"{settings.database} is not there. Give the data folder with --data.")
    if arguments.first_day > arguments.last_day:
        raise SettingRefused(f"--from {arguments.first_day} is after --to {arguments.last_day}. Turn them round.")
    return asyncio.run(_replay(with_its_rules(settings), arguments))


async def _replay(settings: Any, arguments: argparse.Namespace) -> int:
    async with open_office(settings, adopts=False) as running:
        office, say = running.office, _TELLERS[arguments.format]()
        try:
            given = _read_draft(arguments.draft) if arguments.draft else None
            today = london_date(office.clock.now_ms())
            base = given or office.rules.in_force(max(today, date.fromisoformat(arguments.last_day)))
            draft = draft_of(base, map(read_change, arguments.set))
        except (PolicyRefused, NoPolicyInForce) as refused:
            print(refused, file=sys.stderr)
            return UNUSABLE
        asked = Asked(draft, arguments.first_day, arguments.last_day, arguments.patch)
        tally, begun, whole = Tally(), time.perf_counter(), await count(office.store, asked)
        print(f"0 of {whole} visits", file=sys.stderr)
        async for judged in replay(office.store, office.rules.policies, asked):
            tenths = tally.visits * 10 // whole if whole else 0
            for each in judged:
                tally.add(each)
                say.visit(each)
            if whole and tally.visits * 10 // whole > tenths:
                print(f"{tally.visits} of {whole} visits", file=sys.stderr)
        say.end(tally, asked)
    seconds = time.perf_counter() - begun
    print(f"{tally.visits} visits judged twice in {seconds:.1f} s", file=sys.stderr)
    return DISAGREED if tally.disagreeing else AGREED


def _read_draft(file: Path) -> Policy:
    if file.suffix != ".json":
        return load_policy(file)
    try:
        return read_policy(parse_json(file.read_text(encoding="utf-8")), str(file))
    except OSError as fault:
        raise PolicyRefused(f"{file}: cannot be read ({fault.strerror}).") from None
    except (ValueError, RecursionError) as fault:
        if isinstance(fault, PolicyRefused):
            raise
        raise PolicyRefused(f"{file}: is not JSON: {fault}.") from None


def _day(text: str) -> str:
    if not is_real_day(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a day; write it as 2026-11-01")
    return text


class _Text:
    """Counts with words, for a person."""

    def visit(self, _: Replayed) -> None:
        """A person is not told each visit here: json and csv name them."""

    def end(self, tally: Tally, asked: Asked) -> None:
        where = f" of patch {asked.patch}" if asked.patch else ""
        print(f"{tally.visits} visits recorded as missed{where}, {asked.first_day} to {asked.last_day}")
        for version, visits in sorted(tally.versions.items()):
            print(f"  {visits} were begun under {version or 'a policy that is not known'}")
        for result in RESULTS:
            print(f"{tally.results[result]} {WORDS[result]}")
            if result == WOULD_REFUSE and tally.newly_refused:
                for (clause, then), visits in sorted(tally.newly_refused.items(), key=lambda each: (-each[1], each[0])):
                    print(f"  {visits} for {clause or 'an end of the attempt'}: {ASKED_THEN[then]}")
                print(f"  {NOT_ASKED}")
        print(NOT_SEEN)
        if later := _entered_later(tally):
            print(later)
        print(_proof(tally))


class _Json:
    """One object: the visits in their order, one a line, and the counts after them."""

    def __init__(self) -> None:
        self.is_begun = False

    def visit(self, replayed: Replayed) -> None:
        print("," if self.is_begun else '{"visits": [')
        print(msgspec.json.encode(replayed).decode(), end="")
        self.is_begun = True

    def end(self, tally: Tally, asked: Asked) -> None:
        print("\n]," if self.is_begun else '{"visits": [],')
        reasons = [
            {"clause": clause, "asked_then": then, "visits": visits}
            for (clause, then), visits in sorted(tally.newly_refused.items())
        ]
        counts = {
            "first_day": asked.first_day,
            "last_day": asked.last_day,
            "patch": asked.patch,
            "draft": asked.draft.table,
            "judged": tally.visits,
            "versions": tally.versions,
            "results": tally.results,
            "newly_refused_for": reasons,
            "disagreeing": tally.disagreeing,
            "first_disagreeing": tally.first_disagreeing,
            "entered_later": tally.entered_later,
            "words": [NOT_ASKED, NOT_SEEN, *filter(None, [_entered_later(tally)]), _proof(tally)],
        }
        print(json.dumps(counts)[1:])


class _Csv:
    """A row for each visit."""

    def __init__(self) -> None:
        print(written([COLUMNS]), end="")

    def visit(self, replayed: Replayed) -> None:
        why = " ".join(f"{why.clause or 'ended'}:{why.status}:{why.asked_then}" for why in replayed.why)
        row = msgspec.structs.asdict(replayed) | {"why": why}
        row |= {name: "true" if row[name] else "false" for name in ("agrees", "entered_later")}
        print(written([[row[name] for name in COLUMNS]]), end="")

    def end(self, tally: Tally, _: Asked) -> None:
        words = NOT_ASKED, NOT_SEEN, _entered_later(tally), _proof(tally)
        print(*filter(None, words), sep="\n", file=sys.stderr)


_TELLERS: Final[dict[str, Any]] = {"text": _Text, "json": _Json, "csv": _Csv}


def _entered_later(tally: Tally) -> str:
    """What is counted apart; empty where there is none."""
    results = tally.entered_later
    if not (visits := results.total()):
        return ""
    return (
        f"Apart from these, recordings after which somebody got in: {visits}. They are no missed visits, and in none "
        f"of the figures above. The draft would refuse {results[WOULD_REFUSE]} of them that were allowed, and allow "
        f"{results[WOULD_ALLOW]} that were refused; {results[NOT_JUDGED]} could not be judged."
    )


def _proof(tally: Tally) -> str:
    if not tally.disagreeing:
        return f"Judged again by the version that each was begun under, all {tally.visits} came to what was told then."
    first = ", ".join(tally.first_disagreeing)
    return (
        f"{tally.disagreeing} of {tally.visits} visits come to something else than was told then ({first}): this "
        "replay cannot be relied on. `doorstep audit` says what was altered."
    )
