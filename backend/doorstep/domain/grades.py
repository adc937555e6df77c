"""A grade: how sure one check of a visit is, why, and who vouches for it; and which grade a whole visit has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

GRADING_VERSION: Final = "2026-11-22"
"""The rules by which grades are given; every grade that is stored names its own."""

GRADES: Final = ("contradicted", "unsupported", "consistent", "proven")
"""From the weakest to the strongest."""


class Graded(msgspec.Struct, frozen=True, omit_defaults=True):
    """The grade of one clause, or of `place`, which is no clause.

    `why` is a code that has a sentence in domain/grade_words; `facts` is what that sentence needs: milliseconds in
    *_ms, instants in *_at, metres in *_m. `vouchers` are of phone, server, planner, office, text_service, supervisor
    and operative.
    """

    clause: str
    grade: str
    why: str
    facts: dict[str, int | str] = {}
    vouchers: tuple[str, ...] = ()


def weakest(grades: Iterable[Graded]) -> str:
    """The grade of a visit: that of its weakest clause; empty where nothing was graded."""
    return min((graded.grade for graded in grades), key=GRADES.index, default="")
