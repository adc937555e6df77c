"""The real server as a program of its own, over a folder of its own: started, killed without warning, started again."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

SEED = 5
ROOT = Path(__file__).parent.parent.parent


class NotServing(AssertionError):
    """The server ended before it answered; the message is what it said."""


@dataclass
class Server:
    """One landlord's server. `told` is what `doorstep demo --json` said when it last started."""

    data: Path
    static: Path
    rules: Path | None = None
    port: int = 0
    homes: int = 40
    days: int = 2
    told: dict[str, Any] = field(default_factory=dict)
    _process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, on the same port as before where it ran before, and wait until it answers."""
        command = [sys.executable, "-m", "doorstep.cli", "demo", "--json", "--seed", str(SEED)]
        command += ["--homes", str(self.homes), "--days", str(self.days)]
        command += ["--data", str(self.data), "--port", str(self.port)]
        with self.said.open("a") as said:
            self._process = subprocess.Popen(
                command, env=self.environment(), stdout=subprocess.PIPE, stderr=said, text=True, cwd=ROOT
            )
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise NotServing(self.said.read_text()[-4000:])
        self.told = json.loads(line)
        self.port = int(self.told["url"].rpartition(":")[2])

    def kill(self) -> None:
        """End it as a power cut would: no farewell, nothing flushed."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it in order."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(how)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()

    @property
    def said(self) -> Path:
        """What it wrote to standard error, over all its lives."""
        return self.data.with_name(f"{self.data.name}.log")

    def environment(self) -> dict[str, str]:
        """What its commands find in their environment."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DOORSTEP_")}
        chosen = {"DOORSTEP_STATIC": str(self.static)}
        if self.rules:
            chosen["DOORSTEP_RULES"] = str(self.rules)
        return kept | chosen

    def audit(self) -> subprocess.CompletedProcess[str]:
        """Walk the stopped server's store."""
        command = [sys.executable, "-m", "doorstep.cli", "audit", "--data", str(self.data)]
        return subprocess.run(command, env=self.environment(), capture_output=True, text=True, cwd=ROOT)

    def person(self, role: str) -> dict[str, str]:
        """The first person of a role, with their password."""
        found: dict[str, str] = self.told["sign_ins"][role]
        return found

    def operative(self, place: int) -> dict[str, str]:
        """The operative of that place, from 0."""
        found: dict[str, str] = [one for one in self.told["people"] if one["role"] == "operative"][place]
        return found

    @contextmanager
    def client(self, person: Mapping[str, str], installation_id: str | None = None) -> Iterator[httpx.Client]:
        """An HTTP client signed in as somebody of the office, or on a phone of that installation id."""
        wanted = {"username": person["username"], "password": person["password"]}
        if installation_id:
            wanted["installation_id"] = installation_id
        with httpx.Client(base_url=self.url, timeout=20) as client:
            client.post("/api/session", json=wanted).raise_for_status()
            yield client


def a_copy(seeded: Path, to: Path) -> Path:
    """A folder of its own for one server, from the one that was filled once."""
    shutil.copytree(seeded, to)
    return to
