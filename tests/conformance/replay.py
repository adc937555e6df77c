"""Replays beside the log and the phone's judge: `python -m tests.conformance.replay --seed 1`.

A landlord's year is lived through. (a) A replay under the same policy must come to what the office told of every visit
when it settled. (b) Under a dozen drafts, each visit's result must be what the phone's TypeScript judge gives of the
bodies as the log has them, gathered here once more in plain Python. (c) Replays that are wrong in one thing must be
found out by the check that every replay makes of itself.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, cast

from doorstep.adapters.sqlite.store import SqliteStore
from doorstep.application.replay import Asked, Replayed, Tally, replay
from doorstep.application.replay_draft import draft_of, read_change
from doorstep.application.rows import Entry
from doorstep.application.store import Store
from doorstep.domain.dossier import Dossier
from doorstep.domain.policy import Policy
from tests.conformance.phone_judge import phone_answers, run_vectors
from tests.makers import closed
from tests.wastage_demo import DATABASE, a_lived_office

EVER = ("2020-01-01", "2030-12-31")
DRAFTS = (
    ("waited.minutes=10",),
    ("waited.minutes=16", "knocked.count=3"),
    ("knocked.apart_minutes=3",),
    ("knocked.apart_seconds=0", "knocked.count=1"),
    ("notified.hours=48",),
    ('notified.channels=["letter"]',),
    ("called.count=2",),
    ("planner=off",),
    ("planner.waivable=[]", "called.waivable=[]"),
    ("card_photo=off", "card=off"),
    ("extra_wait.minutes=35",),
    ("in_window.late_minutes=30", "window_open=off"),
)
ENVELOPE = frozenset("v visit_id prev mono boot device_id actor_id anchor salt".split())
SETTLED = ("met", "waived", "not_applicable")


class Forgetful:
    """A store whose dossiers lack some kinds of events: what a replay sees that forgets them."""

    def __init__(self, store: Store, *kinds: str) -> None:
        self._store, self._kinds = store, kinds

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def dossiers(self, appointment_ids: Sequence[str]) -> Mapping[str, Dossier]:
        """The store's, with those events left out."""
        held = await self._store.dossiers(appointment_ids)
        for dossier in held.values():
            for visit_id, bodies in dossier.visits.items():
                kept = [body for body in bodies if body.event is None or body.event.kind not in self._kinds]
                dossier.visits[visit_id] = kept
        return held


WRONG = {
    "forgets waivers": ("clause_waived",),
    "forgets what the planner said": ("planner_contacted",),
    "drops photos": ("card_photographed",),
    "forgets cards": ("card_left",),
    "hears no knocks": ("door_knocked",),
}


async def replayed(store: Store, policies: Mapping[str, Policy], draft: Policy) -> tuple[list[Replayed], Tally]:
    """A whole replay, in memory."""
    every: list[Replayed] = []
    tally = Tally()
    async for some in replay(store, policies, Asked(draft, *EVER)):
        every += some
        for each in some:
            tally.add(each)
    return every, tally


async def found_out(store: Store, policies: Mapping[str, Policy]) -> dict[str, int]:
    """How many visits betray each wrong replay."""
    newest = policies[max(policies)]
    betrayed = {}
    for name, kinds in WRONG.items():
        _, tally = await replayed(cast("Store", Forgetful(store, *kinds)), policies, newest)
        betrayed[name] = tally.disagreeing
    later = draft_of(newest, [read_change("knocked.count=3")])
    _, tally = await replayed(store, dict.fromkeys(policies, later), newest)
    betrayed["judges all by the newest policy"] = tally.disagreeing
    return betrayed


class Case(NamedTuple):
    """A visit as the log has it: the version it was begun under, and what is laid before a judge."""

    version: str
    appointment: dict[str, Any]
    events: list[dict[str, Any]]
    now: dict[str, Any]


def case_of(entries: Sequence[Entry]) -> Case:
    """From a visit's entries, read in plain Python: its chain without what was withdrawn, up to the record."""
    stated = sorted(
        (json.loads(entry.body) for entry in entries if entry.installation_id and not entry.fault),
        key=lambda body: body["n"],
    )
    gone = {body["withdrawn_n"] for body in stated if body["kind"] == "event_withdrawn"}
    kept = [body for body in stated if body["n"] not in gone and body["kind"] != "event_withdrawn"]
    place = next(place for place, body in enumerate(kept) if body["kind"] == "missed_recorded")
    named = [body["snapshot_sha256"] for body in kept if body["kind"] in ("visit_started", "snapshot_adopted")][-1]
    offices = [json.loads(entry.body) for entry in entries if entry.kind == "appointment_changed"]
    [snapshot] = {body["snapshot"] for body in offices if sha256_of(body["snapshot"]) == named}
    events = [{name: value for name, value in body.items() if name not in ENVELOPE} for body in kept[:place]]
    now = {"at": kept[place]["at"], "t": kept[place]["t"]}
    return Case(kept[0]["policy_version"], json.loads(snapshot), events, now)


def sha256_of(text: str) -> str:
    """The hash of a text's bytes."""
    return hashlib.sha256(text.encode()).hexdigest()


def result_of(then: dict[str, Any], now: dict[str, Any]) -> str:
    """What two verdicts come to, in a replay's words."""
    if then["may_record_missed"]:
        return "allowed" if now["may_record_missed"] else "would_refuse"
    return "would_allow" if now["may_record_missed"] else "refused"


def reasons_of(verdict: dict[str, Any]) -> set[tuple[str, str]]:
    """What a verdict misses, without what only waits for another clause."""
    if verdict["may_record_missed"]:
        return set()
    missing = {(each["clause"], each["status"]) for each in verdict["clauses"] if each["status"] not in SETTLED}
    missing |= {("", "ended")} if verdict["ended_by"] is not None else set()
    return {each for each in missing if each[1] != "blocked"} or missing


class Compared:
    """What a comparison with the phone's judge saw."""

    def __init__(self) -> None:
        self.visits = 0
        self.verdicts = 0
        self.results: Counter[str] = Counter()
        self.differing: list[str] = []


async def beside_the_phone(
    store: Store, policies: Mapping[str, Policy], sample: int, drafts: Sequence[Sequence[str]] = DRAFTS
) -> Compared:
    """Each draft's replay beside the phone's verdicts on the visits' bodies."""
    run_vectors()  # Without files it only builds the phone's judge.
    newest = policies[max(policies)]
    every, _ = await replayed(store, policies, newest)
    chosen = [each.visit_id for each in every if each.result != "unknown"][:sample]
    cases = {visit_id: case_of(await store.visit_entries(visit_id)) for visit_id in chosen}
    compared = Compared()
    compared.visits = len(cases)
    for changes in drafts:
        draft = draft_of(newest, map(read_change, changes))
        ours = {each.visit_id: each for each in (await replayed(store, policies, draft))[0]}
        answers = phone_answers(_laid(cases.values(), policies, draft))
        for visit_id, case in cases.items():
            then, now = next(answers), next(answers)
            compared.verdicts += 2
            expected = (case.version, result_of(then, now), reasons_of(now))
            mine = ours[visit_id]
            got = (mine.policy_version, mine.result, {(why.clause, why.status) for why in mine.why})
            compared.results[expected[1]] += 1
            if got != expected:
                compared.differing.append(f"{visit_id} under {' '.join(changes)}: {got}, the phone's judge: {expected}")
    return compared


def _laid(cases: Any, policies: Mapping[str, Policy], draft: Policy) -> Iterator[dict[str, Any]]:
    for case in cases:
        for policy in (policies[case.version], draft):
            yield {"policy": policy.table, "appointment": case.appointment, "events": case.events, "now": case.now}


async def prove(folder: Path, seed: int, homes: int, days: int, sample: int) -> int:
    """Print what each of the three proofs saw; 1 where one fails."""
    store = await SqliteStore.open(folder / DATABASE)
    bench = await a_lived_office(folder, seed, homes, days, store)
    policies = bench.office.rules.policies
    try:
        _, tally = await replayed(store, policies, policies[max(policies)])
        print(f"(a) {tally.visits} visits under {dict(tally.versions)}: {tally.disagreeing} differ from what was told")
        compared = await beside_the_phone(store, policies, sample)
        print(f"(b) {compared.visits} visits, {len(DRAFTS)} drafts, {compared.verdicts} verdicts of the phone's judge:")
        print(f"    {dict(compared.results)}; {len(compared.differing)} differ")
        print("\n".join(compared.differing[:10]), end="\n" * bool(compared.differing))
        betrayed = await found_out(store, policies)
        for name, visits in betrayed.items():
            print(f"(c) a replay that {name}: found out by {visits} visits")
    finally:
        await closed(bench)
        await store.close()
    is_proved = tally.visits and not tally.disagreeing and not compared.differing and all(betrayed.values())
    return 0 if is_proved else 1


def main() -> int:
    """Live through a landlord's past, and prove."""
    parser = argparse.ArgumentParser(description="Compare replays with what was told and with the phone's judge.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--homes", type=int, default=2_000)
    parser.add_argument("--days", type=int, default=366)
    parser.add_argument("--sample", type=int, default=400, help="how many visits the phone's judge is asked about")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(prove(Path(folder), wanted.seed, wanted.homes, wanted.days, wanted.sample))


if __name__ == "__main__":
    raise SystemExit(main())
