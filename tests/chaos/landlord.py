"""The server of the chaos run: a fresh data folder with a few operatives and many doors, killed and started again."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from doorstep.application.import_appointments import Agreed, Booking, Notification, Window, import_bookings
from doorstep.application.keep_people import add_person
from doorstep.domain.instants import format_instant
from doorstep.domain.office_events import SYSTEM
from doorstep.main import open_office
from doorstep.settings import read_settings
from tests.browser.serving import ROOT, NotServing, Server
from tests.chaos.rules import with_many_photos
from tests.makers import a_booking

PASSWORD = "a plain long password"


@dataclass
class Landlord(Server):
    """The server as `doorstep serve` runs it, over a folder of its own."""

    def start(self) -> None:
        """Start it, on the same port as before where it ran before, and wait until it answers."""
        command = [sys.executable, "-m", "doorstep.cli", "serve", "--data", str(self.data), "--port", str(self.port)]
        with self.said.open("a") as said:
            self._process = subprocess.Popen(
                command,
                env=self.environment() | {"DOORSTEP_IS_SECURE": "no"},
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
                cwd=ROOT,
            )
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise NotServing(self.said.read_text()[-4000:])
        self.port = int(line.rpartition(":")[2])

    async def die_and_rise(self) -> None:
        """SIGKILL, and a new start."""
        self.kill()
        await asyncio.to_thread(self.start)


def username(place: int) -> str:
    """An operative's name to sign in with."""
    return f"operative{place}"


async def prepared(folder: Path, static: Path, operatives: int, doors: int, photos_a_visit: int) -> Landlord:
    """A fresh folder with operatives who have so many doors each, told in time and agreed, open all day."""
    rules = with_many_photos(folder / "rules", photos_a_visit)
    landlord = Landlord(folder / "landlord", static, rules)
    async with open_office(read_settings({}, data=landlord.data, rules=rules)) as running:
        for place in range(operatives):
            name = f"Operative {place}"
            person = await add_person(running.office, username(place), name, "operative", "", PASSWORD)
            bookings = [_door(person.person_id, f"{place}/{door}", place, door) for door in range(doors)]
            await import_bookings(running.office, SYSTEM, bookings)
    return landlord


def _door(person_id: str, reference: str, place: int, door: int) -> Booking:
    midnight = datetime.combine(datetime.now(ZoneInfo("Europe/London")).date(), time(), ZoneInfo("Europe/London"))

    def at(days: int, hours: int = 0) -> str:
        return format_instant(int((midnight + timedelta(days=days, hours=hours)).timestamp() * 1000))

    return a_booking(
        (person_id,),
        reference,
        address=(f"{door + 1} {'Sample' if place == 0 else 'Example'} Street", "Inventon", "ZZ1 2AB"),
        # Beyond midnight, so that a run in the evening is like one in the morning.
        window=Window("All day", at(0), at(1, 6)),
        agreed=Agreed("resident_chose", at(-6, 9)),
        notifications=(Notification("sms", at(-3, 9), "delivered", at(-3, 9)),),
    )
