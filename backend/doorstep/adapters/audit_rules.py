"""The rules about auditing visits, from rules/audit.toml, checked before use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from doorstep.application.audit_rules import AuditRules
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
    table.finish()
    return AuditRules(share=percent * 100)
