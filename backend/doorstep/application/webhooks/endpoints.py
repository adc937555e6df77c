"""What an admin does with webhooks: add an address, try it, give it a new secret, turn it on or end it, send again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from doorstep.application.office import Office, new_id
from doorstep.application.records import Wanted, Where, keep_records
from doorstep.application.webhooks.contract import body_of, trial_message
from doorstep.application.webhooks.make_deliveries import new_delivery
from doorstep.application.webhooks.posts import Posts
from doorstep.application.webhooks.rows import DEAD, ENDED, ON, WAITING, Delivery, Endpoint
from doorstep.application.webhooks.signing import secret_of
from doorstep.application.world import Needs, World
from doorstep.application.writer import Refused
from doorstep.domain.instants import MS_PER_DAY

MOST_ENDPOINTS: Final = 20
MOST_NAME: Final = 100
MOST_SHOWN: Final = 50
OLD_SECRET_MS: Final = MS_PER_DAY
"""So long both secrets sign, for the other end to change over."""


async def add_endpoint(office: Office, posts: Posts, name: str, url: str, made_by: str) -> tuple[Endpoint, str]:
    """A new address and its secret, which is shown this once. It is told what happens from now on. Raises Refused."""
    name, url = name.strip(), url.strip()
    if not name or len(name) > MOST_NAME:
        raise Refused("invalid", f"A name has 1 to {MOST_NAME} characters.", path="name")
    if fault := posts.fault_of(url):
        raise Refused("invalid", fault, path="url")
    live = [each for each in await endpoints(office) if each.state != ENDED]
    if any(each.url == url for each in live):
        raise Refused("invalid", "That address is told already.", path="url")
    if len(live) >= MOST_ENDPOINTS:
        raise Refused("invalid", f"There are {MOST_ENDPOINTS} addresses already. End one first.", path="url")
    made = Endpoint(
        endpoint_id=new_id(),
        name=name,
        url=url,
        state=ON,
        why="",
        position=office.store.tree_head().size,
        secret_number=1,
        old_until=None,
        made_by=made_by,
        made_at=office.clock.now_ms(),
        ended_at=None,
    )
    await keep_records(office, [made])
    return made, secret_of(office.code_key, made.endpoint_id, made.secret_number)


async def endpoints(office: Office) -> list[Endpoint]:
    """All that there are, or were, the oldest first."""
    return await office.store.records(Endpoint, Wanted(order_by=("made_at", "endpoint_id")))


async def find_endpoint(office: Office, endpoint_id: str) -> Endpoint:
    """One address. Raises Refused."""
    found = await office.store.record(Endpoint, endpoint_id)
    if found is None:
        raise _nothing()
    return found


async def count_deliveries(office: Office, endpoint_id: str, state: str) -> int:
    """How many messages to an address are in that state."""
    wanted = Wanted((Where("endpoint_id", "=", endpoint_id), Where("state", "=", state)))
    return await office.store.count_records(Delivery, wanted)


async def last_deliveries(office: Office, endpoint_id: str, state: str = "") -> list[Delivery]:
    """The newest messages to an address; of one state where one is given."""
    tests = (Where("endpoint_id", "=", endpoint_id), *([Where("state", "=", state)] if state else ()))
    wanted = Wanted(tests, order_by=("-made_at", "-position", "delivery_id"), limit=MOST_SHOWN)
    return await office.store.records(Delivery, wanted)


async def rotate_secret(office: Office, endpoint_id: str) -> str:
    """A new secret, shown this once; for a day the old one signs too. Raises Refused."""
    until = office.clock.now_ms() + OLD_SECRET_MS
    changed = await _change(
        office,
        endpoint_id,
        lambda held: msgspec.structs.replace(held, secret_number=held.secret_number + 1, old_until=until),
    )
    return secret_of(office.code_key, endpoint_id, changed.secret_number)


async def end_endpoint(office: Office, endpoint_id: str) -> None:
    """Nothing goes to that address any more, and what waited for it is dropped. Raises Refused."""
    now_ms = office.clock.now_ms()
    await _change(office, endpoint_id, lambda held: msgspec.structs.replace(held, state=ENDED, ended_at=now_ms))
    to_it = Where("endpoint_id", "=", endpoint_id)
    waiting = Wanted((to_it, Where("state", "in", (WAITING, DEAD))), limit=5000)
    while left := await office.store.records(Delivery, waiting):
        await keep_records(office, [], [(Delivery, one.key) for one in left])


async def turn_on(office: Office, endpoint_id: str) -> None:
    """Go on with an address that had answered that it is gone, from where it was. Raises Refused."""
    await _change(office, endpoint_id, lambda held: msgspec.structs.replace(held, state=ON, why=""))


async def send_trial(office: Office, endpoint_id: str) -> Delivery:
    """Have a message sent that tells nothing of any visit. Raises Refused."""
    endpoint = await find_endpoint(office, endpoint_id)
    if endpoint.state != ON:
        raise Refused("endpoint-off", "That address is not told anything now. Turn it on first.")
    now_ms = office.clock.now_ms()
    message = trial_message(endpoint_id, now_ms)
    made = new_delivery(endpoint, f"{endpoint_id}-trial-{new_id()}", now_ms, message.type, body_of(message))
    await keep_records(office, [made])
    return made


async def send_again(office: Office, endpoint_id: str, delivery_id: str = "") -> int:
    """Have one message that was given up sent again, or all of that address; gives how many. Raises Refused."""
    if (await find_endpoint(office, endpoint_id)).state == ENDED:
        raise Refused("endpoint-off", "That address was ended. Add it again.")
    dead = [Where("endpoint_id", "=", endpoint_id), Where("state", "=", DEAD)]
    if delivery_id:
        dead.append(Where("delivery_id", "=", delivery_id))
    found = await office.store.records(Delivery, Wanted(tuple(dead)))
    now_ms = office.clock.now_ms()
    await keep_records(
        office,
        [
            msgspec.structs.replace(one, state=WAITING, tries=0, next_try_at=now_ms, done_at=None, fault="")
            for one in found
        ],
    )
    return len(found)


async def _change(office: Office, endpoint_id: str, change: Callable[[Endpoint], Endpoint]) -> Endpoint:
    return await office.writer.submit(_Change(endpoint_id, change))


class _Change:
    """Change an address as it is now: its place in the log may move meanwhile."""

    def __init__(self, endpoint_id: str, change: Callable[[Endpoint], Endpoint]) -> None:
        self.endpoint_id, self.change = endpoint_id, change

    def needs(self) -> Needs:
        return Needs(records={(Endpoint, (self.endpoint_id,))})

    def apply(self, world: World) -> Endpoint:
        held = world.record(Endpoint, self.endpoint_id)
        if held is None:
            raise _nothing()
        if held.state == ENDED:
            raise Refused("endpoint-off", "That address was ended. Add it again.")
        changed = self.change(held)
        world.keep(changed)
        return changed


def _nothing() -> Refused:
    return Refused("not-found", "There is no such address.")
