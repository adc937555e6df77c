"""Erase the words of alerts and requests that ended long ago: a logged erasure names the entries, and their bodies go.

The log keeps each entry's place, hash, author and time, so its tree and every checkpoint hold. Only what is known of a
home is erased here: a snapshot that a visit was made by belongs to that visit's evidence, with the alerts in it, for
as long as the visit is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from doorstep.application.composing import HomeFact
from doorstep.application.fact_rows import FactChange
from doorstep.application.log_event import log_event
from doorstep.application.london import london_date
from doorstep.application.office import Office
from doorstep.application.records import Wanted, Where
from doorstep.application.resident.keeping import disputed_homes
from doorstep.application.world import Needs, World
from doorstep.domain.office_events import SYSTEM, BodiesErased

MOST_AT_ONCE = 100
"""Facts in one transaction: a phone must not wait long."""


async def erase_ended(office: Office) -> int:
    """Erase what ended more than `erase_after_days` ago; gives how many log entries lost their words."""
    today = london_date(office.clock.now_ms())
    before = (today - timedelta(days=office.erase_after_days)).isoformat()
    # What is known of a home may matter to a dispute about a visit there: it is kept until that is answered.
    disputed = Where("property_ref", "not in", await disputed_homes(office))
    over = Wanted((Where("ends_on", "!=", ""), Where("ends_on", "<", before), disputed), ("ends_on",), MOST_AT_ONCE)
    erased = 0
    while facts := await office.store.records(HomeFact, over):
        count = await office.writer.submit(_Erase(office, facts))
        if count == 0:
            # Rows that the log knows nothing of: the audit names them.
            break
        erased += count
    return erased


class _Erase:
    def __init__(self, office: Office, facts: Sequence[HomeFact]) -> None:
        self.facts = facts
        self.now_ms = office.clock.now_ms()
        self.reason = f"ended more than {office.erase_after_days} days ago"

    def needs(self) -> Needs:
        return Needs(
            records={(HomeFact, fact.key) for fact in self.facts},
            groups={(FactChange, "fact_id", fact.fact_id) for fact in self.facts},
        )

    def apply(self, world: World) -> int:
        # Ended facts are never changed again, so what was read before this transaction still holds.
        facts = [fact for fact in self.facts if world.record(HomeFact, fact.fact_id) == fact]
        positions = [change.position for fact in facts for change in world.group(FactChange, "fact_id", fact.fact_id)]
        if not positions:
            return 0
        _, entry = log_event(world, BodiesErased, SYSTEM, self.now_ms, positions=sorted(positions), reason=self.reason)
        world.changes.erased |= dict.fromkeys(positions, entry.position)
        for fact in facts:
            world.drop(HomeFact, *fact.key)
        for position in positions:
            world.drop(FactChange, position)
        return len(positions)
