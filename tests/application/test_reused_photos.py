"""Which visits share a photo: as many as there are, and found without comparing each with each."""

from __future__ import annotations

import random

from doorstep.application.rows import PhotoUse
from doorstep.application.world import World
from doorstep.domain.dossier import Dossier
from tests.makers import an_id


def test_sharing_is_found_as_by_comparing_each_with_each() -> None:
    """By either hash, of any other visit, whether or not it is of the dossier."""
    chance = random.Random(7)
    for _ in range(100):
        world, dossier = World(), Dossier("A-1", visits={"v0": [], "v1": []})
        world.uses = [
            PhotoUse(
                at, f"v{chance.randrange(4)}", f"{chance.randrange(9):064x}", an_id(1), 1, f"{chance.randrange(9):x}"
            )
            for at in range(chance.randrange(12))
        ]
        expected: dict[str, set[str]] = {}
        for use in (use for use in world.uses if use.visit_id in dossier.visits):
            for other in (other for other in world.uses if other.visit_id != use.visit_id):
                if use.sha256 == other.sha256 or use.source_sha256 == other.source_sha256:
                    expected.setdefault(use.sha256, set()).add(other.visit_id)
        assert world.reused_in(dossier) == expected
