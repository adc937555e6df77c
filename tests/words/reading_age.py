"""How old one must be to read the phone's English: Flesch and Kincaid's grade over its sentences, plus five years."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PHONE = ROOT / "static_pwa/src/views/words.en.json"
RULES = ROOT / "rules"

MOST_AGE, MOST_AGE_OF_A_SENTENCE, MOST_WORDS, MOST_SYLLABLES = 9.0, 14.0, 18, 3
"""Of all sentences together; of one sentence of six words or more; of a sentence; of a word."""

SPELLING, NAMES = "spelling", frozenset({"days", "months", "language", "_note"})
"""Lists that a person reads aloud or knows by heart, and that no choice of words could make easier."""

KNOWN_LONG = frozenset({"operative", "operatives", "supervisor", "supervisors"})
"""Long words that every reader of them knows: what they and those they work with are called."""

PLACE = re.compile(r"\{(\d)(?::([^}]+))?\}")
SENTENCES = re.compile(r"(?<=[.?!:])\s+")
WORDS = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")
VOWELS = re.compile(r"[aeiouy]+")
SILENT = re.compile(r"(?:[^aeiouyl]e|[^td]ed|[^aeiouyscxzgh]es)$")
SILENT_INSIDE = (("some", "sum"), ("every", "evry"), ("safe", "saf"), ("here", "her"))
ONE_MORE = re.compile(r"[aeiou]ing|i[ao](?!n)|ea$|eos?$")


def syllables(word: str) -> int:
    """How many syllables a word has, near enough: runs of vowels, less a silent ending."""
    plain = re.sub("['’]", "", word.lower())
    for silent, heard in SILENT_INSIDE:
        plain = plain.replace(silent, heard)
    count = len(VOWELS.findall(plain)) + len(ONE_MORE.findall(plain))
    return max(1, count - 1 if count > 1 and SILENT.search(plain) else count)


@dataclass(frozen=True)
class Measure:
    """Sentences, words and syllables of some text."""

    sentences: int
    words: int
    syllables: int

    @property
    def age(self) -> float:
        """The reading age in years: the school grade by Flesch and Kincaid, whose first year begins at about six."""
        if not self.words:
            return 0.0
        grade = 0.39 * self.words / max(1, self.sentences) + 11.8 * self.syllables / self.words - 15.59
        return grade + 5


def measure(sentences: list[str]) -> Measure:
    """Counts of these sentences."""
    words = [word for sentence in sentences for word in WORDS.findall(sentence)]
    return Measure(len(sentences), len(words), sum(map(syllables, words)))


def phone_texts() -> dict[str, str]:
    """All that the phone says in English, by name: its catalogue's words, and those of the rules that it shows."""
    texts = dict(_flat(json.loads(PHONE.read_text(encoding="utf-8")), ""))
    newest = max((RULES / "no_access").glob("*.toml"))
    for clause in tomllib.loads(newest.read_text(encoding="utf-8"))["clauses"]:
        texts |= {f"rules.{clause['clause']}.{key}": clause[key] for key in ("title", "ask") if key in clause}
    for row in tomllib.loads((RULES / "outcomes.toml").read_text(encoding="utf-8"))["outcome"]:
        texts[f"rules.{row['outcome']}"] = row["words"]
    for row in tomllib.loads((RULES / "declarations.toml").read_text(encoding="utf-8"))["declaration"]:
        if row["language"] == "en":
            texts[f"rules.{row['version']}"] = row["words"]
    return texts


def _flat(table: Mapping[str, object], path: str) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if key == SPELLING or key in NAMES:
            continue
        name = f"{path}.{key}".strip(".")
        if isinstance(value, Mapping):
            yield from _flat(value, name)
        elif isinstance(value, list):
            yield from ((f"{name}.{place}", str(each)) for place, each in enumerate(value))
        else:
            yield name, str(value)


def sentences_of(text: str) -> list[str]:
    """A text's sentences, with figures where it puts something in: `{0:photo|photos}` is read as "5 photos"."""
    filled = PLACE.sub(lambda hole: f"5 {hole[2].split('|')[-1]}" if hole[2] and "|" in hole[2] else "5", text)
    filled = re.sub(r"\{\w+\}", "5", filled)
    return [sentence for sentence in SENTENCES.split(filled) if WORDS.search(sentence)]


def hard(texts: Mapping[str, str]) -> list[str]:
    """What is too hard, and why, a line each: long sentences, long words, and sentences of a high reading age."""
    lines = []
    for name, text in texts.items():
        for sentence in sentences_of(text):
            words = WORDS.findall(sentence)
            long = [w for w in words if syllables(w) > MOST_SYLLABLES and w.lower() not in KNOWN_LONG]
            if long:
                lines.append(f"{name}: a long word ({', '.join(long)}): {sentence}")
            if len(words) > MOST_WORDS:
                lines.append(f"{name}: {len(words)} words in a sentence: {sentence}")
            age = measure([sentence]).age
            if len(words) >= 6 and age > MOST_AGE_OF_A_SENTENCE:
                lines.append(f"{name}: reading age {age:.1f}: {sentence}")
    return lines


def main() -> int:
    """Say the figures and what is too hard; 1 where something is."""
    texts = phone_texts()
    sentences = [sentence for text in texts.values() for sentence in sentences_of(text)]
    whole = [sentence for sentence in sentences if len(WORDS.findall(sentence)) >= 4]
    all_of_it, of_whole = measure(sentences), measure(whole)
    faults = hard(texts)
    out = sys.stdout.write
    out(f"{len(texts)} texts, {all_of_it.sentences} sentences and labels, {all_of_it.words} words\n")
    out(f"words in a sentence of four words or more: {of_whole.words / of_whole.sentences:.1f} on average\n")
    long = [word for sentence in sentences for word in WORDS.findall(sentence) if syllables(word) >= MOST_SYLLABLES]
    out(f"syllables in a word: {all_of_it.syllables / all_of_it.words:.2f}; ")
    out(f"words of three or more: {100 * len(long) / all_of_it.words:.1f} %\n")
    out(f"reading age of the sentences of four words or more: {of_whole.age:.1f}; of everything: {all_of_it.age:.1f}\n")
    out("".join(f"{line}\n" for line in faults))
    return 1 if faults or of_whole.age > MOST_AGE else 0


if __name__ == "__main__":
    sys.exit(main())
