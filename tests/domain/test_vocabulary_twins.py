"""The phone's vocabulary is the office's: what only one of them knew would be stated at a door and then refused."""

import json
import subprocess
from pathlib import Path
from typing import Any

from doorstep.domain.events import VOCABULARY
from tests.conformance.phone_judge import node

PHONE = Path(__file__).parents[2] / "static_pwa"


def _phones_table(folder: Path) -> list[dict[str, Any]]:
    """The phone's own table, bundled as the phone is and printed by the engine that runs it."""
    rolldown = PHONE / "node_modules" / "rolldown" / "bin" / "cli.mjs"
    bundle = [node(), str(rolldown), "src/domain/events.ts", "--dir", str(folder), "--format", "esm"]
    subprocess.run([*bundle, "--entry-file-names", "events.mjs"], cwd=PHONE, check=True, capture_output=True)
    say = f"import({json.dumps((folder / 'events.mjs').as_uri())}).then(m => console.log(JSON.stringify(m.VOCABULARY)))"
    said = subprocess.run([node(), "-e", say], check=True, capture_output=True, text=True).stdout
    table: list[dict[str, Any]] = json.loads(said)
    return table


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
    assert _phones_table(tmp_path) == office
