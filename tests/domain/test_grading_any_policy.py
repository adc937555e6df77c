"""Any policy is graded: generated policies, appointments and events, and every vector that both judges answer."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import pytest

from doorstep.domain.appointment import read_appointment
from doorstep.domain.dossier import Dossier, Stated, Version
from doorstep.domain.events import Event
from doorstep.domain.grade_words import sentence
from doorstep.domain.grades import GRADES
from doorstep.domain.grading import grade_of_visit, grade_visit
from doorstep.domain.hearing import read_events
from doorstep.domain.instants import InputRefused
from doorstep.domain.judge import judge
from doorstep.domain.linking import Chain
from doorstep.domain.policy import PolicyRefused, read_policy
from doorstep.domain.standing import Settled
from doorstep.vector_files import read_vectors
from tests.conformance.generated import generated_case
from tests.makers import RULES, an_id

VISIT = an_id(0xF001)
ALWAYS_GRADED = {"met", "waived", "failed"}


def a_chain(case: dict[str, Any]) -> Chain:
    """The case's events behind a `visit_started`, and before a `missed_recorded` at its now."""
    heard = read_events(case["events"])
    rows: list[tuple[str, int, str, int, dict[str, Any]]] = [("visit_started", 0, case["now"]["at"], 0, {})]
    rows += [(event.kind, event.at, case["now"]["at"], event.t, dict(event.fields)) for event in heard]
    rows.append(("missed_recorded", 10**9, case["now"]["at"], case["now"]["t"], {}))
    chain = Chain()
    for n, (kind, at_ms, at, t, own) in enumerate(rows):
        event = Event(VISIT, n, f"{n - 1:064x}", kind, at, at_ms, t, t, an_id(4), an_id(5), an_id(1), own)
        chain.links.append((Stated(n, f"{n:064x}", VISIT, 10**13, None, event, is_signed=True), event))
    return chain


def check(case: dict[str, Any]) -> int:
    """Grade a case; how many of its clauses were graded."""
    policy = read_policy(case["policy"])
    judge(policy, case["appointment"], case["events"], case["now"])
    events = [{**row, "n": place + 1} for place, row in enumerate(case["events"])]
    verdict = judge(policy, case["appointment"], events, case["now"])
    chain = a_chain({**case, "events": events})
    version = Version("", {}, read_appointment(case["appointment"]), 0, 0)
    dossier = Dossier("A-1", [version], {VISIT: [body for body, _ in chain.links]})
    settled = Settled(VISIT, "A-1", an_id(1), "recorded", verdict=verdict)
    grades = grade_visit(dossier, chain, settled, policy, version)
    assert [each.clause for each in grades] == [
        ruling.clause for ruling in verdict.clauses if ruling.status in ALWAYS_GRADED
    ]
    waived = set(verdict.waived)
    assert all(each.grade == "unsupported" for each in grades if each.clause in waived)
    assert all(sentence(each) and each.vouchers for each in grades)
    assert grade_of_visit(policy, grades) in {*GRADES, ""}
    return len(grades)


def test_generated_policies_are_graded() -> None:
    """No policy, appointment and events that the judge takes leaves a clause without its grade, or stops the office."""
    count = 0
    for seed in range(5 * 10**9, 5 * 10**9 + 1_500):
        with contextlib.suppress(PolicyRefused, InputRefused):
            count += check(generated_case(seed))
    assert count > 1_000


@pytest.mark.parametrize("file", sorted((RULES / "vectors").glob("*.json")), ids=lambda file: file.stem)
def test_every_vector_is_graded(file: Path) -> None:
    """Those of the contract, by file; what is to be refused is judged by nobody."""
    vectors = [vector for vector in read_vectors(file) if "clauses" in vector.get("verdict", {})]
    for vector in vectors:
        check(vector)
