"""The judges agree on cases that nobody thought of, and what is settled stays settled."""

import copy

from hypothesis import given, settings
from hypothesis import strategies as st

from doorstep.vector_files import REFUSED, answer
from tests.conformance.differential import compare
from tests.conformance.generated import generated_case

SEEDS = st.integers(0, 10**9)
SETTLED = {"met", "waived", "not_applicable"}


def test_three_judges_agree() -> None:
    """Server, phone and a slow third one, on policies and visits made up together; every status is among them."""
    tally = compare(first_seed=7, count=600)
    assert tally.disagreements == []
    assert set(tally.statuses) == SETTLED | {"waiting", "open", "blocked", "failed"}
    assert 0 < tally.refused < tally.cases / 4


@settings(max_examples=300, deadline=None)
@given(SEEDS, st.integers(0, 12), st.integers(0, 2_000_000))
def test_nothing_settled_is_ever_unsettled(seed: int, heard: int, later_ms: int) -> None:
    """No later event and no passing of time changes the status or the time of a settled clause, or an end."""
    whole = generated_case(seed)
    if answer(whole) == REFUSED:
        return
    early = copy.deepcopy(whole)
    early["events"] = whole["events"][:heard]
    # As late as it can have been judged: everything that comes after has a `t` of at least that.
    next_t = whole["events"][heard]["t"] if heard < len(whole["events"]) else whole["now"]["t"]
    early["now"]["t"] = next_t
    whole["now"]["t"] += later_ms
    before, after = answer(early), answer(whole)
    assert REFUSED not in (before, after)
    for was, now in zip(before["clauses"], after["clauses"], strict=True):
        if was["status"] in SETTLED:
            assert (now["status"], now["t"]) == (was["status"], was["t"])
    if before["ended_by"] is not None:
        assert after["ended_by"] == before["ended_by"]


@settings(max_examples=200, deadline=None)
@given(SEEDS)
def test_judging_changes_nothing_and_says_the_same_twice(seed: int) -> None:
    """A pure function: the case is left as it was, and a second answer is the first."""
    case = generated_case(seed)
    kept = copy.deepcopy(case)
    assert answer(case) == answer(case)
    assert case == kept
