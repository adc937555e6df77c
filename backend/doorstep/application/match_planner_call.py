"""A person says which contact a planner's call belongs to, where the rules could not tell."""

from __future__ import annotations

from doorstep.application.access import may_see_visit
from doorstep.application.gather import add_office_entry
from doorstep.application.log_event import log_event
from doorstep.application.log_planner_call import LoggedCall, logged_call
from doorstep.application.office import Office
from doorstep.application.rows import Person
from doorstep.application.settle_visits import settle_appointments
from doorstep.application.world import Needs, World
from doorstep.application.writer import Refused
from doorstep.domain.office_events import PlannerCallMatched


async def match_planner_call(
    office: Office, person: Person, call_id: str, visit_id: str, n: int, reason: str
) -> LoggedCall:
    """A person says which contact a call belongs to. The call and the contact must be of one operative and agree."""
    row = await office.store.visit_row(visit_id)
    if row is None or not may_see_visit(person, row):
        raise Refused("not-found", "There is no such visit on your patch.")
    if not reason.strip():
        raise Refused("invalid", "Say why this call belongs to that contact.", path="reason")
    return await office.writer.submit(_Match(office, person, call_id, visit_id, n, reason))


class _Match:
    def __init__(self, office: Office, person: Person, call_id: str, visit_id: str, n: int, reason: str) -> None:
        self.person, self.call_id, self.visit_id, self.n, self.reason = person, call_id, visit_id, n, reason
        self.policies = office.rules.policies
        self.now_ms = office.clock.now_ms()

    def needs(self) -> Needs:
        return Needs(calls={self.call_id}, visits={self.visit_id})

    def apply(self, world: World) -> LoggedCall:
        dossier = world.dossier_of(self.visit_id)
        call = dossier.calls.get(self.call_id) if dossier else None
        if dossier is None or call is None or call.logged is None:
            raise Refused("not-found", "There is no saved call of that name about this visit's appointment.")
        contact = next(
            (
                body.event
                for body in dossier.visits[self.visit_id]
                if body.event and body.event.n == self.n and body.event.kind == "planner_contacted"
            ),
            None,
        )
        if contact is None or contact.actor_id != call.operative_id:
            raise Refused("not-found", "That event is not a planner contact by the operative of this call.")
        if contact.text("instruction") != call.logged.instruction:
            raise Refused("instructions-differ", "The planner and the operative wrote down different instructions.")
        _, entry = log_event(
            world,
            PlannerCallMatched,
            self.person.person_id,
            self.now_ms,
            call_id=self.call_id,
            appointment_id=dossier.appointment_id,
            visit_id=self.visit_id,
            n=self.n,
            reason=self.reason,
        )
        add_office_entry(dossier, entry)
        settled = settle_appointments(world, {dossier.appointment_id}, self.policies, self.now_ms)
        return logged_call(dossier, self.call_id, settled)
