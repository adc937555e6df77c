"""The log's Merkle tree, hashed as RFC 6962 says (2.1): heads, and proofs that an entry, or an older log, is in them.

    leaf       SHA-256(0x00 || leaf data)              the empty tree   SHA-256 of nothing
    node       SHA-256(0x01 || left || right)

A tree of n leaves splits at the largest power of two below n: its left part is always whole. So whatever a proof needs
is made of *whole subtrees*, each named by its level (0 for leaves) and its index from the left: they never change once
they are whole, however the log grows. Leaves are counted from 0 here; the log counts its positions from 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from hashlib import sha256
from typing import Final, Protocol

import msgspec

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = sha256().digest()


def leaf_hash(data: bytes) -> bytes:
    """The hash of one leaf."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side; the prefix keeps a node from passing for a leaf."""
    return sha256(b"\x01" + left + right).digest()


class TreeHead(msgspec.Struct, frozen=True):
    """What a log of `size` entries is, in 32 bytes."""

    size: int
    root: bytes


class Nodes(Protocol):
    """Where the hashes of whole subtrees are read."""

    def node(self, level: int, index: int) -> bytes:
        """The hash of the subtree over leaves index * 2**level to (index + 1) * 2**level, which are all there."""


class Frontier(msgspec.Struct, frozen=True):
    """All that appending needs to remember: the roots of the whole subtrees that a tree is made of, largest first."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def extended(self, leaf_hashes: Iterable[bytes]) -> Frontier:
        """With more leaves at the end: on average one hash for each."""
        size, peaks = self.size, list(self.peaks)
        for leaf in leaf_hashes:
            peak, rest = leaf, size
            while rest & 1:
                peak, rest = node_hash(peaks.pop(), peak), rest >> 1
            peaks.append(peak)
            size += 1
        return Frontier(size, tuple(peaks))

    def head(self) -> TreeHead:
        """Size and root: a hash for each peak."""
        return TreeHead(self.size, _joined(self.peaks))


def root(leaf_hashes: Iterable[bytes]) -> bytes:
    """The root over all these leaves."""
    return Frontier().extended(leaf_hashes).head().root


def root_at(nodes: Nodes, size: int) -> bytes:
    """The root that the log had when it was `size` entries long."""
    return _joined(peaks_of(nodes, 0, size))


def peaks_of(nodes: Nodes, begin: int, end: int) -> tuple[bytes, ...]:
    """The roots of the whole subtrees from a leaf at which the larger ones may begin, largest first."""
    peaks = []
    for level in reversed(range((end - begin).bit_length())):
        if end - begin >> level & 1:
            peaks.append(nodes.node(level, begin >> level))
            begin += 1 << level
    return tuple(peaks)


def inclusion_proof(nodes: Nodes, index: int, size: int) -> tuple[bytes, ...]:
    """The path from a leaf to the root of the first `size` leaves, lowest first. Raises ValueError out of range."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not among the first {size}")
    return _path(nodes, 0, index, size)


def is_included(leaf: bytes, index: int, head: TreeHead, proof: Sequence[bytes]) -> bool:
    """Whether this leaf is at that place in the tree; False for every proof that is not exactly of that form."""
    if not 0 <= index < head.size or not _are_hashes([leaf, *proof]):
        return False
    inner, border = _lengths(index, head.size)
    if len(proof) != inner + border:
        return False
    return _climbed(leaf, index, proof, inner) == head.root


def consistency_proof(nodes: Nodes, first: int, second: int) -> tuple[bytes, ...]:
    """That the first `first` leaves of `second` are the older log. Raises ValueError out of range."""
    if not 0 < first <= second:
        raise ValueError(f"a log of {first} entries has no proof within one of {second}")
    if first == second:
        return ()
    level = _trailing_zeros(first)
    # The older tree's last whole subtree: its path up to the newer root meets all that the older root is made of.
    index = (first >> level) - 1
    path = _path(nodes, level, index, second)
    return path if index == 0 else (nodes.node(level, index), *path)


def is_consistent(first: TreeHead, second: TreeHead, proof: Sequence[bytes]) -> bool:
    """Whether the second tree begins with the first; False for every proof that is not exactly of that form."""
    if not 0 < first.size <= second.size:
        return False
    if first.size == second.size:
        return not proof and first.root == second.root
    level = _trailing_zeros(first.size)
    index = (first.size >> level) - 1
    # An older tree that is one whole subtree begins its own path.
    path = [first.root, *proof] if index == 0 else list(proof)
    inner, border = _lengths(index, ((second.size - 1) >> level) + 1)
    if len(path) != 1 + inner + border or not _are_hashes(path):
        return False
    seed, *siblings = path
    # Only what stands to the left on the way up was there already.
    older = [sibling for place, sibling in enumerate(siblings) if place >= inner or index >> place & 1]
    is_first = reduce(_put_left, older, seed) == first.root
    return is_first and _climbed(seed, index, siblings, inner) == second.root


def _path(nodes: Nodes, level: int, index: int, size: int) -> tuple[bytes, ...]:
    """The siblings from a whole subtree, which lies within the first `size` leaves, up to their root."""
    inner, _ = _lengths(index, ((size - 1) >> level) + 1)
    path = []
    for height in range(inner):
        sibling = index >> height ^ 1
        begin = sibling << level + height
        # Where the ways to this subtree and to the last leaf part, the sibling may be cut off by the log's end.
        is_whole = begin + (1 << level + height) <= size
        path.append(nodes.node(level + height, sibling) if is_whole else _joined(peaks_of(nodes, begin, size)))
    beyond = (height for height in range(inner, index.bit_length()) if index >> height & 1)
    return (*path, *(nodes.node(level + height, (index >> height) - 1) for height in beyond))


def _joined(peaks: Sequence[bytes]) -> bytes:
    return reduce(_put_left, reversed(peaks[:-1]), peaks[-1]) if peaks else EMPTY_ROOT


def _climbed(seed: bytes, index: int, path: Sequence[bytes], inner: int) -> bytes:
    """The root that a path leads to; beyond its inner part every sibling stands to the left."""
    for place, sibling in enumerate(path):
        seed = node_hash(sibling, seed) if place >= inner or index >> place & 1 else node_hash(seed, sibling)
    return seed


def _put_left(right: bytes, left: bytes) -> bytes:
    return node_hash(left, right)


def _lengths(index: int, size: int) -> tuple[int, int]:
    """How long a path is: up to where it meets the way to the last leaf, and from there on."""
    inner = (index ^ (size - 1)).bit_length()
    return inner, (index >> inner).bit_count()


def _trailing_zeros(number: int) -> int:
    return (number & -number).bit_length() - 1


def _are_hashes(values: Iterable[bytes]) -> bool:
    return all(len(value) == HASH_BYTES for value in values)
