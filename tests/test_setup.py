"""script/setup does each step once: again only when what went into it has changed, or when it broke off."""

import importlib.machinery
import importlib.util
import subprocess
import types
from pathlib import Path

import pytest

SETUP = Path(__file__).resolve().parent.parent / "script" / "setup"


@pytest.fixture(scope="module")
def setup() -> types.ModuleType:
    """The script, read as a module and not run."""
    loader = importlib.machinery.SourceFileLoader("doorstep_setup", str(SETUP))
    spec = importlib.util.spec_from_loader("doorstep_setup", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def test_a_digest_tells_names_contents_and_folders_apart(setup: types.ModuleType, tmp_path: Path) -> None:
    """Any change to a source, by name, content or place, makes the step run again."""
    seen = set()
    for name, words in (("a.ts", "1"), ("a.ts", "2"), ("b.ts", "2"), ("src/a.ts", "1")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(words)
        seen.add(setup.digest([tmp_path]))
    assert len(seen) == 4


def test_what_is_built_or_fetched_is_no_source(setup: types.ModuleType, tmp_path: Path) -> None:
    """A build does not call for the next one."""
    (tmp_path / "index.html").write_text("door")
    before = setup.digest([tmp_path])
    for folder in ("dist", "node_modules"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "index.html").write_text("built")
    assert setup.digest([tmp_path]) == before


def test_a_step_is_done_once(setup: types.ModuleType, tmp_path: Path) -> None:
    """It runs again for new inputs, and where what it made has gone; else it does not."""
    done, made = [], tmp_path / "made"

    def work(inputs: str) -> None:
        setup.step("build", "building", inputs, made, lambda: done.append(made.write_text(inputs)), tmp_path)

    for inputs in ("1", "1", "2", "2"):
        work(inputs)
    made.unlink()
    work("2")
    assert len(done) == 3


def test_a_step_that_broke_off_is_not_done(setup: types.ModuleType, tmp_path: Path) -> None:
    """Half a build is never taken for a whole one, even when its inputs are those of the last good build."""

    def broken() -> None:
        raise setup.SetupStopped("the network went away")

    setup.step("build", "building", "1", tmp_path, lambda: None, tmp_path)
    with pytest.raises(setup.SetupStopped):
        setup.step("build", "building", "2", tmp_path, broken, tmp_path)
    again = []
    setup.step("build", "building", "1", tmp_path, lambda: again.append(1), tmp_path)
    assert again == [1]


def test_a_command_that_fails_is_shown(setup: types.ModuleType, tmp_path: Path) -> None:
    """The person sees the end of what the command said, and what to do next, not a stack trace."""
    log = tmp_path / "setup.log"
    with pytest.raises(setup.SetupStopped, match=r"(?s)no such thing.*Try again tomorrow"):
        setup.run("sh", "-c", "echo no such thing; exit 3", advice="Try again tomorrow.", log=log)


def test_an_unknown_word_is_refused() -> None:
    """A misspelt option does not silently set up something else."""
    ended = subprocess.run([SETUP, "--test"], check=False, capture_output=True, text=True)
    assert ended.returncode == 2
    assert "script/setup [--tests]" in ended.stderr
