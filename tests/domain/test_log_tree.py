"""The log's tree is RFC 6962's: two implementations agree, every true proof is taken, and no other."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorstep.domain.log_tiles import KeptNodes
from doorstep.domain.log_tree import (
    EMPTY_ROOT,
    Frontier,
    TreeHead,
    consistency_proof,
    inclusion_proof,
    is_consistent,
    is_included,
    leaf_hash,
    node_hash,
    root,
    root_at,
)
from tests.domain.slow_log_tree import slow_path, slow_proof, slow_root

# The leaves that Certificate Transparency's own examples use, and what the slow implementation makes of them.
EXAMPLE = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "60" * 16)]
EXAMPLE_ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
}

sizes = st.integers(1, 70)
two = st.tuples(sizes, sizes).map(sorted)


def a_tree(count: int) -> tuple[list[bytes], KeptNodes]:
    """Some leaves' data, and the tree over them."""
    leaves = [b"leaf %d" % number for number in range(count)]
    nodes = KeptNodes()
    for leaf in leaves:
        nodes.append(leaf_hash(leaf))
    return leaves, nodes


def a_head(leaves: Sequence[bytes]) -> TreeHead:
    """The head over some leaves, by the slow implementation."""
    return TreeHead(len(leaves), slow_root(leaves))


def test_known_roots() -> None:
    """Values that the slow implementation made once, the empty tree's and some that others published among them."""
    for size, expected in EXAMPLE_ROOTS.items():
        assert root(map(leaf_hash, EXAMPLE[:size])).hex() == slow_root(EXAMPLE[:size]).hex() == expected
    assert root([]) == EMPTY_ROOT == Frontier().head().root == root_at(KeptNodes(), 0)


def test_a_leaf_is_no_node() -> None:
    """Two hashes joined, taken for an entry, hash to something else: no second tree has the same root."""
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != node_hash(left, right)


@given(st.lists(st.lists(st.binary(max_size=8), max_size=20), max_size=6))
def test_appending_is_the_tree(batches: list[list[bytes]]) -> None:
    """However the leaves come, few or many at once, the head is the one over all of them."""
    frontier = Frontier()
    for batch in batches:
        frontier = frontier.extended(map(leaf_hash, batch))
    leaves = [leaf for batch in batches for leaf in batch]
    assert frontier.head() == a_head(leaves)


@pytest.mark.parametrize("size", range(1, 18))
def test_every_small_inclusion(size: int) -> None:
    """Each leaf's proof is RFC 6962's path, and is taken."""
    leaves, nodes = a_tree(size)
    for index in range(size):
        proof = inclusion_proof(nodes, index, size)
        assert list(proof) == slow_path(index, leaves)
        assert is_included(leaf_hash(leaves[index]), index, a_head(leaves), proof)


@pytest.mark.parametrize("second", range(1, 18))
def test_every_small_consistency(second: int) -> None:
    """Each older log's proof is RFC 6962's, and is taken."""
    leaves, nodes = a_tree(second)
    for first in range(1, second + 1):
        proof = consistency_proof(nodes, first, second)
        assert list(proof) == slow_proof(first, leaves)
        assert is_consistent(a_head(leaves[:first]), a_head(leaves), proof)


@given(two, st.data())
def test_an_older_size_is_proved_too(both: list[int], data: st.DataObject) -> None:
    """A log that went on still proves what it was: roots, leaves and heads of any earlier size."""
    size, now = both
    leaves, nodes = a_tree(now)
    then = leaves[:size]
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(nodes, index, size)
    assert root_at(nodes, size) == slow_root(then)
    assert is_included(leaf_hash(then[index]), index, a_head(then), proof)
    assert is_consistent(a_head(then), a_head(leaves), consistency_proof(nodes, size, now))


def flipped(value: bytes, bit: int) -> bytes:
    """The same bytes but for one bit."""
    number = int.from_bytes(value, "big") ^ (1 << bit % (8 * len(value)))
    return number.to_bytes(len(value), "big")


SPOILT: dict[str, Callable[[list[bytes], int], list[bytes]]] = {
    "a hash more at the end": lambda proof, _: [*proof, leaf_hash(b"")],
    "a hash more at the start": lambda proof, _: [leaf_hash(b""), *proof],
    "the last hash gone": lambda proof, _: proof[:-1],
    "the first hash gone": lambda proof, _: proof[1:],
    "a bit flipped": lambda proof, bit: [
        flipped(value, bit) if place == bit % len(proof) else value for place, value in enumerate(proof)
    ],
    "a hash cut short": lambda proof, bit: [
        value[:-1] if place == bit % len(proof) else value for place, value in enumerate(proof)
    ],
    "turned round": lambda proof, _: proof[::-1],
    "nothing": lambda _proof, _bit: [],
}
spoilings = st.sampled_from(sorted(SPOILT))


@settings(max_examples=300)
@given(sizes, st.data(), spoilings, st.integers(0, 2000))
def test_a_spoilt_inclusion_proof(size: int, data: st.DataObject, spoiling: str, bit: int) -> None:
    """One bit, one hash more or fewer, another order: not taken, and no error."""
    leaves, nodes = a_tree(size)
    index = data.draw(st.integers(0, size - 1))
    proof = list(inclusion_proof(nodes, index, size))
    spoilt = SPOILT[spoiling](proof, bit)
    assert is_included(leaf_hash(leaves[index]), index, a_head(leaves), spoilt) is (spoilt == proof)


@settings(max_examples=300)
@given(two, spoilings, st.integers(0, 2000))
def test_a_spoilt_consistency_proof(both: list[int], spoiling: str, bit: int) -> None:
    """One bit, one hash more or fewer, another order: not taken, and no error."""
    first, second = both
    leaves, nodes = a_tree(second)
    proof = list(consistency_proof(nodes, first, second))
    spoilt = SPOILT[spoiling](proof, bit)
    assert is_consistent(a_head(leaves[:first]), a_head(leaves), spoilt) is (spoilt == proof)


@given(sizes, st.data())
def test_a_proof_of_something_else(size: int, data: st.DataObject) -> None:
    """Another leaf, place, size or root than the proof was made for: not taken."""
    leaves, nodes = a_tree(size)
    index, other = data.draw(st.integers(0, size - 1)), data.draw(st.integers(-3, size + 3))
    head, proof = a_head(leaves), inclusion_proof(nodes, index, size)
    leaf = leaf_hash(leaves[index])
    assert not is_included(leaf_hash(b"another"), index, head, proof)
    assert not is_included(leaf[:-1], index, head, proof)
    assert is_included(leaf, other, head, proof) is (other == index)
    assert not is_included(leaf, index, TreeHead(size, flipped(head.root, other % 256)), proof)
    assert not is_included(leaf, index, TreeHead(index, head.root), proof)


@given(two, st.data())
def test_a_history_written_anew(both: list[int], data: st.DataObject) -> None:
    """One earlier entry altered: no proof of ours ties the new log to the older head."""
    first, second = both
    leaves, _ = a_tree(second)
    place = data.draw(st.integers(0, first - 1))
    altered = [b"altered" if number == place else leaf for number, leaf in enumerate(leaves)]
    nodes = KeptNodes()
    for leaf in altered:
        nodes.append(leaf_hash(leaf))
    assert not is_consistent(a_head(leaves[:first]), a_head(altered), consistency_proof(nodes, first, second))


def test_sizes_that_prove_nothing() -> None:
    """The empty log is the start of any other, and a longer one of none: there is nothing to prove."""
    leaves, nodes = a_tree(4)
    head = a_head(leaves)
    assert not is_consistent(a_head([]), head, ())
    assert not is_consistent(a_head([]), a_head([]), ())
    assert not is_consistent(head, a_head(leaves[:3]), ())
    assert not is_consistent(head, TreeHead(4, EMPTY_ROOT), ())
    assert is_consistent(head, head, ())
    for first, second in ((0, 4), (5, 4)):
        with pytest.raises(ValueError, match="no proof"):
            consistency_proof(nodes, first, second)
    for index in (-1, 4):
        with pytest.raises(ValueError, match="not among"):
            inclusion_proof(nodes, index, 4)
