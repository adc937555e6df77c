"""Every measure, share, group and band of the analysis has its words: a page never shows a code."""

from __future__ import annotations

import json
from importlib import resources

from doorstep.domain.wastage.bands import LEAD, NOTICE, WIDTH
from doorstep.domain.wastage.dimensions import DIMENSIONS
from doorstep.domain.wastage.facts import BEST_FIRST
from doorstep.domain.wastage.measures.shares import SHARES

CATALOGUE = resources.files("doorstep.web.pages") / "catalogue" / "measures.en.json"
OTHERS = ("orders", "cost", "widths", "repeats", "recovery", "hazards")


def test_every_measure_says_what_it_says_and_what_it_cannot() -> None:
    """A figure without its limits is half of one."""
    said = json.loads(CATALOGUE.read_text(encoding="utf-8"))
    wanted = {f"measures.{name}.{part}" for name in (*SHARES, *OTHERS) for part in ("title", "says", "cannot_say")}
    wanted |= {f"measures.{name}.share.{ratio.name}" for name, asked in SHARES.items() for ratio in asked.ratios}
    wanted |= {f"measures.aside.{aside.counter}" for asked in SHARES.values() for aside in asked.asides}
    wanted |= {f"measures.by.{dimension}" for dimension in DIMENSIONS}
    bands = {"lead": LEAD, "notice": NOTICE, "width": WIDTH}
    wanted |= {f"measures.value.{name}.{band}" for name, held in bands.items() for _, band in (*held, (0, "none"))}
    wanted |= {f"measures.value.receipt.{receipt}" for receipt in BEST_FIRST}
    assert sorted(wanted - said.keys()) == []
