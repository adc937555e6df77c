"""Every measure of the analysis beside a second computation: `python -m tests.conformance.wastage --seeds 1 2 3`.

For each seed a landlord's past is lived through, its store's rows are read as a reporting tool would read them, and
every figure is reckoned again in plain Python. Shares must agree in part and whole, rates and costs to the last digit,
intervals to what a float can hold.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from doorstep.adapters.sqlite.store import SqliteStore
from doorstep.application.decide_visit import decide_visit
from doorstep.application.import_appointments import Notification, Window, import_bookings
from doorstep.application.intake.kept import NO_SLOT, OPEN, HeldRow
from doorstep.application.lists import VisitFilter
from doorstep.application.office import Office
from doorstep.application.records import keep_records
from doorstep.application.resident.look_up import Found
from doorstep.application.resident.say import dispute, new_receipt
from doorstep.application.rows import Person, VisitRow
from doorstep.application.wastage.cases import hazard_cases, medians, orders_made, orders_waiting, recovery, repeats
from doorstep.application.wastage.costs import cost_after_decisions, cost_of_waste
from doorstep.application.wastage.rules import WastageRules
from doorstep.application.wastage.scorecards import scorecard
from doorstep.application.wastage.shares import measure
from doorstep.application.wastage.spans import Filter, Period
from doorstep.application.wastage.summarising import sum_blocks, summarise
from doorstep.application.wastage.widths import compare_widths
from doorstep.domain.instants import MS_PER_DAY
from doorstep.domain.visit import settle
from doorstep.domain.wastage.dimensions import BETWEEN, TOTAL
from doorstep.domain.wastage.measures.shares import SHARES
from doorstep.domain.wastage.rate import Rate, shown_ends, shown_percent
from tests.chains import PICTURE, Chain
from tests.conformance.slow_cases import waiting, widths
from tests.conformance.slow_measures import Slow, slow_wilson
from tests.conformance.slow_wastage import Exported, Row, exported
from tests.makers import DAY, Bench, a_booking, a_person, a_request, a_session, a_visit, closed, send, upload
from tests.wastage_demo import DATABASE, TODAY, a_lived_office

Figures = dict[tuple[str, ...], Any]
GROUPED = tuple(
    (
        "window trade priority sor receipt lead channel notice width alerts operative contractor contractor_trade "
        "put_right"
    ).split()
)
"""The dimensions in which shares are compared group by group."""
SUPERVISOR = Person("supervisor", "s", "S", "supervisor", "", "")


EARLY = Window("Early", f"{DAY}T07:00:00.000Z", f"{DAY}T08:30:00.000Z")
"""It is over when these phones begin: the policy refuses a missed visit, and says whose miss it is."""
TOO_LATE = Notification("sms", f"{DAY}T07:30:00.000Z", "delivered", f"{DAY}T08:00:01.000Z")
LATER_MS = {"soon": 60 * 60_000, "next_day": 2 * MS_PER_DAY}
"""How much later than the ones before these come; the first of them within the hour."""
BADLY = ("ignoring", "alone", "blurred", *LATER_MS)
BLURRED = b"broken picture"
ENDINGS = ("completed", "follow_on_required", "", "external_work_done")


MISSED_ALIKE = (0, 3, 1, 2, 4, 15, 16, 17, 19, 20, 22)
"""Of jobs in two widths: of the narrow more routine ones are missed, of the wide more urgent ones."""


async def add_aftermath(bench: Bench) -> None:
    """What the demonstration's past lacks: orders booked again after a missed visit, hazards, and records refused."""
    operative = await a_person(bench, 1, "operative")
    session = await a_session(bench, operative, 11)
    rows = await bench.office.store.visit_rows(VisitFilter(limit=200))
    rows = sorted((row for row in rows if row.outcome.startswith("no_access")), key=lambda row: row.work_order_ref)
    missed = [row.work_order_ref for row in rows][:8]
    home = await bench.office.store.appointment_row(str(rows[0].appointment_id))
    plans: list[tuple[dict[str, Any], str]] = [
        ({"work_order_ref": order, "contractor": "Brook & Daughters"}, ENDINGS[place % 4])
        for place, order in enumerate(missed)
    ]
    plans += [({"work_order_ref": f"WO-H{place // 2}", "priority": "hazard"}, ENDINGS[place]) for place in range(4)]
    plans.append(({"property_ref": home.property_ref if home else ""}, "missed"))
    plans += [({"window": EARLY}, "missed"), ({"window": EARLY}, "missed"), ({"notifications": (TOO_LATE,)}, "")]
    plans.append(({"contact_requests": (a_request("r1", "Ring, and wait at the gate."),)}, "ignoring"))
    plans += [({"contractor": "Brook & Daughters"}, ending) for ending in ("alone", "blurred", "soon", "next_day")]
    await _book_alike(bench)
    seq, refused, blurred = 1, "", ""
    for number, (changes, ending) in enumerate(plans, start=1):
        chain = await a_visit(bench, session, number, f"after-{number}", **changes)
        if ending in BADLY:
            _badly(chain, ending)
        elif ending == "missed":
            chain.whole()
        elif ending:
            chain.start()
            chain.state("arrived", 5_000 + number, address_confirmed=True, place_missing="off")
            chain.state("visit_closed", 900_001 * number, outcome=ending)
        if ending in LATER_MS:
            bench.clock.ms += LATER_MS[ending]
        if chain.bodies:
            await send(bench, session, chain.bodies, seq)
            seq += len(chain.bodies)
            refused = chain.visit_id if ending == "missed" else refused
            blurred = chain.visit_id if ending == "blurred" else blurred
    supervisor = await a_person(bench, 2, "supervisor")
    await decide_visit(bench.office, supervisor, refused, "overturned", "Too late.", "arrived_outside_window")
    await decide_visit(bench.office, supervisor, blurred, "returned", "Where is the photo?", None)
    await upload(bench, BLURRED)
    await decide_visit(bench.office, supervisor, blurred, "upheld", "The planner heard them knock.", None)
    off = a_booking((operative.person_id,), "off", is_cancelled=True)
    await import_bookings(bench.office, "system", [off])
    await _hold_orders(bench, missed[0], home.patch if home else "")
    for place, row in enumerate([row for row in rows if row.standing != "returned"][:6]):
        if place == 4:
            bench.clock.ms += 40 * MS_PER_DAY
        await _disputed(bench, row)


async def _book_alike(bench: Bench) -> None:
    """Enough jobs of two kinds in a broad window and in a narrow one, of which some were missed before."""
    operative = await a_person(bench, 3, "operative")
    session = await a_session(bench, operative, 33)
    seq = 1
    wide = Window("Any time", f"{DAY}T08:00:00.000Z", f"{DAY}T12:00:00.000Z")
    narrow = Window("Morning", f"{DAY}T08:00:00.000Z", f"{DAY}T10:00:00.000Z")
    for number in range(33):
        window, priority = (wide if number % 3 else narrow), ("routine" if number < 15 else "urgent")
        changes = {"window": window, "trade": "Roofing", "priority": priority, "work_order_ref": f"WO-R{number}"}
        chain = await a_visit(bench, session, 100 + number, f"alike-{number}", **changes)
        if number in MISSED_ALIKE:
            chain.whole()
            await send(bench, session, chain.bodies, seq)
            seq += len(chain.bodies)


async def _hold_orders(bench: Bench, served: str, patch: str) -> None:
    """Orders without an appointment: two that wait, one of them held twice; and others that do not."""
    later = bench.clock.ms
    now = later - 5 * MS_PER_DAY
    held = [("WO-W1", patch, now, OPEN), ("WO-W1", patch, now - MS_PER_DAY, OPEN), ("WO-W2", "nowhere", now, OPEN)]
    held += [(served, patch, now, OPEN), ("WO-W3", patch, now, "mended"), ("WO-W4", patch, later, OPEN)]
    blank: dict[str, Any] = dict.fromkeys(HeldRow.__struct_fields__, "") | {"done_at": None, "kind": NO_SLOT}
    named = ("work_order_ref", "patch", "held_at", "state")
    rows = [
        HeldRow(**(blank | {"held_id": f"held-{place}"} | dict(zip(named, each, strict=True))))
        for place, each in enumerate(held)
    ]
    await keep_records(bench.office, rows)


def _badly(chain: Chain, how: str) -> None:
    """A record that is weak in one way: a request ignored, nobody asked, a photo of nothing, or sent late."""
    if how != "alone":
        chain.whole(picture=BLURRED if how == "blurred" else PICTURE)
        return
    chain.start()
    chain.state("arrived", 5_000, address_confirmed=True, place_missing="off")
    chain.state("missed_recorded", 920_000, declaration="2026-11-01")


async def _disputed(bench: Bench, row: VisitRow) -> None:
    """A resident says that the record is wrong."""
    dossier = await bench.office.store.dossier(str(row.appointment_id))
    if dossier is None:
        raise AssertionError("a visit without an appointment")
    found = Found(dossier, settle(dossier, bench.office.rules.policies)[row.visit_id])
    await dispute(bench.office, found, new_receipt(), "was_in", "", "en")


async def fast_figures(office: Office, period: Period, patch: str = "") -> Figures:
    """Every figure as the product answers."""
    wanted, found = Filter(patch=patch), Figures()
    for name, asked in SHARES.items():
        for dimension in (TOTAL, *(group for group in asked.groups if group in GROUPED)):
            answer = await measure(office, SUPERVISOR, name, period, wanted, dimension)
            for group in answer.groups if dimension != TOTAL else (answer.total,):
                for share, rate in group.rates.items():
                    found["share", name, share, dimension, BETWEEN.join(group.value)] = rate
    answer = await measure(office, SUPERVISOR, "where", period, wanted, "like_with_like")
    found |= {("alike", *group.value): group.rates["missed"] for group in answer.groups}
    answer = await measure(office, SUPERVISOR, "evidence", period, wanted, "clauses_failed")
    found |= {("failed", *group.value): group.count("put_to_audit") for group in answer.groups if group.value != ("",)}
    costs = await cost_of_waste(office, SUPERVISOR, period, wanted)
    for each in costs.outcomes:
        cost = each.cost
        found["cost", each.outcome] = (cost.visits, cost.on_site_ms, cost.time_pence, cost.rebooking_pence)
    found |= await _of_records(office, period, wanted)
    made = await orders_made(office, SUPERVISOR, period, wanted)
    found["orders",] = made.made
    found["waiting",] = made.waiting
    for order in await orders_waiting(office, SUPERVISOR, period, wanted, limit=100_000):
        found["waits", order.work_order_ref] = order.held_at
    for both in await compare_widths(office, SUPERVISOR, period, wanted):
        numbers = both.strata, both.appointments, both.left_out, both.rate_of_one, both.rate_of_other
        found["widths", both.one, both.other] = numbers
    homes = (await repeats(office, SUPERVISOR, period, wanted, limit=100_000)).found
    found |= {("repeats", home.property_ref): home.missed for home in homes.page}
    recovered = (await recovery(office, SUPERVISOR, period, wanted)).total
    found["recovery",] = (recovered.missed, recovered.rebooked.part, recovered.completed.part)
    for case in await hazard_cases(office, SUPERVISOR, period, wanted, limit=100_000):
        found["hazard", case.work_order_ref] = (case.appointments, case.attempts)
    for length in ("wait", "age"):
        for middle in await medians(office, SUPERVISOR, period, length, wanted):
            found["median", length] = middle.median_ms
    return found


async def _of_records(office: Office, period: Period, wanted: Filter) -> Figures:
    """What waste costs after decisions, and every contractor's checks by their grades."""
    found = Figures()
    decided = await cost_after_decisions(office, SUPERVISOR, period, wanted)
    for row in (*decided.rows, *decided.gone):
        found["decided", row.recorded_as, row.stands_as] = row.cost.visits
    by_contractor = await measure(office, SUPERVISOR, "records", period, wanted, "contractor")
    for [contractor] in (group.value for group in by_contractor.groups):
        card = await scorecard(office, SUPERVISOR, contractor, period, wanted)
        for each in card.graded:
            clause, _, grade = each.name.partition("=")
            if each.mine.part:
                found["check", contractor, clause, grade] = each.mine.part
    return found


def slow_figures(slow: Slow, rules: WastageRules, period: Period, patch: str = "") -> Figures:
    """The same figures from the exported rows; a share as (part, whole)."""
    rows = slow.among(period.first, period.last, patch)
    found = _slow_shares(slow, rows)
    for value, group in slow.groups(rows, "like_with_like").items():
        found["alike", *value.split("\x1f")] = slow.shares(group)["missed.missed"]
    for value, group in slow.groups(rows, "clauses_failed").items():
        if value:
            found["failed", value] = sum(each["chosen"]["is_audited"] for each in group)
    rates = [(date.fromisoformat(rate.from_day), rate.pence_per_hour, rate.pence_to_rebook) for rate in rules.costs]
    found |= {("cost", outcome): cost for outcome, cost in slow.cost(rows, rates).items()}
    found |= {("decided", *pair): count for pair, count in slow.decided_cost(rows).items()}
    found |= {("check", *key): count for key, count in slow.checks(rows).items()}
    found["orders",] = slow.orders(rows)
    wait = waiting(slow, period.first, period.last, patch)
    found["waiting",] = len(wait)
    found |= {("waits", order): since for order, since in wait.items()}
    found |= {("widths", *pair): alike for pair, alike in widths(slow, rows, rules.least_visits).items()}
    found |= {("repeats", home): count for home, count in slow.repeats(period.last, patch).items()}
    found["recovery",] = slow.recovery(rows)
    found |= {("hazard", order): case for order, case in slow.hazards(rows).items()}
    for length in ("wait", "age"):
        if (middle := slow.middle(rows, length)) is not None:
            found["median", length] = middle
    return found


def _slow_shares(slow: Slow, rows: list[Row]) -> Figures:
    found = Figures()
    for name, asked in SHARES.items():
        mine = {ratio.name for ratio in asked.ratios}
        for dimension in (TOTAL, *(group for group in asked.groups if group in GROUPED)):
            for value, group in (slow.groups(rows, dimension) if dimension != TOTAL else {"": rows}).items():
                for key, pair in slow.shares(group).items():
                    of, _, share = key.partition(".")
                    # Some measures tell the shares of the first two by groups of their own.
                    if of == name or (share in mine and key in ("missed.missed", "landlord.landlord")):
                        found["share", name, share, dimension, value] = pair
    return found


def differences(fast: Figures, slow: Figures, least: int, least_visits: int) -> list[str]:
    """Every figure that is not the same; of shares those that the slow computation makes."""
    compared = {key for key in fast if key[0] != "share" or _is_made(key, slow)} | slow.keys()
    found = []
    for key in sorted(compared):
        mine, other = fast.get(key), slow.get(key)
        if isinstance(mine, Rate) and isinstance(other, tuple):
            found += [f"{key}: {fault}" for fault in _rate_faults(mine, other, least, least_visits)]
        elif key[0] == "median":
            least_given = mine is None or (other is not None and Decimal(str(mine)) == other)
            found += [] if least_given else [f"{key}: {mine} is {other}"]
        elif mine != other and not _is_nothing(mine, other):
            found.append(f"{key}: {mine} is {other}")
    return found


def _is_made(key: tuple[str, ...], slow: Figures) -> bool:
    """Whether the slow computation knows this share at all."""
    return any(other[:3] == key[:3] for other in slow if other[0] == "share")


def _is_nothing(mine: Any, other: Any) -> bool:
    """A group of which only what was called off is left: nothing in it counts."""
    return other is None and isinstance(mine, Rate) and mine.part == mine.whole == 0


def _rate_faults(mine: Rate, other: Sequence[int], least: int, least_visits: int) -> list[str]:
    part, whole = other
    if (mine.part, mine.whole) != (part, whole):
        return [f"{mine.part} of {mine.whole} is {part} of {whole}"]
    if mine.value is None or mine.low is None or mine.high is None:
        return [] if whole < max(least, least_visits, 1) else [f"no rate is given of {whole}"]
    if whole < min(least, least_visits):
        return [f"a rate is given of {whole}"]
    percent = (Decimal(1000 * part) / Decimal(whole)).to_integral_value("ROUND_HALF_UP") / 10
    faults = [] if Decimal(shown_percent(mine)) == percent else [f"{shown_percent(mine)} % is {percent} %"]
    for end, shown, exact in zip((mine.low, mine.high), shown_ends(mine), slow_wilson(part, whole), strict=True):
        if abs(Decimal(end) - exact) > Decimal("1e-14"):
            faults.append(f"the interval ends at {end}, not {exact}")
        if Decimal(shown) != (exact * 1000).to_integral_value("ROUND_HALF_UP") / 10:
            faults.append(f"the interval is shown to {shown}, not {exact * 100}")
    return faults


class Lived(NamedTuple):
    """A landlord's exported rows, and every figure as the product answers it, by patch."""

    seed: int
    held: Exported
    period: Period
    rules: WastageRules
    fast: dict[str, Figures]

    def faults(self, wrong: str = "") -> list[str]:
        """What differs from the slow computation; `wrong` as that takes it."""
        slow, found = Slow(self.held, wrong), []
        for patch, figures in self.fast.items():
            other = slow_figures(slow, self.rules, self.period, patch)
            differ = differences(figures, other, self.rules.least_appointments, self.rules.least_visits)
            found += [f"{patch or 'all'}: {each}" for each in differ]
        return found


async def lived(folder: Path, seed: int, homes: int, days: int) -> Lived:
    """Live through the past of that seed, and ask for everything."""
    store = await SqliteStore.open(folder / DATABASE)
    try:
        bench = await a_lived_office(folder, seed, homes, days, store)
        try:
            return await _asked(bench, folder / DATABASE, seed, days)
        finally:
            await closed(bench)
    finally:
        await store.close()


async def _asked(bench: Bench, file: Path, seed: int, days: int) -> Lived:
    await add_aftermath(bench)
    period = Period(TODAY - timedelta(days=days + 2), date.fromisoformat(DAY))
    held = exported(file)
    patches = ("", *sorted({row["patch"] for row in held.views["appointments"]}))
    fast = {patch: await fast_figures(bench.office, period, patch) for patch in patches}
    # Summed days and days that are not must answer alike: half of them are summed now.
    await summarise(bench.office, days // 2)
    again = {patch: await fast_figures(bench.office, period, patch) for patch in patches}
    if again != fast:
        raise AssertionError(f"seed {seed}: what is answered changes once days are summed")
    while await sum_blocks(bench.office):
        pass
    blocked = {patch: await fast_figures(bench.office, period, patch) for patch in patches}
    if blocked != fast:
        raise AssertionError(f"seed {seed}: what is answered changes once weeks and months are summed")
    return Lived(seed, held, period, bench.office.rules.wastage, fast)


async def main(seeds: Sequence[int], homes: int, days: int) -> int:
    """Compare, print, and give how many figures differ."""
    differ = 0
    for seed in seeds:
        with tempfile.TemporaryDirectory() as folder:
            past = await lived(Path(folder), seed, homes, days)
        faults = past.faults()
        print(
            f"seed {seed}: {sum(map(len, past.fast.values()))} figures, {len(faults)} differ", *faults[:20], sep="\n  "
        )
        differ += len(faults)
    return differ


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--homes", type=int, default=2_000)
    parser.add_argument("--days", type=int, default=120)
    asked = parser.parse_args()
    raise SystemExit(1 if asyncio.run(main(asked.seeds, asked.homes, asked.days)) else 0)
