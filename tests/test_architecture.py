"""The house keeps its shape: imports point inwards, the core is pure, every file says what it is."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PURE = """
    __future__ base64 bisect collections dataclasses datetime decimal enum fractions functools hashlib hmac itertools
    json math msgspec operator re string types typing unicodedata uuid zoneinfo doorstep.domain
"""
CLOCKS = frozenset({"now", "today", "utcnow", "uuid1", "uuid4"})
TOP_LEVEL = """
    .ci .gitignore CHANGELOG.md LICENSE README.md backend hatch_build.py pyproject.toml requirements rules script
    static_pwa tests
"""
SAYS_WHAT_IT_IS = re.compile(
    r"""^(?:"{3}|//|/\*\*?|\#|--|<!--|\{\#)\s*[“"'`\w][^\n]*[.:?](?:"{3}|\s*\*/|\s*-->|\s*\#\})?$"""
)
COMMENTED = {".py", ".ts", ".tsx", ".mjs", ".css", ".scss", ".sql", ".toml", ".in"}
VAGUE = {"utils", "util", "helpers", "common", "base", "manager", "service", "misc"}
SOMEBODYS_OWN = re.compile(r"(?<![\w.:/])/(?:home|Users|root|w[o]rk|tmp)/|\.\./shared\b")
ADDRESS = re.compile(r"\"resolved\":|^--|^[^\"]*https?://")


def kept_files() -> list[Path]:
    """Every file that git keeps, or would keep once it is added."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    return [path for name in sorted(set(listed.stdout.split("\0")) - {""}) if (path := ROOT / name).is_file()]


def imported(tree: ast.AST) -> Iterator[str]:
    """The full names of the modules that a file imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_imports_point_inwards() -> None:
    """The contracts of pyproject.toml hold: layers, and what the core and the web may never import."""
    lint = Path(sys.executable).with_name("lint-imports")
    ended = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, check=False, text=True)
    assert ended.returncode == 0, ended.stdout


def test_the_domain_imports_only_what_is_pure() -> None:
    """Whatever the judge needs comes in as an argument: its imports are listed one by one, and none does I/O."""
    impure = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sorted((ROOT / "backend/doorstep/domain").rglob("*.py"))
        for name in imported(ast.parse(path.read_text("utf-8")))
        if not any(name == pure or name.startswith(f"{pure}.") for pure in PURE.split())
    ]
    assert impure == []


def test_the_domain_never_asks_the_time() -> None:
    """Time is an argument: nothing in the domain calls a clock, opens a file or draws a random name."""
    asked = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((ROOT / "backend/doorstep/domain").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS)
            or (isinstance(node.func, ast.Name) and node.func.id in {"open", "print", "input"})
        )
    ]
    assert asked == []


def test_every_file_says_what_it_is() -> None:
    """The first line of each file of code, rules or style is one whole sentence."""
    silent = []
    for path in kept_files():
        lines = path.read_text("utf-8").splitlines() if path.suffix in COMMENTED or path.parent.name == "script" else []
        first = next((line for line in lines if not line.startswith("#!")), None)
        if first is not None and not SAYS_WHAT_IT_IS.match(first):
            silent.append(f"{path.relative_to(ROOT)}: {first}")
    assert silent == []


def test_the_top_level_stays_small() -> None:
    """Nothing joins the top level without a decision."""
    assert {path.relative_to(ROOT).parts[0] for path in kept_files()} <= set(TOP_LEVEL.split())


def test_names_say_what_files_are_about() -> None:
    """No file or folder is called by a word that would fit any other."""
    vague = [path for path in kept_files() if VAGUE & {Path(part).stem for part in path.relative_to(ROOT).parts}]
    assert vague == []


def test_nothing_speaks_of_one_machine() -> None:
    """No file names a folder that only its author has."""
    named = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in kept_files()
        if path.suffix not in {".png", ".jpg", ".ico", ".woff2"}
        and (found := SOMEBODYS_OWN.search(path.read_text("utf-8")))
    ]
    assert named == []


def test_pins_name_no_address() -> None:
    """Packages are pinned by version and hash; where they come from is each machine's own matter."""
    pins = [*sorted((ROOT / "requirements").iterdir()), ROOT / "static_pwa/package-lock.json"]
    lines = [f"{path.name}: {line}" for path in pins for line in path.read_text("utf-8").splitlines()]
    assert [line for line in lines if ADDRESS.search(line.partition(": ")[2])] == []
