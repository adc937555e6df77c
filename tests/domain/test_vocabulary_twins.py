"""The phone's vocabulary is the office's: what only one of them knew would be stated at a door and then refused."""

import json
import subprocess
from pathlib import Path
from typing import Any

from doorstep.domain.events import NOT_OWN, VOCABULARY
from tests.conformance.phone_judge import node

PHONE = Path(__file__).parents[2] / "static_pwa"


def _of_phone(folder: Path, name: str) -> Any:
    """What the phone's own module exports, bundled as the phone is and printed by the engine that runs it."""
    rolldown = PHONE / "node_modules" / "rolldown" / "bin" / "cli.mjs"
    bundle = [node(), str(rolldown), "src/domain/events.ts", "--dir", str(folder), "--format", "esm"]
    subprocess.run([*bundle, "--entry-file-names", "events.mjs"], cwd=PHONE, check=True, capture_output=True)
    say = f"import({json.dumps((folder / 'events.mjs').as_uri())}).then(m => console.log(JSON.stringify(m.{name})))"
    said = subprocess.run([node(), "-e", say], check=True, capture_output=True, text=True).stdout
    return json.loads(said)


def test_both_tables_hold_the_same_kinds_fields_and_rules(tmp_path: Path) -> None:
    """Every kind, in the same order, with the same fields, forms, author and leave to withdraw."""
    office = [
        {
            "kind": kind.kind,
            "fields": [
                {
                    "name": field.name,
                    "form": field.form if isinstance(field.form, str) else list(field.form),
                    **({} if field.is_required else {"optional": True}),
                }
                for field in kind.fields
            ],
            "by": kind.by,
            "may_be_withdrawn": kind.may_be_withdrawn,
        }
        for kind in VOCABULARY
    ]
    assert _of_phone(tmp_path, "VOCABULARY") == office


def test_both_know_the_same_envelope(tmp_path: Path) -> None:
    """What every body holds, an anchor where there is a newer one; the rest is the kind's own."""
    assert {"n", "kind", "at", "t", *_of_phone(tmp_path, "ENVELOPE")} == NOT_OWN
