"""What supervisors make of the missed visits, days later: most stand, some are put right, some are sent back."""

from __future__ import annotations

from datetime import date, time, timedelta
from random import Random

import msgspec

from doorstep.demo.stories import NO_PLANNER, SAME_PHOTO


class Deciding(msgspec.Struct, frozen=True):
    """One decision, so many days after the visit; `answer` is what the operative adds the day after, if asked."""

    on: date
    hour: time
    decision: str
    reason: str
    outcome: str | None = None
    answer: str = ""


GOOD = (
    "All checks are met, and the code on the card is this visit's.",
    "Card, call and times agree.",
    "Two knocks, a call and the planner's own log. It stands.",
)
DISPUTED = (
    ("The resident has shown that the card was put through the door of the house next door.", "wrong_address"),
    (
        "The resident's doorbell camera shows nobody at the door in that hour. The time slot was missed.",
        "landlord_missed",
    ),
    ("The resident rang us at 10:15 that they were in. We did not pass it on.", "landlord_missed"),
    ("The text message went to a number that was changed in March.", "not_notified"),
    ("They had asked us to knock on the window, and nobody told the operative.", "adjustment_not_met"),
)
RETURNED = (
    ("The photo does not show the door. Please say which door it was.", "The blue door on the left, second floor."),
    ("Which number did you ring? The record shows only one call.", "The mobile. It rang out, twice."),
    ("Did anybody answer the intercom before you went up?", "No. I rang it three times, then somebody let me in."),
)
AWAITED = {
    "camera_failed": "The camera failed: I have spoken to the operative, and the planner's call agrees.",
    "clock_gap": "The phone lay in the van for a while. The card's code and the call agree, so it stands.",
    "call_unsaved": "The planner forgot to save the call, and has told me what was said.",
    "photo_lost": "The phone was lost before it could send the photo. The planner's call agrees.",
}
REFUSED = {
    "short_wait": ("They left after ten minutes. We did not wait as we said we would.", "landlord_missed"),
    "one_knock": ("One knock is not enough. We book again, at our cost.", "landlord_missed"),
    "call_differs": ("The planner asked for ten minutes more, and they were not given.", "landlord_missed"),
    SAME_PHOTO: ("The photo is of another visit's card. This one is not shown to have been left.", "landlord_missed"),
    "not agreed": ("The slot was only set out in a letter. Nobody had agreed to it.", "time_not_agreed"),
    "late": ("We came outside the time slot.", "arrived_outside_window"),
}
NO_PLANNER_REASON = "No planner picked up: the phone log of that hour bears it out."


def decisions(fate_seed: str, way: str, day: date, *, is_out_of_hours: bool, is_agreed: bool) -> list[Deciding]:
    """What is decided of a missed visit that went in this way, if anything; drawn by the visit's own seed."""
    random = Random(f"supervision/{fate_seed}")  # noqa: S311
    soon = day + timedelta(days=random.randint(1, 9))
    hour = time(random.choice((9, 10, 11, 14, 15, 16)), random.randint(0, 59))
    if way == "came_after_card":
        return []
    key = "late" if is_out_of_hours else way if is_agreed else "not agreed"
    if key in REFUSED:
        reason, outcome = REFUSED[key]
        return [Deciding(soon, hour, "overturned", reason, outcome)] if random.random() < 0.85 else []
    if way in AWAITED or way in NO_PLANNER:
        if random.random() < 0.1:
            return []
        reason = AWAITED.get(way, NO_PLANNER_REASON)
        return [Deciding(soon, hour, "upheld", reason)] if random.random() < 0.8 else [_disputed(random, soon, hour)]
    drawn = random.random()
    if drawn < 0.86:
        # Most wait their turn: what is still to be decided is weeks old, and seldom more.
        return [Deciding(day + timedelta(days=random.randint(2, 34)), hour, "upheld", random.choice(GOOD))]
    if drawn < 0.925:
        return [_disputed(random, day + timedelta(days=random.randint(2, 27)), hour)]
    if drawn < 0.96:
        reason, answer = random.choice(RETURNED)
        back = Deciding(soon, hour, "returned", reason, None, answer if random.random() < 0.8 else "")
        return (
            [back, Deciding(soon + timedelta(days=4), hour, "upheld", "Answered. It stands.")]
            if back.answer
            else [back]
        )
    return []


def _disputed(random: Random, on: date, hour: time) -> Deciding:
    reason, outcome = random.choice(DISPUTED)
    return Deciding(on, hour, "overturned", reason, outcome)
