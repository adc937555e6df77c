"""From what arrived of a visit to its chain: which events count, and the fault of each that does not link.

Faults are derived here, from all that has arrived, and never stored: so it does not matter in which order it came.
`gap`: an event before it is missing; it counts all the same, and the visit is held for a supervisor.
`fork`: it follows another event than the one that stands before it; kept, shown, not counted. Of two children of one
event the one with the longer line counts, whichever came first, and a supervisor is asked.
`not_assigned`: its actor is not the one who started the visit. `malformed`: its time does not rise, or it withdraws
what cannot be withdrawn. `after_close`: the visit was recorded or closed before it. (An event removed from a chain, or
two children of one event, must show: see the abuses that this record has to withstand.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from doorstep.domain.chain import root_prev
from doorstep.domain.dossier import Stated
from doorstep.domain.events import ALLOWED_AFTER_CLOSE, CLOSING, KINDS, Event

WITHDRAW_WITHIN_MS = 60_000


@dataclass
class Chain:
    """A visit's events that count, in order of `n`, without withdrawn ones; the faults of the others by position."""

    links: list[tuple[Stated, Event]] = field(default_factory=list)
    faults: dict[int, str] = field(default_factory=dict)
    withdrawn: dict[int, str] = field(default_factory=dict)
    started: Event | None = None

    @property
    def closing(self) -> Event | None:
        """The `missed_recorded` or `visit_closed` that ended the visit."""
        return next((event for _, event in self.links if event.kind in CLOSING), None)

    def first(self, kind: str) -> tuple[Stated, Event] | None:
        """The first event of a kind that counts."""
        return next((link for link in self.links if link[1].kind == kind), None)


def link(stated: Sequence[Stated]) -> Chain:
    """Order one visit's bodies by `n`, walk them from the root, and say which count and why the others do not."""
    chain = Chain()
    usable: list[tuple[Stated, Event]] = []
    for body in stated:
        if body.event is None or body.fault is not None:
            chain.faults[body.position] = body.fault or "malformed"
        else:
            usable.append((body, body.event))
    mine = _of_owner(chain, usable)
    followers = _followers(mine)
    mine.sort(key=lambda link: (link[1].n, -followers[link[0].sha256], link[0].sha256))
    chain.started = next((event for _, event in mine if event.kind == "visit_started"), None)
    _withdraw(chain, _before_close(chain, _rising(chain, _walk(chain, mine))))
    return chain


def _of_owner(chain: Chain, usable: list[tuple[Stated, Event]]) -> list[tuple[Stated, Event]]:
    """The visit is of the operative whose `visit_started` came first; until one comes, of whoever stated first."""
    by_arrival = sorted(usable, key=lambda link: (link[1].kind != "visit_started", link[0].position))
    mine = []
    for body, event in usable:
        if event.actor_id == by_arrival[0][1].actor_id:
            mine.append((body, event))
        else:
            chain.faults[body.position] = "not_assigned"
    return mine


def _followers(usable: list[tuple[Stated, Event]]) -> dict[str, int]:
    """How many events follow each, one after another: of two children of one event, the longer line counts.

    Which of them arrived first must not decide: they may come over two installations, in any order.
    """
    followers = {body.sha256: 0 for body, _ in usable}
    by_hash = {body.sha256: event for body, event in usable}
    for body, event in sorted(usable, key=lambda link: -link[1].n):
        before = by_hash.get(event.prev)
        if before is not None and before.n + 1 == event.n:
            followers[event.prev] = max(followers[event.prev], followers[body.sha256] + 1)
    return followers


def _walk(chain: Chain, mine: list[tuple[Stated, Event]]) -> list[tuple[Stated, Event]]:
    linked: list[tuple[Stated, Event]] = []
    forked: set[str] = set()
    head = ""
    next_n = 0
    for body, event in mine:
        if not linked:
            head = _root(event)
        if event.prev in forked or event.n < next_n or (event.n == next_n and event.prev != head):
            chain.faults[body.position] = "fork"
            forked.add(body.sha256)
            continue
        if event.n > next_n:
            chain.faults[body.position] = "gap"
        linked.append((body, event))
        head, next_n = body.sha256, event.n + 1
    return linked


def _root(first: Event) -> str:
    """What the first event must follow. Only `visit_started` can say; any other kind at n = 0 follows nothing."""
    if first.kind != "visit_started":
        return ""
    return root_prev(first.text("snapshot_sha256"), first.text("policy_version"))


def _rising(chain: Chain, linked: list[tuple[Stated, Event]]) -> list[tuple[Stated, Event]]:
    """The stopwatch never runs backwards and gives no two events the same time."""
    kept: list[tuple[Stated, Event]] = []
    for body, event in linked:
        if kept and event.t <= kept[-1][1].t:
            chain.faults[body.position] = "malformed"
        else:
            kept.append((body, event))
    return kept


def _before_close(chain: Chain, linked: list[tuple[Stated, Event]]) -> list[tuple[Stated, Event]]:
    kept: list[tuple[Stated, Event]] = []
    is_closed = False
    for body, event in linked:
        if is_closed and event.kind not in ALLOWED_AFTER_CLOSE:
            chain.faults[body.position] = "after_close"
            continue
        kept.append((body, event))
        is_closed = is_closed or event.kind in CLOSING
    return kept


def _withdraw(chain: Chain, linked: list[tuple[Stated, Event]]) -> None:
    """A slip of the thumb may be withdrawn within 60 s on the stopwatch; it and its withdrawal are both taken out."""
    by_n = {event.n: event for _, event in linked}
    gone: set[int] = set()
    for body, event in linked:
        if event.kind != "event_withdrawn":
            continue
        slip = by_n.get(int(event.own["withdrawn_n"]))
        if (
            slip is None
            or slip.n in gone
            or not KINDS[slip.kind].may_be_withdrawn
            or not 0 < event.t - slip.t <= WITHDRAW_WITHIN_MS
        ):
            chain.faults[body.position] = "malformed"
        else:
            gone.add(slip.n)
            chain.withdrawn[slip.n] = event.text("reason")
        gone.add(event.n)
    chain.links = [(body, event) for body, event in linked if event.n not in gone]
