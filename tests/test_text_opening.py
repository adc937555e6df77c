"""Who carries texts follows from the settings, and a wrong setting says what it takes and never what it held."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from structlog.testing import capture_logs

from doorstep.adapters.notify.file import FileTexts
from doorstep.adapters.notify.govuk import GovukNotify
from doorstep.settings import SettingRefused, read_settings
from doorstep.text_opening import texts_of, warn_of_templates
from tests.reminded import some_rules

ID = str(UUID(int=7))
KEY = f"My-key 2-{UUID(int=1)}-{UUID(int=2)}"
TEMPLATES = f"booked={ID}, day_before={UUID(int=8)},two_hours_before={UUID(int=9)}"
GOOD = {"DOORSTEP_NOTIFY_KEY": KEY, "DOORSTEP_NOTIFY_TEMPLATES": TEMPLATES}
TOKEN = "0123456789abcdef0123"


def opened(environment: dict[str, str], folder: Path = Path("data")) -> object:
    """The text service of this environment, closed again."""
    texts = texts_of(read_settings(environment, data=folder), some_rules)
    texts.close()
    return texts


def test_without_a_key_texts_go_to_a_folder() -> None:
    """The embedded default needs nothing set up."""
    assert isinstance(opened({}), FileTexts)


def test_with_a_key_they_go_to_notify() -> None:
    """Whatever the key's name holds; a stand-in on loopback may be asked in clear."""
    assert isinstance(opened(GOOD), GovukNotify)
    assert isinstance(opened(GOOD | {"DOORSTEP_NOTIFY_CALLBACK_TOKEN": TOKEN}), GovukNotify)
    assert isinstance(opened(GOOD | {"DOORSTEP_NOTIFY_URL": "http://127.0.0.1:5000"}), GovukNotify)
    assert isinstance(opened(GOOD | {"DOORSTEP_NOTIFY_KEY": KEY.upper()}), GovukNotify)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DOORSTEP_NOTIFY_KEY", "secret"),
        ("DOORSTEP_NOTIFY_KEY", f"{UUID(int=1)}-{UUID(int=2)}"),
        ("DOORSTEP_NOTIFY_KEY", KEY[:-1]),
        ("DOORSTEP_NOTIFY_URL", "api.notifications.service.gov.uk"),
        ("DOORSTEP_NOTIFY_URL", "http://api.notifications.service.gov.uk"),
        ("DOORSTEP_NOTIFY_URL", "https://api.notifications.service.gov.uk/v2"),
        ("DOORSTEP_NOTIFY_URL", "https://somebody:secret@host"),
        ("DOORSTEP_NOTIFY_URL", "https://[broken"),
        ("DOORSTEP_NOTIFY_TEMPLATES", f"booked={ID}"),
        ("DOORSTEP_NOTIFY_TEMPLATES", "booked"),
        ("DOORSTEP_NOTIFY_TEMPLATES", f"booked={ID},booked={UUID(int=3)}"),
        ("DOORSTEP_NOTIFY_TEMPLATES", ""),
        ("DOORSTEP_NOTIFY_CALLBACK_TOKEN", "short"),
        ("DOORSTEP_NOTIFY_CALLBACK_TOKEN", "words with spaces between them"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    """By its name and in words; a secret is not repeated."""
    with pytest.raises(SettingRefused, match=name) as refused:
        opened(GOOD | {name: value})
    if value and name in ("DOORSTEP_NOTIFY_KEY", "DOORSTEP_NOTIFY_CALLBACK_TOKEN"):
        assert value not in str(refused.value)


def test_reports_are_believed_only_where_somebody_can_report() -> None:
    """With texts in a folder there is no token under which a receipt could come in."""
    with pytest.raises(SettingRefused, match="DOORSTEP_NOTIFY_KEY"):
        opened({"DOORSTEP_NOTIFY_CALLBACK_TOKEN": TOKEN})


def test_new_rules_with_a_template_that_nobody_named_are_told_of() -> None:
    """Taken up while the server runs: its texts would be refused one by one, so the log says what is missing."""
    rules = some_rules()
    more = msgspec.structs.replace(rules.reminders[0], reminder="a_week_before", template="a_week_before")
    anew = msgspec.structs.replace(rules, reminders=(*rules.reminders, more))
    for environment, missing in ((GOOD, [["a_week_before"]]), ({}, [])):
        with capture_logs() as lines:
            warn_of_templates(read_settings(environment), anew)
        assert [line["templates"] for line in lines] == missing
