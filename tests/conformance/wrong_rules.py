"""Each of the five rules, and the bounds, got wrong on purpose: a wait graded by one of these must be noticed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec

from doorstep.domain import timing
from doorstep.domain.bounds import Bounds, Link, bounds
from doorstep.domain.dossier import Call, Stated
from doorstep.domain.timing import CLOCKS_AGREE_MS, RULES, Rule, Stretch

Holds = Callable[[Stretch], bool]


class Wrong(NamedTuple):
    """A mistake and the rules that hold it."""

    mistake: str
    rules: Sequence[Rule]


def _with(place: int, mistake: str, holds: Holds) -> Wrong:
    rules = list(RULES)
    rules[place - 1] = rules[place - 1]._replace(holds=holds)
    return Wrong(f"rule {place}: {mistake}", rules)


def _graded(place: int, grade: str) -> Wrong:
    rules = list(RULES)
    rules[place - 1] = rules[place - 1]._replace(grade=grade)
    return Wrong(f"rule {place}: gives {grade}", rules)


def _swapped(stretch: Stretch) -> Stretch:
    """Every `lo` read as a `hi`, and every `hi` as a `lo`."""
    began = stretch.began._replace(lo=stretch.began.hi, hi=stretch.began.lo or stretch.began.hi)
    ended = stretch.ended._replace(lo=stretch.ended.hi, hi=stretch.ended.lo or stretch.ended.hi)
    return stretch._replace(began=began, ended=ended, over_hi=stretch.ended.lo or stretch.over_hi)


def _most(stretch: Stretch) -> int:
    return 10**15 if stretch.most_ms is None else stretch.most_ms


def _least(stretch: Stretch) -> int:
    return -1 if stretch.least_ms is None else stretch.least_ms


def _measured(stretch: Stretch) -> bool:
    return stretch.mono_ms < stretch.needed_on_phone_ms


WRONG_RULES: Sequence[Wrong] = (
    _with(1, "<= for <", lambda s: _most(s) <= s.needed_ms),
    _with(1, "lo and hi swapped", lambda s: timing.is_short_by_bounds(_swapped(s))),
    _with(1, "the arrival's hi for its lo", lambda s: s.over_hi - s.began.hi < s.needed_ms),
    _with(1, "the wall clock for the bounds", lambda s: s.wall_ms < s.needed_ms),
    _with(1, "the card's lo for its hi", lambda s: (s.ended.lo or s.over_hi) - (s.began.lo or 0) < s.needed_ms),
    _with(1, "never", lambda s: False),
    _with(2, "> for >=", lambda s: _least(s) > s.needed_ms),
    _with(2, "lo and hi swapped", lambda s: timing.is_long_by_bounds(_swapped(s))),
    _with(2, "the arrival's lo for its hi", lambda s: (s.ended.lo or 0) - (s.began.lo or s.began.hi) >= s.needed_ms),
    _with(2, "the card's hi for its lo", lambda s: s.ended.hi - s.began.hi >= s.needed_ms),
    _with(2, "the window forgotten", lambda s: timing.is_long_by_bounds(s._replace(opens_at=None))),
    _with(2, "the wall clock for the bounds", lambda s: s.wall_ms >= s.needed_ms),
    _with(3, "a hidden page forgotten", lambda s: s.is_one_run and _measured(s)),
    _with(3, "a new start of the page forgotten", lambda s: not s.was_hidden and _measured(s)),
    _with(3, "the wall clock for the monotonic", lambda s: s.is_one_run and s.wall_ms < s.needed_on_phone_ms),
    _with(3, "<= for <", lambda s: s.is_one_run and not s.was_hidden and s.mono_ms <= s.needed_on_phone_ms),
    _with(3, "never", lambda s: False),
    _with(
        4,
        "a new start of the page forgotten",
        lambda s: s.mono_ms >= s.needed_on_phone_ms and s.do_clocks_agree,
    ),
    _with(4, "the wall clock not asked", lambda s: s.is_one_run and s.mono_ms >= s.needed_on_phone_ms),
    _with(
        4,
        "the wall clock for the monotonic",
        lambda s: s.is_one_run and s.wall_ms >= s.needed_on_phone_ms and s.do_clocks_agree,
    ),
    _with(
        4,
        "> for >=",
        lambda s: s.is_one_run and s.mono_ms > s.needed_on_phone_ms and s.do_clocks_agree,
    ),
    _with(
        4,
        "< for <= between the clocks",
        lambda s: timing.is_long_as_measured(s) and abs(s.wall_ms - s.mono_ms) < CLOCKS_AGREE_MS,
    ),
    _graded(5, "contradicted"),
    _graded(5, "consistent"),
    Wrong("order: rule 3 before rule 2", [RULES[0], RULES[2], RULES[1], *RULES[3:]]),
    Wrong("order: rule 4 before rule 1", [RULES[3], *RULES[:3], RULES[4]]),
)


class WrongBounds(NamedTuple):
    """A mistake in the bounds: how they are found from the links, the calls and all that came."""

    mistake: str
    found: Callable[[Sequence[Link], Sequence[Call], Sequence[Stated]], dict[int, Bounds]]


def _over_gaps(links: Sequence[Link], calls: Sequence[Call], also: Sequence[Stated]) -> dict[int, Bounds]:
    found = bounds(links, calls, also)
    low: int | None = None
    for place in sorted(found):
        own = found[place].lo
        low = own if low is None or (own is not None and own > low) else low
        found[place] = Bounds(low, found[place].hi)
    return found


def _forged(links: Sequence[Link], calls: Sequence[Call], also: Sequence[Stated]) -> dict[int, Bounds]:
    return bounds(links, calls, [msgspec.structs.replace(body, fault=None) for body in also])


def _own_receipt(links: Sequence[Link], calls: Sequence[Call], also: Sequence[Stated]) -> dict[int, Bounds]:
    received = {event.n: body.received_at for body, event in links}
    return {n: Bounds(known.lo, received[n]) for n, known in bounds(links, calls, also).items()}


def _last_receipt(links: Sequence[Link], calls: Sequence[Call], also: Sequence[Stated]) -> dict[int, Bounds]:
    last = max(body.received_at for body in also)
    return {n: Bounds(known.lo, last) for n, known in bounds(links, calls, also).items()}


def _newest_anywhere(links: Sequence[Link], calls: Sequence[Call], also: Sequence[Stated]) -> dict[int, Bounds]:
    found = bounds(links, calls, also)
    newest = max((known.lo for known in found.values() if known.lo is not None), default=None)
    return {n: Bounds(newest, known.hi) for n, known in found.items()}


def _expiry(links: Sequence[Link], calls: Sequence[Call], also: Sequence[Stated]) -> dict[int, Bounds]:
    return bounds(links, [msgspec.structs.replace(call, begun_at=call.expires_at) for call in calls], also)


def _first_receipt(links: Sequence[Link], calls: Sequence[Call], also: Sequence[Stated]) -> dict[int, Bounds]:
    first = min(body.received_at for body in also)
    return {n: Bounds(known.lo, first) for n, known in bounds(links, calls, also).items()}


def _only_what_counts(links: Sequence[Link], calls: Sequence[Call], _: Sequence[Stated]) -> dict[int, Bounds]:
    return bounds(links, calls)


def _no_calls(links: Sequence[Link], _: Sequence[Call], also: Sequence[Stated]) -> dict[int, Bounds]:
    return bounds(links, [], also)


WRONG_BOUNDS: Sequence[WrongBounds] = (
    WrongBounds("lo: handed on over a gap", _over_gaps),
    WrongBounds("lo: a forged anchor believed", _forged),
    WrongBounds("lo: the newest anchor of the whole chain", _newest_anywhere),
    WrongBounds("lo: when a code runs out for when it was made", _expiry),
    WrongBounds("lo and hi: the planner's calls forgotten", _no_calls),
    WrongBounds("lo and hi: what does not count forgotten", _only_what_counts),
    WrongBounds("hi: its own receipt alone", _own_receipt),
    WrongBounds("hi: the last receipt", _last_receipt),
    WrongBounds("hi: the first receipt of the whole chain", _first_receipt),
)
