"""A supervisor decides a visit: upheld, overturned with the outcome put right, or returned for evidence."""

from __future__ import annotations

from doorstep.application.access import may_see_visit
from doorstep.application.gather import add_office_entry
from doorstep.application.office import Office, state
from doorstep.application.rows import Person
from doorstep.application.settle_visits import settle_appointments
from doorstep.application.world import Needs, World
from doorstep.application.writer import Refused
from doorstep.domain.deciding import DECIDABLE, planners_of, what_a_decider_sees
from doorstep.domain.office_events import DecisionMade
from doorstep.domain.standing import Settled
from doorstep.domain.visit import settle

DECISIONS = ("upheld", "overturned", "returned")
MOST_WORDS = 1000


async def decide_visit(
    office: Office, supervisor: Person, visit_id: str, decision: str, reason: str, outcome: str | None
) -> Settled:
    """Log the decision and give where the visit now stands. Raises Refused with what to put right."""
    row = await office.store.visit_row(visit_id)
    if row is None or not may_see_visit(supervisor, row):
        raise Refused("not-found", "There is no such visit on your patch.")
    if decision not in DECISIONS:
        raise Refused("invalid", f"decision is one of {', '.join(DECISIONS)}.", path="decision")
    if not reason.strip():
        raise Refused("invalid", "Give the reason. The resident may read it.", path="reason")
    if len(reason) > MOST_WORDS:
        raise Refused("invalid", f"The reason has at most {MOST_WORDS} characters.", path="reason")
    known = office.rules.outcomes
    truly = known.get(outcome or "")
    if decision == "overturned" and (truly is None or truly.by != "visit_closed"):
        raise Refused("invalid", "Say what the outcome truly was, other than no access.", path="outcome")
    put_right = outcome if decision == "overturned" else None
    return await office.writer.submit(_Decide(office, supervisor, visit_id, decision, reason, put_right))


class _Decide:
    def __init__(
        self, office: Office, supervisor: Person, visit_id: str, decision: str, reason: str, outcome: str | None
    ) -> None:
        self.supervisor, self.visit_id = supervisor, visit_id
        self.decision, self.reason, self.outcome = decision, reason, outcome
        self.policies = office.rules.policies
        self.now_ms = office.clock.now_ms()

    def needs(self) -> Needs:
        return Needs(visits={self.visit_id})

    def apply(self, world: World) -> Settled:
        dossier = world.dossier_of(self.visit_id)
        before = settle(dossier, self.policies)[self.visit_id] if dossier else None
        if dossier is None or before is None or before.standing not in DECIDABLE:
            raise Refused(
                "not-decidable",
                "Only a visit that is recorded, waiting for proof or refused can be decided. Reload the page.",
            )
        callers = planners_of(dossier, before.operative_id)
        if self.decision == "upheld" and self.supervisor.person_id in callers:
            raise Refused("own-call", "You took the planner's call for this visit: another supervisor must uphold it.")
        _, body = state(
            DecisionMade,
            self.supervisor.person_id,
            self.now_ms,
            appointment_id=dossier.appointment_id,
            visit_id=self.visit_id,
            decision=self.decision,
            reason=self.reason,
            saw=sorted(what_a_decider_sees(before)),
            outcome=self.outcome or "",
        )
        entry = world.append(
            "decision_made",
            body,
            self.now_ms,
            visit_id=self.visit_id,
            appointment_id=dossier.appointment_id,
            actor_id=self.supervisor.person_id,
        )
        add_office_entry(dossier, entry)
        return settle_appointments(world, {dossier.appointment_id}, self.policies, self.now_ms)[self.visit_id]
