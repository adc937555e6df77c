"""Orders that are known before their appointments are: what one system says of an order, another's booking lacks."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from doorstep.application.intake.filling import OF_BOOKING, Cells, orders_seen
from doorstep.application.intake.kept import KnownOrder
from doorstep.application.office import Office
from doorstep.application.records import Wanted, Where

LISTED = "sor_codes"


class Orders:
    """The orders of one run; `learnt` are those that it has met, as they now are, whether they are kept or not.

    `patch` is that of whoever brought them: what another patch knows of an order is neither told to them nor changed.
    """

    def __init__(self, office: Office, source: str, patch: str) -> None:
        self._office, self._source, self._patch = office, source, patch
        self.learnt: dict[str, Cells] = {}

    async def learn(self, rows: Iterable[Cells]) -> list[KnownOrder]:
        """Learn from rows without a slot; gives the orders of which more, or something else, is known than before."""
        said: dict[str, list[Cells]] = {}
        for cells in rows:
            said.setdefault(cells["work_order_ref"], []).append(cells)
        if not said:
            return []
        kept = await self._office.store.records(
            KnownOrder, Wanted((Where("work_order_ref", "in", tuple(sorted(said))),))
        )
        all_held = {order.work_order_ref: msgspec.json.decode(order.cells, type=Cells) for order in kept}
        held = await orders_seen(self._office, all_held, self._patch)
        others = all_held.keys() - held.keys()
        now_ms, changed = self._office.clock.now_ms(), []
        for ref, rows_of_order in said.items():
            before = self.learnt.get(ref, held.get(ref, {}))
            now = before
            for cells in rows_of_order:
                now = _with(now, cells)
            self.learnt[ref] = now
            if now != before and ref not in others:
                encoded = msgspec.json.encode(now, order="sorted").decode()
                changed.append(KnownOrder(work_order_ref=ref, cells=encoded, source=self._source, updated_at=now_ms))
        return changed


def _with(known: Cells, cells: Cells) -> Cells:
    """What is known of an order, and what one more of its rows says: codes add up, all else is as it is said last."""
    said = {name: cell for name, cell in cells.items() if cell and name not in OF_BOOKING}
    if LISTED in said and LISTED in known:
        said[LISTED] = " ".join(dict.fromkeys([*known[LISTED].split(), *said[LISTED].split()]))
    return known | said
