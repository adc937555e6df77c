"""Telephone numbers: one written form, and which of a resident's numbers takes texts."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

_DRESSING = re.compile(r"[\s().\-/\u2010-\u2015]")
# 070 forwards at the caller's cost and 076 is pagers, but for the Isle of Man's mobiles.
_MOBILE = re.compile(r"\+447(?:[1-57-9][0-9]{8}|624[0-9]{6})", re.ASCII)


def normalised(number: str) -> str:
    """A number as +44...: 07700 900 123, +44 (0)7700 900123 and 00447700900123 are one. Others keep their digits."""
    bare = _DRESSING.sub("", number.replace("(0)", ""))
    if bare.startswith("00"):
        bare = f"+{bare[2:]}"
    if bare.startswith("0"):
        return f"+44{bare[1:]}"
    return f"+{bare}" if bare.startswith("44") else bare


def is_mobile(number: str) -> bool:
    """Whether a number in its one form is a mobile of this country."""
    return _MOBILE.fullmatch(number) is not None


def mobile_among(numbers: Iterable[tuple[str, str]], not_labels: Collection[str]) -> str:
    """The number, of (label, number) pairs, to which a text goes: one that is called mobile before others; or none.

    Labels that hold one of `not_labels` are somebody else's.
    """
    usable = [
        (label.casefold(), normalised(number))
        for label, number in numbers
        if not any(never in label.casefold() for never in not_labels)
    ]
    mobiles = sorted((pair for pair in usable if is_mobile(pair[1])), key=lambda pair: "mobile" not in pair[0])
    return mobiles[0][1] if mobiles else ""


def ends_of(number: str) -> str:
    """What a person sees of a number: its last three digits."""
    return number[-3:]
