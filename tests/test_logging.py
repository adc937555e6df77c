"""What the server writes about itself holds no personal data, also when it tells of its own failures."""

from __future__ import annotations

import json

import pytest
import structlog

from doorstep.logging_setup import WHERE_IT_FAILED, set_up_logging


def test_a_failure_is_logged_without_what_the_variables_held() -> None:
    """The trace names files and lines; what was worked on (an address, a password's hash) stays out of the log."""

    def work_on(address: str) -> None:
        raise LookupError(f"nothing of {len(address)} letters")

    with pytest.raises(LookupError) as failed:
        work_on("4 Secret Street")
    told = WHERE_IT_FAILED(None, "warning", {"event": "photo_not_looked_at", "exc_info": failed.value})
    line = json.dumps(told, default=str)
    assert "work_on" in line
    assert "nothing of 15 letters" in line
    assert "Secret Street" not in line


def test_a_logger_is_heard_whoever_set_up_logging_since() -> None:
    """Servers that start one after another in a process share what their loggers keep: none falls silent."""
    before = structlog.get_config()
    log = structlog.get_logger("doorstep.heard")
    try:
        set_up_logging()
        log.info("first")
        set_up_logging()
        with structlog.testing.capture_logs() as heard:
            log.info("second")
    finally:
        structlog.configure(**before)
    assert [line["event"] for line in heard] == ["second"]
