"""The kinds of data exception: which there are, whose they are, and when one is late. Rules are data, in `rules/`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec


class Asked(msgspec.Struct, frozen=True):
    """A field that an appointment must have: of all, or of those with one of these priorities or trades.

    `among` are the values that are known, where the field is a code.
    """

    field: str
    priorities: tuple[str, ...] = ()
    trades: tuple[str, ...] = ()
    among: tuple[str, ...] = ()


class Kind(msgspec.Struct, frozen=True):
    """One kind: its words by language, the role that mends it, after how many days it is late, how far back to look.

    `limit_ms` is what its question asks by, where it asks by one: see LIMITS. `asked` is the field of the minimum
    record whose lack it is, where it is one's.
    """

    kind: str
    owner: str
    late_after_days: int
    look_back_days: int
    title: Mapping[str, str]
    means: Mapping[str, str]
    limit_ms: int = 0
    asked: Asked | None = None

    def say_title(self, language: str) -> str:
        """What it is called, in English where it is said in no other language."""
        return self.title.get(language) or self.title["en"]

    def say_means(self, language: str) -> str:
        """What is wrong, and where it is mended."""
        return self.means.get(language) or self.means["en"]


class ExceptionRules(msgspec.Struct, frozen=True):
    """All kinds, in the order in which a person reads them."""

    kinds: tuple[Kind, ...]

    def find(self, code: str) -> Kind | None:
        """The kind with that code."""
        return next((kind for kind in self.kinds if kind.kind == code), None)


OWNERS: Final = ("planner", "supervisor")
"""The roles that may own a kind: those that can mend something."""

LIMITS: Final[Mapping[str, tuple[str, int]]] = {
    "arrived_before_window": ("minutes", 60_000),
    "clock_skew": ("seconds", 1_000),
    "not_notified": ("hours", 3_600_000),
    "planner_call_unmatched": ("hours", 3_600_000),
    "evidence_unsent": ("hours", 3_600_000),
}
"""Of the kinds that ask by a limit: the key that it stands under, and its unit in ms."""

KINDS: Final = (
    "assigned_outside_window",
    "arrived_before_window",
    "unknown_property",
    "uprn_conflict",
    "duplicate_booking",
    "no_phone_number",
    "no_slot_agreement",
    "not_notified",
    "clock_skew",
    "photo_reused",
    "photo_lookalike",
    "planner_call_unmatched",
    "alert_past_date",
    "evidence_unsent",
    "held_row",
    "unclear_local_time",
    "number_failed",
    "reply_waiting",
)
"""Those that are always asked; each field of a minimum record adds one."""

UNCLEAR_TIME: Final = "does not exist or comes twice in London"
"""What is said of a local time that a clock change skips or repeats: by it such held rows are told from others."""

KIND_OF_FIELD: Final[Mapping[str, str]] = {"phone_number": "no_phone_number", "agreed": "no_slot_agreement"}
"""Fields whose lack is an exception whether or not the minimum record asks for them."""


def kind_of_field(field: str) -> str:
    """The code of the exception of a field that lacks."""
    return KIND_OF_FIELD.get(field, f"lacks_{field}")


def plain_rules() -> ExceptionRules:
    """What holds where the rules folder is older than these rules: every kind a planner's, late after two days."""
    limits = {"clock_skew": 300_000, "not_notified": 24 * 3_600_000}
    usual = 12 * 3_600_000
    asked = {kind: Asked(field) for field, kind in KIND_OF_FIELD.items()}
    return ExceptionRules(
        tuple(
            Kind(
                kind,
                "planner",
                2,
                28,
                {"en": kind.replace("_", " ").capitalize()},
                {"en": ""},
                0 if kind == "arrived_before_window" else limits.get(kind, usual if kind in LIMITS else 0),
                asked.get(kind),
            )
            for kind in KINDS
        )
    )
