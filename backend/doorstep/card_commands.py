"""What `doorstep cards` does: print sheets of blank cards, on which an operative writes at the door.

The reference is not printed: it comes from the visit's own record as it is made at the door, so that no photo of an
older card can show it. What is printed is where the resident looks it up.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from doorstep.adapters.report.typst_cards import CARDS_ON_A_SHEET, BlankCards, InBoth, cards_pdf
from doorstep.settings import SettingRefused, read_settings
from doorstep.web.pages.resident import PATHS
from doorstep.web.pages.words import CATALOGUES

DONE = 0
MOST_SHEETS = 100
LONGEST_ADDRESS, LONGEST_NAME, LONGEST_NUMBER = 56, 45, 20
"""What there is room for on a card."""


def add_parser(commands: Any) -> None:
    """`doorstep cards print`."""
    cards = commands.add_parser("cards", help="the cards that operatives leave behind")
    ways = cards.add_subparsers(metavar="WHAT", required=True)
    sheets = ways.add_parser("print", help=f"a PDF of blank cards, {CARDS_ON_A_SHEET} to an A4 sheet, in two languages")
    sheets.add_argument("--out", type=Path, default=Path("cards.pdf"), help="the file to write (default: cards.pdf)")
    sheets.add_argument("--sheets", type=int, default=1, help="how many sheets (default: 1)")
    sheets.add_argument("--url", help="where residents reach this server (default: DOORSTEP_OFFICE_URL)")
    sheets.add_argument("--landlord", help="the name on the cards (default: DOORSTEP_LANDLORD)")
    sheets.add_argument("--number", help="the number to ring (default: DOORSTEP_REBOOKING_NUMBER)")
    sheets.set_defaults(run=_print)


def _print(arguments: argparse.Namespace) -> int:
    settings = read_settings()
    if not 1 <= arguments.sheets <= MOST_SHEETS:
        raise SettingRefused(f"--sheets takes 1 to {MOST_SHEETS}.")
    address = _address(arguments.url or settings.office_url)
    landlord = arguments.landlord or settings.landlord
    if not landlord:
        raise SettingRefused("Say whose cards they are: give --landlord, or set DOORSTEP_LANDLORD.")
    if len(landlord) > LONGEST_NAME:
        raise SettingRefused(f"{landlord} is too long to stand on a card: at most {LONGEST_NAME} characters.")
    number = arguments.number or settings.rebooking_number
    if len(number) > LONGEST_NUMBER:
        raise SettingRefused(f"{number} is too long to stand on a card: at most {LONGEST_NUMBER} characters.")
    arguments.out.write_bytes(cards_pdf(blank_cards(landlord, address, number, arguments.sheets)))
    told = f"{arguments.out}: {arguments.sheets * CARDS_ON_A_SHEET} cards that lead to {address}"
    print(told if number else f"{told}; they bear no number to ring", file=sys.stdout)
    return DONE


def blank_cards(landlord: str, address: str, number: str, sheets: int) -> BlankCards:
    """The cards of a landlord, in the words of the catalogues."""

    def both(name: str) -> InBoth:
        return InBoth(*(CATALOGUES[language][f"card.{name}"] for language in ("en", "cy")))

    named = {name: both(name) for name in ("came", "date", "time", "job", "reference", "see", "ring")}
    words = CATALOGUES["en"]
    return BlankCards(
        landlord=landlord,
        title=words["card.title"],
        address=address,
        number=number,
        qr_alt=words["card.qr"],
        sheets=sheets,
        **named,
    )


def _address(url: str) -> str:
    """The public page's address under a server's. Raises SettingRefused for what a resident could not open."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise SettingRefused(
            "Say where residents reach this server: give --url https://..., or set DOORSTEP_OFFICE_URL."
        )
    address = f"{url.rstrip('/')}{PATHS['en']}"
    if len(address) > LONGEST_ADDRESS:
        raise SettingRefused(f"{address} is too long to stand on a card: at most {LONGEST_ADDRESS} characters.")
    return address
