"""Every other end of a visit than missed, as data: what is said at the door, part by part."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from doorstep.demo.phone import SECOND_MS
from doorstep.demo.stories import MINUTE_MS, Own, Said, Scene, Story, beginning, calling, knocking, until_signal

End = Callable[[Random, Scene], list[Said]]


def closed(outcome: str, after_minutes: tuple[int, int] = (1, 3), note: str = "") -> End:
    """The visit is closed with its outcome."""

    def end(random: Random, _: Scene) -> list[Said]:
        own: Own = {"outcome": outcome}
        own |= {"note": note} if note else {}
        return [Said("visit_closed", random.randint(*after_minutes) * MINUTE_MS + random.randint(0, 59_000), own)]

    return end


def stated(kind: str, *notes: str, key: str = "note") -> End:
    """One statement, with one of these notes."""

    def say(random: Random, _: Scene) -> list[Said]:
        return [Said(kind, random.randint(20, 150) * SECOND_MS, {key: random.choice(notes)} if notes else {})]

    return say


def nobody_yet(random: Random, scene: Scene) -> list[Said]:
    """Knocked twice and rung, and nobody has come so far."""
    return [*knocking(random), *calling(random, scene), Said("note_added", 240_000, {"note": "Waiting."})]


def answered(random: Random, scene: Scene) -> list[Said]:
    """Knocked, rung, and somebody takes the telephone."""
    label = scene.number_label or "neighbour"
    return [
        *knocking(random, 1),
        Said("resident_called", random.randint(40, 160) * SECOND_MS, {"number_label": label, "result": "answered"}),
    ]


def once(random: Random, _: Scene) -> list[Said]:
    """One knock is enough where somebody comes."""
    return knocking(random, 1)


WORK = (20, 95)
ENDS: dict[str, tuple[End, ...]] = {
    "completed": (once, stated("access_gained"), closed("completed", WORK)),
    "follow_on_required": (once, stated("access_gained"), closed("follow_on_required", WORK, "Parts to be ordered.")),
    "external_work_done": (closed("external_work_done", WORK),),
    "access_gained_late": (nobody_yet, stated("access_gained"), closed("access_gained_late", WORK)),
    "refused_access": (
        once,
        stated(
            "access_refused",
            "Not today, I have visitors.",
            "I never asked for this.",
            "Come back when my son is here.",
            "I want a different trade first.",
            key="words",
        ),
        closed("refused_access"),
    ),
    "no_responsible_adult": (
        once,
        stated("no_responsible_adult", "A child answered. Nobody else was in."),
        closed("no_responsible_adult"),
    ),
    "work_area_not_ready": (
        once,
        stated("access_gained"),
        closed("work_area_not_ready", (4, 12), "The kitchen was full of boxes. Could not reach the pipes."),
    ),
    "rebooked_by_resident": (
        answered,
        stated("resident_rebooked", "Asked for next Thursday.", "At work until four. Asked for an evening."),
        closed("rebooked_by_resident"),
    ),
    "cancelled_by_resident": (answered, closed("cancelled_by_resident", note="They do not want it done any more.")),
    "no_longer_required": (once, stated("access_gained"), closed("no_longer_required", note="It works again.")),
    "welfare_concern": (
        nobody_yet,
        stated("welfare_concern", "Post piling up, lights on, no answer. The planner is following it up."),
        closed("welfare_concern"),
    ),
    "unsafe_to_wait": (
        stated("left_unsafe", "A dog was loose in the yard.", "People were shouting on the landing. I left."),
        closed("unsafe_to_wait"),
    ),
    "third_party_access": (once, closed("third_party_access", note="The caretaker holds the key of the riser.")),
    "arrived_outside_window": (closed("arrived_outside_window", note="The job before took too long."),),
    "not_notified": (once, closed("not_notified", note="They said that no message had come.")),
    "time_not_agreed": (once, closed("time_not_agreed", note="They said that nobody had asked them.")),
    "wrong_address": (
        stated("wrong_address", "The job is for the next block, same number."),
        closed("wrong_address"),
    ),
    "wrong_trade_or_parts": (
        once,
        stated("access_gained"),
        closed("wrong_trade_or_parts", (5, 20), "It needs an electrician."),
    ),
    "adjustment_not_met": (closed("adjustment_not_met", note="They had asked for a woman. I am not one."),),
}
"""Every other end than missed: what happens at the door, part by part."""


def ended_story(random: Random, scene: Scene, outcome: str) -> Story:
    """A visit that ends with this outcome, whatever was said before."""
    if outcome == "landlord_missed":
        late = "Could not get there in time. The planner knows."
        return Story(outcome, (Said("visit_started", 0), *closed("landlord_missed", (1, 2), late)(random, scene)))
    said = beginning(random, scene)
    for part in ENDS[outcome]:
        said += part(random, scene)
    return Story(outcome, tuple(said), sent_after_ms=until_signal(random))
