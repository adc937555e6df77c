"""Whether what a pack says of its visit follows from its bytes: faults, verdict and grades, worked out anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from doorstep.application.gather import gather
from doorstep.application.pack.findings import Fault, Found, Note, chain_words
from doorstep.application.pack.reading import FileUnread, Read, entry_file, json_of, read_form
from doorstep.domain.dossier import Dossier, PhotoState, Serving
from doorstep.domain.grades import GRADING_VERSION, Graded
from doorstep.domain.instants import InputRefused
from doorstep.domain.laid_out import vouched_for
from doorstep.domain.office_events import PolicyAdopted
from doorstep.domain.policy import Policy, PolicyRefused, read_policy
from doorstep.domain.standing import Settled
from doorstep.domain.visit import settle

POLICIES = "policy/"


class _Photo(msgspec.Struct, frozen=True):
    state: str
    position: int
    why: str | None = None
    resembles: tuple[str, ...] = ()


class _Held(msgspec.Struct, frozen=True):
    """What no entry says: to whom snapshots were given, how photos stand, and where else they were used."""

    appointment_id: str
    servings: list[Serving]
    photos: dict[str, _Photo]
    reused: dict[str, frozenset[str]]


class _Graded(msgspec.Struct, frozen=True):
    clause: str
    grade: str
    why: str
    facts: dict[str, int | str] = {}
    vouchers: tuple[str, ...] = ()

    @property
    def bare(self) -> Graded:
        """The grade without its sentence."""
        return Graded(self.clause, self.grade, self.why, self.facts, self.vouchers)


class _Grading(msgspec.Struct, frozen=True):
    version: str
    grade: str
    clauses: list[_Graded]
    place: _Graded | None = None


class _Said(msgspec.Struct, frozen=True):
    """verdict.json, not yet believed."""

    faults: dict[str, str]
    standing: str = ""
    outcome: str | None = None
    awaiting: list[str] = []
    verdict: Any = None


class Outcome(msgspec.Struct, frozen=True):
    """What the bytes make of the visit; `unsigned` of its `total` events no enrolled phone vouches for."""

    settled: Settled
    unsigned: int
    total: int


def work_out(read: Read) -> Outcome:
    """Settle the visit anew from the pack alone; its signatures were looked at before. Raises FileUnread."""
    held = json_of(read.files, "visit.json", _Held)
    photos = {
        sha256: PhotoState(photo.state, photo.position, photo.why, photo.resembles)
        for sha256, photo in held.photos.items()
    }
    dossier = Dossier(held.appointment_id, photos=photos, servings=set(held.servings), reused=held.reused)
    for entry in read.entries:
        try:
            gather(dossier, [entry])
        except (msgspec.MsgspecError, InputRefused, KeyError):
            raise FileUnread(entry_file(entry.position), "It is not in the form that a pack has.") from None
    if read.visit_id not in dossier.visits:
        raise FileUnread("visit.json", "It names a visit of which nothing is in this pack.")
    try:
        settled = settle(dossier, policies_of(read))[read.visit_id]
    except InputRefused as refused:
        raise FileUnread("visit.json", f"Its appointment cannot be judged: {refused}") from None
    stated = dossier.visits[read.visit_id]
    vouched = vouched_for(stated)
    return Outcome(settled, sum(body.sha256 not in vouched for body in stated), len(stated))


def policies_of(read: Read) -> Mapping[str, Policy]:
    """Every policy in the pack, by its version. Raises FileUnread."""
    policies = {}
    for name in sorted(read.files):
        if name.startswith(POLICIES):
            try:
                policy = read_policy(json_of(read.files, name, dict[str, Any]), name)
            except PolicyRefused as refused:
                raise FileUnread(name, str(refused)) from None
            policies[policy.version] = policy
    return policies


def check_policies(read: Read) -> Found:
    """Each policy is the one that the log adopted, in that entry's own bytes."""
    faults = []
    for entry in read.entries:
        if entry.kind == "policy_adopted":
            adopted = read_form(entry_file(entry.position), read.bodies[entry.position].content, PolicyAdopted)
            name = f"{POLICIES}{adopted.version}.json"
            if name in read.files and read.files[name] != adopted.policy.encode():
                faults.append(Fault(name, "policy"))
    return Found(tuple(faults))


def check_chain(read: Read, outcome: Outcome) -> Found:
    """Which events do not count, and why: what verdict.json leaves unsaid is a fault."""
    said = json_of(read.files, "verdict.json", _Said).faults
    faults = [
        Fault(entry_file(position), "chain", {"fault": chain_words(fault)})
        for position, fault in sorted(outcome.settled.faults.items())
        if said.get(str(position)) != fault
    ]
    notes = (Note("unsigned", {"count": outcome.unsigned, "total": outcome.total}),) if outcome.unsigned else ()
    return Found(tuple(faults), notes)


def check_verdict(read: Read, outcome: Outcome) -> Found:
    """The judge, over the pack's bytes, says of each clause what verdict.json says; and the visit stands as it says."""
    settled = outcome.settled
    said = json_of(read.files, "verdict.json", _Said)
    found = msgspec.json.decode(msgspec.json.encode(settled.verdict))
    if found is None or not isinstance(said.verdict, dict):
        return Found(() if found == said.verdict else (_different("verdict", "this visit", said.verdict, found),))
    told = said.verdict.get("clauses")
    claimed = {one.get("clause"): one for one in told if isinstance(one, dict)} if isinstance(told, list) else {}
    faults = [
        _different("verdict", ruled["clause"], claimed.get(ruled["clause"], {}).get("status"), ruled["status"])
        for ruled in found["clauses"]
        if claimed.get(ruled["clause"]) != ruled
    ]
    if not faults and said.verdict != found:
        may = [_may(verdict.get("may_record_missed")) for verdict in (said.verdict, found)]
        faults.append(_different("verdict", "this visit", *may))
    claims = (said.standing, said.outcome, said.awaiting)
    # What a withheld body said may bear on where the visit stands; on the judge's verdict nothing withheld does.
    if not faults and not read.is_redacted and claims != (settled.standing, settled.outcome, list(settled.awaiting)):
        faults.append(_different("verdict", "this visit", said.standing, settled.standing))
    return Found(tuple(faults))


def check_grades(read: Read, outcome: Outcome) -> Found:
    """The grades are those that the same rules give over the pack's bytes; a withheld body may have borne on any."""
    settled = outcome.settled
    grading = json_of(read.files, "grading.json", _Grading)
    if grading.version != GRADING_VERSION or read.is_redacted:
        return Found(notes=(Note("grades"),), is_unchecked=True)
    claimed = {said.clause: said.bare for said in [*grading.clauses, *([grading.place] if grading.place else [])]}
    found = {graded.clause: graded for graded in [*settled.grades, *([settled.place] if settled.place else [])]}
    faults = []
    for clause in sorted(claimed.keys() | found.keys()):
        said, right = claimed.get(clause), found.get(clause)
        if said != right:
            faults.append(_different("grade", clause, said and said.grade, right and right.grade))
    if grading.grade != settled.grade:
        faults.append(_different("grade", "this visit", grading.grade, settled.grade))
    return Found(tuple(faults))


def _may(is_missed: object) -> str:
    return "it may be recorded as missed" if is_missed is True else "it may not be recorded as missed"


def _different(code: str, clause: str, said: object, found: object) -> Fault:
    file = "grading.json" if code == "grade" else "verdict.json"
    said, found = (value if isinstance(value, str) and value else "nothing" for value in (said, found))
    return Fault(file, code, {"clause": clause, "said": said, "found": found})
