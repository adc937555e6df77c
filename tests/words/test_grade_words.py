"""Every reason for a grade has its words, the same in the pack's report and on the office's pages."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from doorstep.domain import grading
from doorstep.domain.grade_words import GRADE_NAMES, SENTENCES, VOUCHERS, fact_in_words, sentence, vouched_by
from doorstep.domain.grades import GRADES, Graded
from doorstep.domain.grading_time import VOUCHED_BY
from doorstep.domain.timing import RULES
from doorstep.web.pages.words import CATALOGUES

DOMAIN = Path(grading.__file__).parent
GRADERS = ("grading", "grading_events", "grading_time", "placing")
SUBJECTS = ("wait", "opening", "apart")
UNMEASURED = ("slept", "restarted", "clock_moved", "unsigned")
AREAS = {"grade": GRADE_NAMES, "voucher": VOUCHERS, "grade_why": SENTENCES}


def given_codes() -> set[str]:
    """Each code that a grader gives: as it stands in its calls of Graded, or put together from parts."""
    codes = {f"{subject}_{rule.rule}" for subject in SUBJECTS for rule in RULES if rule.rule != "unmeasured"}
    codes |= {f"{subject}_{why}" for subject in SUBJECTS for why in UNMEASURED}
    codes |= {f"time_{fault}" for fault in ("unsigned", "clock_wrong", "clock_moved")}
    codes |= {f"place_{missing}" for missing in ("refused", "unavailable", "off")}
    for name in GRADERS:
        for node in ast.walk(ast.parse((DOMAIN / f"{name}.py").read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                place = {"Graded": 2, "_unsupported": 0}.get(node.func.id)
                why = node.args[place] if place is not None and len(node.args) > place else None
                if isinstance(why, ast.Constant):
                    codes.add(str(why.value))
    return codes | {"photo_unreadable", "photo_awaited"}


def test_every_code_that_is_given_has_a_sentence_and_no_sentence_is_idle() -> None:
    """A grade without words would fail while a judge reads it; words without a grade are noise."""
    assert given_codes() == set(SENTENCES)


def test_every_grade_and_voucher_has_a_name() -> None:
    """Whoever vouches is named."""
    assert set(GRADE_NAMES) == set(GRADES)
    assert set(VOUCHED_BY.values()) <= set(VOUCHERS)
    assert set(VOUCHERS) == {"phone", "server", "planner", "office", "text_service", "supervisor", "operative"}


@pytest.mark.parametrize("area", AREAS)
def test_the_pages_say_the_same(area: str) -> None:
    """The office's English is the report's, word for word, and Welsh lacks none of it."""
    for code, words in AREAS[area].items():
        assert CATALOGUES["en"][f"{area}.{code}"] == words
        assert CATALOGUES["cy"][f"{area}.{code}"] != words
    named = {name.partition(".")[2] for name in CATALOGUES["en"] if name.startswith(f"{area}.")}
    assert named == set(AREAS[area])


def test_a_sentence_says_its_facts_in_words() -> None:
    """Milliseconds, instants and metres are for machines."""
    facts: dict[str, int | str] = {"needed_ms": 900_000, "least_ms": 935_999}
    long = Graded("waited", "proven", "wait_long_by_bounds", facts, ("server", "phone", "planner"))
    assert sentence(long) == "Our server's times show a wait of at least 15 min 35 s. 15 min 0 s was needed."
    assert vouched_by(long) == "our server, the phone and the planner"
    assert vouched_by(Graded("a", "consistent", "time_stated", {}, ("phone",))) == "the phone"
    assert vouched_by(Graded("a", "consistent", "time_stated")) == ""
    assert fact_in_words("stated_at", 1_782_900_000_000) == "1 July 2026 at 11:00:00"
    assert fact_in_words("wall_ms", -61_500) == "minus 1 min 1 s"
    assert fact_in_words("mono_ms", -500) == "0 s"
    assert fact_in_words("away_m", 41) == "41 m"
    assert fact_in_words("reason", "no_signal") == "no signal"


def test_sentences_are_short_and_speak_plainly() -> None:
    """A resident reads them: no word of ours alone."""
    ours = re.compile(r"\b(?:mono|hash|anchor|receipt|payload|verdict|clause|stopwatch|attest)", re.IGNORECASE)
    said = [re.sub(r"\{\w+\}", "0", words) for words in SENTENCES.values()]
    assert [words for words in said if ours.search(words) or len(words) > 120] == []


def test_the_graders_name_no_clause() -> None:
    """Clauses are graded by check and kind, so that any landlord's policy is."""
    named = re.compile(
        r'"(?:notified|suitable_time|in_window|window_open|knocked|called|waited|extra_wait|card_photo)"'
    )
    held = {name: (DOMAIN / f"{name}.py").read_text("utf-8") for name in (*GRADERS, "laid_out")}
    assert {name for name, text in held.items() if named.search(text)} == set()
