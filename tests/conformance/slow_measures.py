"""The measures of the slow computation, over appointments that it read out of what leaves the house."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal, localcontext
from typing import Any

from tests.conformance.slow_wastage import DAY, DONE, GOT_IN, HOUR, MISSED, NOTHING, OURS, Row, SlowRows


class Slow(SlowRows):
    """All measures, each from the rows of a period."""

    def among(self, first: date, last: date, patch: str = "") -> list[Row]:
        """Appointments whose window starts in the period, less those that were cancelled before it."""
        return [
            each
            for each in self.appointments
            if first <= each["day"] <= last and patch in ("", each["patch"]) and not each["is_off"]
        ]

    def shares(self, rows: list[Row]) -> dict[str, tuple[int, int]]:
        """Every share of the measures that are shares: (part, whole), by measure and share."""
        wrong, n = self.wrong, len(rows)
        missed = [each for each in rows if each["recorded_as"] in MISSED]
        audited = [each for each in rows if each["chosen"].get("is_audited")]
        waits = [each["chosen"]["waits"] for each in audited if each["chosen"]["waits"]]
        decided = [each for each in rows if each["chosen"].get("decision")]
        final = [each for each in decided if each["chosen"]["decision"] != "returned"]
        overturned = [each for each in final if each["chosen"]["decision"] == "overturned"]
        asked = [each for each in rows if each["chosen"].get("planner", "none") != "none"]
        answered = [each for each in asked if each["chosen"]["planner"] in ("in_time", "late")]
        near = timedelta(seconds=60 if wrong == "near_is_a_minute" else 30)
        reached = [e for e in answered if e["recorded_as"] in GOT_IN or e["recorded_as"] == "rebooked_by_resident"]
        ours = [each for each in rows if each["recorded_as"] in OURS]
        refused = [each for each in rows if each["recorded_as"] == "refused_access"]
        if wrong == "refusals_are_missed":
            missed += refused
        if wrong == "neutral_is_ours":
            ours += [each for each in rows if each["recorded_as"] == "rebooked_by_resident"]
        if wrong == "ours_are_planner_saved":
            reached = answered
        late = timedelta(days=365 if wrong == "disputed_whenever" else 28)
        disputed = [e for e in missed if e["disputed"] and e["disputed"] - e["chosen"]["closed_at"] <= late]
        return {
            "missed.missed": (len(missed), len(audited) if wrong == "missed_of_audited" else n),
            "missed.missed_upheld": (_count(rows, lambda e: e["stands_as"] in MISSED), n),
            "landlord.landlord": (len(ours), n),
            "landlord.landlord_stands": (_count(rows, lambda e: e["stands_as"] in OURS), n),
            "kept.kept": (_count(rows, lambda e: e["in_time"]), n),
            "kept.arrived_early": (
                _count(rows, lambda e: not e["in_time"] and e["arrivals"] and min(e["arrivals"]) < e["starts"]),
                n,
            ),
            "evidence.complete_first_time": (_count(audited, lambda e: e["chosen"]["first_time"]), len(audited)),
            "evidence.waived": (_count(audited, lambda e: e["chosen"]["waived"]), len(audited)),
            "evidence.near_the_least": (sum(waited - least <= near for waited, least in waits), len(waits)),
            **self._records(audited, final, overturned, missed, disputed),
            "planner.in_time": (_count(asked, lambda e: e["chosen"]["planner"] == "in_time"), len(asked)),
            "planner.answered": (len(answered), len(asked)),
            "planner.saved": (len(reached), len(answered)),
            "audits.decided": (len(decided), len(audited)),
            "audits.overturned": (len(overturned), len(decided) if wrong == "returned_is_decided" else len(final)),
            "audits.returned": (len(decided) - len(final), len(decided)),
            "equity.overturned": (
                _count(overturned, lambda e: e["recorded_as"] in MISSED or wrong == "overturned_refusals"),
                len(missed),
            ),
            "disputes.disputed": (len(disputed), len(missed)),
            "disputes.disputed_with_pack": (_count(disputed, lambda e: e["chosen"].get("has_pack")), len(disputed)),
            "disputes.with_pack": (
                _count(missed, lambda e: e["chosen"].get("has_pack") or wrong == "every_pack"),
                len(missed),
            ),
        }

    def _records(
        self, audited: list[Row], final: list[Row], overturned: list[Row], missed: list[Row], disputed: list[Row]
    ) -> dict[str, tuple[int, int]]:
        """How good the records are."""
        wrong, n = self.wrong, len(audited)
        records = [each["chosen"] for each in audited]
        photo, named, asked, sent, graded = (
            [each for each in records if each[what]] for what in ("photo", "named", "requests", "closed_at", "grade")
        )
        hour = timedelta(minutes=30 if wrong == "late_is_half_an_hour" else 60)
        late = [each for each in sent if each["came_after"] > hour]
        back = [e["decision"] == "returned" if wrong == "sent_back_now" else e["sent_back"] for e in records]
        of_photo, of_calls = (n if wrong == "every_photo" else len(photo)), (n if wrong == "every_call" else len(named))
        found = {
            "complete_first_time": (sum(each["first_time"] for each in records), n),
            "waived": (sum(bool(each["waived"]) for each in records), n),
            "sent_back": (sum(back), n),
            "photo_unreadable": (sum(each["unreadable"] for each in photo), of_photo),
            "calls_unmatched": (sum(each["unmatched"] for each in named), of_calls),
            "requests_ignored": (sum(each["ignored"] for each in asked), len(asked)),
            "sent_late": (len(late), len(sent)),
            "sent_next_day": (sum(each["came_after"] > DAY for each in sent), len(sent)),
            "overturned": (len(overturned), len(final)),
            "disputed": (len(disputed), len(missed)),
        }
        for grade in ("proven", "consistent", "unsupported", "contradicted"):
            found[grade] = (sum(each["grade"] == grade for each in graded), len(graded))
        return {f"records.{share}": pair for share, pair in found.items()}

    def decided_cost(self, rows: list[Row]) -> dict[tuple[str, str], int]:
        """Visits that are waste on either side, as recorded or as they stand, by both."""
        found: dict[tuple[str, str], int] = {}
        for each in rows:
            pair = each["recorded_as"], each["stands_as"]
            if {pair[0], pair[1] or pair[0]} & {*MISSED, *OURS}:
                found[pair] = found.get(pair, 0) + 1
        return found

    def checks(self, rows: list[Row]) -> dict[tuple[str, str, str], int]:
        """Records by contractor, check and grade."""
        found: dict[tuple[str, str, str], int] = {}
        for each in rows:
            for clause, grade in each["chosen"].get("grades", {}).items():
                key = each["contractor"], clause, grade
                found[key] = found.get(key, 0) + 1
        return found

    def groups(self, rows: list[Row], dimension: str) -> dict[str, list[Row]]:
        """The appointments of each group."""
        found: dict[str, list[Row]] = {}
        for each in rows:
            for value in self._values(each, dimension):
                found.setdefault(value, []).append(each)
        return found

    def _values(self, each: Row, dimension: str) -> list[str]:
        if dimension == "receipt":
            return [each["told"][0]]
        if dimension == "channel":
            return [each["told"][1]]
        if dimension == "lead":
            hours = (2, 12, 24, 48)
            names = "under_2_hours 2_to_12_hours 12_to_24_hours 1_to_2_days 2_days_or_more".split()
            lead = each["told"][2]
            return ["none" if lead is None else names[sum(lead >= hour * HOUR for hour in hours)]]
        if dimension == "notice":
            days = (0, 1, 2, 4, 8, 15)
            names = "none under_1_day 1_day 2_to_3_days 4_to_7_days 8_to_14_days 15_days_or_more".split()
            shift = DAY if self.wrong == "notice_from_tomorrow" else NOTHING
            return [names[sum(each["notice"] - shift >= day * DAY for day in days)]]
        if dimension == "width":
            names = "up_to_2_hours up_to_4_hours up_to_6_hours over_6_hours".split()
            hours_wide = (1, 2, 4) if self.wrong == "narrow_bands" else (2, 4, 6)
            return [names[sum(each["width"] > hour * HOUR for hour in hours_wide)]]
        if dimension == "like_with_like":
            return ["\x1f".join([each["trade"], each["priority"], *self._values(each, "width")])]
        if dimension == "contractor_trade":
            return [f"{each['contractor']}\x1f{each['trade']}"]
        if dimension == "put_right":
            stands = each["recorded_as"] if self.wrong == "put_right_to_the_record" else each["stands_as"]
            return [f"{each['chosen'].get('decision', '')}\x1f{stands}"]
        if dimension == "clauses_failed":
            return each["chosen"].get("failed") or [""]
        return [str(each[dimension])]

    def cost(self, rows: list[Row], rates: list[tuple[date, int, int]]) -> dict[str, tuple[int, int, int, int]]:
        """By outcome: visits, whole milliseconds, pence of time and pence of rebooking, at each day's own rates."""
        exact: dict[str, list[Decimal]] = {}
        for each in rows:
            if each["recorded_as"] not in (*MISSED, *OURS):
                continue
            held = [rate for rate in rates if rate[0] <= each["day"]]
            _, hour, rebook = held[-1] if self.wrong != "newest_rate" else rates[-1]
            ms = Decimal(round((each["on_site"] or NOTHING) / timedelta(milliseconds=1)))
            sums = exact.setdefault(each["recorded_as"], [Decimal(0)] * 4)
            exact[each["recorded_as"]] = [sums[0] + 1, sums[1] + ms, sums[2] + ms * hour / 3_600_000, sums[3] + rebook]
        return {
            outcome: (int(sums[0]), int(sums[1]), int(sums[2] + Decimal("0.5")), int(sums[3]))
            for outcome, sums in exact.items()
        }

    def orders(self, rows: list[Row]) -> int:
        """Orders that have an appointment."""
        orders = [each["order"] for each in rows if each["order"]]
        return len(orders) if self.wrong == "orders_twice" else len(set(orders))

    def repeats(self, last: date, patch: str = "") -> dict[str, int]:
        """Homes with two missed visits or more in the 365 days that end with this one."""
        rows = self.among(last - timedelta(days=364), last, patch)
        homes = Counter(each["home"] for each in rows if each["recorded_as"] in MISSED and each["home"])
        least = 1 if self.wrong == "once_is_repeated" else 2
        return {home: count for home, count in homes.items() if count >= least}

    def recovery(self, rows: list[Row]) -> tuple[int, int, int]:
        """Missed; with a later appointment of the same order; completed in one of these."""
        missed = [each for each in rows if each["recorded_as"] in MISSED]
        later = [[o for o in self.appointments if self._is_later(o, each)] for each in missed]
        done = (*DONE, "follow_on_required") if self.wrong == "follow_on_is_done" else DONE
        return (
            len(missed),
            sum(bool(others) for others in later),
            sum(any(o["recorded_as"] in done for o in others) for others in later),
        )

    def _is_later(self, other: Row, missed: Row) -> bool:
        is_same = other["order"] == missed["order"] != "" or self.wrong == "any_order_recovers"
        return is_same and other["starts"] > missed["starts"] and not other["is_off"]

    def hazards(self, rows: list[Row]) -> dict[str, tuple[int, int]]:
        """Of each order about a hazard: appointments, and attempts to get in."""
        cases: dict[str, tuple[int, int]] = {}
        for each in rows:
            if "hazard" in each["priority"] or (self.wrong == "emergencies" and each["priority"] == "emergency"):
                before = cases.get(each["order"], (0, 0))
                cases[each["order"]] = (before[0] + 1, before[1] + len(each["arrivals"]))
        return cases

    def middle(self, rows: list[Row], name: str) -> Decimal | None:
        """The median wait, or age at decision, in ms."""
        found = []
        for each in rows:
            held = each["chosen"].get("waits" if name == "wait" else "age")
            if held is not None:
                found.append(Decimal(round((held[0] if name == "wait" else held) / timedelta(milliseconds=1))))
        found.sort()
        if not found:
            return None
        if self.wrong == "mean_for_median":
            return sum(found, Decimal(0)) / len(found)
        half = len(found) // 2
        return found[half] if len(found) % 2 else (found[half - 1] + found[half]) / 2


def _count(rows: Iterable[Row], test: Callable[[Row], Any]) -> int:
    return sum(bool(test(each)) for each in rows)


def slow_wilson(part: int, whole: int) -> tuple[Decimal, Decimal]:
    """Both ends of the interval to forty digits: the roots of (p - x)^2 = z^2 x (1 - x) / n, solved as they stand."""
    with localcontext() as context:
        context.prec = 50
        z = Decimal("1.959963984540054235524594430520551527955550653169")
        n, p = Decimal(whole), Decimal(part) / Decimal(whole)
        a, b, c = 1 + z * z / n, -(2 * p + z * z / n), p * p
        root = max(b * b - 4 * a * c, Decimal(0)).sqrt()
        return (-b - root) / (2 * a), (-b + root) / (2 * a)
