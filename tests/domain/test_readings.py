"""What an operative's doors say side by side: only what honest work does not give is asked about."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from doorstep.domain.readings import Fix, Question, Reading, questions

DAY = "2026-11-17"
HERE = Fix(0, 0, 0)
A_DEGREE_EAST = Fix(0, 10_000_000, 0)
"""111,195 metres away: 160 km/h takes 2,501,888 ms to the nearest above."""


def wait(visit_id: str, day: str, wait_ms: int, at: int = 0) -> Reading:
    """A wait alone, on a phone that gave no place."""
    return Reading(visit_id, day, at, None, wait_ms)


def test_fixes_take_their_own_error_off_the_way() -> None:
    """160 km/h exactly, or within what both fixes may be wrong by, is nobody's fault."""
    here = Reading("V-1", DAY, 0, HERE)
    there = Reading("V-2", DAY, 2_501_888, A_DEGREE_EAST)
    assert questions([there, here]) == []
    asked = Question("place_too_fast", ("V-1", "V-2"), away_m=111_195, took_ms=2_501_887)
    assert questions([there._replace(at=2_501_887), here]) == [asked]
    assert questions([here, there._replace(at=2_501_887, fix=A_DEGREE_EAST._replace(accuracy_m=1))]) == []
    assert questions([here, there._replace(at=0, fix=HERE)]) == []
    assert questions([here, there._replace(at=0, day="2026-11-18")]) == []


def test_a_door_without_a_place_lies_between_no_others() -> None:
    """The way is measured from one place that is known to the next."""
    unknown = Reading("V-0", DAY, 1_000, None, 900_000)
    here, there = Reading("V-1", DAY, 0, HERE), Reading("V-2", DAY, 60_000, A_DEGREE_EAST)
    assert [question.visit_ids for question in questions([unknown, there, here])] == [("V-1", "V-2")]


def test_the_same_place_is_asked_about_from_the_third_door_of_a_day() -> None:
    """To the ten-millionth of a degree and with the same accuracy; another day begins anew."""
    alike = [Reading(f"V-{number}", DAY, number * 3_600_000, HERE) for number in range(3)]
    assert questions(alike) == [Question("place_repeated", ("V-0", "V-1", "V-2"))]
    assert questions([*alike[:2], alike[2]._replace(day="2026-11-18")]) == []
    assert questions([*alike[:2], alike[2]._replace(fix=HERE._replace(accuracy_m=1))]) == []
    assert questions([*alike[:2], alike[2]._replace(fix=HERE._replace(lat_e7=1))]) == []


def test_the_same_wait_is_asked_about_where_three_lie_within_four_weeks() -> None:
    """To the millisecond. A fourth that lies too far from the others' middle is none of them."""
    first, second = wait("V-1", "2026-10-01", 903_217), wait("V-2", "2026-10-02", 903_217, 1)
    third, late = wait("V-3", "2026-10-29", 903_217, 2), wait("V-3", "2026-10-30", 903_217, 2)
    assert questions([first, second]) == []
    assert questions([first, second, third._replace(wait_ms=903_218)]) == []
    assert questions([first, second, late]) == []
    assert questions([third, second, first]) == [Question("wait_repeated", ("V-1", "V-2", "V-3"), wait_ms=903_217)]
    fourth = wait("V-4", "2026-12-25", 903_217, 3)
    assert [asked.visit_ids for asked in questions([first, second, third, fourth])] == [("V-1", "V-2", "V-3")]


FIXES = st.none() | st.builds(Fix, st.integers(0, 3), st.integers(0, 3), st.integers(0, 2))
READINGS = st.lists(
    st.builds(
        Reading,
        st.uuids().map(str),
        st.sampled_from(("2026-11-16", "2026-11-17")),
        st.integers(0, 10),
        FIXES,
        st.none() | st.integers(0, 2),
    ),
    max_size=12,
    unique_by=lambda reading: reading.visit_id,
)


@given(READINGS, st.randoms())
def test_the_order_in_which_doors_are_read_changes_nothing(readings: list[Reading], random: object) -> None:
    """What is asked follows from what was measured: any order of arrival gives the same questions."""
    shuffled = readings[:]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    asked = questions(readings)
    assert questions(shuffled) == asked
    known = {reading.visit_id for reading in readings}
    assert all(len(question.visit_ids) >= 2 and known.issuperset(question.visit_ids) for question in asked)
