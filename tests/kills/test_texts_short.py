"""The trial of texts in its short form: due at once, a bad day at the service, one kill of the whole server."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.kills.texting import Plan, run
from tests.stand_ins.notify import Manners

MANNERS = Manners(seed=2, fails_before=0.02, fails_after=0.02, breaks_after=0.02, hangs_after=0.02, receipts_twice=0.2)


def test_each_text_goes_once_and_each_receipt_is_kept_once(tmp_path: Path) -> None:
    """Though the service fails before and after it took a text, and the server is killed with texts in flight."""
    plan = Plan(texts=300, kills=1, manners=MANNERS)
    found = asyncio.run(run(tmp_path, plan))
    assert found.kills == 1
    assert (found.taken, found.doubled, found.unsent) == (plan.texts, [], 0)
    assert (found.receipts, found.evidence) == (plan.texts, plan.texts)
    assert found.receipts_told > plan.texts, "no receipt came twice: this run proves little"
    assert found.left == {"delivered": plan.texts}
    assert found.unsound == []
    bad = {name: found.answers.get(name, 0) for name in ("500 Exception", "fails_after", "breaks_after", "hangs_after")}
    assert min(bad.values()) > 0, f"the service hardly failed: {bad}"
    assert found.answers["200"] > 0, "nothing was looked up"
