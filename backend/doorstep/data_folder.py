"""The data folder of a command: how it is named on the command line, and that it must hold an office."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from doorstep.settings import SettingRefused, Settings, read_settings


def takes_data(command: argparse.ArgumentParser) -> None:
    """Give a command its `--data`."""
    command.add_argument(
        "--data", type=Path, help="the folder that holds everything (default: DOORSTEP_DATA or ./data)"
    )


def add_way(ways: Any, name: str, words: str, run: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
    """One way of a command that has several, each over a data folder."""
    way: argparse.ArgumentParser = ways.add_parser(name, help=words)
    takes_data(way)
    way.set_defaults(run=run)
    return way


def existing(data: Path | None) -> Settings:
    """The settings of a folder that holds an office, with a demonstration's own rules. Raises SettingRefused."""
    # A demonstration brings much along that no other command needs.
    from doorstep.demo.run import with_its_rules

    settings = read_settings(data=data)
    if not settings.database.exists():
        raise SettingRefused(f"{settings.database} is not there. Give the data folder with --data.")
    return with_its_rules(settings)
