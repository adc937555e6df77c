"""A child of nine could read what the phone says: short words, short sentences, and no words of ours alone."""

from __future__ import annotations

import re

import pytest

from tests.words.reading_age import MOST_AGE, WORDS, hard, measure, phone_texts, sentences_of, syllables

JARGON = re.compile(
    r"\b(?:attest|corroborat|verdict|clause|waive|sync|upload|cache|server|database|hash|payload|installation|schema"
    r"|protocol|session|validat|invalid|authenti|submit|terminat|utilis|facilitat|commence|in order to|prior to"
    r"|regarding|ensure|customer|tenant|evidence|override|mandatory)",
    re.IGNORECASE,
)


def test_the_phone_reads_at_nine() -> None:
    """By Flesch and Kincaid, over its sentences of four words or more: labels alone would make it look easier."""
    sentences = [sentence for text in phone_texts().values() for sentence in sentences_of(text)]
    whole = [sentence for sentence in sentences if len(WORDS.findall(sentence)) >= 4]
    assert measure(whole).age <= MOST_AGE


def test_no_sentence_of_the_phone_is_hard() -> None:
    """An average hides the one sentence that somebody needs: each is held to its length and its longest word."""
    assert hard(phone_texts()) == []


def test_the_phone_speaks_no_jargon() -> None:
    """Words of law, of software and of this office's own making stay off the screen."""
    assert [f"{name}: {text}" for name, text in phone_texts().items() if JARGON.search(text)] == []


@pytest.mark.parametrize(
    ("word", "count"),
    [("knock", 1), ("waited", 2), ("changes", 2), ("photo", 2), ("somebody", 3), ("appointment", 3), ("supervisor", 4)],
)
def test_syllables_are_counted_near_enough(word: str, count: int) -> None:
    """The measure stands on them."""
    assert syllables(word) == count


def test_a_hard_sentence_is_found() -> None:
    """The measure tells hard from easy."""
    easy = ["Knock twice. Then wait."]
    hard_one = ["Corroboration of the notification constitutes a precondition of recording unsuccessful attendance."]
    assert measure(easy).age < 7 < 14 < measure(hard_one).age
    assert hard({"x": hard_one[0]})
