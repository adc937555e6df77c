"""A span as conditions of a statement, with their parameters."""

from __future__ import annotations

from typing import Any

from doorstep.application.wastage.asking import Span

LIMITS = "day>=:first_day AND day<=:last_day AND (:patch='' OR patch=:patch)"


def given_by(span: Span) -> dict[str, Any]:
    """The parameters of LIMITS and of what a span is narrowed by."""
    given: dict[str, Any] = {"first_day": span.first_day, "last_day": span.last_day, "patch": span.patch}
    return given | {f"where_{name}": value for name, value in span.where}


def narrowed_by(span: Span) -> list[str]:
    """A condition for each field that a span is narrowed by."""
    return [f"{name}=:where_{name}" for name, _ in span.where]
