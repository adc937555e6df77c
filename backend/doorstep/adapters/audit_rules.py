"""The rules about auditing visits, from rules/audit.toml, checked before use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from doorstep.application.audit_rules import SECOND_LOOKS, AuditRules
from doorstep.domain.policy_table import PolicyTable

FILE = "audit.toml"
MOST = 100
Reading = Callable[[Path], Mapping[str, object]]


def load_audit_rules(folder: Path, read: Reading) -> AuditRules:
    """The file; raises PolicyRefused naming file and key. A folder that has none looks at every visit."""
    file = folder / FILE
    if not file.exists():
        return AuditRules()
    table = PolicyTable(read(file), str(file))
    percent = table.integer("share_percent")
    if percent > MOST:
        table.refuse("share_percent", f"must be at most {MOST}, not {percent}")
    second_look = table.codes("second_look") if table.has("second_look") else ()
    if unknown := [name for name in second_look if name not in SECOND_LOOKS]:
        table.refuse("second_look", f"{unknown[0]!r} is not one of {', '.join(SECOND_LOOKS)}")
    table.finish()
    return AuditRules(share=percent * 100, second_look=frozenset(second_look))
