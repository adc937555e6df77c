"""What a source's headers mean, as somebody said it last: asked once for each set of headers, then remembered."""

from __future__ import annotations

from collections.abc import Mapping as Mapped
from collections.abc import Sequence
from hashlib import sha256

import msgspec

from doorstep.application.intake.kept import Mapping
from doorstep.application.office import Office
from doorstep.application.records import keep_records


def headers_key(headers: Sequence[str]) -> str:
    """A set of headers, whatever their order."""
    return sha256(msgspec.json.encode(sorted(set(headers)))).hexdigest()


async def recall(office: Office, source: str, headers: Sequence[str]) -> Mapped[str, str]:
    """What these headers of this source were said to mean; nothing where nobody said so."""
    held = await office.store.record(Mapping, source, headers_key(headers))
    return msgspec.json.decode(held.mapping, type=dict[str, str]) if held else {}


async def remember(office: Office, source: str, headers: Sequence[str], mapping: Mapped[str, str], by: str) -> None:
    """Keep what they mean for the next file. An empty column says that a header is passed over."""
    made = Mapping(
        source=source,
        headers=headers_key(headers),
        mapping=msgspec.json.encode(dict(mapping), order="sorted").decode(),
        by=by,
        kept_at=office.clock.now_ms(),
    )
    await keep_records(office, [made])
