"""Which things the server does by itself, and how often: one line each."""

from __future__ import annotations

import asyncio
from functools import partial

from doorstep.adapters.notify.file import FileTexts
from doorstep.adapters.sqlite.leftovers import empty_journal
from doorstep.application.board_report.schedule import make_due
from doorstep.application.data_exceptions.digest import send_digests
from doorstep.application.erase_bodies import erase_ended
from doorstep.application.intake.forgetting import forget_intake, sweep_uploads
from doorstep.application.intake.watching_folder import WatchedFolder
from doorstep.application.office import Office
from doorstep.application.reminders.ask_after import ask_after
from doorstep.application.reminders.forget_texts import forget_texts
from doorstep.application.reminders.send_due import send_due
from doorstep.application.resident.keeping import forget_times
from doorstep.application.rounds import Round
from doorstep.application.wastage.summarising import sum_blocks, summarise
from doorstep.application.webhooks.make_deliveries import make_deliveries
from doorstep.application.webhooks.send_deliveries import forget_deliveries, send_deliveries
from doorstep.digest_opening import digest_post_of
from doorstep.settings import Settings

HOUR_S = 3600.0
DAY_S = 24 * HOUR_S


def rounds_of(office: Office, settings: Settings) -> list[Round]:
    """All of them, over this office."""
    rounds = [
        Round("erase_ended", DAY_S, partial(erase_ended, office)),
        Round("forget_intake", DAY_S, partial(forget_intake, office, settings.intake_days)),
        Round("forget_texts", DAY_S, partial(forget_texts, office, settings.text_days)),
        Round("empty_journal", HOUR_S, partial(empty_journal, settings.database)),
        Round("summarise", 15.0, partial(summarise, office)),
        Round("sum_blocks", 15.0, partial(sum_blocks, office)),
        Round("forget_times", DAY_S, partial(forget_times, office, settings.text_days)),
        Round(
            "digest",
            60.0,
            partial(send_digests, office, digest_post_of(settings), settings.digest_hour, settings.office_url),
            may_be_cut=True,
        ),
    ]
    if office.press is not None:
        rounds.append(Round("monthly_report", 60.0, partial(make_due, office, office.press)))
    if office.posts is not None:
        rounds += [
            Round("make_deliveries", 2.0, partial(make_deliveries, office)),
            Round("send_deliveries", 2.0, partial(send_deliveries, office, office.posts), may_be_cut=True),
            Round("forget_deliveries", DAY_S, partial(forget_deliveries, office)),
        ]
    if office.intake is not None:
        rounds.append(Round("sweep_uploads", 300.0, partial(sweep_uploads, office, office.intake)))
        if settings.intake_folder is not None:
            watched = WatchedFolder(office, office.intake, settings.intake_folder)
            rounds.append(Round("watched_folder", 5.0, watched.look))
            rounds.append(Round("forget_files", DAY_S, partial(watched.forget, settings.intake_days)))
    if office.texts is not None:
        if isinstance(office.texts, FileTexts):
            rounds.append(Round("forget_text_files", DAY_S, partial(_forget_files, office, office.texts, settings)))
        rounds += [
            Round("send_due", 1.0, partial(send_due, office, office.texts, settings.texts_per_minute), may_be_cut=True),
            Round("ask_after", 600.0, partial(ask_after, office, office.texts), may_be_cut=True),
        ]
    return rounds


async def _forget_files(office: Office, texts: FileTexts, settings: Settings) -> None:
    before_s = office.clock.now_ms() / 1000 - settings.text_days * DAY_S
    await asyncio.to_thread(texts.forget, before_s)
