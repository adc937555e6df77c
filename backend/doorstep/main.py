"""The composition root: the only file that knows both the office and the things that it is made of."""

from __future__ import annotations

import asyncio
import fcntl
import os
import secrets
import signal
import socket
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
import uvicorn

from doorstep.adapters.argon2_passwords import Argon2Passwords
from doorstep.adapters.earlier_builds import keep_assets
from doorstep.adapters.feeds.formats import FileFormats
from doorstep.adapters.log_key import key_in_use, verifier
from doorstep.adapters.lookalikes import Lookalikes
from doorstep.adapters.p256 import verifies
from doorstep.adapters.parquet import ParquetSheet, has_parquet
from doorstep.adapters.photo_decoder import PhotoDecoder
from doorstep.adapters.photo_folder import FolderPhotos
from doorstep.adapters.policies import load_rules
from doorstep.adapters.reminder_rules import load_reminders
from doorstep.adapters.report.typst_report import TypstReport
from doorstep.adapters.spool_folder import SpoolFolder
from doorstep.adapters.sqlite.report_views import ReportViews
from doorstep.adapters.sqlite.store import SqliteStore
from doorstep.adapters.webhook_posts import WebPosts, read_networks
from doorstep.application.adopt_policies import adopt_policies
from doorstep.application.anchors import Anchors
from doorstep.application.intake.desk import MEGABYTE, Intake
from doorstep.application.log_keys import begin_log, earlier_keys, vkeys_of
from doorstep.application.news import News
from doorstep.application.office import Office
from doorstep.application.ports import Clock, Publisher
from doorstep.application.publish_checkpoints import CheckpointRounds
from doorstep.application.rebuild import rebuild
from doorstep.application.receive_photo import PhotoLooker
from doorstep.application.reminders.in_time import warn_if_too_late
from doorstep.application.rounds import Rounds
from doorstep.application.writer import Writer
from doorstep.domain.policy import PolicyRefused
from doorstep.log_opening import publishers_of, sign_on, timestamps_of
from doorstep.logging_setup import set_up_logging
from doorstep.report_opening import press_of
from doorstep.rounds import rounds_of
from doorstep.settings import Settings
from doorstep.text_opening import texts_of, warn_of_templates

log = structlog.get_logger()


class SystemClock:
    """The machine's own clock."""

    def now_ms(self) -> int:
        """Milliseconds since 1970, UTC."""
        return time.time_ns() // 1_000_000


@dataclass
class Running:
    """An office at work, with what looks at its photos and takes its checkpoints; whoever serves starts them."""

    office: Office
    looker: PhotoLooker
    decoder: PhotoDecoder
    publishers: Sequence[Publisher]


@asynccontextmanager
async def open_office(settings: Settings, clock: Clock | None = None, *, adopts: bool = True) -> AsyncIterator[Running]:
    """An office over the data folder, which is made where there is none. Raises PolicyRefused for faulty rules.

    Without `adopts` new policies do not come into use: for commands that look and leave everything as it is.
    """
    make_private(settings.data)
    office: Office | None = None
    rules, reminders = load_rules(settings.rules), load_reminders(settings.rules, settings.data)
    publishers, timestamps = publishers_of(settings), timestamps_of(settings)
    posts = WebPosts(read_networks(settings.webhook_networks))
    texts = texts_of(settings, lambda: office.reminders if office else reminders)
    store = await SqliteStore.open(settings.database)
    try:
        vkeys, earlier = await vkeys_of(store), await earlier_keys(store)
        log_key = key_in_use(settings.data, vkeys[-1] if vkeys else None, settings.log_origin, keeps=adopts)
    except BaseException:
        await store.close()
        raise
    decoder = PhotoDecoder(settings.photos)
    writer, clock = Writer(store), clock or SystemClock()
    office = Office(
        store=store,
        writer=writer,
        photos=FolderPhotos(settings.photos),
        decoder=decoder,
        passwords=Argon2Passwords(),
        rules=rules,
        clock=clock,
        code_key=server_key(settings.data),
        verifies=verifies,
        log_key=log_key,
        anchors=Anchors(log_key, clock, writer.tree_head, [(verifier(vkey), until) for vkey, until in earlier]),
        planner_number=settings.planner_number,
        rebooking_number=settings.rebooking_number,
        session_hours=settings.session_hours,
        timestamps=timestamps,
        report=TypstReport(),
        landlord=settings.landlord,
        intake=Intake(FileFormats(), SpoolFolder(settings.data / "intake"), settings.intake_megabytes * MEGABYTE),
        reminders=reminders,
        texts=texts,
        posts=posts,
        press=press_of(settings),
        tables=ReportViews(settings.database),
        parquet=ParquetSheet if has_parquet() else None,
        review_months=settings.review_months,
        erase_after_days=settings.erase_after_days,
        resident_days=settings.resident_days,
    )
    office.writer.start()
    looker = PhotoLooker(office, Lookalikes())
    try:
        if await store.is_rebuild_due():
            log.info("rebuilding", why="a newer version keeps more in its lists")
            await rebuild(store, rules.policies)
        if adopts:
            await begin_log(office)
            await adopt_policies(office, rules.policies)
            await sign_on(office, log_key, settings)
        yield Running(office, looker, decoder, publishers)
    finally:
        await looker.stop()
        await office.writer.stop()
        await decoder.close()
        texts.close()
        await store.close()


KEY_BYTES = 32


def server_key(data: Path) -> bytes:
    """The server's key for spoken codes and forms, made at the first start and readable by its owner only."""
    file = data / "server.key"
    if not file.exists():
        # Whole before it has its name: a key cut short by a power cut would be one that anybody can guess.
        unfinished = data / "server.key.unfinished"
        unfinished.unlink(missing_ok=True)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(secrets.token_bytes(KEY_BYTES))
            opened.flush()
            os.fsync(opened.fileno())
        unfinished.rename(file)
    key = file.read_bytes()
    if len(key) != KEY_BYTES:
        raise KeyDamaged(f"{file} is not whole. Restore it from a backup, or delete it: open forms and codes then end.")
    return key


class KeyDamaged(RuntimeError):
    """The server's key is not one that it made."""


def make_private(data: Path) -> None:
    """Make the data folder, for its owner's eyes only: it holds names, addresses and photos of front doors.

    A folder that stands there already keeps the rights that somebody gave it, for a backup's sake perhaps.
    """
    data.parent.mkdir(parents=True, exist_ok=True)
    data.mkdir(mode=0o700, exist_ok=True)


async def reload_rules(office: Office, settings: Settings) -> None:
    """Take up what was dropped into the rules folder, and newer bank holidays.

    Where anything of it is faulty, all that was in force stays in force.
    """
    try:
        rules, reminders = load_rules(settings.rules), load_reminders(settings.rules, settings.data)
        await adopt_policies(office, rules.policies)
        office.rules, office.reminders = rules, reminders
        warn_of_templates(settings, reminders)
        warn_if_too_late(office)
    except PolicyRefused as refused:
        log.warning("rules_refused", detail=str(refused))
    else:
        log.info("rules_loaded", versions=sorted(office.rules.policies))


class DataFolderTaken(RuntimeError):
    """Another server works on this data folder."""


@contextmanager
def only_server(data: Path) -> Iterator[None]:
    """Hold the data folder for one server: two would append to the same photo. The lock's file names the process."""
    make_private(data)
    with (data / "server.pid").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise DataFolderTaken(
                f"Another server works on {data}. Stop it, or give this one another --data."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def bind(settings: Settings) -> socket.socket:
    """The socket to serve on; port 0 takes a free one. Raises OSError where the port is taken."""
    # The protocol is named, because asyncio turns Nagle's algorithm off only where it is: each answer would wait 40 ms.
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind((settings.host, settings.port))
    bound.listen(2048)
    return bound


async def serve(
    settings: Settings,
    ready: Callable[[str], Any],
    beside: Callable[[Running], Coroutine[Any, Any, None]] | None = None,
) -> None:
    """Serve until told to stop. `ready` is called with the URL once the server answers; `beside` runs as long as it."""
    from doorstep.web.app import WebSettings, create_app
    from doorstep.web.connections import PatientConnection

    set_up_logging()
    with bind(settings) as bound, only_server(settings.data):
        async with open_office(settings) as running:
            warn_if_too_late(running.office)
            web = WebSettings(
                is_secure=settings.is_secure,
                proxies=settings.proxies,
                phone_folder=settings.static,
                office_assets=settings.static / "office",
                earlier_assets=_earlier_assets(settings),
                notify_token=settings.notify_callback_token,
            )
            config = uvicorn.Config(
                create_app(web, running.office, running.looker),
                http=PatientConnection,
                ws="none",
                access_log=False,
                log_config=None,
                server_header=False,
                proxy_headers=False,
                lifespan="on",
                timeout_graceful_shutdown=10,
            )
            server = _Server(config, running.office.writer.news)
            loop = asyncio.get_running_loop()
            reloading: set[asyncio.Task[None]] = set()

            def reload() -> None:
                task = loop.create_task(reload_rules(running.office, settings))
                reloading.add(task)
                task.add_done_callback(reloading.discard)

            loop.add_signal_handler(signal.SIGHUP, reload)
            for stop in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(stop, server.handle_exit, stop, None)
            await running.looker.start()
            rounds = CheckpointRounds(running.office, running.publishers, settings.checkpoint_minutes)
            rounds.start()
            own = Rounds(rounds_of(running.office, settings))
            own.start()
            tasks = [asyncio.create_task(_tell(server, bound, ready))]
            if beside:
                tasks.append(asyncio.create_task(beside(running)))
            await server.serve(sockets=[bound])
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await own.stop()
            await rounds.stop()


def _earlier_assets(settings: Settings) -> Path | None:
    try:
        return keep_assets(settings.static, settings.data / "phone-builds")
    except OSError:
        # A full disk must not keep the server from starting: phones that hold their own files never ask for these.
        log.warning("phone_builds_not_kept", exc_info=True)
        return None


class _Server(uvicorn.Server):
    """Leaves the signals to us: uvicorn raises them again when it is done, which would break off our own closing."""

    def __init__(self, config: uvicorn.Config, news: News) -> None:
        super().__init__(config)
        self._news = news

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop. The boards' streams never end by themselves: they are ended first, or the stop would wait for them."""
        self._news.end()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Nothing is captured here."""
        yield


async def _tell(server: Any, bound: socket.socket, ready: Callable[[str], Any]) -> None:
    """Say where the server answers, once it does: uvicorn has no event for that, only a flag."""
    while not server.started:
        await asyncio.sleep(0.02)
    host, port = bound.getsockname()[:2]
    ready(f"http://{f'[{host}]' if ':' in host else host}:{port}")
