"""Everything that takes part in the past, and how it stands when it is put down at the end of a week."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Protocol

from doorstep.application.office import Office
from doorstep.application.rows import Person, Session
from doorstep.demo.card_picture import SMALL_WIDTH, TINY_WIDTH
from doorstep.demo.kept_world import KeptOpen, KeptWriter
from doorstep.demo.landlord import Landlord
from doorstep.demo.orderly import Diary, PatientLooker, Run
from doorstep.demo.phone import SimulatedPhone
from doorstep.demo.year import Year


@dataclass
class Holder:
    """An operative with a phone, signed in. `photo` is the last that they took."""

    phone: SimulatedPhone
    session: Session
    photo: bytes = b""


@dataclass
class Past:
    """Everything that takes part in the past. Who and what is there is known before it is lived; the rest by then."""

    landlord: Landlord
    people: dict[str, Person]
    office: Office = field(init=False)
    looker: PatientLooker = field(init=False)
    year: Year = field(init=False)
    writer: KeptWriter = field(init=False)
    holders: dict[str, Holder] = field(init=False)
    booked: set[str] = field(default_factory=set)
    """What was booked and may not be over."""
    photos: list[Run] = field(default_factory=list)
    """What phones have still to send of their photos: in the evening, over the wifi at home."""

    @property
    def photo_width(self) -> int:
        """How wide their photos are, in pixels."""
        return TINY_WIDTH if self.landlord.is_vast else SMALL_WIDTH

    def person(self, role: str, patch: str, random: Random) -> Person:
        """Somebody of a role who sees that patch."""
        members = [member for member in self.landlord.of_role(role) if member.patch in ("", patch)]
        return self.people[random.choice(members).person_id]


@dataclass
class PutDown:
    """A past as it stands at the end of a week, with all that is still to come of it."""

    next_day: date
    kept: KeptOpen
    holders: dict[str, Holder]
    booked: set[str]
    diary: Diary


class Shelf(Protocol):
    """Where a past is put down at the end of each week, so that another process can go on from there."""

    def put(self, past: Past, put_down: PutDown) -> None:
        """Put it down, before what it goes with is committed."""

    def take_up(self, past: Past) -> PutDown | None:
        """The one that goes with what is committed, for this past to go on from; None where there is none."""
