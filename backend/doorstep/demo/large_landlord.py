"""A landlord as large as they get: up to 125,000 homes on many patches, hundreds of operatives, four contractors."""

from __future__ import annotations

from random import Random

from doorstep.demo.landlord import (
    CARDIFF_NUMBERS,
    CONTRACTOR,
    FIRST_NAMES,
    LAST_NAMES,
    LATER_LANDLINES,
    MOBILES,
    MORE_STREETS,
    STREETS,
    Home,
    Landlord,
    Member,
    invent_member,
)

HOMES_ON_A_PATCH = 5_000
HOMES_OF_AN_OPERATIVE = 210
"""So that an operative has about seven visits on a working day."""
CONTRACTORS = (CONTRACTOR, "Rafter & Sons", "Tidewater Heating", "Yew Tree Maintenance")
SENT = 3
"""Every third operative of a patch is a contractor's."""
QUARTERS = "North East South West Central".split()
PLACES = "Harbour Moor Abbey Mill Castle Orchard Quay Park Fell Common".split()
MIDDLES = "ABCDEFGHJKLMNPRSTW"
FLATS = 9


def invent_large_landlord(seed: int, homes: int) -> Landlord:
    """The landlord of that seed with so many homes, each with an address and a number of its own patch.

    There are fewer numbers for drama than homes: each stands for many.
    """
    random = Random(f"landlord/{seed}")  # noqa: S311
    patches = _patches(homes)
    each = -(-homes // len(patches))
    operatives = [("operative", patch) for patch in patches for _ in range(max(3, each // HOMES_OF_AN_OPERATIVE))]
    office = [("planner", ""), ("supervisor", ""), ("auditor", ""), ("admin", "")]
    office += [(role, patch) for patch in patches for role in ("planner", "supervisor")]
    names = [f"{first} {last}" for first in FIRST_NAMES for last in LAST_NAMES]
    random.shuffle(names)
    names += [name.replace(" ", f" {middle} ") for middle in MIDDLES for name in names]
    people: list[Member] = []
    for place, (role, patch) in enumerate([*operatives, *office]):
        is_sent = role == "operative" and place % SENT == SENT - 1
        contractor = CONTRACTORS[patches.index(patch) % len(CONTRACTORS)] if is_sent else ""
        people.append(invent_member(random, seed, names[place], role, patch, contractor))
    return Landlord(seed, tuple(people), _homes(random, patches, homes))


def _patches(homes: int) -> tuple[str, ...]:
    count = max(4, -(-homes // HOMES_ON_A_PATCH))
    return tuple(f"{PLACES[place // len(QUARTERS)]} {QUARTERS[place % len(QUARTERS)]}" for place in range(count))


def _homes(random: Random, patches: tuple[str, ...], count: int) -> tuple[Home, ...]:
    mobiles = [f"07700 {number}" for number in MOBILES]
    landlines = [f"01632 {number}" for number in LATER_LANDLINES]
    landlines += [f"029 {number // 10_000} {number % 10_000:04}" for number in CARDIFF_NUMBERS]
    homes: list[Home] = []
    for area, patch in enumerate(patches, start=1):
        places = [
            (flat, street, number)
            for street in STREETS + MORE_STREETS
            for number in range(2, 90, 2)
            for flat in range(FLATS)
        ]
        share = count // len(patches) + (area <= count % len(patches))
        for flat, street, number in random.sample(places, share):
            is_mobile = random.random() < 0.75
            homes.append(
                Home(
                    property_ref=f"BH{100_001 + len(homes)}",
                    address=(
                        *((f"Flat {flat}",) if flat else ()),
                        f"{number} {street}",
                        "Nowhere-on-Sea",
                        f"ZZ{area} {random.randint(1, 9)}{''.join(random.choices('ABDEFGHJLN', k=2))}",
                    ),
                    patch=patch,
                    number_label="mobile" if is_mobile else "home",
                    number=random.choice(mobiles if is_mobile else landlines),
                )
            )
    return tuple(homes)
