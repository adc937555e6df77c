"""The measures once more, in plain and slow Python over what leaves the house: the log's bodies and the report's views.

Nothing of the analysis is used, and none of its tables: who reads DOMAIN.md's definitions and these rows with other
tools would write this. `wrong` makes one definition wrong in one way, for the test that such a mistake shows.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

Row = dict[str, Any]
MISSED = ("no_access_carded", "no_access_no_card")
OURS = """landlord_missed arrived_outside_window not_notified time_not_agreed wrong_address wrong_trade_or_parts
adjustment_not_met""".split()
GOT_IN = ("completed", "access_gained_late", "follow_on_required", "external_work_done")
DONE = ("completed", "external_work_done", "access_gained_late")
AUDITED = ("refused", "pending_corroboration", "recorded", "returned", "upheld", "overturned")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LONDON = ZoneInfo("Europe/London")
NOTHING = timedelta(0)


@dataclass
class Exported:
    """Rows as they leave the house: views by name, the log's bodies with their server's time, and rows held back."""

    views: dict[str, list[Row]] = field(default_factory=dict)
    log: list[Row] = field(default_factory=list)
    policies: dict[str, Row] = field(default_factory=dict)
    held: list[Row] = field(default_factory=list)


def exported(file: Path) -> Exported:
    """What a reporting tool would read from the store's file."""
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    found = Exported()
    for view in ("appointments", "visits", "checks", "photos"):
        found.views[view] = [dict(row) for row in connection.execute(f"SELECT * FROM report_{view}")]
    for row in connection.execute(
        "SELECT position,received_at,visit_id,fault,body FROM log JOIN bodies USING(position)"
    ):
        said = json.loads(row["body"])
        at = datetime.fromtimestamp(row["received_at"] / 1000, UTC)
        found.log.append({"position": row["position"], "at": at, "fault": row["fault"], "said": said})
        if said["kind"] == "policy_adopted":
            found.policies[said["version"]] = json.loads(said["policy"])
    found.held = [dict(row) for row in connection.execute("SELECT * FROM held_rows")]
    connection.close()
    return found


def instant(text: str) -> datetime:
    """An instant of the export."""
    return datetime.fromisoformat(text)


class SlowRows:
    """All appointments of an export, each read from its rows alone."""

    def __init__(self, held: Exported, wrong: str = "") -> None:
        self.held, self.wrong = held, wrong
        self.bodies: dict[str, list[Row]] = {}
        self.states: dict[str, list[Row]] = {}
        self.decisions: dict[str, list[Row]] = {}
        self.told: dict[str, Row] = {}
        self.calls: dict[str, Row] = {}
        self.logged: dict[tuple[str, str], list[tuple[datetime, Row]]] = {}
        self.grades: dict[str, dict[str, str]] = {}
        self.unreadable = {row["visit_id"] for row in held.views["photos"] if row["state"] == "unreadable"}
        for row in held.views["checks"]:
            if row["clause"] != "place":
                self.grades.setdefault(row["visit_id"], {})[row["clause"]] = row["grade"]
        self.disputes: dict[str, list[datetime]] = {}
        for entry in held.log:
            said = entry["said"]
            kind = said["kind"]
            if kind == "appointment_changed":
                self.states.setdefault(said["appointment_id"], []).append(entry)
            elif kind == "decision_made":
                self.decisions.setdefault(said["visit_id"], []).append(entry)
            elif kind == "resident_disputed":
                self.disputes.setdefault(said["visit_id"], []).append(entry["at"])
            elif kind == "planner_call_begun":
                self.calls[said["call_id"]] = said
            elif kind == "planner_call_logged":
                of = said["appointment_id"], said["operative_id"]
                self.logged.setdefault(of, []).append((entry["at"], self.calls[said["call_id"]]))
            elif kind == "standing_changed":
                self.told[said["visit_id"]] = said
            elif "n" in said and "prev" in said and not entry["fault"]:
                self.bodies.setdefault(said["visit_id"], []).append(entry)
        visits: dict[str, list[Row]] = {}
        for row in held.views["visits"]:
            visits.setdefault(row["appointment_id"], []).append(row)
        self.appointments = [self._appointment(row, visits) for row in held.views["appointments"]]

    def _appointment(self, row: Row, visits: dict[str, list[Row]]) -> Row:
        states = self.states[row["appointment_id"]]
        snapshot = json.loads(states[-1]["said"]["snapshot"])
        starts, ends = instant(row["starts_at"]), instant(row["ends_at"])
        off_since = None
        for state in reversed(states):
            if not state["said"].get("is_cancelled"):
                break
            off_since = state["at"]
        mine = [self._visit(visit) for visit in visits.get(row["appointment_id"], [])]
        got_in = [visit for visit in mine if visit["recorded_as"] in GOT_IN]
        closed = [visit for visit in mine if visit["closed_at"]]
        if got_in:
            chosen = min(got_in, key=lambda visit: (visit["closed_at"], visit["visit_id"]))
        elif closed:
            chosen = max(closed, key=lambda visit: visit["closed_at"])
        else:
            chosen = mine[0] if mine else {}
        told = self._told_before(snapshot["notifications"], starts)
        agreed = snapshot.get("agreed")
        known = instant(agreed["at"]) if agreed else states[0]["at"]
        arrivals = [visit["arrived_at"] for visit in mine if visit["arrived_at"]]
        times = [visit["on_site"] for visit in mine if visit["on_site"] is not None]
        return {
            "id": row["appointment_id"],
            "day": starts.astimezone(LONDON).date(),
            "patch": row["patch"],
            "is_off": off_since is not None and off_since < starts and self.wrong != "cancelled_counted",
            "window": row["window"],
            "trade": row["trade"],
            "priority": row["priority"],
            "contractor": row["contractor"],
            "sor": (row["sor_codes"].split() or [""])[0],
            "home": row["property_ref"],
            "order": row["work_order_ref"],
            "starts": starts,
            "width": ends - starts,
            "alerts": "with" if row["alerts"] else "without",
            "operative": chosen.get("operative_id") or (row["operative_ids"].split() or [""])[0],
            "arrivals": arrivals,
            "in_time": any(self._is_in_time(at, starts, ends) for at in arrivals),
            "on_site": sum(times, NOTHING) if times else None,
            "visits": len(mine),
            "told": told,
            "disputed": min((at for visit in mine for at in self.disputes.get(visit["visit_id"], [])), default=None),
            "notice": starts - known,
            "chosen": chosen,
            "recorded_as": chosen.get("recorded_as", ""),
            "stands_as": chosen.get("stands_as", ""),
        }

    def _is_in_time(self, at: datetime, starts: datetime, ends: datetime) -> bool:
        return at <= ends and (starts <= at or self.wrong == "early_is_kept")

    def _told_before(self, messages: list[Row], starts: datetime) -> tuple[str, str, timedelta | None]:
        order = ("delivered_day_before", "delivered_late", "no_receipt", "failed", "none")
        best: tuple[int, timedelta, str, timedelta | None] = (4, NOTHING, "none", None)
        for message in messages:
            if instant(message["sent_at"]) >= starts:
                continue
            lead = starts - instant(message["status_at"]) if message["status_at"] else None
            receipt, kept = "no_receipt", None
            is_known = lead is not None and (lead >= NOTHING or self.wrong == "late_receipts")
            if is_known and lead is not None and message["status"] == "delivered":
                receipt, kept = ("delivered_day_before" if lead >= DAY else "delivered_late"), lead
            elif is_known and message["status"].endswith("-failure"):
                receipt = "failed"
            best = min(best, (order.index(receipt), -(kept or NOTHING), message["channel"], kept), key=lambda b: b[:3])
        return order[best[0]], best[2], best[3]

    def _visit(self, row: Row) -> Row:
        chain = sorted(self.bodies.get(row["visit_id"], []), key=lambda entry: entry["said"]["n"])
        taken_back = {entry["said"]["withdrawn_n"] for entry in chain if entry["said"]["kind"] == "event_withdrawn"}
        said = [
            entry["said"]
            for entry in chain
            if entry["said"]["n"] not in taken_back and entry["said"]["kind"] != "event_withdrawn"
        ]
        closing = next((e for e in said if e["kind"] in ("missed_recorded", "visit_closed")), None)
        arrived = next((e for e in said if e["kind"] == "arrived"), None)
        kinds = [e["kind"] for e in said]
        told = self.told.get(row["visit_id"], {})
        carded = "no_access_carded" if "card_left" in kinds else "no_access_no_card"
        reasons = [reason["clause"] for reason in told.get("reasons", []) if reason.get("clause")]
        is_audited = row["standing"] in AUDITED
        decisions = self.decisions.get(row["visit_id"], [])
        holds = decisions[-1] if decisions and row["standing"] in ("upheld", "overturned", "returned") else None
        was_refused = is_audited and (row["standing"] == "refused" or bool(row["otherwise"]) or bool(reasons))
        recorded, stands = self._outcomes(row, carded, was_refused)
        waits = self._wait(said, is_audited) if is_audited else None
        received = next((e["at"] for e in chain if closing and e["said"] is closing), None)
        lacking = set(row["awaiting"].split())
        is_whole = is_audited and not was_refused
        return {
            "visit_id": row["visit_id"],
            "operative_id": row["operative_id"],
            "standing": row["standing"],
            "recorded_as": recorded,
            "stands_as": stands,
            "arrived_at": instant(arrived["at"]) if arrived else None,
            "closed_at": instant(closing["at"]) if closing else None,
            "on_site": timedelta(milliseconds=closing["t"] - arrived["t"]) if closing and arrived else None,
            "is_audited": is_audited,
            "waived": row["waived"] if is_audited else 0,
            "failed": reasons if is_audited else [],
            "has_pack": is_whole and not lacking & {"photo", "planner_call", "attestation"},
            "first_time": is_whole
            and not row["waived"]
            and not lacking - {"dispute"}
            and not any(d["said"]["decision"] == "returned" for d in decisions if self.wrong != "returned_is_complete"),
            "waits": waits,
            "planner": self._planner(said),
            "decision": holds["said"]["decision"] if holds else "",
            **(self._quality(row, chain, said, decisions, received) if is_audited else {}),
            "age": max(holds["at"] - received, NOTHING) if holds and received else None,
        }

    def _quality(
        self, row: Row, chain: list[Row], said: list[Row], decisions: list[Row], received: datetime | None
    ) -> Row:
        """What is asked of a record beside its checks."""
        kinds = {e["kind"] for e in said}
        policy = self.held.policies.get(said[0].get("policy_version", ""), {"clauses": []})
        about_requests = {clause["clause"] for clause in policy["clauses"] if clause["check"] == "each_request"}
        failed = {reason["clause"] for reason in self.told.get(row["visit_id"], {}).get("reasons", [])}
        closed = instant(row["closed_at"]) if row["closed_at"] else None
        snapshots = [state["said"]["snapshot"] for state in self.states[row["appointment_id"]]]
        contacts = [e for e in said if e["kind"] == "planner_contacted"]
        return {
            "grade": row["grade"],
            "grades": self.grades.get(row["visit_id"], {}),
            "photo": bool(kinds & {"card_photographed", "door_photographed"}),
            "unreadable": row["visit_id"] in self.unreadable,
            "named": bool(contacts),
            "unmatched": not all(self._is_logged(row, said, contact) for contact in contacts),
            "requests": bool(json.loads(snapshots[-1]).get("contact_requests")),
            "ignored": bool(about_requests & failed),
            "sent_back": any(each["said"]["decision"] == "returned" for each in decisions),
            "came_after": max(received - closed, NOTHING) if received and closed else None,
        }

    def _is_logged(self, row: Row, said: list[Row], contact: Row) -> bool:
        """Whether a planner's saved call of that appointment and operative is this one, by id, by code or by time."""
        typed = {e.get("code") for e in said if e["kind"] == "planner_code_typed"}
        near = timedelta(minutes=15)
        return any(
            call["call_id"] == contact.get("call_id")
            or call["code"] in typed
            or abs(at - instant(contact["at"])) <= near
            for at, call in self.logged.get((row["appointment_id"], row["operative_id"]), [])
        )

    def _outcomes(self, row: Row, carded: str, was_refused: bool) -> tuple[str, str]:
        standing, outcome, instead = row["standing"], row["outcome"], row["otherwise"]
        if standing == "refused":
            return ("", "") if self.wrong == "refused_is_open" else (instead, instead)
        if standing in ("pending_corroboration", "recorded", "returned"):
            stands = outcome if self.wrong == "undecided_is_upheld" else ""
            return (outcome, stands) if outcome else (instead, instead)
        if standing == "upheld":
            return outcome or carded, outcome or carded
        if standing == "overturned":
            recorded = outcome if self.wrong == "overturned_is_gone" else (instead if was_refused else carded)
            return recorded, outcome
        return outcome, outcome

    def _wait(self, said: list[Row], is_audited: bool) -> tuple[timedelta, timedelta] | None:
        """From the later of arrival and window start to the card; and the longest wait of the policy that was met."""
        start = said[0]
        policy = self.held.policies.get(start.get("policy_version", ""))
        state = next(
            (
                json.loads(entry["said"]["snapshot"])
                for entries in self.states.values()
                for entry in entries
                if entry["said"]["appointment_id"] == start.get("appointment_id")
            ),
            None,
        )
        arrived = next((e for e in said if e["kind"] == "arrived"), None)
        end = next((e for e in said if e["kind"] in ("card_left", "missed_recorded")), None)
        recorded = next((e for e in said if e["kind"] == "missed_recorded"), None)
        if not (policy and state and arrived and end and recorded and is_audited):
            return None
        early = instant(state["window"]["starts_at"]) - instant(arrived["at"])
        began = arrived["t"] + max(round(early / timedelta(milliseconds=1)), 0)
        alerts = {alert["code"] for alert in state["alerts"]}
        least = 0
        for clause in policy["clauses"]:
            if clause["check"] != "elapsed" or not clause["at_least_seconds"]:
                continue
            asked = clause.get("applies_when", {}).get("alert")
            is_met = recorded["t"] >= began + clause["at_least_seconds"] * 1000
            if (asked is None or alerts & set(asked)) and is_met:
                least = max(least, clause["at_least_seconds"])
        if not least:
            return None
        return timedelta(milliseconds=end["t"] - began), timedelta(seconds=least)

    def _planner(self, said: list[Row]) -> str:
        asks = ("planner_call_tried", "planner_code_typed", "planner_contacted")
        asked = [e["t"] for e in said if e["kind"] in asks]
        answered = [e["t"] for e in said if e["kind"] == "planner_contacted"]
        if not asked:
            return "none"
        if not answered:
            return "unanswered"
        return "in_time" if answered[0] - asked[0] <= 600_000 else "late"
