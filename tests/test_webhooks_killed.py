"""A server that is killed while a message is at the other end sends it again, under the same webhook-id."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from doorstep.application.webhooks.endpoints import add_endpoint, last_deliveries, send_trial
from doorstep.application.webhooks.rows import TAKEN
from doorstep.main import open_office
from doorstep.settings import Settings, read_settings
from tests.makers import an_id
from tests.stand_ins.webhooks import Receiver, check, receiving

TRIALS = 5


async def told(settings: Settings, receiver: Receiver) -> str:
    """An address with messages that wait for it; gives its secret."""
    async with open_office(settings) as running:
        assert running.office.posts is not None
        endpoint, secret = await add_endpoint(running.office, running.office.posts, "Hub", receiver.url, an_id(4))
        for _ in range(TRIALS):
            await send_trial(running.office, endpoint.endpoint_id)
        return secret


async def marked(settings: Settings, endpoint_id: str) -> int:
    """How many messages are marked as taken."""
    async with open_office(settings) as running:
        return len(await last_deliveries(running.office, endpoint_id, TAKEN))


def served(data: Path) -> subprocess.Popen[bytes]:
    """The server, as a process of its own; over http, so that it needs no certificate."""
    environment = os.environ | {
        "DOORSTEP_DATA": str(data),
        "DOORSTEP_PORT": "0",
        "DOORSTEP_WEBHOOK_NETWORKS": "127.0.0.0/8",
        "DOORSTEP_IS_SECURE": "no",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "doorstep.cli", "serve"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_killed_while_a_message_is_away(tmp_path: Path) -> None:
    """Killed in the middle of the third message: all five arrive, that one twice, each genuine."""
    settings = read_settings(data=tmp_path / "data", webhook_networks="127.0.0.0/8")
    with receiving() as receiver:
        secret = asyncio.run(told(settings, receiver))
        third, everything = threading.Event(), threading.Event()

        def arrived() -> None:
            if len(receiver.taken) == 3:
                os.kill(first.pid, signal.SIGKILL)
                third.set()
            if len(set(receiver.ids)) == TRIALS:
                everything.set()

        receiver.arrived = arrived
        first = served(settings.data)
        assert third.wait(60), "the server sent nothing"
        first.wait()
        second = served(settings.data)
        assert everything.wait(60), "what was not sent was lost"
        second.send_signal(signal.SIGTERM)
        second.wait(30)
        counts = sorted(receiver.ids.count(each) for each in set(receiver.ids))
        assert counts == [1, 1, 1, 1, 2]
        assert receiver.ids[2] == receiver.ids[3], "it goes on with the one that nobody knows of"
        for each in receiver.taken:
            check(secret, each.headers, each.body, int(each.headers["webhook-timestamp"]))
        endpoint_id = receiver.ids[0].partition("-trial-")[0]
    assert asyncio.run(marked(settings, endpoint_id)) == TRIALS
