"""Protects the decoder's process from whatever a picture makes the child do that opens it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.adapters import photo_cases

# Opens one file in a cell, in a process without threads as the decoder's is, with an `opening` that misbehaves.
OPEN = """
import os, resource, signal, socket, sys, time
from doorstep.adapters.photo_cell import CellFailed, open_in_cell
from doorstep.adapters.photo_derivatives import Derivatives, derive, prepare
from doorstep.application.photos import Decoded, Unreadable

def crash(data):
    os.kill(os.getpid(), signal.SIGSEGV)

def be_killed(data):
    os.kill(os.getpid(), signal.SIGKILL)

def loop(data):
    while True:
        pass

def sleep(data):
    time.sleep(1_000)

def hoard(data):
    return len(bytearray(500_000_000))

def say_nothing(data):
    os._exit(0)

def chatter(data):
    return Derivatives(Decoded(1, 1, "JPEG", None, None, False), {400: bytes(20_000_000)})

def look_around(data):
    could = []
    for name, attempt in {
        "read": lambda: open("/etc/hostname"),
        "write": lambda: open("taken", "w"),
        "connect": lambda: socket.socket(),
        "answer": lambda: os.write(1, b'{"decoded": {}}'),
        "fork": lambda: os.fork() or os._exit(0),
        "more": lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (99, 99)),
    }.items():
        try:
            attempt()
            could.append(name)
        except (OSError, ValueError):
            pass
    return Unreadable("could: " + " ".join(could))

prepare()
with open(sys.argv[2], "rb") as photo:
    opening = globals()[sys.argv[1]]
    try:
        print(open_in_cell(photo.fileno(), opening, cpu_seconds=1, wall_seconds=float(sys.argv[3])))
    except CellFailed as failed:
        print("failed:", failed)
    os.lseek(photo.fileno(), 0, os.SEEK_SET)
    print("goes on:", type(open_in_cell(photo.fileno(), lambda data: Unreadable("fine"))).__name__)
"""


def opened(opening: str, tmp_path: Path, data: bytes = b"photo", wall_seconds: float = 60) -> str:
    """What the process said of the photo; it must have gone on to the next."""
    photo = tmp_path / "photo"
    photo.write_bytes(data)
    command = [sys.executable, "-c", OPEN, opening, str(photo), str(wall_seconds)]
    said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path).stdout.splitlines()
    assert said[1:] == ["goes on: Unreadable"]
    return said[0]


@pytest.mark.parametrize(
    ("opening", "why"), [("crash", "damaged"), ("loop", "takes too long"), ("hoard", "too much memory")]
)
def test_what_a_picture_does_to_its_child_is_the_pictures_fault(tmp_path: Path, opening: str, why: str) -> None:
    """A crash, a spin and a hoard end the child alone, and are final."""
    said = opened(opening, tmp_path)
    assert said.startswith("Unreadable(")
    assert why in said


@pytest.mark.parametrize(
    ("opening", "why"), [("be_killed", "SIGKILL"), ("say_nothing", "without a whole answer"), ("chatter", "answer")]
)
def test_what_the_system_does_to_a_child_is_not_the_pictures_fault(tmp_path: Path, opening: str, why: str) -> None:
    """A child that the system killed for its own memory says nothing of the picture: it is tried again."""
    said = opened(opening, tmp_path)
    assert said.startswith("failed: ")
    assert why in said


def test_a_starved_child_is_not_the_pictures_fault(tmp_path: Path) -> None:
    """Out of time without having used its share of the processor: the machine was busy."""
    assert opened("sleep", tmp_path, wall_seconds=0.2).startswith("failed: The decoder's child got nowhere")


def test_a_child_can_open_nothing(tmp_path: Path) -> None:
    """A picture that takes its child over finds no file, no network, no process, and no way to answer for us."""
    said = opened("look_around", tmp_path).removeprefix("Unreadable(why='could:").removesuffix("')").split()
    # Where tests run as root inside a container that has nobody else, limits do not bind it.
    assert said in ([], ["more"], ["fork", "more"])


def test_a_picture_with_thousands_of_scans_is_given_up(tmp_path: Path) -> None:
    """A small file that would keep a processor busy for minutes costs its share and no more."""
    assert "takes too long" in opened("derive", tmp_path, photo_cases.scan_bomb())
