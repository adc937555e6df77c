"""Whether the time of an answer tells a right reference from a wrong one: `python -m tests.bench.resident`.

The resident's page is asked over the real store, with as many cards as a large landlord leaves in three months, in turn
and by chance for a reference that there is with a postcode that is not its own, and for a reference that there is not.
Both are refused. Printed are the medians of both, the difference between them with its 95% interval (by resampling),
and the chance that a difference in rank as large as this comes by itself (Mann and Whitney's test, two-sided). A small
one, under 0.001 in run after run, would mean that the times differ. A third kind, two references that there are not,
is asked as well: it shows what the same test says where nothing can differ.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import math
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import httpx

from doorstep.adapters.sqlite.store import SqliteStore
from doorstep.application.resident.cards import card_key
from doorstep.domain.chain import ALPHABET, card_code
from doorstep.web.app import WebSettings, create_app
from tests.makers import an_id, an_office, closed

DAY_MS = 86_400_000
RESAMPLED = 400


def a_code(number: int) -> str:
    """Some card's code."""
    return card_code(hashlib.sha256(f"{number}".encode()).hexdigest())


def a_postcode(number: int) -> str:
    """Some home's postcode: about twenty homes share one."""
    place = number // 20
    return f"ZZ{place % 89 + 10}{place // 89 % 10}{ALPHABET[place // 890 % 10 + 7]}{ALPHABET[place // 8900 % 10 + 7]}"


def fill(path: Path, cards: int) -> None:
    """Write the cards, straight into their table."""
    with sqlite3.connect(path) as held:
        rows = ((an_id(1 << 64 | number), card_key(a_code(number), a_postcode(number))) for number in range(cards))
        held.executemany("INSERT INTO cards VALUES(?,?)", rows)
    held.close()


def pairs(cards: int, tries: int, seed: int) -> list[tuple[str, str, str]]:
    """What is asked, by chance: of which kind, which code and which postcode; none of them agree."""
    drawn = random.Random(seed)
    asked = []
    for _ in range(tries):
        kind = drawn.choice(("right reference", "wrong reference", "wrong again"))
        number = drawn.randrange(cards)
        code = a_code(number if kind == "right reference" else cards + drawn.randrange(cards * 9))
        asked.append((kind, code, a_postcode(number + 20 * drawn.randrange(1, cards // 20))))
    return asked


async def measure(folder: Path, cards: int, tries: int, seed: int) -> dict[str, list[float]]:
    """Milliseconds of each answer, by kind."""
    store = await SqliteStore.open(folder / "store.sqlite3")
    fill(folder / "store.sqlite3", cards)
    bench = await an_office(folder, store)
    app = create_app(
        WebSettings(False, folder / "none", folder / "none", proxies=1, logs_requests=False), bench.office, bench.looker
    )
    spent: dict[str, list[float]] = {}
    transport = httpx.ASGITransport(app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://bench.test") as client:
        for number, (kind, code, postcode) in enumerate(pairs(cards, tries + 200, seed)):
            # A day later everything is forgotten: what is measured is the answer, not the wait.
            bench.clock.ms += DAY_MS + 1
            began = time.perf_counter()
            answer = await client.post("/r", data={"reference": code, "postcode": postcode})
            took = (time.perf_counter() - began) * 1000
            assert answer.status_code == 404, answer.text
            if number >= 200:
                spent.setdefault(kind, []).append(took)
    await closed(bench)
    await store.close()
    return spent


def rank_p(first: Sequence[float], second: Sequence[float]) -> float:
    """The chance of so large a difference in rank, if there is none: Mann and Whitney's test, by the normal curve."""
    ranked = sorted((value, of) for of, values in enumerate((first, second)) for value in values)
    total = sum(rank for rank, (_, of) in enumerate(ranked, start=1) if of == 0)
    m, n = len(first), len(second)
    z = (total - m * (m + n + 1) / 2) / math.sqrt(m * n * (m + n + 1) / 12)
    return math.erfc(abs(z) / math.sqrt(2))


def difference(first: Sequence[float], second: Sequence[float]) -> tuple[float, float, float]:
    """The difference of the medians, and 95% of it by resampling; in milliseconds."""
    drawn = random.Random(1)
    found = sorted(
        statistics.median(drawn.choices(first, k=len(first))) - statistics.median(drawn.choices(second, k=len(second)))
        for _ in range(RESAMPLED)
    )
    low, high = found[round(RESAMPLED * 0.025)], found[round(RESAMPLED * 0.975) - 1]
    return statistics.median(first) - statistics.median(second), low, high


def main(arguments: Sequence[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cards", type=int, default=60_000)
    parser.add_argument("--tries", type=int, default=4_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        spent = asyncio.run(measure(Path(folder), asked.cards, asked.tries, asked.seed))
    for kind, values in sorted(spent.items()):
        print(f"{kind:16} n {len(values):5}  median {statistics.median(values):.4f} ms")
    for first, second in (("right reference", "wrong reference"), ("wrong again", "wrong reference")):
        by, low, high = difference(spent[first], spent[second])
        p = rank_p(spent[first], spent[second])
        print(f"{first} less {second}: {by * 1000:+.1f} us (95% {low * 1000:+.1f} to {high * 1000:+.1f}); p {p:.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
