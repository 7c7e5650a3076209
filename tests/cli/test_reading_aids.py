"""Standard input, lists of files, ignore comments, watching and completion, as they are typed."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from queue import Empty, Queue
from typing import IO

import pytest

import mlstd as package
from tests.cli.test_check import RULE, TRAIN, check, findings, project
from tests.cli.test_commands import mlstd

__all__ = ["project"]

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(package.__file__).parents[1])}


def piped(cwd: Path, text: str, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mlstd.cli", "check", "--isolated", "--select", RULE, "--format", "json", *words]
    return subprocess.run(command, cwd=cwd, input=text, capture_output=True, text=True, env=ENVIRONMENT, check=False)


def test_standard_input_stands_for_a_file(project: Path) -> None:
    """An editor asks about what is not saved yet, or not there yet; imports lead into the project as ever."""
    (found,) = findings(piped(project, "\n" + TRAIN, "--stdin-filename", "train.py"))
    assert (found["path"], found["line"]) == ("train.py", 9)
    (new,) = findings(piped(project / "helpers", TRAIN, "--stdin-filename", "../exp.py", "-"))
    assert (new["path"], new["line"]) == ("../exp.py", 8)
    assert findings(piped(project, "x = 1\n", "--stdin-filename", "train.py")) == []
    assert (project / "train.py").read_text() == TRAIN
    assert not (project / "exp.py").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--stdin-filename", "a.py", "train.py"], "--stdin-filename: checks one file"),
        (["--stdin-filename", "a.py", "--watch"], "goes neither with --watch"),
        (["--add-ignore"], "--add-ignore: give the reason"),
        (["--add-ignore", "--reason", " "], "--reason: write one line that says why"),
    ],
)
def test_options_that_do_not_agree(project: Path, words: list[str], said: str) -> None:
    run = check(project, *words)
    assert (run.returncode, said in run.stderr) == (2, True)


def test_files_are_listed_and_not_judged(project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.mlstd]\nexclude = ["other.py"]\n')
    assert mlstd(project, "check", "--show-files").stdout.split() == ["helpers/data.py", "train.py"]
    assert mlstd(project / "helpers", "check", "--show-files", "..").stdout.split() == ["../train.py", "data.py"]
    assert not (project / ".mlstd_cache").exists()


def test_findings_become_comments(project: Path) -> None:
    run = check(project, "--add-ignore", "--reason", "shown in the talk")
    assert (run.returncode, run.stdout) == (0, "Ignored 2 findings in 2 files.\n")
    comment = f"  # mlstd: ignore[{RULE}] -- shown in the talk\n"
    assert (project / "train.py").read_text() == TRAIN.removesuffix("\n") + comment
    assert check(project).stdout == "No findings in 2 experiments.\n"


def _drain(out: IO[str], lines: Queue[str]) -> None:
    """Hand on what a running program prints, line by line."""
    for line in out:
        lines.put(line)


def test_watching_checks_again_after_a_change(project: Path) -> None:
    pytest.importorskip("watchfiles")
    command = [sys.executable, "-u", "-m", "mlstd.cli", "check", "--isolated", "--select", RULE, "--watch", "train.py"]
    surroundings = {**ENVIRONMENT, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        command, cwd=project, env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    lines: Queue[str] = Queue()
    assert process.stdout is not None
    reader = threading.Thread(target=_drain, args=(process.stdout, lines), daemon=True)
    reader.start()
    try:
        assert until(lines, "Found 1 error")
        assert until(lines, "waiting for changes")
        for _ in range(40):  # the watcher may begin a moment after the line
            (project / "train.py").write_text("x = 1\n")
            if until(lines, "No experiments in 1 file", 1):
                break
        else:
            pytest.fail("the change was not seen")
    finally:
        process.terminate()
        process.wait()


def until(lines: Queue[str], word: str, seconds: float = 60) -> bool:
    """Whether a line with the word comes in time."""
    try:
        while word not in lines.get(timeout=seconds):
            pass
    except Empty:
        return False
    return True


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(tmp_path: Path, shell: str) -> None:
    assert "_MLSTD_COMPLETE" in mlstd(tmp_path, "completion", shell).stdout


def test_rules_are_completed(tmp_path: Path) -> None:
    run = mlstd(tmp_path, _MLSTD_COMPLETE="bash_complete", COMP_WORDS="mlstd rule no-ba", COMP_CWORD="2")
    assert "no-baseline" in run.stdout or os.name == "nt"
