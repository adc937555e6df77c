"""A supervisor answers a resident's dispute: recorded in the visit's log, and read by the resident as it is written."""

from __future__ import annotations

from collections.abc import Sequence

from doorstep.application.access import may_see_visit
from doorstep.application.gather import add_office_entry
from doorstep.application.log_event import log_event
from doorstep.application.office import Office
from doorstep.application.records import Wanted, Where
from doorstep.application.resident.rows import DisputeRow, answered_row
from doorstep.application.rows import Person, VisitRow
from doorstep.application.settle_visits import settle_appointments
from doorstep.application.world import Needs, World
from doorstep.application.writer import Refused
from doorstep.domain.deciding import DECIDABLE, is_own_dispute, latest_decision
from doorstep.domain.dossier import Dossier
from doorstep.domain.office_events import DisputeAnswered
from doorstep.domain.visit import settle

MOST_WORDS = 1000
MOST_SHOWN = 200


async def answer_dispute(office: Office, supervisor: Person, visit_id: str, dispute_id: str, reason: str) -> None:
    """Answer it; where the visit was decided before, that decision holds again. Raises Refused.

    Who upheld the visit does not give their own decision back; nor does one alone what two have to decide.
    """
    row = await office.store.visit_row(visit_id)
    if row is None or not may_see_visit(supervisor, row):
        raise Refused("not-found", "There is no such visit on your patch.")
    if not reason.strip():
        raise Refused("invalid", "Write the answer. The resident reads it.", path="answer")
    if len(reason) > MOST_WORDS:
        raise Refused("invalid", f"The answer has at most {MOST_WORDS} characters.", path="answer")
    await office.writer.submit(_Answer(office, supervisor, visit_id, dispute_id, reason.strip()))


async def disputes_to_answer(
    office: Office, reader: Person, *, is_answered: bool = False
) -> Sequence[tuple[DisputeRow, VisitRow]]:
    """Disputes on one's patch with their visits: open ones the oldest first, answered ones the newest first."""
    if is_answered:
        wanted = Wanted((Where("answered_at", "!=", None),), ("-answered_at", "dispute_id"), MOST_SHOWN)
    else:
        wanted = Wanted((Where("answered_at", "=", None),), ("disputed_at", "dispute_id"))
    found = []
    for each in await office.store.records(DisputeRow, wanted):
        row = await office.store.visit_row(each.visit_id)
        if row and may_see_visit(reader, row):
            found.append((each, row))
    return found


class _Answer:
    def __init__(self, office: Office, supervisor: Person, visit_id: str, dispute_id: str, reason: str) -> None:
        self.supervisor, self.visit_id, self.dispute_id, self.reason = supervisor, visit_id, dispute_id, reason
        self.policies, self.rules = office.rules.policies, office.rules.audit
        self.now_ms = office.clock.now_ms()

    def needs(self) -> Needs:
        return Needs(visits={self.visit_id}, records={(DisputeRow, (self.dispute_id,))})

    def apply(self, world: World) -> None:
        dossier = world.dossier_of(self.visit_id)
        row = world.record(DisputeRow, self.dispute_id)
        if dossier is None or row is None or row.visit_id != self.visit_id:
            raise Refused("not-found", "There is no such dispute of this visit. Reload the page.")
        if row.answered_at is not None:
            raise Refused("dispute-answered", "Somebody has answered this meanwhile. Reload the page.")
        self._check_whose(dossier)
        _, entry = log_event(
            world,
            DisputeAnswered,
            self.supervisor.person_id,
            self.now_ms,
            appointment_id=dossier.appointment_id,
            visit_id=self.visit_id,
            dispute_id=self.dispute_id,
            reason=self.reason,
        )
        add_office_entry(dossier, entry)
        world.keep(answered_row(row, entry))
        settle_appointments(world, {dossier.appointment_id}, self.policies, self.now_ms)

    def _check_whose(self, dossier: Dossier) -> None:
        latest, settled = latest_decision(dossier, self.visit_id), settle(dossier, self.policies)[self.visit_id]
        if "dispute" in self.rules.second_look and settled.standing in DECIDABLE:
            raise Refused("dispute-undecided", "Two supervisors decide a disputed visit. Then it can be answered.")
        is_upheld = latest is not None and latest.decision == "upheld"
        if is_upheld and is_own_dispute(dossier, self.visit_id, self.supervisor.person_id):
            raise Refused(
                "own-decision",
                "The resident disputes what you upheld: another supervisor must look, or you overturn it.",
            )
