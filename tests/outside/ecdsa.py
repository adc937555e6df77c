"""Check signature verifying against Wycheproof's ECDSA P-256 cases: `python -m tests.outside.ecdsa PATH`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from doorstep.adapters.p256 import verifies
from tests.outside.tally import report


def agrees(public_key: str, case: dict[str, Any]) -> bool:
    """Whether we find of one case what its makers say. All of theirs is hex."""
    is_valid = verifies(bytes.fromhex(public_key), bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"]))
    return is_valid is (case["result"] == "valid")


def main(path: Path) -> int:
    """Print how many cases agree, and each that does not; 1 where any does not."""
    groups = json.loads(path.read_text("utf-8"))["testGroups"]
    return report(
        (f"case {case['tcId']}: {case['comment']}", agrees(group["publicKey"]["uncompressed"], case))
        for group in groups
        for case in group["tests"]
    )


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
