"""The `doorstep` command: what whoever runs the service can do from a shell."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

from doorstep.settings import SettingRefused, Settings, read_settings

FAULT = 2


def parser() -> argparse.ArgumentParser:
    """Every command with its own words; each sets `run`, which takes the arguments and gives the exit status."""
    top = argparse.ArgumentParser(
        prog="doorstep", description="Completes the checklist at the door before a visit can be recorded as missed."
    )
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _serving(commands)
    _policy(commands)
    _store(commands)
    for add_parser in _other_commands():
        add_parser(commands)
    return top


def _other_commands() -> list[Any]:
    from doorstep import (
        card_commands,
        exception_commands,
        export_commands,
        feed_commands,
        import_commands,
        log_commands,
        people_commands,
        reminder_commands,
        report_commands,
        verify_commands,
    )
    from doorstep.demo import run as demo

    others = (
        demo,
        import_commands,
        feed_commands,
        export_commands,
        verify_commands,
        log_commands,
        people_commands,
        reminder_commands,
        report_commands,
        exception_commands,
        card_commands,
    )
    return [other.add_parser for other in others]


def _serving(commands: Any) -> None:
    serve = commands.add_parser("serve", help="serve the phone, the office and the API")
    serve.add_argument("--data", type=Path, help="the folder that holds everything (default: DOORSTEP_DATA or ./data)")
    serve.add_argument("--host", help="the address to listen on (default: 127.0.0.1, for a proxy with TLS before it)")
    serve.add_argument("--port", type=int)
    serve.set_defaults(run=_serve)


def _serve(arguments: argparse.Namespace) -> int:
    from uvloop import run

    from doorstep.main import serve

    settings = read_settings(data=arguments.data, host=arguments.host, port=arguments.port)
    run(serve(settings, lambda url: print(f"Doorstep answers at {url}", flush=True)))
    return 0


def _policy(commands: Any) -> None:
    policy = commands.add_parser("policy", help="check policies, and judge by them")
    ways = policy.add_subparsers(metavar="WHAT", required=True)
    vectors = ways.add_parser("vectors", help="judge vector files and print every disagreement")
    vectors.add_argument("files", nargs="+", metavar="FILE")
    vectors.set_defaults(run=_vectors)
    check = ways.add_parser("check", help="load policies, or the whole rules folder, and say what stands in them")
    check.add_argument("files", nargs="*", metavar="FILE")
    check.set_defaults(run=_check)
    from doorstep.replay_commands import add_parser as add_replay

    add_replay(ways)
    reload = ways.add_parser("reload", help="have the running server take up what was dropped into the rules folder")
    reload.add_argument("--data", type=Path)
    reload.set_defaults(run=_reload)


def _vectors(arguments: argparse.Namespace) -> int:
    from doorstep.policy_commands import vectors

    return vectors(arguments.files)


def _check(arguments: argparse.Namespace) -> int:
    from doorstep.policy_commands import check

    return check(arguments.files, read_settings().rules)


def _reload(arguments: argparse.Namespace) -> int:
    from doorstep.policy_commands import check

    settings = read_settings(data=arguments.data)
    if status := check([], settings.rules):
        return status
    try:
        os.kill(int((settings.data / "server.pid").read_text()), signal.SIGHUP)
    except (OSError, ValueError):
        print(f"No server works on {settings.data}. It will load the rules when it starts.", file=sys.stderr)
        return FAULT
    print("The server was told to load them.")
    return 0


def _store(commands: Any) -> None:
    for name, words, run in (
        ("audit", "walk the whole store and name the first thing that is wrong", _audit),
        ("rebuild", "make the projections anew from the log", _rebuild),
    ):
        command = commands.add_parser(name, help=words)
        command.add_argument("--data", type=Path)
        command.set_defaults(run=run)
        if name == "audit":
            command.add_argument(
                "--checkpoint",
                type=Path,
                action="append",
                default=[],
                metavar="FILE",
                help="compare the log with this checkpoint, which somebody else kept; may be given again",
            )


def _audit(arguments: argparse.Namespace) -> int:
    from doorstep.store_commands import audit

    return asyncio.run(audit(_existing(arguments), arguments.checkpoint))


def _rebuild(arguments: argparse.Namespace) -> int:
    from doorstep.store_commands import rebuild

    return asyncio.run(rebuild(_existing(arguments)))


def _existing(arguments: argparse.Namespace) -> Settings:
    from doorstep.demo.run import with_its_rules

    settings = read_settings(data=arguments.data)
    if not settings.database.exists():
        raise SettingRefused(f"{settings.database} is not there. Give the data folder with --data.")
    return with_its_rules(settings)


def main() -> None:
    """Run one command; what goes wrong is said in a sentence, not a traceback."""
    from doorstep.domain.policy import PolicyRefused

    arguments = parser().parse_args()
    try:
        sys.exit(arguments.run(arguments))
    except KeyboardInterrupt:
        sys.exit(130)
    except (SettingRefused, PolicyRefused, RuntimeError, OSError) as fault:
        print(f"doorstep: {fault}", file=sys.stderr)
        sys.exit(FAULT)


if __name__ == "__main__":
    main()
