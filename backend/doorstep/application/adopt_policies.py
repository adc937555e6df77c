"""Put each version of the policy on record when it comes into use, and refuse one that was edited or taken away since.

A visit is judged by the version under which it began, for ever: so a version's file must stay as it was.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from doorstep.application.log_event import log_event
from doorstep.application.office import Office
from doorstep.application.world import Needs, World
from doorstep.domain.office_events import SYSTEM, PolicyAdopted, read_office_event
from doorstep.domain.policy import Policy, PolicyRefused


async def adopt_policies(office: Office, policies: Mapping[str, Policy]) -> None:
    """Log versions that are new. Raises PolicyRefused naming one that is not what it was when it came into use."""
    adopted: dict[str, str] = {}
    for entry in await office.store.adopted_policies():
        event = read_office_event(entry.body)
        if isinstance(event, PolicyAdopted):
            adopted[event.version] = event.policy
    for version, text in adopted.items():
        if version not in policies:
            raise PolicyRefused(f"Version {version} of the policy is in use here, and its file is gone. Put it back.")
        if _text(policies[version]) != text:
            raise PolicyRefused(
                f"Version {version} of the policy was edited after it came into use here. Put the file back as it was, "
                "and make the change in a new version."
            )
    new = [policy for version, policy in policies.items() if version not in adopted]
    if new:
        await office.writer.submit(_Adopt(office, new))


def _text(policy: Policy) -> str:
    return msgspec.json.encode(policy.table, order="sorted").decode()


class _Adopt:
    def __init__(self, office: Office, policies: list[Policy]) -> None:
        self.policies = policies
        self.now_ms = office.clock.now_ms()

    def needs(self) -> Needs:
        return Needs()

    def apply(self, world: World) -> None:
        for policy in self.policies:
            log_event(world, PolicyAdopted, SYSTEM, self.now_ms, version=policy.version, policy=_text(policy))
