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
CARDIFF_NUMBERS = range(2018_0000, 2018_1000)
"""Where a landlord has more homes than there are other numbers for drama."""

PATCHES = ("North", "South")
MORE_PATCHES = ("North", "South", "East")
"""A landlord of more than a few hundred homes has a third patch."""
MOST_HOMES_ON_TWO_PATCHES = 400
MOST_HOMES_ON_THREE_PATCHES = 2_500
"""Beyond these there are more patches, and more people: see demo.large_landlord."""
MOST_HOMES = 125_000
"""As the largest landlord of England has."""
OPERATIVES_ON_A_PATCH = 3
CONTRACTOR = "Larch & Lintel"
"""Who sends the last operative of each patch, where the landlord is large enough to need a contractor."""
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
MORE_STREETS = (
    "Stryd Ffug|Never Street|Ffordd Dychymyg|Storybook Gardens|Once Upon Row|Lorem Crescent|Unreal Square|"
    "Heol Esgus|Phantom Mews|Hypothesis Drive|Supposed Street|Would-be Lane|Thought Experiment Road|Tale End"
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
    contractor: str = ""


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

    @property
    def patches(self) -> tuple[str, ...]:
        """The patches, in order."""
        return tuple(dict.fromkeys(home.patch for home in self.homes))

    @property
    def is_large(self) -> bool:
        """Whether it has a third patch and a contractor."""
        return len(self.homes) > MOST_HOMES_ON_TWO_PATCHES

    @property
    def is_vast(self) -> bool:
        """Whether it has more patches than three, and everything that goes with that."""
        return len(self.homes) > MOST_HOMES_ON_THREE_PATCHES

    def of_role(self, role: str) -> list[Member]:
        """Those of one role; the first sees every patch, where the role is the office's."""
        return [member for member in self.people if member.role == role]

    def homes_on(self, patch: str) -> list[Home]:
        """The homes of one patch."""
        return [home for home in self.homes if home.patch == patch]


def invent_landlord(seed: int, homes: int = 40) -> Landlord:
    """The landlord of that seed, with so many homes. Raises ValueError for fewer or more than there can be."""
    if not 40 <= homes <= MOST_HOMES:
        raise ValueError(f"A landlord can be made up with 40 to {MOST_HOMES:,} homes, not {homes:,}.")
    if homes > MOST_HOMES_ON_THREE_PATCHES:
        from doorstep.demo.large_landlord import invent_large_landlord

        return invent_large_landlord(seed, homes)
    random = Random(f"landlord/{seed}")  # noqa: S311
    is_large = homes > MOST_HOMES_ON_TWO_PATCHES
    patches = MORE_PATCHES if is_large else PATCHES
    operatives = [("operative", patch) for patch in patches for _ in range(OPERATIVES_ON_A_PATCH)]
    posts = [*operatives, *OFFICE, ("admin", "")]
    names = zip(random.sample(FIRST_NAMES, len(posts)), random.sample(LAST_NAMES, len(posts)), strict=True)
    people = tuple(
        invent_member(
            random,
            seed,
            f"{first} {last}",
            role,
            patch,
            CONTRACTOR
            if is_large and role == "operative" and place % OPERATIVES_ON_A_PATCH == OPERATIVES_ON_A_PATCH - 1
            else "",
        )
        for place, ((first, last), (role, patch)) in enumerate(zip(names, posts, strict=True))
    )
    return Landlord(seed, people, _homes(random, patches, homes))


def invent_member(random: Random, seed: int, name: str, role: str, patch: str, contractor: str = "") -> Member:
    """Somebody of that name, with a password; whoever a contractor sends bears its name."""
    username = name.lower().replace(" ", ".")
    password = "-".join([*random.sample(PASSWORD_WORDS, 2), str(random.randint(1000, 9999))])
    shown = f"{name} ({contractor})" if contractor else name
    return Member(str(uuid5(IDS, f"{seed}/{username}")), username, shown, role, patch, password, contractor)


def _homes(random: Random, patches: tuple[str, ...], count: int) -> tuple[Home, ...]:
    is_large = len(patches) > len(PATCHES)
    mobiles = [f"07700 {number}" for number in random.sample(MOBILES, min(count, len(MOBILES)))]
    landlines = [f"01632 {number}" for number in random.sample(LATER_LANDLINES, min(count, len(LATER_LANDLINES)))]
    if is_large:
        landlines += [f"029 {number // 10_000} {number % 10_000:04}" for number in CARDIFF_NUMBERS]
    streets = STREETS + MORE_STREETS if is_large else STREETS
    homes: list[Home] = []
    for area, patch in enumerate(patches, start=1):
        places = [(street, number) for street in streets for number in range(2, 90, 2 if is_large else 3)]
        for street, number in random.sample(places, _share(count, len(patches), area)):
            flat = (f"Flat {random.randint(1, 9)}",) if random.random() < 0.4 else ()
            letters = "".join(random.choices("ABDEFGHJLN", k=2))
            is_mobile = bool(mobiles) and (random.random() < 0.75 or not landlines)
            homes.append(
                Home(
                    property_ref=f"BH{10001 + len(homes)}",
                    address=(
                        *flat,
                        f"{number} {street}",
                        "Nowhere-on-Sea",
                        f"ZZ{area} {random.randint(1, 9)}{letters}",
                    ),
                    patch=patch,
                    number_label="mobile" if is_mobile else "home",
                    number=mobiles.pop() if is_mobile else landlines.pop(),
                )
            )
    return tuple(homes)


def _share(count: int, patches: int, area: int) -> int:
    """The homes of one patch: as many as of any other, or one more."""
    return count // patches + (area <= count % patches)
