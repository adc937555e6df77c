"""Finds words that stand in the code of a page or a screen, where only a catalogue may hold words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser

from jinja2 import Environment, nodes

READ_ATTRIBUTES = frozenset({"alt", "aria-label", "aria-description", "content", "label", "placeholder", "title"})
"""Attributes that people read or hear; `content` only where it is no setting of the browser's."""
READ_KEYS = frozenset({"text", "html", "titleText", "label", "hint", "visuallyHiddenText", "ariaLabel", "alt"})
"""Keys of the components' settings that people read."""
HOLE = "\ufffc"
"""Stands where a template puts something in."""
ATTRIBUTE_ALONE = re.compile(r'([a-z-]+)="[^"]*"')
"""What a macro writes into a tag that stands elsewhere."""
LETTERS = re.compile(r"[A-Za-z]{2,}")


class _Read(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("style", "script"):
            self._inside.append(tag)
        if tag == "meta":
            return
        self.found += [value for name, value in attrs if name in READ_ATTRIBUTES and value and LETTERS.search(value)]

    def handle_endtag(self, tag: str) -> None:
        if self._inside and tag == self._inside[-1]:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        attribute = ATTRIBUTE_ALONE.fullmatch(data.strip())
        if attribute and attribute[1] not in READ_ATTRIBUTES:
            return
        if not self._inside and LETTERS.search(data):
            self.found.append(" ".join(data.split()))


def in_template(source: str) -> list[str]:
    """Words that a page's template says by itself: its text, what is read of its attributes, its components' texts."""
    tree = Environment(autoescape=True).parse(source)
    read = _Read()
    read.feed("".join(_written(tree)))
    said = list(read.found)
    for pair in tree.find_all(nodes.Pair):
        if isinstance(pair.key, nodes.Const) and pair.key.value in READ_KEYS:
            said += [
                const.value
                for const in ([pair.value] if isinstance(pair.value, nodes.Const) else pair.value.find_all(nodes.Const))
                if isinstance(const.value, str) and " " in const.value and LETTERS.search(const.value)
            ]
    return said


def _written(node: nodes.Node) -> Iterator[str]:
    """What a template writes, in its order, with a mark for all that it puts in."""
    if isinstance(node, nodes.Output):
        for each in node.nodes:
            yield each.data if isinstance(each, nodes.TemplateData) else HOLE
    else:
        for child in node.iter_child_nodes():
            yield from _written(child)


SENTENCE = re.compile(r"^[^a-z]*[A-Z][a-z']*[ ,.?!:].*[a-z]|[a-z]{2,} [a-z]{2,} [a-z]{2,}")
"""A capital and more words, or three words in a row: no code, name or key looks like that."""


def in_python(source: str) -> list[str]:
    """Texts in a page's Python that look like sentences and are no docstring and no exception's message."""
    tree = ast.parse(source)
    silent = {id(node) for node in _silent(tree)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent
        if SENTENCE.search(node.value)
    ]


def _silent(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value
        elif isinstance(node, ast.Raise):
            yield from ast.walk(node)


COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'`])//[^\n]*", re.DOTALL)
STYLING = re.compile(r"\b(?:class|name|key|id|data-\w+|viewBox)=\{`[^`]*`\}")
TEXT = re.compile(
    r"(?<![=\s])>(?!\s*[,|&])([^<>{}();=]*[A-Za-z]{2,}[^<>{}();=]*)(?=[<{])|\}([^<>{}();=]*[A-Za-z]{2,}[^<>{}();=]*)</"
)
CODE = "else|catch|finally|const|let|export|function|return|if|for|type|interface|import|async|as|class"
BETWEEN = re.compile(rf"\}}\s+((?!(?:{CODE})\b)[a-z]{{2,}}[ \w,.]*)\s+\{{")
ATTRIBUTES = "aria-label|alt|title|placeholder|words|legend|label|ask|help|small|head"
ATTRIBUTE = re.compile(rf"\b(?:{ATTRIBUTES})=\"([^\"]*[A-Za-z]{{2,}}[^\"]*)\"")
FILLED = re.compile(r"`([^`]*)`")
PUT_IN = re.compile(r"\$\{[^}]*\}")
BESIDE = re.compile(rf"{HOLE} [a-z]{{2,}}\b|\b[A-Za-z]{{2,}} {HOLE}")


def in_screen(source: str) -> list[str]:
    """Words that a screen says by itself: between its tags, in what is read of its attributes, in its templates."""
    code = STYLING.sub("", COMMENT.sub("", source))
    said = [text for found in TEXT.finditer(code) if (text := (found[1] or found[2] or "").strip())]
    said += BETWEEN.findall(code)
    said += ATTRIBUTE.findall(code)
    return said + [text for text in FILLED.findall(code) if BESIDE.search(PUT_IN.sub(HOLE, text))]
