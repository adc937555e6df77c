"""Filters of the list of visits that a person keeps under a name: theirs alone, and no evidence of anything."""

from __future__ import annotations

from typing import ClassVar, Final

from doorstep.application.office import Office
from doorstep.application.records import Record, Wanted, Where, keep_records
from doorstep.application.rows import Person
from doorstep.application.writer import Refused

MOST_FILTERS: Final = 20
MOST_NAME: Final = 60
MOST_QUERY: Final = 1_000


class SavedFilter(Record, frozen=True, kw_only=True):
    """What a list was asked for, as the page's own query, under the name that its owner gave it."""

    TABLE: ClassVar[str] = "saved_filters"
    KEY: ClassVar[tuple[str, ...]] = ("person_id", "name")

    person_id: str
    name: str
    query: str


async def saved_filters(office: Office, person: Person) -> list[SavedFilter]:
    """This person's, by name."""
    return await office.store.records(SavedFilter, Wanted((Where("person_id", "=", person.person_id),), ("name",)))


async def save_filter(office: Office, person: Person, name: str, query: str) -> None:
    """Keep a filter; one of the same name is replaced. Raises Refused with the field at fault."""
    named = " ".join(name.split())
    if not named:
        raise Refused("invalid", "Give the filter a name.", path="filter_name")
    if len(named) > MOST_NAME or len(query) > MOST_QUERY:
        raise Refused("invalid", f"The name has at most {MOST_NAME} characters.", path="filter_name")
    held = {each.name for each in await saved_filters(office, person)}
    if named not in held and len(held) >= MOST_FILTERS:
        raise Refused("invalid", f"You keep {MOST_FILTERS} filters: remove one first.", path="filter_name")
    await keep_records(office, [SavedFilter(person_id=person.person_id, name=named, query=query)])


async def remove_filter(office: Office, person: Person, name: str) -> None:
    """Forget a filter; one that is not there is gone already."""
    await keep_records(office, [], [(SavedFilter, (person.person_id, name))])
