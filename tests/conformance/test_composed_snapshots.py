"""What the office adds to a snapshot of its own weighs the same with both judges as what came from the landlord."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from doorstep.application.composing import HomeFact, Notice, compose
from doorstep.domain.instants import parse_instant
from doorstep.policy_commands import vectors
from doorstep.vector_files import read_vectors
from tests.conformance.phone_judge import ROOT, run_vectors

FILES = ("council_standard", "waits", "facts", "contact_requests", "notified_and_agreed")


def composed(appointment: dict[str, Any]) -> dict[str, Any]:
    """The same appointment, with its alerts, requests and messages out of the office's own register."""
    facts = [
        _fact("alert", f"{n:03}", alert["code"], alert["text"]) for n, alert in enumerate(appointment["alerts"])
    ] + [_fact("request", each["request_id"], "", each["text"]) for each in appointment["contact_requests"]]
    notices = [
        Notice(
            notice_id=f"{n:03}",
            appointment_id=appointment["appointment_id"],
            channel=each["channel"],
            sent_at=parse_instant(each["sent_at"], "sent_at"),
            status=each["status"],
            status_at=parse_instant(each["status_at"], "status_at") if each.get("status_at") else None,
            told_by="text_service",
        )
        for n, each in enumerate(appointment["notifications"])
    ]
    own = {**appointment, "alerts": [], "contact_requests": [], "notifications": []}
    made: dict[str, Any] = json.loads(compose(own, facts, notices, "2026-11-23"))
    return made


def _fact(what: str, fact_id: str, code: str, text: str) -> HomeFact:
    return HomeFact(
        fact_id=fact_id,
        what=what,
        property_ref="P-1",
        code=code,
        text=text,
        starts_on="2026-01-01",
        ends_on="",
        review_on="2027-01-01" if what == "alert" else "",
        changed_at=0,
        changed_by="",
    )


def test_both_judges_take_a_composed_snapshot_as_the_plain_one(tmp_path: Path) -> None:
    """Every vector of these files, composed: the verdicts are those that were expected, reviews and ids or not."""
    cases = [
        vector | {"appointment": composed(vector["appointment"])}
        for name in FILES
        for vector in read_vectors(ROOT / "rules/vectors" / f"{name}.json")
        if not vector.get("refused")
    ]
    added = [vector for vector in cases if '"fact_id"' in json.dumps(vector["appointment"])]
    assert len(added) >= 10
    file = tmp_path / "composed.json"
    file.write_text(json.dumps(cases), encoding="utf-8")
    assert vectors([str(file)]) == 0
    ended = run_vectors(file)
    assert ended.returncode == 0, ended.stdout + ended.stderr
