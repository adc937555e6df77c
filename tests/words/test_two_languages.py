"""English and Welsh say the same: the same names, the same facts put in, for the phone, the office and the rules."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from doorstep.adapters import photo_derivatives
from doorstep.adapters.policies import load_rules
from doorstep.application.photos import Unreadable

ROOT = Path(__file__).resolve().parents[2]
PHONE = ROOT / "static_pwa/src/views"
OFFICE = ROOT / "backend/doorstep/web/pages/catalogue"
AREAS = sorted(file.name.removesuffix(".en.json") for file in OFFICE.glob("*.en.json"))
NOTE = "_note"
PUT_IN = re.compile(r"\{(\w+)(?::([^}]*))?\}")
SAME = frozenset({"language"})
"""Names whose words differ because they say which language it is."""


def loaded(file: Path) -> dict[str, object]:
    """A catalogue as it stands in its file; a name that stands twice is a fault."""

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        names = [name for name, _ in pairs]
        assert len(set(names)) == len(names), f"{file.name}: {[name for name in names if names.count(name) > 1]}"
        return dict(pairs)

    table: dict[str, object] = json.loads(file.read_text(encoding="utf-8"), object_pairs_hook=once)
    table.pop(NOTE, None)
    return table


def flat(table: Mapping[str, object], path: str = "") -> Iterator[tuple[str, str]]:
    """Every text with its dotted name; a list's are numbered."""
    for key, value in table.items():
        name = f"{path}.{key}".strip(".")
        if isinstance(value, Mapping):
            yield from flat(value, name)
        elif isinstance(value, list):
            yield from ((f"{name}.{place}", str(each)) for place, each in enumerate(value))
        else:
            yield name, str(value)


def put_in(text: str) -> list[str]:
    """The facts that a text puts in, with their form: a count's noun is the language's own."""
    return sorted(f"{name}:{'count' if '|' in form else form}" for name, form in PUT_IN.findall(text))


def twins() -> list[tuple[str, dict[str, str], dict[str, str]]]:
    """Each catalogue in English and in Welsh."""
    files = [(PHONE, "words"), *((OFFICE, area) for area in AREAS)]
    return [
        (name, dict(flat(loaded(folder / f"{name}.en.json"))), dict(flat(loaded(folder / f"{name}.cy.json"))))
        for folder, name in files
    ]


@pytest.mark.parametrize("name", ["words", *AREAS])
def test_both_say_everything(name: str) -> None:
    """The same names, no more and no fewer: one that is missing would be English in the middle of Welsh."""
    english, welsh = next((english, welsh) for area, english, welsh in twins() if area == name)
    assert sorted(english.keys() - welsh.keys()) == []
    assert sorted(welsh.keys() - english.keys()) == []


@pytest.mark.parametrize("name", ["words", *AREAS])
def test_both_put_in_the_same_facts(name: str) -> None:
    """A translation that drops or invents a fact would lie, or fail while somebody reads it."""
    english, welsh = next((english, welsh) for area, english, welsh in twins() if area == name)
    differ = {key: (text, welsh[key]) for key, text in english.items() if put_in(text) != put_in(welsh.get(key, text))}
    assert differ == {}


@pytest.mark.parametrize("name", ["words", *AREAS])
def test_nothing_is_empty_and_every_welsh_catalogue_says_what_it_is(name: str) -> None:
    """Nobody may take a machine's Welsh for a person's: each file says so first."""
    folder = PHONE if name == "words" else OFFICE
    _, english, welsh = next(each for each in twins() if each[0] == name)
    assert [key for key, text in welsh.items() if english.get(key, "").strip() and not text.strip()] == []
    first = next(iter(json.loads((folder / f"{name}.cy.json").read_text(encoding="utf-8")).items()))
    assert first[0] == NOTE
    assert "machine" in first[1]


def test_the_rules_declare_the_same_times_in_each_language() -> None:
    """What is declared is the same, whatever language it is read in."""
    said = load_rules(ROOT / "rules").declarations
    for version, declared in said.items():
        english = said[version.removesuffix(f"-{declared.language}")]
        assert put_in(declared.words) == put_in(english.words)


def test_no_word_is_customer_or_tenant() -> None:
    """People live here, whoever owns it: residents."""
    named = re.compile(r"\b(?:customer|tenant|cwsmer|tenant)\w*", re.IGNORECASE)
    said = [text for _, english, welsh in twins() for text in (*english.values(), *welsh.values())]
    assert [text for text in said if named.search(text)] == []


def test_why_a_photo_cannot_be_shown_is_said_in_both_languages() -> None:
    """The log keeps the decoder's English sentence: a reader of Welsh needs each of them in Welsh."""
    english = next(english for name, english, _ in twins() if name == "refusals")
    known = {text for name, text in english.items() if name.startswith("unreadable.")}
    assert known == {each.why for each in vars(photo_derivatives).values() if isinstance(each, Unreadable)}
