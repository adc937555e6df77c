"""What the office keeps of its intake: runs, rows held to be mended, mappings, orders that are known, and feeds."""

from __future__ import annotations

from typing import ClassVar

from doorstep.application.records import Record

OPEN, MENDED, DROPPED = "open", "mended", "dropped"
FAULT, NO_SLOT = "fault", "no_slot"


class ImportRun(Record, frozen=True, kw_only=True):
    """One file that came in: a dry run or a real one. `counts` and `faults` (the first of them) are JSON.

    `state`: waiting (its columns are to be named), checking, checked, running, done, refused, broken_off. `spooled`
    names the file while it is kept for the real run; `heard_at` is when the run last said how far it was. `patch` is
    that of whoever brought it.
    """

    TABLE: ClassVar[str] = "import_runs"
    KEY: ClassVar[tuple[str, ...]] = ("import_id",)

    import_id: str
    source: str
    format: str
    name: str
    sha256: str
    size_bytes: int
    by: str
    patch: str
    mapping: str
    encoding: str
    is_dry: bool
    state: str
    why: str
    begun_at: int
    heard_at: int
    ended_at: int | None
    counts: str
    faults: str
    spooled: str


class HeldRow(Record, frozen=True, kw_only=True):
    """A row that could not go in as it was. `cells` are the source's own; `mended` those that a planner changed.

    `kind` is `fault`, or `no_slot` for an order whose appointment has not come yet. `fields` are the source's names
    of the columns, `faults` what was wrong when it was last read.
    """

    TABLE: ClassVar[str] = "held_rows"
    KEY: ClassVar[tuple[str, ...]] = ("held_id",)

    held_id: str
    import_id: str
    source: str
    reference: str
    work_order_ref: str
    property_ref: str
    patch: str
    kind: str
    place: str
    cells: str
    fields: str
    faults: str
    mended: str
    state: str
    reason: str
    by: str
    held_at: int
    done_at: int | None


class Mapping(Record, frozen=True, kw_only=True):
    """Which of a source's headers is which of our columns, as somebody said it last. `headers` is the set's hash."""

    TABLE: ClassVar[str] = "mappings"
    KEY: ClassVar[tuple[str, ...]] = ("source", "headers")

    source: str
    headers: str
    mapping: str
    by: str
    kept_at: int


class KnownOrder(Record, frozen=True, kw_only=True):
    """What is known of a work order whose appointment may come from another system."""

    TABLE: ClassVar[str] = "known_orders"
    KEY: ClassVar[tuple[str, ...]] = ("work_order_ref",)

    work_order_ref: str
    cells: str
    source: str
    updated_at: int


class Feed(Record, frozen=True, kw_only=True):
    """A system that may send appointments by itself: of its token only the hash is kept."""

    TABLE: ClassVar[str] = "feeds"
    KEY: ClassVar[tuple[str, ...]] = ("feed_id",)

    feed_id: str
    name: str
    source: str
    format: str
    token_hash: str
    made_by: str
    made_at: int
    revoked_at: int | None
    last_used_at: int | None
