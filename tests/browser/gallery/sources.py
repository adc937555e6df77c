"""The phone's screens and states as its source names them, and those that the walks show, as their source does."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.browser.serving import ROOT

SOURCE = ROOT / "static_pwa" / "src"
TYPES = re.compile(r"export type (?:Screen|Shown|Route) =(.*?);\n\n", re.DOTALL)
AT = re.compile(r'"([a-z-]+)"')
DRAWN = re.compile(
    r'(?:data-screen|screen|<Page[^>]*?\bname)="([a-z-]+)"(?:\s+(?:is|data-state)=(\{[^\n]*?\}|"[^"]*")\s)?'
)
GIVES = re.compile(r'(?:[?:]|return|\|\|) "([a-z-]+)"')
BY_FUNCTION = {"door": ("door.tsx", "stateOf"), "today": ("today.tsx", "looks")}
"""Screens whose state is worked out by a function of their file."""
NOT_SCREENS = frozenset({"name", "standing"})


def screens_of_phone() -> set[str]:
    """Every screen that a type or a view names."""
    found: set[str] = set()
    for file in ("state.ts", "shown.ts"):
        for body in TYPES.findall((SOURCE / "app" / file).read_text()):
            found |= set(AT.findall(body))
    for text in _views().values():
        found |= {screen for screen, _ in DRAWN.findall(text)}
    return found


def states_of_phone() -> set[tuple[str, str]]:
    """Every state that a view spells out, with its screen."""
    views = _views()
    found = set()
    for text in views.values():
        for screen, expression in DRAWN.findall(text):
            literal = [expression.strip('"')] if expression.startswith('"') else GIVES.findall(expression)
            found |= {(screen, state) for state in literal if state}
    for screen, (file, function) in BY_FUNCTION.items():
        body = views[file].split(f"function {function}(", 1)[1].split("\n}\n", 1)[0]
        found |= {(screen, state) for state in GIVES.findall(body)}
    return found


def _views() -> dict[str, str]:
    return {file.name: file.read_text() for file in sorted((SOURCE / "views").glob("*.tsx"))}


def looked_at() -> set[tuple[str, str]]:
    """Every screen and state that the walks look at; the state is empty where none is waited for."""
    found = set()
    for file in sorted(Path(__file__).parent.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and _is_look(node.func):
                given = [one.value if isinstance(one, ast.Constant) else "" for one in node.args[1:]]
                found.add((str(given[0]), str(given[1]) if len(given) > 1 else "")) if given else None
    return found


def _is_look(called: ast.expr) -> bool:
    return (isinstance(called, ast.Name) and called.id == "look") or (
        isinstance(called, ast.Attribute) and called.attr == "look"
    )
