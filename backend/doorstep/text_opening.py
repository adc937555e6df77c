"""Who carries texts, as the settings say: GOV.UK Notify where there is a key of it, else a folder and nobody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

import structlog

from doorstep.adapters.notify.file import FileTexts
from doorstep.adapters.notify.govuk import GovukNotify
from doorstep.adapters.notify.key import (
    NotifyRefused,
    missing_templates,
    read_address,
    read_key,
    read_templates,
    read_token,
)
from doorstep.application.reminders.rules import ReminderRules, worded
from doorstep.application.reminders.text_service import TextService
from doorstep.settings import SettingRefused, Settings

log = structlog.get_logger()
T = TypeVar("T")


class OpenedTexts(TextService, Protocol):
    """A text service that whoever opened it closes."""

    def close(self) -> None:
        """Let go of what it holds."""


def texts_of(settings: Settings, rules: Callable[[], ReminderRules | None]) -> OpenedTexts:
    """Who carries texts. `rules` gives those in force, for the words in the folder. Raises SettingRefused."""
    token = _read("DOORSTEP_NOTIFY_CALLBACK_TOKEN", read_token, settings.notify_callback_token)
    if not settings.notify_key:
        if token:
            # A folder of texts is no evidence; with nobody to report of them, no report can make them any.
            raise SettingRefused("DOORSTEP_NOTIFY_CALLBACK_TOKEN needs DOORSTEP_NOTIFY_KEY: nobody else reports here.")
        return FileTexts(settings.texts, lambda template, gaps: _words(rules(), template, gaps))
    _read("DOORSTEP_NOTIFY_KEY", read_key, settings.notify_key)
    url = _read("DOORSTEP_NOTIFY_URL", read_address, settings.notify_url) or settings.notify_url
    templates = _read("DOORSTEP_NOTIFY_TEMPLATES", read_templates, settings.notify_templates) or {}
    if missing := missing_templates(templates, _named(rules())):
        raise SettingRefused(
            f"DOORSTEP_NOTIFY_TEMPLATES lacks {', '.join(missing)}, which reminders.toml names. It takes "
            f"{missing[0]}=UUID, with the id that Notify shows beside the template; several with commas between them."
        )
    return GovukNotify(settings.notify_key, templates, url)


def warn_of_templates(settings: Settings, rules: ReminderRules | None) -> None:
    """Say so where rules that were just taken up name a template that has no id: its texts would be refused."""
    if settings.notify_key:
        templates = read_templates(settings.notify_templates)
        if missing := missing_templates(templates, _named(rules)):
            log.warning("notify_templates_missing", templates=missing)


def _named(rules: ReminderRules | None) -> set[str]:
    return {rule.template for rule in rules.reminders} if rules else set()


def _words(rules: ReminderRules | None, template: str, gaps: Mapping[str, str]) -> str:
    rule = next((rule for rule in rules.reminders if rule.template == template), None) if rules else None
    return worded(rules, rule, gaps) if rules and rule else ""


def _read(name: str, read: Callable[[str], T], text: str) -> T | None:
    if not text:
        return None
    try:
        return read(text)
    except NotifyRefused as refused:
        raise SettingRefused(f"{name} {refused}") from None
