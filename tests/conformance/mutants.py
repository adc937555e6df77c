"""Makes each wrong judge and counts the vectors that catch it: python -m tests.conformance.mutants."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tests.conformance.phone_judge import ROOT, node

VECTORS = sorted((ROOT / "rules" / "vectors").glob("*.json"))
SERVER = ROOT / "backend" / "doorstep"
PHONE = ROOT / "static_pwa"
WRONG_JUDGES = tomllib.loads(Path(__file__).with_name("wrong_judges.toml").read_text("utf-8"))["wrong_judge"]
# What judging a vector file needs, and no more: the rest of the house may be half built while this runs.
SERVER_FILES = (
    "__init__.py",
    "policy_commands.py",
    "vector_files.py",
    *(
        f"domain/{name}.py"
        for name in ("__init__", "appointment", "hearing", "instants", "judge", "policy", "policy_table")
    ),
)
PHONE_FILES = (
    *(f"src/domain/{name}.ts" for name in ("appointment", "hearing", "instants", "judge", "policy")),
    "conformance/cases.ts",
    "conformance/vectors.ts",
)


class Caught(NamedTuple):
    """How many vectors catch a mistake on each side; None where the wrong judge could not even run."""

    mistake: str
    server: int | None
    phone: int | None


def catch(wrong: dict[str, Any], folder: Path) -> Caught:
    """Write one wrong judge in both languages into this empty folder, and run the vectors against both."""
    server = folder / "server" / "doorstep"
    copy(SERVER, server, SERVER_FILES)
    slip(wrong["server"], server / "domain", ".py")
    phone = folder / "phone"
    copy(PHONE, phone, PHONE_FILES)
    slip(wrong["phone"], phone / "src" / "domain", ".ts")
    bundle = (PHONE / "node_modules/rolldown/bin/cli.mjs", "conformance/vectors.ts", "--platform", "node")
    built = folder / "built"
    subprocess.run([node(), *bundle, "--dir", built, "--format", "esm"], cwd=phone, capture_output=True, check=True)
    (built / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    servers: list[str | Path] = [sys.executable, "-m", "doorstep.policy_commands", "vectors", *VECTORS]
    environment = os.environ | {"PYTHONPATH": str(server.parent)}
    return Caught(wrong["mistake"], count(servers, environment), count([node(), built / "vectors.js", *VECTORS]))


def catches(wrong_judges: Iterable[dict[str, Any]] = WRONG_JUDGES) -> Iterator[Caught]:
    """Each wrong judge in turn, in a folder of its own."""
    for wrong in wrong_judges:
        with tempfile.TemporaryDirectory() as folder:
            yield catch(wrong, Path(folder))


def copy(source: Path, target: Path, names: Iterable[str]) -> None:
    """These files and no others."""
    for name in names:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, target / name)


def slip(slips: Iterable[tuple[str, str, str]], domain: Path, suffix: str) -> None:
    """Make the mistake; it is an error where the right text is no longer there to be mistaken."""
    for name, right, wrong in slips:
        file = domain / f"{name}{suffix}"
        text = file.read_text(encoding="utf-8")
        if right not in text:
            raise LookupError(f"{name}{suffix} no longer holds {right!r}; write the mistake anew in wrong_judges.toml.")
        file.write_text(text.replace(right, wrong), encoding="utf-8")


def count(command: list[str | Path], environment: dict[str, str] | None = None) -> int | None:
    """The number of disagreements that a vectors command prints last."""
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    found = re.search(r"(\d+) disagreements\n\Z", ended.stdout)
    return int(found[1]) if found else None


def main() -> int:
    """Print the table: mistake, vectors that catch it on the server, and on the phone."""
    survived = 0
    print(f"{'mistake':60} server  phone")
    for caught in catches():
        survived += not (caught.server and caught.phone)
        print(f"{caught.mistake:60} {caught.server!s:>6} {caught.phone!s:>6}", flush=True)
    print(f"{len(WRONG_JUDGES)} wrong judges, {survived} not caught")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
