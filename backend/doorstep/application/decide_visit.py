"""A supervisor decides a visit: upheld, overturned with the outcome put right, or returned for evidence.

What they say of the photo is of the decision too: that they can read the visit's code on the card. Nobody sets a grade
by hand; it follows from what is in the log, and so from such a statement.
"""

from __future__ import annotations

from doorstep.application.access import may_see_visit
from doorstep.application.gather import add_office_entry
from doorstep.application.log_event import log_event
from doorstep.application.office import Office
from doorstep.application.rows import Person
from doorstep.application.settle_visits import settle_appointments
from doorstep.application.world import Needs, World
from doorstep.application.writer import Refused
from doorstep.domain.deciding import is_own_dispute, latest_decision, may_be_decided, planners_of, what_a_decider_sees
from doorstep.domain.dossier import Dossier
from doorstep.domain.office_events import DecisionMade
from doorstep.domain.standing import Settled
from doorstep.domain.visit import settle

DECISIONS = ("upheld", "overturned", "returned")
MOST_WORDS = 1000


async def decide_visit(
    office: Office,
    supervisor: Person,
    visit_id: str,
    decision: str,
    reason: str,
    outcome: str | None,
    *,
    reads_card: bool = False,
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
    stated: dict[str, str | bool] = {
        "decision": decision,
        "reason": reason,
        "outcome": (outcome or "") if decision == "overturned" else "",
        "reads_card": reads_card,
    }
    return await office.writer.submit(_Decide(office, supervisor, visit_id, stated))


class _Decide:
    def __init__(self, office: Office, supervisor: Person, visit_id: str, stated: dict[str, str | bool]) -> None:
        self.supervisor, self.visit_id, self.stated = supervisor, visit_id, stated
        self.policies, self.rules = office.rules.policies, office.rules.audit
        self.now_ms = office.clock.now_ms()

    def needs(self) -> Needs:
        return Needs(visits={self.visit_id})

    def apply(self, world: World) -> Settled:
        dossier = world.dossier_of(self.visit_id)
        before = settle(dossier, self.policies)[self.visit_id] if dossier else None
        if dossier is None or before is None or not may_be_decided(before):
            raise Refused(
                "not-decidable",
                "Only a visit that is recorded, waiting for proof, refused, or overturned and replied to since "
                "can be decided. Reload the page.",
            )
        callers = planners_of(dossier, before.operative_id)
        if self.stated["decision"] == "upheld" and self.supervisor.person_id in callers:
            raise Refused("own-call", "You took the planner's call for this visit: another supervisor must uphold it.")
        if self.stated["decision"] == "upheld" and is_own_dispute(dossier, self.visit_id, self.supervisor.person_id):
            raise Refused(
                "own-decision",
                "The resident disputes what you upheld: another supervisor must look, or you overturn it.",
            )
        if self.stated["reads_card"] and not _has_photo(dossier, before):
            raise Refused(
                "invalid", "There is no photo on which a code can be read. Clear the tick.", path="reads_card"
            )
        _, entry = log_event(
            world,
            DecisionMade,
            self.supervisor.person_id,
            self.now_ms,
            appointment_id=dossier.appointment_id,
            visit_id=self.visit_id,
            saw=sorted(what_a_decider_sees(before)),
            first_look=self._is_first_look(world, dossier),
            **self.stated,
        )
        add_office_entry(dossier, entry)
        return settle_appointments(world, {dossier.appointment_id}, self.policies, self.now_ms)[self.visit_id]

    def _is_first_look(self, world: World, dossier: Dossier) -> bool:
        """Whether another supervisor has to look before this holds. Raises Refused where this is no other one."""
        row, first = world.visit_rows.get(self.visit_id), latest_decision(dossier, self.visit_id)
        if row is None or not self.rules.wants_two(row, str(self.stated["decision"])):
            return False
        alike = (self.stated["decision"], self.stated["outcome"] or None)
        if first is None or not first.first_look or (first.decision, first.outcome) != alike:
            return True
        if first.by_id == self.supervisor.person_id:
            raise Refused("own-look", "You took the first look at this visit: another supervisor must take the second.")
        return False


def _has_photo(dossier: Dossier, settled: Settled) -> bool:
    """Whether any photo of the visit can be looked at: nobody reads a code on what has not come."""
    held = (dossier.photos.get(sha256) for sha256 in settled.photos)
    return any(photo.state == "complete" for photo in held if photo)
