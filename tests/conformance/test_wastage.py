"""Every measure agrees with a second computation on three seeds, and a wrong definition of any shows."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from decimal import Decimal

import pytest

from doorstep.domain.wastage.measures.shares import SHARES
from doorstep.domain.wastage.wilson import wilson
from tests.conformance.slow_measures import slow_wilson
from tests.conformance.wastage import Lived, lived

HOMES, DAYS = 300, 30
WRONG = {
    "cancelled_counted": "missed",
    "refusals_are_missed": "missed",
    "undecided_is_upheld": "missed",
    "missed_of_audited": "missed",
    "overturned_is_gone": "missed",
    "neutral_is_ours": "landlord",
    "refused_is_open": "landlord",
    "early_is_kept": "kept",
    "orders_twice": "orders",
    "newest_rate": "cost",
    "narrow_bands": "where",
    "late_receipts": "reminders",
    "notice_from_tomorrow": "notice",
    "once_is_repeated": "repeats",
    "any_order_recovers": "recovery",
    "follow_on_is_done": "recovery",
    "overturned_refusals": "equity",
    "near_is_a_minute": "evidence",
    "returned_is_complete": "evidence",
    "mean_for_median": "evidence",
    "late_is_half_an_hour": "records",
    "every_photo": "records",
    "every_call": "records",
    "sent_back_now": "records",
    "ours_are_planner_saved": "planner",
    "returned_is_decided": "audits",
    "emergencies": "hazards",
    "every_pack": "disputes",
    "disputed_whenever": "disputes",
    "put_right_to_the_record": "audits",
    "mended_waits": "orders",
    "served_waits": "orders",
    "urgent_beside_routine": "widths",
    "own_mixture": "widths",
}
"""A mistake in each measure, by the measure that it is made in."""


SEEN_ELSEWHERE = {("records", "proven"), ("records", "consistent")}
"""Unsigned phones prove nothing, and these pasts have no others: test_grading_twins compares grades of every kind."""


@pytest.fixture(scope="module")
def pasts(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Lived]:
    """Three landlords, each with a month behind them."""

    async def live() -> list[Lived]:
        return [await lived(tmp_path_factory.mktemp("past"), seed, HOMES, DAYS) for seed in (1, 2, 3)]

    return asyncio.run(live())


def test_every_figure_is_the_same(pasts: Sequence[Lived]) -> None:
    """Parts, wholes, rates and pounds to the last digit, of all of it and of each patch, summed by days or not."""
    assert [fault for past in pasts for fault in past.faults()] == []
    assert min(sum(map(len, past.fast.values())) for past in pasts) > 1_000


def test_every_measure_has_something_to_compare(pasts: Sequence[Lived]) -> None:
    """A comparison of nothing with nothing would pass: so each share counted somebody."""
    totals = {key[1:3] for past in pasts for key, rate in past.fast[""].items() if key[0] == "share" and rate.part > 0}
    shares = {(name, ratio.name) for name, asked in SHARES.items() for ratio in asked.ratios}
    assert shares - totals == SEEN_ELSEWHERE
    kinds = {key[0] for past in pasts for key in past.fast[""]}
    assert kinds == set(
        "share alike failed cost decided check orders waiting waits widths repeats recovery hazard median".split()
    )
    assert any(key[0] == "widths" and alike[0] > 1 for past in pasts for key, alike in past.fast[""].items())
    assert all(past.fast[""]["waiting",] == 2 for past in pasts)
    assert all(past.fast[""]["recovery",][1] > past.fast[""]["recovery",][2] > 0 for past in pasts)


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_definition_shows(pasts: Sequence[Lived], wrong: str) -> None:
    """One mistake in one definition, and some figure differs: the comparison is no formality."""
    assert any(past.faults(wrong) for past in pasts)


def test_intervals_are_right_at_every_size() -> None:
    """Each end is the root of the definition's own equation, to what a float holds."""
    wholes = (1, 2, 7, 30, 149, 200, 1_047, 18_412, 500_000)
    for whole in wholes:
        for part in sorted({0, 1, whole // 20, whole // 3, whole - 1, whole}):
            for end, exact in zip(wilson(part, whole), slow_wilson(part, whole), strict=True):
                assert abs(Decimal(end) - exact) < Decimal("1e-14"), (part, whole)
