"""The vectors, in both languages, and what the two commands say about files that disagree or cannot be used."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from doorstep.policy_commands import main, vectors
from doorstep.vector_files import read_vectors
from tests.conformance.phone_judge import ROOT, run_vectors

FILES = sorted((ROOT / "rules" / "vectors").glob("*.json"))
Say = Callable[[Path], tuple[int, str, str]]


@pytest.fixture(params=["server", "phone"])
def say(request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> Say:
    """One of the two commands: a file in, and its exit status, output and errors out."""

    def server(path: Path) -> tuple[int, str, str]:
        status = vectors([str(path)])
        said = capsys.readouterr()
        return status, said.out, said.err

    def phone(path: Path) -> tuple[int, str, str]:
        ended = run_vectors(path)
        return ended.returncode, ended.stdout, ended.stderr

    return server if request.param == "server" else phone


def a_vector() -> dict[str, Any]:
    """The first vector of the first file that is judged and not refused."""
    return read_vectors(ROOT / "rules" / "vectors" / "waits.json")[0]


def written(folder: Path, *cases: Any) -> Path:
    """A vector file of these cases."""
    file = folder / "cases.json"
    file.write_text(json.dumps(cases), encoding="utf-8")
    return file


def test_the_server_agrees_with_every_vector(capsys: pytest.CaptureFixture[str]) -> None:
    """The contract, on the server."""
    assert vectors([str(file) for file in FILES]) == 0, capsys.readouterr().out


def test_the_phone_agrees_with_every_vector() -> None:
    """The contract, on the phone."""
    ended = run_vectors(*FILES)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_there_are_vectors_enough_and_each_says_why() -> None:
    """Each case shows one thing, says what, and is there once."""
    whys = [vector["why"] for file in FILES for vector in read_vectors(file)]
    assert len(whys) >= 150
    assert all(why.endswith(".") for why in whys)
    assert len(set(whys)) == len(whys)


def test_a_disagreement_is_shown_with_its_path(say: Say, tmp_path: Path) -> None:
    """Whoever reads it learns why the case exists, where it differs, what was expected and what came."""
    wrong = a_vector()
    wrong["verdict"]["clauses"][0]["t"] = 1
    status, out, _ = say(written(tmp_path, wrong, a_vector()))
    assert status == 1
    assert wrong["why"] in out
    assert "$.verdict.clauses[0].t: expected 1, got 900000" in out
    assert out.splitlines()[-1] == "2 vectors, 1 disagreements"


def test_another_type_is_a_disagreement(say: Say, tmp_path: Path) -> None:
    """true is not 1, in a verdict as in an event."""
    wrong = a_vector()
    wrong["verdict"]["may_record_missed"] = 1
    status, out, _ = say(written(tmp_path, wrong))
    assert status == 1
    assert "$.verdict.may_record_missed: expected 1, got true" in out


def test_a_key_too_many_is_a_disagreement(say: Say, tmp_path: Path) -> None:
    """A verdict has exactly its keys."""
    wrong = a_vector()
    wrong["verdict"]["grade"] = None
    status, out, _ = say(written(tmp_path, wrong))
    assert status == 1
    assert "$.verdict.grade" in out


def test_a_refusal_that_was_not_expected_is_a_disagreement(say: Say, tmp_path: Path) -> None:
    """A judge may not turn away what it should judge."""
    wrong = a_vector()
    wrong["now"]["t"] = -1
    status, out, _ = say(written(tmp_path, wrong))
    assert status == 1
    assert "expected a verdict, got a refusal" in out


def test_a_verdict_where_a_refusal_was_expected_is_a_disagreement(say: Say, tmp_path: Path) -> None:
    """A judge may not judge what it should turn away."""
    wrong = a_vector()
    del wrong["verdict"]
    wrong["refused"] = True
    status, out, _ = say(written(tmp_path, wrong))
    assert status == 1
    assert "expected it to be refused, got a verdict" in out


@pytest.mark.parametrize("now_t", ["900000.0", "9e5", "9.0E+5"])
def test_a_whole_number_may_be_written_with_a_point(say: Say, tmp_path: Path, now_t: str) -> None:
    """A phone cannot tell 2.0 from 2, so in JSON the server may not either."""
    file = written(tmp_path, a_vector())
    text = file.read_text("utf-8")
    assert '"t": 900000}, "verdict"' in text
    file.write_text(text.replace('"t": 900000}, "verdict"', f'"t": {now_t}}}, "verdict"'), encoding="utf-8")
    assert say(file)[0] == 0


@pytest.mark.parametrize("now_t", ["900000.5", "1e400", "9" * 5000, "9007199254740993"])
def test_a_number_that_no_phone_holds_is_refused(say: Say, tmp_path: Path, now_t: str) -> None:
    """Fractions and numbers beyond 2^53 - 1 are refused in both languages, however they are written."""
    vector = a_vector()
    del vector["verdict"]
    vector["refused"] = True
    vector["now"]["t"] = 4711
    file = written(tmp_path, vector)
    file.write_text(file.read_text("utf-8").replace("4711", now_t), encoding="utf-8")
    assert say(file)[0] == 0


@pytest.mark.parametrize("text", ["[", "{}", "[1]", "[NaN]", "null", ""])
def test_a_file_that_holds_no_vectors_is_unusable(say: Say, tmp_path: Path, text: str) -> None:
    """It is not the judge that is wrong, and the status says so."""
    file = tmp_path / "cases.json"
    file.write_text(text, encoding="utf-8")
    status, _, errors = say(file)
    assert status == 2
    assert str(file) in errors


def test_a_missing_file_is_unusable(say: Say, tmp_path: Path) -> None:
    """The path is named."""
    status, _, errors = say(tmp_path / "nowhere.json")
    assert status == 2
    assert "nowhere.json" in errors


def test_no_files_is_no_use(capsys: pytest.CaptureFixture[str]) -> None:
    """Judging nothing must not look like agreement."""
    assert run_vectors().returncode == 2
    assert main(["vectors"]) == 2
    assert "usage" in capsys.readouterr().err
