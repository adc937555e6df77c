"""Assemble a visit's evidence pack: gather, tell, log the export, sign the log's head over it, and close the ZIP.

The export is an entry of the log that names the manifest's hash; the checkpoint covers that entry. So nobody can put
another manifest in its place, not even who has every key, without the log showing it.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from doorstep.application.checkpoints import make_checkpoint
from doorstep.application.log_event import log_event
from doorstep.application.office import Office
from doorstep.application.pack.files import Files, inside, manifest, seal, zipped
from doorstep.application.pack.gathering import Told, gather_told
from doorstep.application.pack.redacting import LEFT_OUT, nameless, redacted_body
from doorstep.application.pack.telling import certificate, report_data
from doorstep.application.report_data import Report
from doorstep.application.rows import Entry, Person
from doorstep.application.world import Needs, World
from doorstep.domain.office_events import PackExported

MAGIC: Mapping[bytes, str] = {b"\xff\xd8\xff": "jpg", b"\x89PNG": "png", b"RIFF": "webp"}


class Pack(msgspec.Struct, frozen=True):
    """A finished pack: the ZIP's name and bytes."""

    name: str
    content: bytes


class PackMaker:
    """Makes packs. `verifier` is the built page that checks a pack offline, the same file in every pack."""

    def __init__(self, report: Report, verifier: Path) -> None:
        self._report = report
        self._verifier = verifier

    async def assemble(self, office: Office, person: Person, visit_id: str, *, is_redacted: bool = False) -> Pack:
        """The pack of a visit, whole or redacted. Raises Refused `not-found` or `no-pack`, or CheckpointRefused."""
        told = await gather_told(office, person, visit_id)
        made_at = office.clock.now_ms()
        files = await asyncio.to_thread(self._files, office, told, made_at)
        named = manifest(told, files, made_at, "")
        export = await office.writer.submit(_Export(told, person.person_id, made_at, _sha256(named)))
        if is_redacted:
            # The whole one is logged first, so that the copy is tied to something that the log knows.
            whole_sha256 = _sha256(named)
            roles = {each.person_id: each.role for each in await office.store.people()}
            files |= await asyncio.to_thread(self._without_names, office, told, made_at, roles, whole_sha256)
            named = manifest(told, files, made_at, whole_sha256)
            export = await office.writer.submit(
                _Export(told, person.person_id, made_at, _sha256(named), redacted_of=whole_sha256)
            )
        checkpoint = await make_checkpoint(office)
        proofs = {
            entry.position: await office.store.inclusion(entry.position, checkpoint.size)
            for entry in [*told.entries, export]
        }
        whole = files | {"manifest.json": named} | seal(export, proofs, checkpoint.note, checkpoint.timestamp)
        name = f"visit-{visit_id}{'-redacted' if is_redacted else ''}.zip"
        return Pack(name, await asyncio.to_thread(zipped, whole))

    def _files(self, office: Office, told: Told, made_at: int) -> Files:
        files = inside(told, office.log_key.vkey)
        for sha256 in told.settled.photos:
            original = office.photos.original(sha256)
            if original:
                content = original.read_bytes()
                files[f"photos/{sha256}.{_extension(content)}"] = content
        files["report.pdf"] = self._report.make(report_data(office, told, made_at))
        files["certificate.txt"] = certificate(told, made_at)
        files["verify.html"] = self._verifier.read_bytes()
        return files

    def _without_names(
        self, office: Office, told: Told, made_at: int, roles: dict[str, str], whole_sha256: str
    ) -> Files:
        """The files that are others in a redacted copy."""
        left = {f"entries/{entry.position}.json": redacted_body(entry) for entry in told.entries}
        data = report_data(office, nameless(told, roles), made_at)
        told_so = msgspec.structs.replace(data, redacted=LEFT_OUT.format(manifest_sha256=whole_sha256))
        return {name: body for name, body in left.items() if body} | {"report.pdf": self._report.make(told_so)}


class _Export:
    """Log that the pack went out, before it does."""

    def __init__(self, told: Told, person_id: str, now_ms: int, manifest_sha256: str, redacted_of: str = "") -> None:
        self.told, self.person_id, self.now_ms = told, person_id, now_ms
        self.manifest_sha256, self.redacted_of = manifest_sha256, redacted_of

    def needs(self) -> Needs:
        return Needs()

    def apply(self, world: World) -> Entry:
        _, entry = log_event(
            world,
            PackExported,
            self.person_id,
            self.now_ms,
            appointment_id=self.told.dossier.appointment_id,
            visit_id=self.told.row.visit_id,
            manifest_sha256=self.manifest_sha256,
            redacted_of=self.redacted_of,
        )
        return entry


def _extension(content: bytes) -> str:
    return next((extension for magic, extension in MAGIC.items() if content.startswith(magic)), "bin")


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
