"""Where digests go, by the settings."""

from __future__ import annotations

from doorstep.adapters.digest_post import DigestFolder, DigestMail
from doorstep.adapters.mail import AddressRefused
from doorstep.application.data_exceptions.digest import DigestPost
from doorstep.settings import SettingRefused, Settings

HOURS = range(24)


def digest_post_of(settings: Settings) -> DigestPost:
    """Who takes them. Raises SettingRefused."""
    if settings.digest_hour not in HOURS:
        raise SettingRefused(f"DOORSTEP_DIGEST_HOUR is {settings.digest_hour}; it takes an hour from 0 to 23.")
    folder = DigestFolder(settings.data / "digests")
    to = {"planner": settings.digest_to_planner, "supervisor": settings.digest_to_supervisor}
    if not any(to.values()):
        return folder
    try:
        return DigestMail(settings.smtp, settings.digest_from, to, folder)
    except AddressRefused as refused:
        raise SettingRefused(f"DOORSTEP_DIGEST_FROM or DOORSTEP_SMTP: {refused}") from refused
