"""Send what waits: in order per visit, again and again over two days, then given up until somebody sends it again.

A message is marked after it was taken. Whoever is killed between the two sends it again, under the same webhook-id.
"""

from __future__ import annotations

import asyncio
from typing import Final

import msgspec
import structlog

from doorstep.application.office import Office
from doorstep.application.records import Wanted, Where, keep_records
from doorstep.application.webhooks.posts import Answer, NotSent, Posts
from doorstep.application.webhooks.rows import DEAD, OFF, ON, TAKEN, WAITING, Delivery, Endpoint
from doorstep.application.webhooks.signing import signed_headers
from doorstep.application.world import Needs, World
from doorstep.domain.instants import MS_PER_DAY, MS_PER_HOUR

AFTER_S: Final = (5, 300, 1800, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 16 * 3600)
"""So long after each try comes the next; with the last of them two days are over."""
MOST_AT_ONCE: Final = 100
MOST_MISSES: Final = 3
"""After so many failures in a row an address is left alone until the next round."""
LONGEST_ROUND_MS: Final = 10_000
GONE: Final = 410
KEPT_DAYS: Final = 30
KEPT_DEAD_DAYS: Final = 180
"""An address that nobody puts right would else have every message of years kept for it. The log has them all."""
_log = structlog.get_logger("doorstep.webhooks")


async def send_deliveries(office: Office, posts: Posts) -> int:
    """Send what is due to every address, all of them beside each other; gives how many messages were taken."""
    endpoints = await office.store.records(Endpoint, Wanted((Where("state", "=", ON),)))
    return sum(await asyncio.gather(*(_send_to(office, posts, endpoint) for endpoint in endpoints)))


async def _send_to(office: Office, posts: Posts, endpoint: Endpoint) -> int:
    began, misses, taken = office.clock.now_ms(), 0, 0
    held: set[str] = set()
    for delivery in await _due(office, endpoint):
        if delivery.visit_id in held:
            continue
        tried, is_gone = await _try(office, posts, endpoint, delivery)
        await office.writer.submit(_Mark(tried, is_gone=is_gone))
        if is_gone:
            _log.warning("webhook_turned_off", endpoint_id=endpoint.endpoint_id)
            break
        if tried.state == TAKEN:
            misses, taken = 0, taken + 1
        else:
            misses += 1
            if tried.state == WAITING and delivery.visit_id:
                held.add(delivery.visit_id)
        if misses == MOST_MISSES or office.clock.now_ms() - began > LONGEST_ROUND_MS:
            break
    return taken


async def _due(office: Office, endpoint: Endpoint) -> list[Delivery]:
    """What is to be tried now, in the log's order, but for visits of which an earlier message has yet to be taken."""
    to_it = (Where("endpoint_id", "=", endpoint.endpoint_id), Where("state", "=", WAITING))
    now_ms = office.clock.now_ms()
    due = await office.store.records(
        Delivery,
        Wanted((*to_it, Where("next_try_at", "<=", now_ms)), order_by=("position", "delivery_id"), limit=MOST_AT_ONCE),
    )
    visits = tuple({delivery.visit_id for delivery in due if delivery.visit_id})
    resting = (Where("next_try_at", ">", now_ms), Where("visit_id", "in", visits))
    earlier: dict[str, int] = {}
    for one in await office.store.records(Delivery, Wanted((*to_it, *resting), order_by=("-position",))):
        earlier[one.visit_id] = one.position
    return [one for one in due if one.position < earlier.get(one.visit_id, one.position + 1)]


async def _try(office: Office, posts: Posts, endpoint: Endpoint, delivery: Delivery) -> tuple[Delivery, bool]:
    """The message as it is after one try, and whether the address says that it is gone for good."""
    body, answer, fault = delivery.body.encode(), None, ""
    headers = signed_headers(office.code_key, endpoint, delivery.delivery_id, office.clock.now_ms(), body)
    try:
        answer = await posts.post(endpoint.url, {"Content-Type": "application/json"} | headers, body)
    except NotSent as not_sent:
        fault = str(not_sent)
    now_ms = office.clock.now_ms()
    status = answer.status if answer else None
    tried = msgspec.structs.replace(delivery, tries=delivery.tries + 1, tried_at=now_ms, status=status, fault=fault)
    if answer and 200 <= answer.status < 300:
        return msgspec.structs.replace(tried, state=TAKEN, done_at=now_ms), False
    if answer and answer.status == GONE:
        # Not a try that counts: once the address is on again, the message goes out.
        return msgspec.structs.replace(tried, tries=delivery.tries), True
    if tried.tries > len(AFTER_S):
        return msgspec.structs.replace(tried, state=DEAD, done_at=now_ms), False
    return msgspec.structs.replace(tried, next_try_at=now_ms + _rest_ms(tried.tries, answer)), False


def _rest_ms(tries: int, answer: Answer | None) -> int:
    """How long to wait after so many tries; longer where the answer asks for it, within an hour."""
    asked_ms = int((answer.retry_after_s or 0) * 1000) if answer else 0
    return max(AFTER_S[tries - 1] * 1000, min(asked_ms, MS_PER_HOUR))


class _Mark:
    """Keep how a try went, and turn off an address that is gone; what ended meanwhile stays ended."""

    def __init__(self, tried: Delivery, *, is_gone: bool) -> None:
        self.tried, self.is_gone = tried, is_gone

    def needs(self) -> Needs:
        return Needs(records={(Endpoint, (self.tried.endpoint_id,)), (Delivery, (self.tried.delivery_id,))})

    def apply(self, world: World) -> None:
        if world.record(Delivery, self.tried.delivery_id) is not None:
            world.keep(self.tried)
        endpoint = world.record(Endpoint, self.tried.endpoint_id)
        if self.is_gone and endpoint is not None and endpoint.state == ON:
            world.keep(msgspec.structs.replace(endpoint, state=OFF, why="gone"))


async def forget_deliveries(office: Office) -> int:
    """Drop what was taken long ago, and what was given up half a year ago and nobody sent again; gives how many."""
    now_ms, gone = office.clock.now_ms(), 0
    for state, days in ((TAKEN, KEPT_DAYS), (DEAD, KEPT_DEAD_DAYS)):
        long_ago = Where("done_at", "<", now_ms - days * MS_PER_DAY)
        wanted = Wanted((Where("state", "=", state), long_ago), ("done_at",), 5000)
        while over := await office.store.records(Delivery, wanted):
            await keep_records(office, [], [(Delivery, one.key) for one in over])
            gone += len(over)
    return gone
