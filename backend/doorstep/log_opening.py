"""Open the log with its key in place, no shorter than what it published, and know where its checkpoints go."""

from __future__ import annotations

from collections.abc import Sequence

from doorstep.adapters.checkpoint_folder import CheckpointFolder
from doorstep.adapters.checkpoint_post import Mail, Webhook
from doorstep.adapters.log_key import Ed25519LogKey, take_over, usable_key
from doorstep.adapters.mail import AddressRefused
from doorstep.adapters.timestamps import TimestampAuthority
from doorstep.application.checkpoints import make_checkpoint
from doorstep.application.office import Office
from doorstep.application.ports import Publisher
from doorstep.settings import SettingRefused, Settings


def publishers_of(settings: Settings) -> Sequence[Publisher]:
    """Where checkpoints go. Raises SettingRefused."""
    publishers: list[Publisher] = [CheckpointFolder(settings.checkpoints)]
    try:
        if settings.checkpoint_webhook:
            publishers.append(Webhook(settings.checkpoint_webhook))
        if settings.checkpoint_mail_to:
            publishers.append(Mail(settings.smtp, settings.checkpoint_mail_from, settings.checkpoint_mail_to))
    except AddressRefused as refused:
        raise SettingRefused(
            f"DOORSTEP_CHECKPOINT_WEBHOOK, DOORSTEP_CHECKPOINT_MAIL_FROM or DOORSTEP_SMTP: {refused}"
        ) from refused
    return publishers


def timestamps_of(settings: Settings) -> TimestampAuthority | None:
    """The authority that is set up, if any. Raises SettingRefused."""
    if not settings.timestamp_url:
        return None
    if settings.timestamp_roots is None:
        raise SettingRefused("DOORSTEP_TIMESTAMP_URL needs DOORSTEP_TIMESTAMP_ROOTS: by what its word is believed.")
    try:
        return TimestampAuthority(settings.timestamp_url, settings.timestamp_roots)
    except AddressRefused as refused:
        raise SettingRefused(f"DOORSTEP_TIMESTAMP_URL or DOORSTEP_TIMESTAMP_ROOTS: {refused}") from refused


async def sign_on(office: Office, key: Ed25519LogKey, settings: Settings) -> None:
    """Have the log's key in its place, and the log no shorter than what it published. Raises LogShortened."""
    held = usable_key(settings.data)
    if held is None or held.vkey != key.vkey:
        # Who trusts the old key only reads in a head that it signed too that the new one took over.
        await make_checkpoint(office, held if held and held.origin == key.origin else None)
        take_over(settings.data)
    key.hand_out(settings.data)
    longest = CheckpointFolder(settings.checkpoints).longest(key)
    size = office.writer.tree_head().size
    if longest and longest[1].head.size > size:
        raise LogShortened(
            f"The log has {size} entries, and published a checkpoint of {longest[1].head.size} ({longest[0]}). If it "
            f"was restored from a backup, say so: doorstep log restored --checkpoint {longest[0]}. Then start again."
        )


class LogShortened(RuntimeError):
    """The log is shorter than it was: going on would make two histories under one name."""
