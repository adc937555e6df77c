"""Whoever carries texts to residents, as the office sees it: what it is asked for, and in what ways it fails."""

from __future__ import annotations

from typing import Final, Protocol

import msgspec

KEY, CLOCK, TEMPLATE = "key", "clock", "template"
CAUSES: Final = (KEY, CLOCK, TEMPLATE)
"""What may be wrong about how a service is set up: it does not believe us, our clock is wrong, it has no such words."""


class TextToSend(msgspec.Struct, frozen=True):
    """One text. `reference` is ours, without personal data; `number` begins with +44; `template` is the rule's name
    for it, which a setting maps to the service's own id; `personalisation` fills the template's gaps."""

    reference: str
    number: str
    template: str
    personalisation: dict[str, str]


class Sent(msgspec.Struct, frozen=True):
    """What the service holds of a text that it took.

    `status` is one of created, sending, pending, sent, delivered, permanent-failure, temporary-failure and
    technical-failure; `status_at` is when it came to that, in ms, where the service says so.
    """

    provider_id: str
    status: str
    status_at: int | None = None


class TextRefused(Exception):
    """The service will not take this text (a 4xx): asking again would change nothing. Neither field bears a number."""

    def __init__(self, error: str, detail: str) -> None:
        super().__init__(f"{error}: {detail}")
        self.error, self.detail = error, detail


class SetUpWrong(TextRefused):
    """It will take none of them as things are: the fault lies in how the service is set up, and a person mends that.

    `cause` is one of CAUSES; `template` is the rule's name of the template, where that is at fault.
    """

    def __init__(self, cause: str, error: str, detail: str, template: str = "") -> None:
        super().__init__(error, detail)
        self.cause, self.template = cause, template


class TextDelayed(Exception):
    """The service could not take it now: 429, 5xx, a timeout, no network. It may have taken it all the same.

    `retry_after_s` is how long it asks to be left alone, where it says so.
    """

    def __init__(self, why: str = "", retry_after_s: float | None = None) -> None:
        super().__init__(why)
        self.why, self.retry_after_s = why, retry_after_s


class TextService(Protocol):
    """Carries texts. Every call raises TextRefused or TextDelayed, and nothing else, where it comes to nothing."""

    async def send(self, text: TextToSend) -> Sent:
        """Hand over one text."""

    async def find(self, reference: str) -> Sent | None:
        """The text that was handed over under our reference; None where there is none. Asked before sending again."""

    async def status(self, provider_id: str) -> Sent | None:
        """What became of a text; None where the service holds it no longer."""


class Receipt(msgspec.Struct, frozen=True):
    """What the service reports of a text; `at` is when it came to this status, in ms."""

    provider_id: str
    reference: str
    status: str
    at: int


class InboundText(msgspec.Struct, frozen=True):
    """A resident's text to us; `at` is when it was received, in ms."""

    text_id: str
    number: str
    message: str
    at: int
