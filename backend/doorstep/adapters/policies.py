"""The rules folder: policies, outcomes, declarations and translations, read from TOML and checked before use."""

import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TypeVar

import msgspec

from doorstep.adapters.audit_rules import load_audit_rules
from doorstep.adapters.exception_rules import load_exception_rules
from doorstep.adapters.rule_words import load_words
from doorstep.adapters.wastage_rules import load_wastage_rules
from doorstep.application.audit_rules import AuditRules
from doorstep.application.data_exceptions.kinds import ExceptionRules, plain_rules
from doorstep.application.rule_words import AllWords, DeclaredWords
from doorstep.application.wastage.rules import WastageRules
from doorstep.domain.policy import Policy, read_policy
from doorstep.domain.policy_table import PolicyRefused, PolicyTable

Row = TypeVar("Row")
SIDES = ("attended", "resident", "neutral", "landlord")
RECORDED_BY = ("missed_recorded", "visit_closed")


class Outcome(msgspec.Struct, frozen=True):
    """What a visit can come to: whose side it counts on, plain words, and the event that may record it."""

    outcome: str
    side: str
    words: str
    by: str


class NoPolicyInForce(LookupError):
    """No version of the policy had come into force on that day."""


class Rules(msgspec.Struct, frozen=True):
    """All rules as loaded at one moment; load again to see what was dropped into the folder since."""

    policies: Mapping[str, Policy]
    outcomes: Mapping[str, Outcome]
    declarations: Mapping[str, DeclaredWords]
    words: AllWords
    exceptions: ExceptionRules = plain_rules()
    audit: AuditRules = AuditRules()
    wastage: WastageRules = WastageRules()

    def in_force(self, london_date: date) -> Policy:
        """The newest policy whose day has come on this London date, the higher suffix winning (-10 beats -9)."""
        day = london_date.isoformat()
        begun = [policy for policy in self.policies.values() if policy.in_force_from <= day]
        if not begun:
            raise NoPolicyInForce(f"no policy is in force on {day}; add one to the rules folder that begins by then.")
        return max(begun, key=lambda policy: (policy.in_force_from, policy.revision))


def load_rules(folder: Path) -> Rules:
    """Read the whole rules folder; raises PolicyRefused naming file, clause and key, and keeps nothing by halves."""
    files = sorted((folder / "no_access").glob("*.toml"))
    if not files:
        raise PolicyRefused(f"{folder / 'no_access'}: holds no policy; put one there, named after its version.")
    policies: dict[str, Policy] = {}
    for file in files:
        policy = load_policy(file)
        if policy.version in policies:
            raise PolicyRefused(f"{file}: key `version`: {policy.version!r} stands in another file too; give it -2.")
        policies[policy.version] = policy
    outcomes = {row.outcome: row for row in _rows(folder / "outcomes.toml", "outcome", "outcome", _outcome)}
    return Rules(
        policies=policies,
        outcomes=outcomes,
        declarations=dict(_rows(folder / "declarations.toml", "declaration", "version", _declaration)),
        words=load_words(folder / "words", _toml, policies, outcomes),
        exceptions=load_exception_rules(folder, _toml),
        audit=load_audit_rules(folder, _toml),
        wastage=load_wastage_rules(folder, _toml),
    )


def load_policy(file: Path) -> Policy:
    """Read one policy file; raises PolicyRefused naming file, clause and key."""
    return read_policy(_toml(file), str(file))


def _toml(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PolicyRefused(f"{file}: there is no such file; put it back or mend the path.") from None
    except OSError as fault:
        raise PolicyRefused(f"{file}: cannot be read ({fault.strerror}).") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise PolicyRefused(f"{file}: is not TOML: {fault}.") from None


def _rows(file: Path, key: str, id_key: str, read: Callable[[PolicyTable], Row]) -> list[Row]:
    whole = PolicyTable(_toml(file), str(file))
    rows = []
    seen: set[str] = set()
    for index, data in enumerate(whole.rows(key)):
        table = whole.inside(data, f"{key}[{index}]")
        rows.append(read(table))
        name = table.code(id_key)
        if name in seen:
            table.refuse(id_key, f"{name!r} stands twice")
        seen.add(name)
        table.finish()
    whole.finish()
    return rows


def _outcome(table: PolicyTable) -> Outcome:
    outcome = Outcome(table.code("outcome"), table.code("side"), table.code("words"), table.code("by"))
    if outcome.side not in SIDES:
        table.refuse("side", f"{outcome.side!r} is not one of {', '.join(SIDES)}")
    if outcome.by not in RECORDED_BY:
        table.refuse("by", f"{outcome.by!r} is not one of {', '.join(RECORDED_BY)}")
    return outcome


def _declaration(table: PolicyTable) -> tuple[str, DeclaredWords]:
    # Declarations from before there were two languages do not name theirs.
    language = table.code("language") if table.has("language") else "en"
    return table.code("version"), DeclaredWords(language, table.code("words"))
