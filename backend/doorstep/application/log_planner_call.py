"""A planner opens a contact call, speaks its code, and logs what was said; it may vouch for an operative's entry.

A call is about an appointment and an operative, not a visit: a phone with no signal has sent nothing yet.
"""

from __future__ import annotations

import msgspec

from doorstep.application.access import may_see_appointment
from doorstep.application.call_claims import CallClaim, claim_of, end_claim
from doorstep.application.gather import add_office_entry
from doorstep.application.log_event import log_event
from doorstep.application.london import london_time
from doorstep.application.office import Office, new_id
from doorstep.application.rows import CallRow, Person
from doorstep.application.settle_visits import settle_appointments
from doorstep.application.world import Needs, World
from doorstep.application.writer import Refused
from doorstep.domain.chain import is_read_back, read_back, spoken_code
from doorstep.domain.dossier import Dossier
from doorstep.domain.events import INSTRUCTIONS
from doorstep.domain.instants import format_instant
from doorstep.domain.office_events import PlannerCallBegun, PlannerCallLogged
from doorstep.domain.standing import Settled

CODE_GOOD_FOR_MS = 10 * 60_000
MOST_WORDS = 1000


class BegunCall(msgspec.Struct, frozen=True):
    """A call that is open: the code to say, and the instant (ms) until which it stands."""

    call_id: str
    code: str
    expires_at: int


class TakeOver(msgspec.Struct, frozen=True):
    """That a planner takes a call although somebody has it: which call that is, and why."""

    call_id: str
    reason: str


class TakenCall(msgspec.Struct, frozen=True):
    """A call that somebody else has: who, and from when until when at most."""

    call_id: str
    planner: str
    since: str
    until: str


class LoggedCall(msgspec.Struct, frozen=True):
    """A saved call, with the contact that it vouches for, if that has arrived and matches.

    `read_back_agrees` is None until the event that it commits to has arrived, or where nothing was read back.
    """

    call_id: str
    visit_id: str | None
    n: int | None
    read_back_agrees: bool | None


async def begin_planner_call(
    office: Office,
    planner: Person,
    appointment_id: str,
    operative_id: str,
    take_over: TakeOver | None = None,
    *,
    is_renewed: bool = False,
) -> BegunCall:
    """Take a call and make its code; whoever has it already is given it again, or, renewed, with another code.

    Raises Refused `not-found` for what this planner cannot see, and `call-taken`, with the `taken` one, where another
    has it and was not named to be taken over from.
    """
    row = await office.store.appointment_row(appointment_id)
    operative = await office.store.person(operative_id)
    if row is None or not may_see_appointment(planner, row):
        raise Refused("not-found", "There is no such appointment on your patch. Look it up again by its address.")
    if operative is None or operative.role != "operative":
        raise Refused("not-found", "There is no such operative. Look them up again by name.")
    if take_over and not 0 < len(take_over.reason.strip()) <= MOST_WORDS:
        raise Refused("invalid", f"Say why you take it over, in at most {MOST_WORDS} characters.", path="reason")
    work = _Begin(office, planner, appointment_id, operative_id, take_over, is_renewed=is_renewed)
    begun = await office.writer.submit(work)
    if isinstance(begun, BegunCall):
        return begun
    holder = await office.store.person(begun.planner_id)
    name = holder.name if holder else "Somebody"
    since = f"{london_time(begun.since):%H:%M}"
    raise Refused(
        "call-taken",
        f"{name} has this call, since {since}. Speak with them; if it must be yours, take it over and say why.",
        taken=TakenCall(begun.call_id, name, format_instant(begun.since), format_instant(begun.until)),
    )


class _Begin:
    def __init__(
        self,
        office: Office,
        planner: Person,
        appointment_id: str,
        operative_id: str,
        take_over: TakeOver | None,
        *,
        is_renewed: bool,
    ) -> None:
        self.planner, self.appointment_id, self.operative_id = planner, appointment_id, operative_id
        self.take_over, self.is_renewed = take_over, is_renewed
        self.code_key = office.code_key
        self.now_ms = office.clock.now_ms()
        self.call_id = new_id()

    def needs(self) -> Needs:
        contact = (self.appointment_id, self.operative_id)
        return Needs(appointments={self.appointment_id}, records={(CallClaim, contact)})

    def apply(self, world: World) -> BegunCall | CallClaim:
        claim = world.record(CallClaim, self.appointment_id, self.operative_id)
        if claim is None or claim.until <= self.now_ms:
            return self._open(world, None)
        if claim.planner_id == self.planner.person_id:
            return self._open(world, claim) if self.is_renewed else self._begun(claim)
        # Who was named is taken over from, not whoever took it meanwhile.
        is_named = self.take_over is not None and self.take_over.call_id == claim.call_id
        return self._open(world, claim) if is_named else claim

    def _begun(self, claim: CallClaim) -> BegunCall:
        code = spoken_code(self.code_key, claim.appointment_id, claim.operative_id, claim.call_id)
        return BegunCall(claim.call_id, code, claim.until)

    def _open(self, world: World, before: CallClaim | None) -> BegunCall:
        event, entry = log_event(
            world,
            PlannerCallBegun,
            self.planner.person_id,
            self.now_ms,
            call_id=self.call_id,
            appointment_id=self.appointment_id,
            operative_id=self.operative_id,
            code=spoken_code(self.code_key, self.appointment_id, self.operative_id, self.call_id),
            expires_at=format_instant(self.now_ms + CODE_GOOD_FOR_MS),
            took_over_from=before.call_id if before else "",
            reason=self.take_over.reason.strip() if before and self.take_over else "",
        )
        add_office_entry(world.dossier(self.appointment_id), entry)
        world.call_rows[self.call_id] = world.changes.calls[self.call_id] = CallRow(
            self.call_id, self.appointment_id, self.operative_id, self.planner.person_id, self.now_ms
        )
        claim = claim_of(event, self.now_ms, before)
        world.keep(claim)
        return self._begun(claim)


async def log_planner_call(
    office: Office, planner: Person, call_id: str, summary: str, instruction: str, typed_back: str | None
) -> LoggedCall:
    """Save a call. Only the planner who opened it may. Raises Refused with the field at fault."""
    spoken = (typed_back or "").replace(" ", "").upper()
    if instruction not in INSTRUCTIONS:
        raise Refused("invalid", f"instruction is one of {', '.join(INSTRUCTIONS)}.", path="instruction")
    if len(summary) > MOST_WORDS:
        raise Refused("invalid", f"The summary has at most {MOST_WORDS} characters.", path="summary")
    if spoken and not is_read_back(spoken):
        raise Refused(
            "invalid", "Those 8 characters do not fit together. Ask the operative to read them again.", path="read_back"
        )
    return await office.writer.submit(_Log(office, planner, call_id, summary, instruction, spoken))


class _Log:
    def __init__(
        self, office: Office, planner: Person, call_id: str, summary: str, instruction: str, spoken: str
    ) -> None:
        self.planner, self.call_id = planner, call_id
        self.summary, self.instruction, self.spoken = summary, instruction, spoken
        self.policies = office.rules.policies
        self.now_ms = office.clock.now_ms()

    def needs(self) -> Needs:
        return Needs(calls={self.call_id}, groups={(CallClaim, "call_id", self.call_id)})

    def apply(self, world: World) -> LoggedCall:
        row = world.call_rows.get(self.call_id)
        if row is None or row.planner_id != self.planner.person_id:
            raise Refused("not-found", "There is no such call of yours. Open a new one.")
        dossier = world.dossier(row.appointment_id)
        if row.logged_at is None:
            self._save(world, dossier, row)
        elif not self._is_same(dossier):
            raise Refused(
                "call-logged",
                "This call was saved before with other words, and a saved call is not changed. Open a new one.",
            )
        settled = settle_appointments(world, {row.appointment_id}, self.policies, self.now_ms)
        return logged_call(dossier, self.call_id, settled)

    def _is_same(self, dossier: Dossier) -> bool:
        logged = dossier.calls[self.call_id].logged
        said = (self.instruction, self.summary, self.spoken or None)
        return logged is not None and (logged.instruction, logged.summary, logged.read_back) == said

    def _save(self, world: World, dossier: Dossier, row: CallRow) -> None:
        _, entry = log_event(
            world,
            PlannerCallLogged,
            self.planner.person_id,
            self.now_ms,
            (row.operative_id,),
            call_id=self.call_id,
            appointment_id=row.appointment_id,
            operative_id=row.operative_id,
            instruction=self.instruction,
            summary=self.summary,
            read_back=self.spoken,
        )
        add_office_entry(dossier, entry)
        end_claim(world, self.call_id)
        logged_row = msgspec.structs.replace(row, logged_at=self.now_ms)
        world.call_rows[self.call_id] = world.changes.calls[self.call_id] = logged_row


def logged_call(dossier: Dossier, call_id: str, settled: dict[str, Settled]) -> LoggedCall:
    """Which contact a call vouches for now, and whether what was read back agrees with the chain."""
    for visit_id, now in settled.items():
        for n, matched in now.matched.items():
            if matched == call_id:
                return LoggedCall(call_id, visit_id, n, read_back_agrees(dossier, call_id, visit_id, n))
    return LoggedCall(call_id, None, None, None)


def read_back_agrees(dossier: Dossier, call_id: str, visit_id: str, n: int) -> bool | None:
    """Whether the 8 characters typed by the planner commit to the code event before that contact."""
    logged = dossier.calls[call_id].logged
    typed = [
        body
        for body in dossier.visits[visit_id]
        if body.event and body.event.kind == "planner_code_typed" and body.event.n < n
    ]
    if logged is None or logged.read_back is None or not typed:
        return None
    latest = max(typed, key=lambda body: body.event.n if body.event else 0)
    return read_back(latest.sha256) == logged.read_back
