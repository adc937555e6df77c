"""Digests on their way: by mail to the addresses of a role, into a folder where no mail is set up."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from email.message import EmailMessage
from pathlib import Path

from doorstep.adapters.mail import AddressRefused, MailServer, MaybeTaken
from doorstep.application.data_exceptions.digest import Digest, DigestUnsure
from doorstep.application.ports import OutsideFailed


class DigestFolder:
    """One file for each day and role, such as `2026-11-23-planner.txt`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, digest: Digest) -> None:
        """Write one. Raises OutsideFailed."""
        try:
            await asyncio.to_thread(self._write, digest)
        except OSError as fault:
            raise OutsideFailed(f"{self._folder} takes no digest: {fault.strerror}.") from fault

    def _write(self, digest: Digest) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        file = self._folder / f"{digest.day}-{digest.owner}.txt"
        half = file.with_suffix(".part")
        half.write_text(f"{digest.subject}\n\n{digest.text}", encoding="utf-8")
        half.replace(file)


class DigestMail:
    """Mails each role's digest to its addresses, several with commas between them; a role without one has a file."""

    def __init__(self, server: str, sender: str, recipients: Mapping[str, str], folder: DigestFolder) -> None:
        self._server, self._sender, self._recipients, self._folder = MailServer(server), sender, recipients, folder
        if not sender:
            raise AddressRefused("Digests are mailed from somebody: an address is needed.")

    async def send(self, digest: Digest) -> None:
        """Send one. Raises OutsideFailed, and DigestUnsure where nobody knows whether it went."""
        if not self._recipients.get(digest.owner):
            await self._folder.send(digest)
            return
        message = EmailMessage()
        message["From"], message["To"] = self._sender, self._recipients[digest.owner]
        message["Subject"] = digest.subject
        # Whoever is away must not answer it, and no answer to that comes back.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(digest.text)
        try:
            await self._server.send(message)
        except MaybeTaken as unsure:
            raise DigestUnsure(str(unsure)) from unsure
