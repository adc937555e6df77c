"""Fill what a row does not say from what is known: its own appointment, its order, an earlier one of its home.

A row that has all that an appointment needs is left as it is: what it leaves empty is empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from doorstep.application.composing import own_part
from doorstep.application.import_appointments import appointment_id
from doorstep.application.intake.columns import NAMES, REQUIRED
from doorstep.application.intake.kept import KnownOrder
from doorstep.application.london import london_clock, london_time
from doorstep.application.office import Office
from doorstep.application.records import Wanted, Where
from doorstep.application.rows import AppointmentRow
from doorstep.domain.instants import parse_instant

SLOT = ("date", "starts", "ends")
OF_BOOKING = frozenset({*SLOT, "window", "appointment_ref", "cancelled"})
OF_ORDER = tuple(name for name in NAMES if name not in OF_BOOKING and not name.startswith("notified_"))
ORDER_SAYS = ("property_ref", "address", "priority", "trade", "patch", "place", "uprn", "phones", "contractor")
OF_HOME = ("address", "patch", "place", "uprn", "phones")
ITSELF, ORDER, EARLIER_OF_ORDER, EARLIER_AT_HOME = "itself", "order", "earlier_of_order", "earlier_at_home"
"""Where a cell may come from: the appointment as it is held, its order, the newest of its order or of its home."""
WITHIN_E7 = 10_000_000
Cells = dict[str, str]


class Filled(msgspec.Struct, frozen=True):
    """A row's cells with what was known put in, and where each such cell came from."""

    cells: Cells
    sources: dict[str, str]


def lacks(cells: Mapping[str, str]) -> list[str]:
    """The columns that an appointment needs and this row does not fill."""
    return [name for name in REQUIRED if not cells.get(name)]


def has_no_slot(cells: Mapping[str, str]) -> bool:
    """Whether it is an order whose appointment has not been made, or comes from elsewhere."""
    return bool(cells.get("work_order_ref")) and not any(cells.get(name) for name in SLOT)


async def fill(
    office: Office,
    source: str,
    rows: Sequence[Cells],
    orders: Mapping[str, Cells],
    usernames: Mapping[str, str],
    *,
    patch: str,
) -> list[Filled]:
    """Each row, filled. `orders` are those of the same file, not kept yet; `usernames` are by the person's id.

    Only from what somebody of that patch may know, empty being every one: else whoever writes a file with the numbers
    of another patch's orders and homes would be told whose they are.
    """
    refs = sorted({ref for cells in rows if (ref := cells.get("work_order_ref"))})
    kept = await office.store.records(KnownOrder, Wanted((Where("work_order_ref", "in", tuple(refs)),))) if refs else []
    held = {order.work_order_ref: msgspec.json.decode(order.cells, type=Cells) for order in kept}
    known = await orders_seen(office, held, patch) | dict(orders)
    own = {appointment_id(source, ref) for cells in rows if (ref := cells.get("appointment_ref"))}
    homes = {home for cells in [*rows, *known.values()] if (home := cells.get("property_ref"))}
    newest = await office.store.newest_appointments(refs, sorted(homes))
    earlier = await _cells_of(office, {row.appointment_id for row in newest} | own, usernames, patch)
    by_order = {row.work_order_ref: earlier[row.appointment_id] for row in newest if row.appointment_id in earlier}
    by_home = {row.property_ref: earlier[row.appointment_id] for row in newest if row.appointment_id in earlier}
    made = []
    for cells in rows:
        itself = earlier.get(appointment_id(source, cells.get("appointment_ref", "")), {})
        made.append(_filled(cells, itself, known, by_order, by_home))
    return made


def _filled(
    cells: Cells,
    itself: Cells,
    known: Mapping[str, Cells],
    by_order: Mapping[str, Cells],
    by_home: Mapping[str, Cells],
) -> Filled:
    whole, sources = {name: cell for name, cell in cells.items() if cell}, dict[str, str]()

    def put(found: Mapping[str, str], names: Iterable[str], of: str) -> None:
        for name in names:
            if not whole.get(name) and found.get(name):
                whole[name], sources[name] = found[name], of

    # Of its slot it says all or nothing: half a new one and half of the old one would be a time that nobody made.
    slot = () if any(cells.get(name) for name in (*SLOT, "window")) else (*SLOT, "window")
    put(itself, [name for name in itself if name not in OF_BOOKING], ITSELF)
    put(itself, slot, ITSELF)
    order = whole.get("work_order_ref", "")
    put(known.get(order, {}), OF_ORDER, ORDER)
    if not itself:
        # Only for a new one: else the same file again would find more each time, and change what it had made.
        put(by_order.get(order, {}), ORDER_SAYS, EARLIER_OF_ORDER)
        put(by_home.get(whole.get("property_ref", ""), {}), OF_HOME, EARLIER_AT_HOME)
    return Filled(whole, sources)


async def orders_seen(office: Office, orders: Mapping[str, Cells], patch: str) -> dict[str, Cells]:
    """Those of which somebody of a patch may know. One that names no patch is of its appointment's, or of its home's.

    Where neither is known either it is nobody's yet, and so everybody's.
    """
    if not patch or not orders:
        return dict(orders)
    homes = {home for cells in orders.values() if (home := cells.get("property_ref"))}
    newest = await office.store.newest_appointments(sorted(orders), sorted(homes))
    of_order = {row.work_order_ref: row.patch for row in newest}
    of_home = {row.property_ref: row.patch for row in newest}
    seen = {}
    for ref, cells in orders.items():
        of = cells.get("patch") or of_order.get(ref) or of_home.get(cells.get("property_ref", ""), "")
        if of in ("", patch):
            seen[ref] = cells
    return seen


async def _cells_of(
    office: Office, appointment_ids: set[str], usernames: Mapping[str, str], patch: str
) -> dict[str, Cells]:
    if not appointment_ids:
        return {}
    held = await office.store.appointments_held(sorted(appointment_ids))
    rows = {of: row for of, row in held.items() if patch in ("", row.patch)}
    dossiers = await office.store.dossiers(sorted(rows))
    made = {}
    for of, row in rows.items():
        if (dossier := dossiers.get(of)) and dossier.versions:
            made[of] = cells_of(row, own_part(dossier.versions[-1].snapshot), usernames)
    return made


def cells_of(row: AppointmentRow, snapshot: Mapping[str, Any], usernames: Mapping[str, str]) -> Cells:
    """An appointment that is held, as the row of a file that would make it. `usernames` are by the person's id."""
    window, starts = snapshot["window"], london_time(row.starts_at)
    cells = {
        "appointment_ref": row.source_ref,
        "work_order_ref": row.work_order_ref,
        "property_ref": row.property_ref,
        "address": " | ".join(snapshot["address"]),
        "window": window["name"],
        "date": f"{starts:%Y-%m-%d}",
        "starts": london_clock(starts),
        "ends": london_clock(london_time(row.ends_at)),
        "priority": snapshot["priority"],
        "trade": snapshot["trade"],
        "patch": row.patch,
        "operatives": " ".join(sorted(usernames[of] for of in row.operative_ids if of in usernames)),
        "contact_requests": " | ".join(each["text"] for each in snapshot["contact_requests"]),
        "alerts": " | ".join(map(_alert, snapshot["alerts"])),
        "phones": " | ".join(f"{each['label']}: {each['number']}" for each in snapshot["phone_numbers"]),
        "cancelled": "yes" if row.is_cancelled else "",
        "uprn": snapshot.get("uprn", ""),
        "sor_codes": " ".join(snapshot.get("sor_codes", ())),
        "contractor": snapshot.get("contractor", ""),
    }
    if agreed := snapshot.get("agreed"):
        cells |= {"agreed_how": agreed["how"], "agreed_at": agreed["at"]}
    if told := snapshot["notifications"]:
        cells |= {f"notified_{name}": told[-1][name] or "" for name in ("channel", "sent_at", "status", "status_at")}
    if safe := snapshot.get("key_safe"):
        cells["key_safe"] = "consent" if safe["has_consent"] else "no consent"
    if place := snapshot.get("place"):
        kind = " block" * (place["kind"] == "block")
        cells["place"] = f"{place['lat_e7'] / WITHIN_E7:.7f}, {place['lon_e7'] / WITHIN_E7:.7f}{kind}"
    if assigned := snapshot.get("assigned"):
        for end in ("starts", "ends"):
            at = london_time(parse_instant(assigned[f"{end}_at"], end))
            cells[f"assigned_{end}"] = f"{at:%Y-%m-%dT%H:%M:%S%z}"
    return {name: cell for name, cell in cells.items() if cell}


def _alert(alert: Mapping[str, str]) -> str:
    review = f" (review {alert['review_on']})" if alert.get("review_on") else ""
    return f"{alert['code']}: {alert['text']}{review}"
