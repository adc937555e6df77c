"""Three judges on generated cases: python -m tests.conformance.differential --cases 100000 --seed 1.

The server's, the phone's and a slow one must agree; a case on which they do not is kept in rules/vectors/found.json,
without a verdict, until a person has argued from the contract which of them is right.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

from doorstep.vector_files import REFUSED, answer, read_vectors
from tests.conformance.generated import generated_case
from tests.conformance.phone_judge import ROOT, phone_answers, run_vectors
from tests.conformance.slow_judge import slow_judge

FOUND = ROOT / "rules" / "vectors" / "found.json"


class Tally:
    """What a run saw."""

    def __init__(self) -> None:
        self.cases = 0
        self.refused = 0
        self.statuses: Counter[str] = Counter()
        self.disagreements: list[dict[str, Any]] = []

    def lines(self) -> Iterator[str]:
        """The tally, as a person reads it."""
        yield f"{self.cases} cases, {self.refused} refused ({self.refused / max(self.cases, 1):.1%})"
        yield ", ".join(f"{status} {count}" for status, count in sorted(self.statuses.items()))
        yield f"{len(self.disagreements)} disagreements"


def compare(first_seed: int, count: int) -> Tally:
    """Judge `count` generated cases three times each."""
    run_vectors()  # Without files it only builds, which is all that is wanted of it.
    tally = Tally()
    seeds = range(first_seed * 10**9, first_seed * 10**9 + count)
    for seed, phone in zip(seeds, phone_answers(map(generated_case, seeds)), strict=True):
        case = generated_case(seed)
        server = answer(case)
        tally.cases += 1
        # Whether a case is refused the slow judge cannot say; it judges only what the others take.
        slow = server if server == REFUSED else slow_judge(**case)
        if not server == phone == slow or json.dumps(server) != json.dumps(phone):
            tally.disagreements.append(case)
        if server == REFUSED:
            tally.refused += 1
        else:
            tally.statuses.update(clause["status"] for clause in server["clauses"])
    return tally


def keep(cases: list[dict[str, Any]]) -> None:
    """Add failing cases to found.json, where both languages' vector tests fail until they are settled."""
    kept = read_vectors(FOUND) if FOUND.exists() else []
    kept += [{"why": "Found by the differential test: the judges disagree.", **case} for case in cases]
    FOUND.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def main() -> int:
    """Run, print the tally, keep what was found."""
    parser = argparse.ArgumentParser(description="Compare the server's, the phone's and a slow judge.")
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    tally = compare(wanted.seed, wanted.cases)
    print("\n".join(tally.lines()))
    if tally.disagreements:
        keep(tally.disagreements)
        print(f"kept in {FOUND.relative_to(ROOT)}")
    return 1 if tally.disagreements else 0


if __name__ == "__main__":
    sys.exit(main())
