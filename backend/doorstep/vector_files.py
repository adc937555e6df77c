"""Vector files: the cases that both judges must answer to the letter, read, judged and compared."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import msgspec

from doorstep.domain.instants import InputRefused
from doorstep.domain.judge import judge
from doorstep.domain.policy import PolicyRefused, read_policy

REFUSED = {"refused": True}


class VectorFileUnreadable(ValueError):
    """The file cannot be used as a list of vectors at all."""


def read_vectors(file: Path) -> list[dict[str, Any]]:
    """The vectors of one file; raises VectorFileUnreadable saying what to mend."""
    try:
        vectors = parse_json(file.read_text(encoding="utf-8"))
    except OSError as fault:
        raise VectorFileUnreadable(f"{file}: cannot be read ({fault.strerror}).") from None
    except (ValueError, RecursionError) as fault:
        raise VectorFileUnreadable(f"{file}: is not JSON: {fault}.") from None
    if not isinstance(vectors, list) or not all(isinstance(vector, dict) for vector in vectors):
        raise VectorFileUnreadable(f"{file}: must be a list of vectors, each an object with `why` and `policy`.")
    return vectors


def parse_json(text: str) -> Any:
    """JSON as the phone reads it, where 2.0 is 2: a phone cannot tell them apart, so neither may the server here."""
    return json.loads(text, parse_float=_number, parse_constant=_refuse_constant, parse_int=_whole)


def answer(vector: dict[str, Any]) -> dict[str, Any]:
    """The verdict as plain JSON values, or {"refused": true}."""
    try:
        policy = read_policy(vector.get("policy"))
        verdict = judge(policy, vector.get("appointment"), vector.get("events"), vector.get("now"))
    except (PolicyRefused, InputRefused):
        return REFUSED
    plain: dict[str, Any] = _lists(msgspec.to_builtins(verdict))
    return plain


def disagreements(vector: dict[str, Any]) -> Iterator[str]:
    """Each place where the judge and the vector differ: JSON path, expected, got."""
    got = answer(vector)
    if vector.get("refused") is True:
        if got != REFUSED:
            yield "$: expected it to be refused, got a verdict"
    elif got == REFUSED:
        yield "$: expected a verdict, got a refusal"
    else:
        yield from _differences("$.verdict", vector.get("verdict"), got)


def _differences(path: str, expected: Any, got: Any) -> Iterator[str]:
    if isinstance(expected, dict) and isinstance(got, dict):
        for key in [*expected, *(key for key in got if key not in expected)]:
            yield from _differences(f"{path}.{key}", expected.get(key, "(no such key)"), got.get(key, "(no such key)"))
    elif isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got):
        for index, (one, other) in enumerate(zip(expected, got, strict=True)):
            yield from _differences(f"{path}[{index}]", one, other)
    elif type(expected) is not type(got) or expected != got:
        yield f"{path}: expected {json.dumps(expected)}, got {json.dumps(got)}"


def _lists(value: Any) -> Any:
    """The same values with lists for tuples, as JSON would give them back."""
    if isinstance(value, dict):
        return {key: _lists(inner) for key, inner in value.items()}
    return [_lists(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def _number(text: str) -> int | float:
    number = float(text)
    return int(number) if number.is_integer() else number


def _whole(text: str) -> int | float:
    # Python refuses to read thousands of digits; all that matters of such a number is that it is too large.
    return int(text) if len(text) < 400 else float("inf")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")
