"""No page and no screen says a word that is in no catalogue: such a word would stay English for every reader."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.words.literals import in_python, in_screen, in_template

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "backend/doorstep/web/pages"
SCREENS = ROOT / "static_pwa/src/views"


def test_no_template_says_a_word_of_its_own() -> None:
    """Text, what is read aloud of attributes, and what components are given."""
    said = {file.name: in_template(file.read_text()) for file in sorted((PAGES / "templates").glob("*.html"))}
    assert {name: words for name, words in said.items() if words} == {}


def test_no_page_says_a_word_of_its_own() -> None:
    """Errors beside a field are words like others."""
    said = {file.name: in_python(file.read_text()) for file in sorted(PAGES.glob("*.py"))}
    assert {name: words for name, words in said.items() if words} == {}


def test_no_screen_of_the_phone_says_a_word_of_its_own() -> None:
    """Between tags, in attributes that are read, and in texts that are put together."""
    files = [file for file in sorted(SCREENS.rglob("*.ts*")) if ".test." not in file.name]
    said = {file.name: in_screen(file.read_text()) for file in files}
    assert {name: words for name, words in said.items() if words} == {}


@pytest.mark.parametrize(
    "source",
    [
        "<p>Hello</p>",
        "{{ start }} to {{ end }}",
        '<a aria-label="Go back" href="/">{{ icon }}</a>',
        "{% if a %}<b>{{ x }}</b> at{% endif %}",
        '{{ button({"text": "Save it"}) }}',
        '{{ input({"label": {"text": "Your name"}}) }}',
    ],
)
def test_a_word_in_a_template_is_found(source: str) -> None:
    """The finder finds what it is for."""
    assert in_template(source)


@pytest.mark.parametrize(
    "source",
    [
        "<p>Hello</p>",
        "<p>{start} to {end}</p>",
        "<b>{code}</b> and more</p>",
        '<Button words="Save it" />',
        "const said = `${minutes} min`;",
        "const said = `Wait ${minutes}`;",
    ],
)
def test_a_word_in_a_screen_is_found(source: str) -> None:
    """The finder finds what it is for."""
    assert in_screen(source)


def test_a_word_in_a_page_is_found() -> None:
    """A sentence is; a name, a code, a docstring and an exception's message are not."""
    assert in_python('errors["n"] = "Choose the contact"') == ["Choose the contact"]
    assert in_python('"""What it is."""\nrole = "planner"\nraise ValueError("This is not for a page.")') == []
