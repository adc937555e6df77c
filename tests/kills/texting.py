"""Texts that are all due at once, sent by a real server that is killed meanwhile, to a stand-in that has a bad day."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import socket
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from random import Random

from doorstep.application.audit import Audited, faults
from doorstep.application.import_appointments import Booking, PhoneNumber, Window, import_bookings
from doorstep.main import open_office
from doorstep.settings import read_settings
from tests.kills.run import START_SECONDS, Server
from tests.makers import RULES, a_booking
from tests.stand_ins.notify import Manners, Notify, notify_at_work
from tests.stand_ins.notify_callbacks import Callback

TOKEN = "what-the-stand-in-bears-when-it-calls-us"
NUMBERS = range(230, 1000)
"""Ofcom's numbers for stories, 07700 900230 to 900999: those that mean something to Notify lie below."""
AGAIN_S = 5.0
"""Instead of five minutes between Notify's tries, since the server is away for seconds."""
DOWN_S = 1.0
LOOK_S = 0.25
MINUTE_S = 60


@dataclass(frozen=True)
class Plan:
    """What one trial is made of. The manners' shares are of all texts."""

    texts: int
    kills: int
    manners: Manners
    per_minute: int = 3000
    is_bucket: bool = False
    patience_s: float = 600.0

    @property
    def floor_s(self) -> int:
        """The shortest time in which the rate lets so many texts go: nothing waits but for the last minute's."""
        return (-(-self.texts // self.per_minute) - 1) * MINUTE_S


@dataclass
class Found:
    """What a trial came to."""

    taken: int = 0
    doubled: list[str] = field(default_factory=list)
    unsent: int = 0
    receipts: int = 0
    receipts_told: int = 0
    evidence: int = 0
    kills: int = 0
    sent_s: float = 0.0
    gone_s: dict[int, int] = field(default_factory=dict)
    """After how many seconds so many per cent had gone."""
    stored_s: float = 0.0
    answers: dict[str, int] = field(default_factory=dict)
    calls: dict[str, int] = field(default_factory=dict)
    unsound: list[str] = field(default_factory=list)
    left: dict[str, int] = field(default_factory=dict)


class TextingServer(Server):
    """The real server, which texts through a stand-in; on one port, where the stand-in finds it again."""

    def __init__(self, folder: Path, rules: Path, notify: Notify, per_minute: int) -> None:
        super().__init__(folder)
        with closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self._environment = os.environ | {
            "DOORSTEP_IS_SECURE": "no",
            "DOORSTEP_RULES": str(rules),
            "DOORSTEP_LANDLORD": "Inventon Homes",
            "DOORSTEP_NOTIFY_KEY": notify.key,
            "DOORSTEP_NOTIFY_URL": notify.url,
            "DOORSTEP_NOTIFY_TEMPLATES": ",".join(f"{name}={found}" for name, found in notify.template_ids.items()),
            "DOORSTEP_NOTIFY_CALLBACK_TOKEN": TOKEN,
            "DOORSTEP_TEXTS_PER_MINUTE": str(per_minute),
        }

    async def start(self) -> None:
        """Start it and wait until it answers."""
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "doorstep.cli", "serve", "--data", str(self.folder), "--port", str(self.port)),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=self._environment,
        )
        assert self._process.stdout is not None
        if not await asyncio.wait_for(self._process.stdout.readline(), START_SECONDS):
            raise RuntimeError("the server did not start")

    async def stop(self) -> None:
        """Stop it as a person would; what is under way is finished."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
        await self._process.wait()


async def run(folder: Path, plan: Plan) -> Found:
    """All texts due at once; the server killed as their number grows; then what both sides hold, compared."""
    data, rules = folder / "data", _rules(folder / "rules")
    async with open_office(read_settings({}, data=data, rules=rules)) as running:
        await import_bookings(running.office, "system", _bookings(plan.texts))
    found, random = Found(), Random(plan.manners.seed)
    async with notify_at_work(plan.manners, plan.per_minute, is_bucket=plan.is_bucket, again_s=AGAIN_S) as notify:
        server = TextingServer(data, rules, notify, plan.per_minute)
        notify.receipts_to = Callback(f"http://127.0.0.1:{server.port}/api/notify/receipts", TOKEN)
        began = time.time()
        await server.start()
        killing = asyncio.create_task(_kill(server, notify, plan, random, found))
        try:
            async with asyncio.timeout(plan.patience_s):
                await _until(lambda: killing.done() and _held(data).get("delivered", 0) >= plan.texts, LOOK_S)
        except TimeoutError:
            killing.cancel()
        await asyncio.gather(killing, return_exceptions=True)
        found.stored_s = time.time() - began
        # What was told twice may still be under way: it must change nothing.
        await notify.calls.until(lambda: notify.calls.open == 0)
        await server.stop()
        went = sorted(text.created_at - began for text in notify.contract.taken) or [0.0]
        found.sent_s = went[-1]
        found.gone_s = {share: round(went[len(went) * share // 100 - 1]) for share in (25, 50, 75, 90, 99)}
        _compare(data, notify, plan, found)
    await _audit(data, found)
    return found


async def _kill(server: TextingServer, notify: Notify, plan: Plan, random: Random, found: Found) -> None:
    """At equal shares of the texts, in the midst of a few that are in flight."""
    for number in range(1, plan.kills + 1):
        share = plan.texts * number // (plan.kills + 1)
        await _until(partial(_has_taken, notify, share), 0.01)
        await asyncio.sleep(random.uniform(0, 0.2))
        await server.kill()
        found.kills += 1
        await asyncio.sleep(DOWN_S)
        await server.start()


async def _until(is_so: Callable[[], bool], every_s: float) -> None:
    for _ in count():
        if is_so():
            return
        await asyncio.sleep(every_s)


def _has_taken(notify: Notify, texts: int) -> bool:
    return len(notify.contract.taken) >= texts


def _compare(data: Path, notify: Notify, plan: Plan, found: Found) -> None:
    found.taken, found.doubled = len(notify.contract.taken), notify.contract.doubled()
    found.answers, found.calls = dict(notify.requests), dict(notify.calls.answers)
    found.receipts_told = notify.calls.taken.total()
    found.left = _held(data)
    found.unsent = plan.texts - len({text.reference for text in notify.contract.taken})
    ids = {text.text_id for text in notify.contract.taken}
    with closing(sqlite3.connect(data / "doorstep.sqlite3")) as held:
        kept = held.execute("SELECT provider_id FROM text_receipts WHERE status='delivered'").fetchall()
        found.receipts = len({text_id for (text_id,) in kept} & ids)
        [(found.evidence,)] = held.execute("SELECT count(*) FROM notices WHERE status='delivered'").fetchall()


def _held(data: Path) -> dict[str, int]:
    """How many texts the office holds in each state."""
    with closing(sqlite3.connect(data / "doorstep.sqlite3")) as held:
        return dict(held.execute("SELECT state,count(*) FROM texts GROUP BY state").fetchall())


async def _audit(data: Path, found: Found) -> None:
    async with open_office(read_settings({}, data=data), adopts=False) as running:
        found.unsound = [str(fault) async for fault in faults(running.office, Audited())]


def _rules(folder: Path) -> Path:
    """The rules that come with this version, but for texts at any hour, and only the one that goes on booking."""
    shutil.copytree(RULES, folder)
    file = folder / "reminders.toml"
    text = re.sub(r"(?s)\[quiet\].*?(?=\[\[reminder\]\])", "", file.read_text())
    for name, value in (("sundays", "true"), ("bank_holidays", "true"), ("most_a_number_a_day", "1000")):
        text = re.sub(rf"(?m)^{name} = \S+", f"{name} = {value}", text)
    head, first, *_ = text.split("[[reminder]]")
    file.write_text(f"{head}[[reminder]]{first}")
    return folder


def _bookings(texts: int) -> list[Booking]:
    day = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=3)
    window = Window("AM", _text(day), _text(day + timedelta(hours=4)))
    return [
        a_booking(
            (),
            f"B-{number}",
            window=window,
            phone_numbers=(PhoneNumber("mobile", f"07700900{NUMBERS[number % len(NUMBERS)]:03}"),),
            notifications=(),
        )
        for number in range(texts)
    ]


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")
