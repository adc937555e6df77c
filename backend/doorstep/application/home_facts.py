"""Record, change and end what the office knows of a home for a time: person alerts, and requests about every visit.

Each change is an event with its author and reason, and in the same transaction the snapshots of the home's appointments
are made anew, from today on: each holds what is in force on its own day. What came inside a landlord's file stays as it
is: that is the source's own to change.
"""

from __future__ import annotations

from collections.abc import Sequence

from doorstep.application.change_appointment import recompose
from doorstep.application.composing import ALERT, HomeFact
from doorstep.application.fact_faults import MOST_REASON, Said, faults_of
from doorstep.application.fact_rows import fact_change, home_fact
from doorstep.application.homes import NO_FACT, fact_seen_by, home_seen_by, is_over
from doorstep.application.log_event import log_event
from doorstep.application.london import london_date
from doorstep.application.office import Office, new_id
from doorstep.application.rows import Person
from doorstep.application.settle_visits import settle_appointments
from doorstep.application.world import Needs, World
from doorstep.application.writer import Refused
from doorstep.domain.office_events import AlertRecorded, RequestRecorded


async def record_fact(
    office: Office, planner: Person, what: str, property_ref: str, said: Said, fact_id: str = ""
) -> HomeFact:
    """A new alert or request, under a new id where none is given.

    Raises Refused `invalid` with all faults, `fact-twice` where just that is recorded.
    """
    await home_seen_by(office, planner, property_ref)
    today = _today(office)
    said = _checked(said.tidied(today), what, today, office.review_months)
    return await office.writer.submit(_Record(office, planner, property_ref, what, said, fact_id or new_id()))


async def change_fact(
    office: Office, planner: Person, property_ref: str, fact_id: str, said: Said, seen: int | None = None
) -> HomeFact:
    """It is from now on as said here, whole. `seen` is the `changed_at` that the planner was shown, if any.

    Raises Refused `fact-over` for one that has ended, `fact-changed` where somebody else changed it meanwhile.
    """
    held = await fact_seen_by(office, planner, property_ref, fact_id)
    today = _today(office)
    said = _checked(said.tidied(today), held.what, today, office.review_months)
    return await office.writer.submit(_Change(office, planner, held, said, seen))


async def end_fact(
    office: Office, planner: Person, property_ref: str, fact_id: str, reason: str, seen: int | None = None
) -> HomeFact:
    """It stands no longer, from today on: phones lose it at once. To end it on a later day, change its end."""
    held = await fact_seen_by(office, planner, property_ref, fact_id)
    reason = reason.strip()
    if not reason or len(reason) > MOST_REASON:
        raise Refused("invalid", f"Say why it ends, in at most {MOST_REASON} characters.", path="reason")
    return await office.writer.submit(_End(office, planner, held, reason, seen))


def _today(office: Office) -> str:
    return london_date(office.clock.now_ms()).isoformat()


def _checked(said: Said, what: str, today: str, review_months: int) -> Said:
    if faults := faults_of(said, what, today, review_months):
        told = [(fault.path, fault.words) for fault in faults]
        raise Refused("invalid", faults[0].words, path=faults[0].path, faults=told)
    return said


class _Recording:
    """What recording, changing and ending have in common: the event, its rows, and the snapshots made anew."""

    def __init__(self, office: Office, planner: Person, property_ref: str, fact_id: str) -> None:
        self.planner, self.property_ref, self.fact_id = planner, property_ref, fact_id
        self.rules, self.now_ms = office.rules, office.clock.now_ms()
        self.today = london_date(self.now_ms).isoformat()

    def needs(self) -> Needs:
        return Needs(
            homes={(self.property_ref, self.today)},
            records={(HomeFact, (self.fact_id,))},
            groups={(HomeFact, "property_ref", self.property_ref)},
        )

    def held(self, world: World, seen: int | None) -> HomeFact:
        """The fact as earlier works of the batch left it, if it may still be changed."""
        held = world.record(HomeFact, self.fact_id)
        if held is None:
            raise Refused("not-found", NO_FACT)
        if is_over(held, self.today):
            raise Refused("fact-over", "This has ended, and stays as it was. Record it anew if it is so again.")
        if seen is not None and seen != held.changed_at:
            raise Refused("fact-changed", "Somebody changed this meanwhile. Look at it as it now is, then try again.")
        return held

    def refuse_twice(self, world: World, what: str, said: Said) -> None:
        """Nothing stands in the register twice: the same words, in force on the same days."""
        for other in world.group(HomeFact, "property_ref", self.property_ref):
            is_same = (other.what, other.code, _folded(other.text)) == (what, said.code, _folded(said.text))
            if is_same and other.fact_id != self.fact_id and not is_over(other, self.today) and _overlap(other, said):
                raise Refused("fact-twice", "Just this is recorded for the home already. Change that one instead.")

    def log(self, world: World, what: str, said: Said, *, is_ended: bool = False) -> HomeFact:
        """State it as it now is, and make the snapshots anew that it touches."""
        fields = {
            "fact_id": self.fact_id,
            "property_ref": self.property_ref,
            "text": said.text,
            "starts_on": said.starts_on,
            "ends_on": said.ends_on,
            "review_on": said.review_on,
            "is_ended": is_ended,
            "reason": said.reason,
        }
        by, now_ms = self.planner.person_id, self.now_ms
        event: AlertRecorded | RequestRecorded
        if what == ALERT:
            event, entry = log_event(world, AlertRecorded, by, now_ms, code=said.code, **fields)
        else:
            event, entry = log_event(world, RequestRecorded, by, now_ms, **fields)
        fact = home_fact(event, now_ms)
        world.keep(fact)
        world.keep(fact_change(event, entry.position, now_ms))
        touched = recompose(world, self.rules, by, now_ms, self._ahead(world))
        settle_appointments(world, touched, self.rules.policies, now_ms)
        return fact

    def _ahead(self, world: World) -> Sequence[str]:
        """The home's appointments from today on. Nobody goes to those that are cancelled: an import revives them."""
        return [
            row.appointment_id
            for row in world.appointment_rows.values()
            if row.property_ref == self.property_ref and row.day >= self.today and not row.is_cancelled
        ]


class _Record(_Recording):
    def __init__(self, office: Office, planner: Person, property_ref: str, what: str, said: Said, fact_id: str) -> None:
        super().__init__(office, planner, property_ref, fact_id)
        self.what, self.said = what, said

    def apply(self, world: World) -> HomeFact:
        self.refuse_twice(world, self.what, self.said)
        return self.log(world, self.what, self.said)


class _Change(_Recording):
    def __init__(self, office: Office, planner: Person, held: HomeFact, said: Said, seen: int | None) -> None:
        super().__init__(office, planner, held.property_ref, held.fact_id)
        self.said, self.seen = said, seen

    def apply(self, world: World) -> HomeFact:
        what = self.held(world, self.seen).what
        self.refuse_twice(world, what, self.said)
        return self.log(world, what, self.said)


class _End(_Recording):
    def __init__(self, office: Office, planner: Person, held: HomeFact, reason: str, seen: int | None) -> None:
        super().__init__(office, planner, held.property_ref, held.fact_id)
        self.reason, self.seen = reason, seen

    def apply(self, world: World) -> HomeFact:
        held = self.held(world, self.seen)
        said = Said(held.text, self.reason, held.code, held.starts_on, self.today, held.review_on)
        return self.log(world, held.what, said, is_ended=True)


def _overlap(fact: HomeFact, said: Said) -> bool:
    return (not fact.ends_on or said.starts_on <= fact.ends_on) and (not said.ends_on or fact.starts_on <= said.ends_on)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
