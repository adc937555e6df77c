"""What the phone measured at each door, kept so that an operative's doors can be laid side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from doorstep.application.london import london_date
from doorstep.application.records import Record
from doorstep.domain.dossier import Dossier
from doorstep.domain.policy import Policy
from doorstep.domain.readings import Fix, Reading, reading_of
from doorstep.domain.standing import Settled


class DoorReading(Record, frozen=True, kw_only=True):
    """A reading in its table: all of the location is there, or nothing of it."""

    TABLE: ClassVar[str] = "door_readings"
    KEY: ClassVar[tuple[str, ...]] = ("visit_id",)
    IS_PROJECTION: ClassVar[bool] = True

    visit_id: str
    operative_id: str
    day: str
    at: int
    lat_e7: int | None
    lon_e7: int | None
    accuracy_m: int | None
    wait_ms: int | None

    def reading(self) -> Reading:
        """As the questions take it."""
        fix = None
        if self.lat_e7 is not None and self.lon_e7 is not None and self.accuracy_m is not None:
            fix = Fix(self.lat_e7, self.lon_e7, self.accuracy_m)
        return Reading(self.visit_id, self.day, self.at, fix, self.wait_ms)


def door_reading(dossier: Dossier, settled: Settled, policies: Mapping[str, Policy]) -> DoorReading | None:
    """The reading of a visit: wholly made from its dossier, so that it can be made anew."""
    if settled.arrived_at is None:
        return None
    reading = reading_of(dossier, settled, policies, london_date(settled.arrived_at).isoformat())
    if reading is None:
        return None
    lat_e7, lon_e7, accuracy_m = reading.fix or (None, None, None)
    return DoorReading(
        visit_id=reading.visit_id,
        operative_id=settled.operative_id,
        day=reading.day,
        at=reading.at,
        lat_e7=lat_e7,
        lon_e7=lon_e7,
        accuracy_m=accuracy_m,
        wait_ms=reading.wait_ms,
    )
