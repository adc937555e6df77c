"""The office's grades and the page's on generated visits: python -m tests.conformance.grading_twins --cases 10000.

Chain, matches, verdict, grades and place must be the same, or a pack would be sound for one of its two verifiers only.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable
from typing import Any

import msgspec

from doorstep.domain.dossier import Decision, Stated
from doorstep.domain.standing import Settled
from doorstep.domain.visit import settle
from tests.conformance.phone_judge import BUILT, phone_answers, run_vectors
from tests.conformance.twin_cases import VISIT, Case, a_case


def compare(first_seed: int, count: int) -> tuple[list[str], Counter[str]]:
    """Settle `count` generated visits by both; the disagreements, and how often each grade and reason was given."""
    run_vectors()  # Without files it only builds, which is all that is wanted of it.
    seeds = range(first_seed * 10**9, first_seed * 10**9 + count)
    made = {seed: a_case(seed) for seed in seeds}
    answers = phone_answers((_line(made[seed]) for seed in seeds), BUILT / "grade_stream.mjs")
    disagreements: list[str] = []
    seen: Counter[str] = Counter()
    for seed, page in zip(seeds, answers, strict=True):
        settled = settle(made[seed].dossier, {"2026-11-01": made[seed].policy})[VISIT]
        office = _told(settled)
        disagreements += [
            f"seed {seed} {key}: {json.dumps(office[key])} {json.dumps(page[key])}"
            for key in office
            if office[key] != page[key]
        ]
        seen.update(f"{graded.grade} {graded.why}" for graded in settled.grades)
        if settled.place:
            seen[f"{settled.place.grade} {settled.place.why}"] += 1
    return disagreements, seen


def _told(settled: Settled) -> dict[str, Any]:
    """What the office makes of the visit, as the page would write it."""
    plain: Any = json.loads(msgspec.json.encode(settled))
    graded = ("clause", "grade", "why", "facts", "vouchers")
    defaults: dict[str, Any] = {"facts": {}, "vouchers": []}
    whole = [{name: each.get(name, defaults.get(name)) for name in graded} for each in plain["grades"]]
    place = plain["place"]
    return {
        "faults": plain["faults"],
        "withdrawn": plain["withdrawn"],
        "matched": plain["matched"],
        "verdict": plain["verdict"],
        "grades": whole,
        "place": place and {name: place.get(name, defaults.get(name)) for name in graded},
        "grade": plain["grade"],
    }


def _line(case: Case) -> dict[str, Any]:
    dossier, policy, texts = case
    return {
        "visit_id": VISIT,
        "policy": policy.table,
        "versions": [{"sha256": each.sha256, "snapshot": each.snapshot} for each in dossier.versions],
        "visits": {visit: [_body(each, texts) for each in stated] for visit, stated in dossier.visits.items()},
        "servings": [msgspec.to_builtins(each) for each in dossier.servings],
        "calls": {key: msgspec.to_builtins(call) for key, call in dossier.calls.items()},
        "matches": {f"{visit} {n}": call_id for (visit, n), call_id in dossier.matches.items()},
        "decisions": {visit: [_decision(each) for each in made] for visit, made in dossier.decisions.items()},
        "photos": {sha256: msgspec.to_builtins(state) for sha256, state in dossier.photos.items()},
        "reused": {sha256: sorted(visits) for sha256, visits in dossier.reused.items()},
    }


def _body(stated: Stated, texts: dict[str, str]) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(stated)
    del plain["event"]
    return plain | {"body": texts[stated.sha256]}


def _decision(decision: Decision) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(msgspec.structs.replace(decision, saw=frozenset()))
    return plain


def lines(disagreements: list[str], seen: Counter[str], count: int) -> Iterable[str]:
    """The tally, as a person reads it."""
    yield f"{count} visits, {sum(seen.values())} grades of {len(seen)} kinds"
    yield from (f"{number:8} {graded}" for graded, number in sorted(seen.items()))
    yield from disagreements[:5]
    yield f"{len(disagreements)} disagreements"


def main() -> int:
    """Run, and print the tally."""
    parser = argparse.ArgumentParser(description="Compare the office's grades with the page's.")
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    disagreements, seen = compare(wanted.seed, wanted.cases)
    print("\n".join(lines(disagreements, seen, wanted.cases)))
    return 1 if disagreements else 0


if __name__ == "__main__":
    sys.exit(main())
