"""A true pack written from FORMAT.md alone, by slow and obvious means: for the page that checks packs."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterable
from typing import Any

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from doorstep.adapters.log_key import Ed25519LogKey
from doorstep.application.gather import gather
from doorstep.application.office import state
from doorstep.application.rows import Entry
from doorstep.domain.chain import body_hash
from doorstep.domain.checkpoint import NoteSignature, note_text, read_vkey, signed_note
from doorstep.domain.dossier import Dossier, PhotoState, Serving
from doorstep.domain.events import read_event
from doorstep.domain.grade_words import sentence
from doorstep.domain.grades import GRADING_VERSION, Graded
from doorstep.domain.instants import format_instant
from doorstep.domain.log_tree import TreeHead, leaf_hash, node_hash
from doorstep.domain.office_events import (
    AppointmentChanged,
    DecisionMade,
    DeviceEnrolled,
    PackExported,
    PlannerCallBegun,
    PlannerCallLogged,
    PolicyAdopted,
)
from doorstep.domain.signing import event_message, to_base64url
from doorstep.domain.visit import settle
from tests.chains import PICTURE
from tests.dossiers import CODE, MINUTE, OPERATIVE, PLANNER, POLICIES, SUPERVISOR, a_snapshot
from tests.makers import DAY, MORNING, a_bare_chain, an_id

Files = dict[str, bytes]
ORIGIN = "doorstep/0f1e2d3c"
VERSION = "2026-11-01"
PICTURE_SHA256 = hashlib.sha256(PICTURE).hexdigest()


class SmallPack:
    """One log of a dozen entries, and the pack of the visit in it; `number` makes another one of another visit.

    `spoil` alters files before they are sealed: as a landlord could, who has the log's key and wants to be right.
    """

    def __init__(self, number: int = 1, spoil: Callable[[Files], None] = lambda files: None) -> None:
        self.number, self.entries, self.spoil = number, list[Entry](), spoil
        self.log_key = Ed25519LogKey.from_seed(bytes([7]) * 32, ORIGIN)
        self.phone = ec.derive_private_key(1000 + number, ec.SECP256R1())
        self.device_id = an_id(0xDE00 + number)
        self.snapshot = a_snapshot(work_order_ref=f"WO-{number}", note='<script>alert("x")</script> é')
        self.visit_id = an_id(0xF000 + number)
        self._write_log()
        self.files = self._files()

    @property
    def vkey(self) -> str:
        """The log's key, as a reader has it from elsewhere."""
        return self.log_key.vkey

    def zipped(self, **changed: bytes | None) -> bytes:
        """The pack as a ZIP; a file given as None is left out, and bytes take another's place or are added."""
        return zipped(self.files | changed)

    def _write_log(self) -> None:
        table = json.dumps(POLICIES[VERSION].table, ensure_ascii=False)
        self._office("policy_adopted", PolicyAdopted, "system", -9, version=VERSION, policy=table)
        point = self.phone.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        enrolled = {"device_id": self.device_id, "person_id": an_id(OPERATIVE), "installation_id": an_id(0x1A1)}
        self._office("device_enrolled", DeviceEnrolled, "system", -8, public_key=to_base64url(point), **enrolled)
        operatives = [an_id(OPERATIVE)]
        served = {"operative_ids": operatives, "patch": "north", "day": DAY, "source": "csv", "source_ref": "1"}
        made = {"appointment_id": "A-1", "snapshot": self.snapshot, "policy_version": VERSION} | served
        self._office("appointment_changed", AppointmentChanged, "system", -7, **made)
        call = {"call_id": an_id(0xCA01), "appointment_id": "A-1", "operative_id": an_id(OPERATIVE)}
        expires_at = format_instant(MORNING + 19 * MINUTE)
        begun = call | {"code": CODE, "expires_at": expires_at}
        self._office("planner_call_begun", PlannerCallBegun, an_id(PLANNER), 9, **begun)
        saved = call | {"instruction": "leave_card", "summary": "Leave a card"}
        self._office("planner_call_logged", PlannerCallLogged, an_id(PLANNER), 11, **saved)
        self._phone()
        decided = {"appointment_id": "A-1", "visit_id": self.visit_id, "decision": "upheld", "reason": "so", "saw": []}
        self._office("decision_made", DecisionMade, an_id(SUPERVISOR), 60, reads_card=True, **decided)

    def _phone(self) -> None:
        chain = a_bare_chain(self.number, OPERATIVE, "A-1", self.snapshot)
        chain.device_id = self.device_id
        chain.whole(CODE)
        for seq, text in enumerate(chain.bodies):
            event = read_event(text.encode())
            der = self.phone.sign(event_message(text.encode()), ec.ECDSA(hashes.SHA256()))
            sig = b"".join(half.to_bytes(32, "big") for half in decode_dss_signature(der))
            received = MORNING + event.t + 2_000
            whose = {"visit_id": self.visit_id, "appointment_id": "A-1", "actor_id": event.actor_id, "n": event.n}
            self._append(text.encode(), event.kind, received, installation_id=an_id(0x1A1), seq=seq, sig=sig, **whose)

    def _office(self, kind: str, form: Any, actor_id: str, minute: int, **fields: Any) -> Entry:
        at = MORNING + minute * MINUTE
        return self._append(state(form, actor_id, at, **fields)[1], kind, at, actor_id=actor_id, appointment_id="A-1")

    def _append(self, body: bytes, kind: str, received_at: int, **other: Any) -> Entry:
        entry = Entry(len(self.entries) + 1, body_hash(body), kind, body, received_at, **other)
        self.entries.append(entry)
        return entry

    def _files(self) -> Files:
        told = list(self.entries)
        files = self._inside(told)
        self.spoil(files)
        files["manifest.json"] = _json(self._manifest(files))
        sealed = {"appointment_id": "A-1", "visit_id": self.visit_id}
        sealed["manifest_sha256"] = hashlib.sha256(files["manifest.json"]).hexdigest()
        export = self._office("pack_exported", PackExported, an_id(SUPERVISOR), 61, **sealed)
        leaves = [leaf_hash(entry.leaf()) for entry in self.entries]
        text = note_text(ORIGIN, TreeHead(len(leaves), _root(leaves)))
        signature = NoteSignature(ORIGIN, read_vkey(self.vkey).key_hash, self.log_key.sign(text.encode()))
        files["seal/export.json"] = export.body
        proofs = {str(entry.position): _proof(entry, leaves) for entry in told}
        sealed_leaf = {"leaf": json.loads(export.leaf()), "proof": _proof(export, leaves)}
        files["seal/proof.json"] = _json({"export": sealed_leaf, "proofs": proofs})
        files["seal/checkpoint.txt"] = signed_note(text, [signature]).encode()
        return files

    def _manifest(self, files: Files) -> dict[str, Any]:
        named = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}
        whose = {"visit_id": self.visit_id, "appointment_id": "A-1", "made_at": MORNING, "redacted_of": ""}
        return {"format": "doorstep/pack/v1", **whose, "files": named}

    def _inside(self, told: list[Entry]) -> Files:
        """Every file but the manifest and the seal."""
        serving = Serving(body_hash(self.snapshot.encode()), an_id(OPERATIVE), VERSION)
        photos = {PICTURE_SHA256: PhotoState("complete", told[-1].position - 1)}
        dossier = Dossier("A-1", photos=photos, servings={serving})
        gather(dossier, told)
        settled = settle(dossier, POLICIES)[self.visit_id]
        files: Files = {f"entries/{entry.position}.json": entry.body for entry in told}
        files["visit.json"] = _json(
            {
                "visit_id": self.visit_id,
                "appointment_id": "A-1",
                "servings": [msgspec.to_builtins(serving)],
                "photos": {name: {"state": state.state, "position": state.position} for name, state in photos.items()},
                "reused": {},
            }
        )
        device = {"device_id": self.device_id, "public_key": json.loads(told[1].body)["public_key"], "position": 2}
        files["keys.json"] = _json({"log": self.vkey, "devices": [device]})
        files[f"policy/{VERSION}.json"] = json.loads(told[0].body)["policy"].encode()
        files[f"photos/{PICTURE_SHA256}.jpg"] = PICTURE
        place = settled.place and _graded(settled.place)
        clauses = [_graded(each) for each in settled.grades]
        files["grading.json"] = _json(
            {"version": GRADING_VERSION, "grade": settled.grade, "clauses": clauses, "place": place}
        )
        faults = {str(position): fault for position, fault in settled.faults.items()}
        standing = {"standing": settled.standing, "outcome": settled.outcome, "awaiting": list(settled.awaiting)}
        verdict = json.loads(msgspec.json.encode(settled.verdict))
        files["verdict.json"] = _json({**standing, "faults": faults, "verdict": verdict})
        files |= {"report.pdf": b"%PDF-1.7 %", "certificate.txt": b"I certify", "verify.html": b"<!doctype html>"}
        files["log.json"] = _json({"entries": [{"leaf": json.loads(entry.leaf())} for entry in told]})
        return files


def _graded(graded: Graded) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(graded)
    return plain | {"sentence": sentence(graded)}


def zipped(files: dict[str, Any]) -> bytes:
    """Files as a ZIP, those that are None left out."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as into:
        for name, content in files.items():
            if content is not None:
                into.writestr(zipfile.ZipInfo(name), content)
    return packed.getvalue()


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def _proof(entry: Entry, leaves: list[bytes]) -> list[str]:
    return [base64.b64encode(each).decode() for each in _path(entry.position - 1, leaves)]


def _half(count: int) -> int:
    return 1 << (count - 1).bit_length() - 1


def _root(leaves: list[bytes]) -> bytes:
    if len(leaves) == 1:
        return leaves[0]
    middle = _half(len(leaves))
    return node_hash(_root(leaves[:middle]), _root(leaves[middle:]))


def _path(index: int, leaves: list[bytes]) -> Iterable[bytes]:
    if len(leaves) == 1:
        return []
    middle = _half(len(leaves))
    if index < middle:
        return [*_path(index, leaves[:middle]), _root(leaves[middle:])]
    return [*_path(index - middle, leaves[middle:]), _root(leaves[:middle])]
