"""The lots by which visits are chosen to be looked at: even, the same again, and nothing that a phone could choose."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from doorstep.domain.lots import LOTS, draw_lot

IDS = st.uuids().map(str)


@given(IDS, st.integers(1, 2**40), st.integers(0, 2**45))
def test_a_lot_is_one_of_them_and_the_same_again(visit_id: str, position: int, received_at: int) -> None:
    """Whoever draws again from the log draws the same."""
    lot = draw_lot(visit_id, position, received_at)
    assert 0 <= lot < LOTS
    assert lot == draw_lot(visit_id, position, received_at)


def test_lots_fall_evenly() -> None:
    """A share of a tenth chooses a tenth: of 20,000 visits each tenth has 2,000, give or take five deviations."""
    drawn = Counter(draw_lot(str(UUID(int=n)), n, 1_763_000_000_000 + n) * 10 // LOTS for n in range(20_000))
    assert all(abs(drawn[tenth] - 2_000) < 5 * (2_000 * 0.9) ** 0.5 for tenth in range(10))


def test_an_id_alone_says_nothing() -> None:
    """The same id draws all sorts of lots by when and where it comes in: no phone can try until it is left out."""
    visit_id = str(UUID(int=7))
    assert len({draw_lot(visit_id, position, 1) for position in range(100)}) > 90
    assert len({draw_lot(visit_id, 1, instant) for instant in range(100)}) > 90


def test_a_lot_is_written_down() -> None:
    """The form of the draw does not change with a version: a visit would be looked at that was not before."""
    assert draw_lot("00000000-0000-4000-8000-000000000001", 12, 1_763_000_000_000) == 8_851
