"""What each grade and its reason say in English: for the report, the pack and whoever has no catalogue of words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from doorstep.domain.grades import Graded

LONDON: Final = ZoneInfo("Europe/London")

GRADE_NAMES: Final = {
    "proven": "Proven",
    "consistent": "Consistent",
    "unsupported": "Unsupported",
    "contradicted": "Contradicted",
}
VOUCHERS: Final = {
    "phone": "the phone",
    "server": "our server",
    "planner": "the planner",
    "office": "the office's records",
    "text_service": "the text service",
    "supervisor": "a supervisor",
    "operative": "the operative's word",
}
"""Who vouches, by the name that a grade carries."""

SENTENCES: Final[dict[str, str]] = {
    "notified_receipt": "The text service reported on {told_at} that the message was delivered.",
    "notified_record": "The office's own record says that they were told by {told_at}. No service reported it.",
    "notified_word": "Only the operative says that they were told. The office holds no record of it.",
    "no_notice": "The office holds no record that they were told in time.",
    "slot_record": "The booking record says how the time was agreed.",
    "slot_word": "Only the operative says that the time was agreed. The booking record does not.",
    "no_agreement": "The booking record does not say that the time was agreed.",
    "time_bounded": "By our server's clock it was stated after {lo_at} and before {hi_at}: within the time slot.",
    "time_after": "By our server's clock it was stated after {lo_at}. The latest time allowed was {until_at}.",
    "time_before": "By our server's clock it was stated before {hi_at}. The earliest time allowed was {from_at}.",
    "time_stated": "The phone's clock says {stated_at}. Nothing that we hold speaks against it.",
    "time_unsigned": "The phone's clock says {stated_at}, but no enrolled phone signed it.",
    "time_clock_wrong": "The phone's clock says {stated_at}. Our server's clock shows that the phone's was wrong.",
    "time_clock_moved": "The phone's clock says {stated_at}, but that clock was changed during the visit.",
    "time_missed": "The phone's own clock says {stated_at}: outside the time slot.",
    "request_not_followed": "The operative says that a request was not followed.",
    "no_requests": "The booking record holds no requests to follow.",
    "requests_word": "Only the operative says that the requests were followed.",
    "operative_word": "Only the operative says so.",
    "call_word": "Only the operative says that they called. We hold no record from the telephone network.",
    "contact_logged": "The planner's own record of the call, saved on {logged_at}, matches.",
    "contact_not_logged": "Only the operative says that they spoke with the planner. No planner's record matches.",
    "card_word": "Only the operative says that a card was left. There is no photo of it.",
    "photo_reused": "The same picture belongs to another visit.",
    "photo_unreadable": "The photo came whole, but no picture can be made of it.",
    "photo_awaited": "The photo has not come, or has not been looked at yet.",
    "photo_whole": "The photo is whole, is the very one that the phone named, and is used for no other visit.",
    "card_read": "A supervisor read this visit's code on the card in the photo. No older photo could show it.",
    "waived": "The check was skipped. Only the operative says why.",
    "rests_on": "It rests on another check, and is as sure as that one.",
    "place_near": "The phone says it was {away_m} from the property, to within {accuracy_m}.",
    "place_far": "The phone says it was {away_m} from the property, to within {accuracy_m}: not at this door.",
    "place_coarse": "The phone knew its place only to within {accuracy_m}: too rough to tell.",
    "place_unclear": (
        "The phone says it was {away_m} from the property, to within {accuracy_m}: that tells neither way."
    ),
    "place_unsigned": "The phone says it was {away_m} from the property, but no enrolled phone signed it.",
    "place_not_held": "The office holds no map point for this property, so the phone's place cannot be compared.",
    "place_refused": "The phone was not allowed to tell its place.",
    "place_unavailable": "The phone could not find its place.",
    "place_off": "The phone does not tell its place.",
    "wait_short_by_bounds": "Our server's times leave room for {most_ms} at most. {needed_ms} was needed.",
    "wait_long_by_bounds": "Our server's times show a wait of at least {least_ms}. {needed_ms} was needed.",
    "wait_short_as_measured": "The phone, in view all the time, measured {mono_ms}. {needed_ms} was needed.",
    "wait_long_as_measured": "The phone measured {mono_ms}, and its wall clock agrees. {needed_ms} was needed.",
    "wait_slept": (
        "The phone slept or was hidden: it measured only {mono_ms}, its wall clock says {wall_ms}. That is no fault."
    ),
    "wait_restarted": (
        "The phone's page was started anew meanwhile, so only its wall clock speaks: {wall_ms}. That is no fault."
    ),
    "wait_clock_moved": (
        "The phone's clock was changed meanwhile: it measured {mono_ms}, its wall clock says {wall_ms}."
    ),
    "wait_unsigned": "The phone measured {mono_ms}, but no enrolled phone signed it.",
    "opening_short_by_bounds": "Our server had it before the time slot began.",
    "opening_long_by_bounds": "Our server's times show that the time slot had begun.",
    "opening_short_as_measured": (
        "The phone, in view all the time, measured too little for the time slot to have begun."
    ),
    "opening_long_as_measured": "By the phone's clocks the time slot had begun.",
    "opening_slept": (
        "The phone slept or was hidden, so only its wall clock says that the slot had begun. That is no fault."
    ),
    "opening_restarted": (
        "The phone's page was started anew, so only its wall clock says that the slot had begun. That is no fault."
    ),
    "opening_clock_moved": "The phone's clock was changed meanwhile, so it cannot say whether the time slot had begun.",
    "opening_unsigned": "The phone says that the time slot had begun, but no enrolled phone signed it.",
    "apart_short_by_bounds": (
        "Our server's times leave room for {most_ms} between them at most. {needed_ms} was needed."
    ),
    "apart_long_by_bounds": (
        "Our server's times show that the taps were at least {least_ms} apart. {needed_ms} was needed."
    ),
    "apart_short_as_measured": (
        "The phone, in view all the time, measured {mono_ms} between them. {needed_ms} was needed."
    ),
    "apart_long_as_measured": (
        "The phone measured {mono_ms} between them, and its wall clock agrees. {needed_ms} was needed."
    ),
    "apart_slept": (
        "The phone slept or was hidden: it measured {mono_ms}, its wall clock says {wall_ms}. That is no fault."
    ),
    "apart_restarted": (
        "The phone's page was started anew between them, so only its wall clock speaks: {wall_ms}. That is no fault."
    ),
    "apart_clock_moved": (
        "The phone's clock was changed between them: it measured {mono_ms}, its wall clock says {wall_ms}."
    ),
    "apart_unsigned": "The phone measured {mono_ms} between them, but no enrolled phone signed it.",
}
"""Why a grade was given, by its code; `{name}` is one of its facts. The office says the same in each language."""


def sentence(graded: Graded) -> str:
    """Why this grade was given, in one or two English sentences."""
    return SENTENCES[graded.why].format(**{name: fact_in_words(name, fact) for name, fact in graded.facts.items()})


def vouched_by(graded: Graded) -> str:
    """Who vouches for it, in English: `the phone and our server`."""
    names = [VOUCHERS[voucher] for voucher in graded.vouchers]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def fact_in_words(name: str, fact: int | str) -> str:
    """A fact as English says it: *_ms a duration, *_at London's date and time, *_m metres."""
    if isinstance(fact, str):
        return fact.replace("_", " ")
    if name.endswith("_ms"):
        return _duration(fact)
    if name.endswith("_at"):
        at = datetime.fromtimestamp(fact / 1000, UTC).astimezone(LONDON)
        return f"{at.day} {at:%B %Y at %H:%M:%S}"
    return f"{fact} m"


def _duration(ms: int) -> str:
    """A clock that was set back may have gone less than nothing."""
    minutes, seconds = divmod(abs(ms) // 1000, 60)
    said = f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
    return f"minus {said}" if ms <= -1000 else said
