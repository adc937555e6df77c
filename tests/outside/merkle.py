"""Check the log's tree against transparency-dev's proofs: `python -m tests.outside.merkle PATH`."""

from __future__ import annotations

import json
import sys
from base64 import b64decode
from pathlib import Path
from typing import Any

from doorstep.domain.log_tree import TreeHead, is_consistent, is_included
from tests.outside.tally import report


def is_included_by(case: dict[str, Any]) -> bool:
    """Whether we take an inclusion proof of theirs."""
    head = TreeHead(case["treeSize"], b64decode(case["root"]))
    return is_included(b64decode(case["leafHash"]), case["leafIdx"], head, _hashes(case))


def is_consistent_by(case: dict[str, Any]) -> bool:
    """Whether we take a consistency proof of theirs."""
    first = TreeHead(case["size1"], b64decode(case["root1"]))
    second = TreeHead(case["size2"], b64decode(case["root2"]))
    return is_consistent(first, second, _hashes(case))


def _hashes(case: dict[str, Any]) -> list[bytes]:
    return [b64decode(value) for value in case["proof"] or []]


CHECKS = {"inclusion": is_included_by, "consistency": is_consistent_by}


def main(path: Path) -> int:
    """Print how many cases agree, and each that does not; 1 where any does not."""
    kinds = json.loads(path.read_text("utf-8"))
    return report(
        (f"{kind} {case['case']}: {case['desc']}", check(case) is not case["wantErr"])
        for kind, check in CHECKS.items()
        for case in kinds[kind]
    )


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
