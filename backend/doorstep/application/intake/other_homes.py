"""Homes of other patches: booking one would show whoever books it all that is known of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from doorstep.application.lists import HomeFilter
from doorstep.application.office import Office

NOT_YOUR_HOME = (
    "is a home of patch {patch}, and you take in for {yours} only; have somebody of {patch}, or who sees all, take it "
    "in."
)


async def homes_elsewhere(office: Office, patch: str, property_refs: Iterable[str]) -> Mapping[str, str]:
    """Of these homes those that are known on other patches only, and on which; none for whoever sees every patch.

    A home is there for whoever has an appointment of it on their patch: so nobody may make themselves one.
    """
    refs = tuple(sorted({ref for ref in property_refs if ref}))
    if not patch or not refs:
        return {}
    seen = await office.store.homes(HomeFilter(property_refs=refs, patch=patch, limit=len(refs)))
    of = {row.property_ref: row.patch for row in await office.store.newest_appointments([], refs) if row.patch}
    return {ref: of[ref] for ref in of.keys() - {home.property_ref for home in seen}}
