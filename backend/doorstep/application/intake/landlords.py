"""What the landlord knows beside any file: who may attend, and its own number."""

from __future__ import annotations

from doorstep.application.intake.reading import Landlords
from doorstep.application.office import Office


async def landlords_of(office: Office, source: str) -> Landlords:
    """As the rows of a source are read: operatives by their usernames, those who left not among them."""
    return Landlords(source, {name: of for of, name in (await usernames_of(office)).items()}, office.rebooking_number)


async def usernames_of(office: Office) -> dict[str, str]:
    """The usernames of the operatives by their ids."""
    people = await office.store.people()
    return {
        person.person_id: person.username for person in people if person.role == "operative" and person.left_at is None
    }
