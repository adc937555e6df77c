"""Hashes, links and short codes, beside a second and obvious way of computing each."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorstep.domain.chain import (
    ALPHABET,
    DAMM,
    body_hash,
    card_code,
    is_read_back,
    is_spoken_code,
    read_back,
    root_prev,
    spoken_code,
)

LETTERS = "3 4 6 7 9 A C D E F G H J K M N P Q R T W X Y".split()
HASHES = st.binary(max_size=40).map(lambda body: hashlib.sha256(body).hexdigest())


def in_base_23(number: int, length: int) -> str:
    """Most significant first, by powers, as one would do it by hand."""
    return "".join(LETTERS[number // 23**power % 23] for power in range(length - 1, -1, -1))


def first_8_bytes(sha256: str) -> int:
    return sum(byte << (8 * (7 - place)) for place, byte in enumerate(bytes.fromhex(sha256)[:8]))


def test_the_alphabet_has_no_look_alikes() -> None:
    """23 characters in the order of their values, none of which can be taken for another."""
    assert list(ALPHABET) == LETTERS
    assert len(ALPHABET) == 23
    assert not set("01258BILOSUVZ") & set(ALPHABET)


def test_the_root_binds_snapshot_and_policy() -> None:
    """A chain begins from the hash of both, with a line feed between them."""
    assert root_prev("ab" * 32, "2026-11-01") == hashlib.sha256(b"ab" * 32 + b"\n2026-11-01").hexdigest()
    assert body_hash(b"{}") == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


def test_codes_that_anybody_can_work_out() -> None:
    """Fixed cases: an outside client can check its own against them."""
    assert card_code("00" * 32) == "33333"
    assert card_code("0000000000000017" + "ff" * 24) == "33343"
    assert card_code("0000000000000001" + "ff" * 24) == "33334"
    assert read_back("00" * 32) == "33333333"
    assert read_back("0000000000000001" + "00" * 24) == "3333334D"


@given(HASHES)
def test_the_card_code(sha256: str) -> None:
    """The first 8 bytes, modulo 23^5, most significant first."""
    assert card_code(sha256) == in_base_23(first_8_bytes(sha256) % 23**5, 5)


@given(HASHES)
def test_the_read_back(sha256: str) -> None:
    """Modulo 23^7, and the eighth: the sum of i x value(i), modulo 23."""
    seven = in_base_23(first_8_bytes(sha256) % 23**7, 7)
    check = (
        1 * LETTERS.index(seven[0])
        + 2 * LETTERS.index(seven[1])
        + 3 * LETTERS.index(seven[2])
        + 4 * LETTERS.index(seven[3])
        + 5 * LETTERS.index(seven[4])
        + 6 * LETTERS.index(seven[5])
        + 7 * LETTERS.index(seven[6])
    ) % 23
    assert read_back(sha256) == seven + LETTERS[check]
    assert is_read_back(read_back(sha256))


@settings(max_examples=20, deadline=None)
@given(HASHES)
def test_a_slip_in_the_read_back_is_caught(sha256: str) -> None:
    """Every wrong character, and every swap of two neighbours among the seven."""
    said = read_back(sha256)
    for place in range(8):
        for letter in LETTERS:
            if letter != said[place]:
                assert not is_read_back(said[:place] + letter + said[place + 1 :])
    for place in range(6):
        if said[place] != said[place + 1]:
            assert not is_read_back(said[:place] + said[place + 1] + said[place] + said[place + 2 :])


@pytest.mark.parametrize("text", ["", "3333333", "333333333", "3333333O", "3333333a", "33333333 "])
def test_what_is_no_read_back(text: str) -> None:
    """Eight characters of the alphabet, in capitals."""
    assert not is_read_back(text)


def by_hand(key: bytes, *names: str) -> str:
    """The spoken code by RFC 2104's own formula, with Damm's digit found by trying all ten."""
    block = key.ljust(64, b"\0")
    message = b"\n".join(name.encode() for name in ("doorstep/planner-code/v1", *names))
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block) + message).digest()
    digest = hashlib.sha256(bytes(byte ^ 0x5C for byte in block) + inner).hexdigest()
    seven = str(first_8_bytes(digest) % 10_000_000).zfill(7)
    [right] = [seven + digit for digit in "0123456789" if damm(seven + digit) == 0]
    return right


def damm(digits: str) -> int:
    state = 0
    for digit in digits:
        state = DAMM[state][int(digit)]
    return state


@given(st.text(max_size=20), st.text(max_size=20), st.integers(0, 10**9))
def test_the_spoken_code(appointment_id: str, operative_id: str, number: int) -> None:
    """HMAC-SHA256 of the domain and the three ids, one a line: modulo 10^7, and a check digit."""
    key = b"k" * 32
    code = spoken_code(key, appointment_id, operative_id, str(number))
    assert code == by_hand(key, appointment_id, operative_id, str(number))
    assert is_spoken_code(code)
    assert spoken_code(b"j" * 32, appointment_id, operative_id, str(number)) == by_hand(
        b"j" * 32, appointment_id, operative_id, str(number)
    )


def test_the_key_and_every_id_make_the_code() -> None:
    """Another key, appointment, operative or call is another code; the MAC is the standard one."""
    codes = {
        spoken_code(b"k", "A", "B", "C"),
        spoken_code(b"l", "A", "B", "C"),
        spoken_code(b"k", "X", "B", "C"),
        spoken_code(b"k", "A", "X", "C"),
        spoken_code(b"k", "A", "B", "X"),
    }
    assert len(codes) == 5
    digest = hmac.new(b"k", b"doorstep/planner-code/v1\nA\nB\nC", "sha256").digest()
    assert spoken_code(b"k", "A", "B", "C")[:7] == f"{int.from_bytes(digest[:8], 'big') % 10**7:07d}"


def test_damms_table_is_totally_anti_symmetric() -> None:
    """A latin square with zeros on its diagonal, in which no swap of two neighbours leads to the same place."""
    digits = range(10)
    assert all(sorted(row) == list(digits) for row in DAMM)
    assert all(sorted(DAMM[row][column] for row in digits) == list(digits) for column in digits)
    assert all(DAMM[digit][digit] == 0 for digit in digits)
    for state in digits:
        for first in digits:
            for second in range(first):
                assert DAMM[DAMM[state][first]][second] != DAMM[DAMM[state][second]][first]


@given(st.integers(0, 10**7 - 1))
def test_a_slip_in_the_spoken_code_is_caught(number: int) -> None:
    """Every wrong digit and every swap of two neighbours: the phone can tell, even offline."""
    seven = f"{number:07d}"
    [code] = [seven + digit for digit in "0123456789" if is_spoken_code(seven + digit)]
    for place in range(8):
        for digit in "0123456789":
            assert is_spoken_code(code[:place] + digit + code[place + 1 :]) == (digit == code[place])
        if place < 7 and code[place] != code[place + 1]:
            assert not is_spoken_code(code[:place] + code[place + 1] + code[place] + code[place + 2 :])


@pytest.mark.parametrize("text", ["", "0000000", "000000000", "0000000a", "٠٠٠٠٠٠٠٠", "0000 000"])
def test_what_is_no_spoken_code(text: str) -> None:
    """Eight digits of this script."""
    assert not is_spoken_code(text)
