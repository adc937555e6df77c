"""The office and the page of a pack make the same of a visit."""

from __future__ import annotations

from tests.conformance.grading_twins import compare


def test_the_page_grades_as_the_office_does() -> None:
    """A pack must not be sound for one of its two verifiers only; the longer run has its own command."""
    disagreements, seen = compare(7, 250)
    assert disagreements == []
    assert len(seen) > 40, "nearly every kind of grade came up"
