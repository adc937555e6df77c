"""All configuration: each setting's name in the environment, what it is for, and what holds where it is not set."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

PACKAGE = Path(__file__).parent
CHECKOUT = PACKAGE.parent.parent


class SettingRefused(ValueError):
    """A setting cannot be used; the message names it and says what it takes."""


class Settings(msgspec.Struct, frozen=True):
    """Where things are and how they are served. Every field is `DOORSTEP_` and its name in capitals."""

    data: Path = Path("data")
    host: str = "127.0.0.1"
    port: int = 8000
    is_secure: bool = True
    """True behind TLS: cookies are Secure and browsers are told to use HTTPS only."""
    proxies: int = 0
    """How many proxies of one's own stand before the server: so many entries at the end of X-Forwarded-For are true.

    With 0 nothing of that header is believed, since whoever tries passwords writes it too.
    """
    rules: Path = PACKAGE / "built" / "rules"
    static: Path = PACKAGE / "built" / "static"
    planner_number: str = ""
    """The telephone number on which operatives reach the planners."""
    rebooking_number: str = ""
    """The number on the card that residents ring to make another appointment."""
    session_hours: int = 14
    landlord: str = ""
    """The landlord's name, as evidence reports and reminders bear it."""
    notify_key: str = ""
    """A key of GOV.UK Notify. Empty: texts go to the folder `texts` among the data, and to nobody."""
    notify_url: str = "https://api.notifications.service.gov.uk"
    notify_templates: str = ""
    """The ids of Notify's templates by the names that the rules have: booked=UUID, day_before=UUID."""
    notify_callback_token: str = ""
    """What Notify bears when it reports of texts and brings residents' answers. Empty: nobody is believed."""
    texts_per_minute: int = 3000
    """How many texts the text service takes in a minute."""
    text_days: int = 90
    """After so many days the numbers that texts went to, and what residents answered, are forgotten."""
    intake_folder: Path | None = None
    """A folder that other systems drop files of appointments into, called SOURCE.anything. Not set: none is watched."""
    intake_megabytes: int = 200
    """How large a file of appointments may be."""
    intake_days: int = 30
    """So many days after a held row was seen to, or an import ended, what it says of people is dropped."""
    review_months: int = 12
    """An alert of a home is looked at again within so many months."""
    erase_after_days: int = 90
    """So many days after an alert or a request ended its words are erased from the log."""
    resident_days: int = 90
    """So many days after a visit its card answers the resident who found it."""
    log_origin: str = ""
    """The log's name, as checkpoints and verifier keys bear it; given once, at the first start. Empty: one is made."""
    checkpoint_minutes: int = 60
    """After so many minutes a log that grew is signed again; once a day in any case."""
    checkpoint_folder: Path | None = None
    """Where checkpoints are written. Not set: the folder `checkpoints` among the data."""
    checkpoint_webhook: str = ""
    """An address that each checkpoint is POSTed to."""
    checkpoint_mail_to: str = ""
    """Who is mailed each checkpoint; several with commas between them."""
    checkpoint_mail_from: str = ""
    smtp: str = ""
    """The server that takes mail: smtp://user:password@host:587, or smtps:// where TLS comes first."""
    digest_hour: int = 7
    """From this hour on, by London's clock, the day's digest of data exceptions goes out."""
    digest_to_planner: str = ""
    """Who is mailed what planners own; several with commas between them. Empty: it goes to the folder `digests`."""
    digest_to_supervisor: str = ""
    digest_from: str = ""
    report_day: int = 5
    """From this day of the month on, by London's calendar, the report of the month before is made; 0: only if asked."""
    report_hour: int = 6
    """From this hour of that day on."""
    webhook_networks: str = ""
    """Networks of one's own that webhooks may go to, as 10.1.0.0/16,10.2.0.0/16; else they go to the open web only."""
    office_url: str = ""
    """Where people reach the office, as https://doorstep.example.org: for the links in mails."""
    timestamp_url: str = ""
    """An RFC 3161 authority that each checkpoint is shown to."""
    timestamp_roots: Path | None = None
    """The file of root certificates (PEM) by which its timestamps are believed."""

    @property
    def database(self) -> Path:
        """The store's file."""
        return self.data / "doorstep.sqlite3"

    @property
    def checkpoints(self) -> Path:
        """The folder of checkpoints."""
        return self.checkpoint_folder or self.data / "checkpoints"

    @property
    def texts(self) -> Path:
        """The folder of texts that nobody carries."""
        return self.data / "texts"

    @property
    def reports(self) -> Path:
        """The folder of monthly reports."""
        return self.data / "reports"

    @property
    def photos(self) -> Path:
        """The folder of photos."""
        return self.data / "photos"


def read_settings(environment: Mapping[str, str] = os.environ, **given: object) -> Settings:
    """Settings from the environment, with what is given instead of it. Raises SettingRefused naming the setting."""
    found: dict[str, object] = {}
    if (CHECKOUT / "rules" / "outcomes.toml").is_file():
        found = {"rules": CHECKOUT / "rules", "static": CHECKOUT / "static_pwa" / "dist"}
    for field in msgspec.structs.fields(Settings):
        name = f"DOORSTEP_{field.name.upper()}"
        if name in environment:
            found[field.name] = _read(name, environment[name], field.type)
    found |= {name: value for name, value in given.items() if value is not None}
    return Settings(**found)  # type: ignore[arg-type]


def _read(name: str, text: str, form: object) -> object:
    if form in (Path, Path | None):
        return Path(text)
    if form is bool:
        if text not in ("yes", "no"):
            raise SettingRefused(f"{name} is {text!r}; it takes yes or no.")
        return text == "yes"
    if form is int:
        if not text.isdecimal():
            raise SettingRefused(f"{name} is {text!r}; it takes a whole number.")
        return int(text)
    return text
