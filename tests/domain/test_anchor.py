"""An anchor has one form, and what is signed of it holds the log's name: nothing else passes for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.domain.anchor import AnchorMalformed, anchor_message, read_anchor, write_anchor
from doorstep.domain.log_tree import TreeHead

ROOT, SIG = bytes(range(32)), bytes(range(64))
TEXT = write_anchor(1_795_000_000_000, TreeHead(12, ROOT), SIG)
TIMES = st.integers(0, 10**15 - 1)


def test_an_anchor_as_written_down() -> None:
    """The very text and message that an outside client reads and checks."""
    assert TEXT == (
        "1795000000000.12.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8."
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0-Pw"
    )
    assert anchor_message("doorstep/tests", 1_795_000_000_000, TreeHead(12, ROOT)) == (
        b"doorstep/anchor/v1\ndoorstep/tests\n1795000000000\n12\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n"
    )


@given(TIMES, TIMES, st.binary(min_size=32, max_size=32), st.binary(min_size=64, max_size=64))
def test_what_was_written_is_read(at_ms: int, size: int, root: bytes, sig: bytes) -> None:
    """Every anchor comes back as it was."""
    anchor = read_anchor(write_anchor(at_ms, TreeHead(size, root), sig))
    assert (anchor.at_ms, anchor.size, anchor.root, anchor.sig) == (at_ms, size, root, sig)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1.2.3.4",
        f" {TEXT}",
        f"{TEXT}\n",
        f"0{TEXT}",
        f"-{TEXT}",
        f"٣{TEXT}",
        TEXT.replace(".12.", ".012."),
        TEXT.replace(".12.", ".."),
        TEXT.replace(".12.", ".1e1."),
        TEXT[:-1],
        f"{TEXT}=",
        TEXT[:-1] + "x",  # bits that stand for nothing: another text for the same bytes
        TEXT.replace("Hh8.", "Hh9."),
        TEXT.replace("-Pw", "+Pw"),
    ],
)
def test_another_form_is_none(text: str) -> None:
    """One text for each anchor: what merely looks like one is refused."""
    with pytest.raises(AnchorMalformed):
        read_anchor(text)
