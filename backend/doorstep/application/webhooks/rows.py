"""Records of webhooks: the addresses that an admin set, and each message on its way to one of them."""

from __future__ import annotations

from typing import ClassVar, Final

from doorstep.application.records import Record

ON: Final = "on"
OFF: Final = "off"
ENDED: Final = "ended"

WAITING: Final = "waiting"
TAKEN: Final = "taken"
DEAD: Final = "dead"


class Endpoint(Record, frozen=True, kw_only=True):
    """An address that is told. `position` is the last entry of the log that was looked at for it.

    `state` is on, off (nothing is sent, and nothing is lost: it goes on from `position`) or ended; `why` says why it
    is off. Secrets are made from `secret_number`; the one before is good too until `old_until`. Instants in ms.
    """

    TABLE: ClassVar[str] = "webhook_endpoints"
    KEY: ClassVar[tuple[str, ...]] = ("endpoint_id",)

    endpoint_id: str
    name: str
    url: str
    state: str
    why: str
    position: int
    secret_number: int
    old_until: int | None
    made_by: str
    made_at: int
    ended_at: int | None


class Delivery(Record, frozen=True, kw_only=True):
    """One message to one address; `delivery_id` is its webhook-id, the same however often it is sent.

    `body` is the exact text that is signed. `status` is the last answer's, nothing where none came; `fault` says in
    words what was wrong. `visit_id` is empty for a trial. Messages about one visit go in the order of `position`.
    """

    TABLE: ClassVar[str] = "webhook_deliveries"
    KEY: ClassVar[tuple[str, ...]] = ("delivery_id",)

    delivery_id: str
    endpoint_id: str
    position: int
    visit_id: str
    type: str
    body: str
    state: str
    tries: int
    next_try_at: int
    made_at: int
    tried_at: int | None
    done_at: int | None
    status: int | None
    fault: str
