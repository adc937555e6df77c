"""Connections that never come to the point: each is closed, and an honest one is left alone. Time is a fake loop's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest
from uvicorn.config import Config
from uvicorn.server import ServerState

from doorstep.web.connections import (
    BODY_SECONDS,
    HEADING_SECONDS,
    LOOK_EVERY_SECONDS,
    MOST_HEADING_BYTES,
    SILENT_SECONDS,
    PatientConnection,
)

HEADING = b"POST /api/session HTTP/1.1\r\nhost: doorstep.test\r\ncontent-length: 1000\r\n\r\n"


class Later:
    """Something that the loop was asked to do later."""

    def __init__(self, at: float, work: Callable[[], None]) -> None:
        self.at, self.work, self.is_cancelled = at, work, False

    def cancel(self) -> None:
        """Not any more."""
        self.is_cancelled = True


class Task:
    """A task that is never done."""

    def add_done_callback(self, _: Any) -> None:
        """Nobody will be told."""


class Loop:
    """A loop whose time is moved by hand; what the application would answer does not matter here."""

    def __init__(self) -> None:
        self.now, self.asked = 0.0, list[Later]()

    def time(self) -> float:
        """Seconds."""
        return self.now

    def call_later(self, seconds: float, work: Callable[[], None]) -> Later:
        """Ask for it."""
        self.asked.append(Later(self.now + seconds, work))
        return self.asked[-1]

    def create_task(self, request: Any) -> Task:
        """A request begins; it is never answered."""
        request.close()
        return Task()

    def pass_time(self, seconds: float) -> None:
        """Let time pass, and do what falls due."""
        ends_at = self.now + seconds
        while due := [later for later in self.asked if later.at <= ends_at and not later.is_cancelled]:
            first = min(due, key=lambda later: later.at)
            self.asked.remove(first)
            self.now = first.at
            first.work()
        self.now = ends_at


class Wire:
    """The other end, which keeps what it is told."""

    told = b""
    is_shut = False

    def get_extra_info(self, _: str, default: Any = None) -> Any:
        """Nothing is known of it."""
        return default

    def write(self, data: bytes) -> None:
        """Keep it."""
        self.told += data

    def close(self) -> None:
        """Hang up."""
        self.is_shut = True

    def is_closing(self) -> bool:
        """Whether it was hung up."""
        return self.is_shut

    def pause_reading(self) -> None:
        """The server is behind."""

    def resume_reading(self) -> None:
        """The server goes on."""


async def _app(scope: Any, receive: Any, send: Any) -> None:
    """An application that is never reached."""


@pytest.fixture
def connected() -> tuple[PatientConnection, Loop, Wire]:
    """A new connection, with its loop and its other end."""
    loop, wire = Loop(), Wire()
    config = Config(cast("Any", _app), log_config=None)
    connection = PatientConnection(config, ServerState(), {}, cast("Any", loop))
    connection.connection_made(wire)
    return connection, loop, wire


Connected = tuple[PatientConnection, Loop, Wire]


def test_whoever_says_nothing_is_hung_up_on(connected: Connected) -> None:
    """An open connection costs a place: it is given a while, and no longer."""
    _, loop, wire = connected
    loop.pass_time(HEADING_SECONDS)
    assert not wire.is_closing()
    loop.pass_time(LOOK_EVERY_SECONDS)
    assert wire.is_closing()


def test_a_heading_in_drops_is_not_waited_for(connected: Connected) -> None:
    """One byte now and then does not lengthen the time that a heading has."""
    connection, loop, wire = connected
    for _ in range(int(HEADING_SECONDS + LOOK_EVERY_SECONDS)):
        loop.pass_time(1)
        if not wire.is_closing():
            connection.data_received(b"G" if loop.now == 1 else b"E" if loop.now == 2 else b"")
    assert wire.is_closing()


def test_a_heading_without_end_is_refused(connected: Connected) -> None:
    """One header that goes on and on is refused before it fills the memory; a long one that ends is not."""
    connection, _, wire = connected
    connection.data_received(b"GET / HTTP/1.1\r\nx: ")
    for _ in range(MOST_HEADING_BYTES // 10_000):
        connection.data_received(b"a" * 10_000)
    assert not wire.is_closing()
    connection.data_received(b"a" * 10_000)
    assert wire.is_closing()
    assert wire.told.startswith(b"HTTP/1.1 400 ")


def test_a_body_may_be_longer_than_a_heading(connected: Connected) -> None:
    """What limits a body is its route: a photo has 12 MB."""
    connection, _, wire = connected
    connection.data_received(HEADING.replace(b"1000", b"1000000"))
    connection.data_received(b"a" * 5 * MOST_HEADING_BYTES)
    assert not wire.is_closing()


def test_silence_in_the_middle_of_a_body_ends_it(connected: Connected) -> None:
    """A phone that lost its signal has the time to find it; what it sent is kept when the connection goes."""
    connection, loop, wire = connected
    connection.data_received(HEADING)
    loop.pass_time(SILENT_SECONDS)
    connection.data_received(b"{")
    loop.pass_time(SILENT_SECONDS)
    assert not wire.is_closing()
    loop.pass_time(LOOK_EVERY_SECONDS)
    assert wire.is_closing()


def test_a_body_in_drops_comes_to_an_end(connected: Connected) -> None:
    """Nobody holds a request open for ever by a byte a minute."""
    connection, loop, wire = connected
    connection.data_received(HEADING)
    while loop.now < BODY_SECONDS:
        connection.data_received(b" ")
        loop.pass_time(30)
    loop.pass_time(LOOK_EVERY_SECONDS)
    assert wire.is_closing()


def test_nobody_is_hung_up_on_while_the_server_works(connected: Connected) -> None:
    """Once all has come, it is the server that takes its time."""
    connection, loop, wire = connected
    connection.data_received(HEADING + b" " * 1000)
    loop.pass_time(2 * BODY_SECONDS)
    assert not wire.is_closing()
    connection.connection_lost(None)
    assert [later for later in loop.asked if not later.is_cancelled] == []
