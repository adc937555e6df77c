"""The invented landlord: its people and homes, drawn by seed. No street, name, number or postcode of it is real."""

from __future__ import annotations

from random import Random
from uuid import UUID, uuid5

import msgspec

NAME = "Brackenholt Homes (made up)"
PLANNER_NUMBER = "01632 960001"
REBOOKING_NUMBER = "01632 960002"
"""From Ofcom's numbers for drama, as all of them here: nobody is ever rung by a demonstration."""
LATER_LANDLINES = range(960010, 961000)
MOBILES = range(900000, 901000)

PATCHES = ("North", "South")
HOMES_ON_A_PATCH = 20
OPERATIVES_ON_A_PATCH = 3
OFFICE = (("planner", ""), ("planner", "South"), ("supervisor", ""), ("supervisor", "North"), ("auditor", ""))
"""Roles and patches of the office; the first of each role sees every patch."""

IDS = UUID("2f0b7c4e-9a3d-4f7b-8a51-6f0f5a0c7d21")
FIRST_NAMES = (
    "Abena Aisling Bronwen Chidi Dafydd Esme Farah Gethin Hana Imran Jolanta Kwame Leila Marek Niamh Oluwaseun "
    "Priya Rhys Sunniva Tomasz Uzma Vikram Winifred Yusuf"
).split()
LAST_NAMES = (
    "Ashgrove Barleymow Cinderford Dovecote Elderfield Fernhollow Greengage Hawksmere Inkpen Juniper Kettlewell "
    "Larkspur Mossbank Nettlefold Oakapple Pennyroyal Quillfeather Rushmere Saltmarsh Thistledown"
).split()
STREETS = (
    "Sample Street|Placeholder Court|Fiction Road|Specimen Avenue|Mock Lane|Invented Close|Notional Terrace|"
    "Makebelieve House|Pretend Hill|Imaginary Way"
).split("|")
PASSWORD_WORDS = (
    "amber anchor apron arrow basket beacon biscuit bramble button candle carpet cherry cinder copper cotton ember "
    "fennel gravel hazel kettle ladder lantern marble meadow mitten nutmeg orchard pebble pepper pocket ribbon saddle "
    "teapot timber tulip walnut wicker willow"
).split()


class Member(msgspec.Struct, frozen=True):
    """Somebody who works for the landlord, with a password that may be printed: it guards nothing real."""

    person_id: str
    username: str
    name: str
    role: str
    patch: str
    password: str


class Home(msgspec.Struct, frozen=True):
    """One home: its address as lines, and a number to call, if there is one."""

    property_ref: str
    address: tuple[str, ...]
    patch: str
    number_label: str
    number: str


class Landlord(msgspec.Struct, frozen=True):
    """Everybody and every home; the same for the same seed."""

    seed: int
    people: tuple[Member, ...]
    homes: tuple[Home, ...]

    def of_role(self, role: str) -> list[Member]:
        """Those of one role; the first sees every patch, where the role is the office's."""
        return [member for member in self.people if member.role == role]

    def homes_on(self, patch: str) -> list[Home]:
        """The homes of one patch."""
        return [home for home in self.homes if home.patch == patch]


def invent_landlord(seed: int) -> Landlord:
    """The landlord of that seed."""
    random = Random(f"landlord/{seed}")  # noqa: S311
    operatives = [("operative", patch) for patch in PATCHES for _ in range(OPERATIVES_ON_A_PATCH)]
    posts = [*operatives, *OFFICE, ("admin", "")]
    names = zip(random.sample(FIRST_NAMES, len(posts)), random.sample(LAST_NAMES, len(posts)), strict=True)
    people = tuple(
        _member(random, seed, first, last, role, patch)
        for (first, last), (role, patch) in zip(names, posts, strict=True)
    )
    return Landlord(seed, people, _homes(random))


def _member(random: Random, seed: int, first: str, last: str, role: str, patch: str) -> Member:
    username = f"{first}.{last}".lower()
    password = "-".join([*random.sample(PASSWORD_WORDS, 2), str(random.randint(1000, 9999))])
    return Member(str(uuid5(IDS, f"{seed}/{username}")), username, f"{first} {last}", role, patch, password)


def _homes(random: Random) -> tuple[Home, ...]:
    mobiles = random.sample(MOBILES, len(PATCHES) * HOMES_ON_A_PATCH)
    landlines = random.sample(LATER_LANDLINES, len(mobiles))
    homes: list[Home] = []
    for area, patch in enumerate(PATCHES, start=1):
        places = [(street, number) for street in STREETS for number in range(2, 90, 3)]
        for street, number in random.sample(places, HOMES_ON_A_PATCH):
            flat = (f"Flat {random.randint(1, 9)}",) if random.random() < 0.4 else ()
            letters = "".join(random.choices("ABDEFGHJLN", k=2))
            postcode = f"ZZ{area} {random.randint(1, 9)}{letters}"
            is_mobile = random.random() < 0.75
            mobile, landline = f"07700 {mobiles[len(homes)]}", f"01632 {landlines[len(homes)]}"
            homes.append(
                Home(
                    property_ref=f"BH{10001 + len(homes)}",
                    address=(*flat, f"{number} {street}", "Nowhere-on-Sea", postcode),
                    patch=patch,
                    number_label="mobile" if is_mobile else "home",
                    number=mobile if is_mobile else landline,
                )
            )
    return tuple(homes)
