"""The files of a pack that follow from what was gathered; FORMAT.md says what each holds."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zipfile
from collections.abc import Mapping
from io import BytesIO
from typing import Any, Final

import msgspec

from doorstep.application.pack.gathering import Told
from doorstep.application.rows import Entry
from doorstep.domain.grade_words import sentence
from doorstep.domain.grades import GRADING_VERSION, Graded
from doorstep.domain.office_events import PolicyAdopted, read_office_event
from doorstep.domain.signing import to_base64url

Files = dict[str, bytes]
FORMAT: Final = "doorstep/pack/v1"
SEALED: Final = "seal/"
MADE: Final = (2026, 1, 1, 0, 0, 0)
"""Every file's time in the ZIP: when a pack was made stands in its manifest, and the same files make the same bytes."""
SAFE_NAME: Final = re.compile(r"[0-9A-Za-z._-]{1,80}\Z")


def inside(told: Told, vkey: str) -> Files:
    """Every file that follows from the log, but the photos, and what is for people."""
    files: Files = {f"entries/{entry.position}.json": entry.body for entry in told.entries}
    files["visit.json"] = as_json(_visit(told))
    files["log.json"] = as_json({"entries": [{"leaf": msgspec.json.decode(entry.leaf())} for entry in told.entries]})
    devices = [
        {"device_id": device.device_id, "public_key": to_base64url(device.public_key), "position": device.position}
        for device in told.devices
    ]
    files["keys.json"] = as_json({"log": vkey, "devices": devices})
    for entry in told.entries:
        adopted = read_office_event(entry.body) if entry.kind == "policy_adopted" else None
        if isinstance(adopted, PolicyAdopted) and SAFE_NAME.match(adopted.version):
            files[f"policy/{adopted.version}.json"] = adopted.policy.encode()
    settled = told.settled
    files["grading.json"] = as_json(
        {
            "version": GRADING_VERSION,
            "grade": settled.grade,
            "clauses": [_graded(each) for each in settled.grades],
            "place": settled.place and _graded(settled.place),
        }
    )
    files["verdict.json"] = as_json(
        {
            "standing": settled.standing,
            "outcome": settled.outcome,
            "awaiting": list(settled.awaiting),
            "faults": {str(position): fault for position, fault in sorted(settled.faults.items())},
            "verdict": msgspec.json.decode(msgspec.json.encode(settled.verdict)),
        }
    )
    return files


def manifest(told: Told, files: Mapping[str, bytes], made_at: int, redacted_of: str) -> bytes:
    """What names every file but the seal by its hash."""
    return as_json(
        {
            "format": FORMAT,
            "visit_id": told.row.visit_id,
            "appointment_id": told.dossier.appointment_id,
            "made_at": made_at,
            "redacted_of": redacted_of,
            "files": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())},
        }
    )


def seal(export: Entry, proofs: Mapping[int, tuple[bytes, ...]], note: str, timestamp: bytes | None) -> Files:
    """What ties the manifest to the log, and every entry to the checkpoint; `proofs` by position."""
    files = {
        f"{SEALED}export.json": export.body,
        f"{SEALED}proof.json": as_json(
            {
                "export": {"leaf": msgspec.json.decode(export.leaf()), "proof": _path(proofs[export.position])},
                "proofs": {str(at): _path(proof) for at, proof in sorted(proofs.items()) if at != export.position},
            }
        ),
        f"{SEALED}checkpoint.txt": note.encode(),
    }
    if timestamp:
        files[f"{SEALED}timestamp.tsr"] = timestamp
    return files


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The files as a ZIP; the same files make the same bytes."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as into:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, MADE)
            info.compress_type = zipfile.ZIP_STORED if name.startswith("photos/") else zipfile.ZIP_DEFLATED
            into.writestr(info, files[name])
    return out.getvalue()


def as_json(value: object) -> bytes:
    """JSON that a person can read too."""
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def _visit(told: Told) -> dict[str, Any]:
    dossier = told.dossier
    servings = sorted(dossier.servings, key=lambda each: (each.sha256, each.operative_id, each.policy_version))
    return {
        "visit_id": told.row.visit_id,
        "appointment_id": dossier.appointment_id,
        "servings": [msgspec.to_builtins(serving) for serving in servings],
        "photos": {
            sha256: {"state": state.state, "position": state.position}
            for sha256, state in sorted(dossier.photos.items())
        },
        "reused": {sha256: sorted(others) for sha256, others in sorted(dossier.reused.items())},
    }


def _graded(graded: Graded) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(graded)
    return plain | {"sentence": sentence(graded)}


def _path(proof: tuple[bytes, ...]) -> list[str]:
    return [base64.b64encode(node).decode() for node in proof]
