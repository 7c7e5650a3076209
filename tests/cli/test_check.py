"""`mlstd check` from end to end, on small projects."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_commands import mlstd

RULE = "evaluated-on-training-data"
DATA = """\
import pandas as pd

def load():
    frame = pd.read_csv("data.csv")
    return frame.drop(columns="y"), frame["y"]
"""
TRAIN = """\
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from helpers.data import load

X, y = load()
model = LogisticRegression()
model.fit(X, y)
print(accuracy_score(y, model.predict(X)))
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "helpers").mkdir()
    (tmp_path / "helpers/data.py").write_text(DATA)
    (tmp_path / "train.py").write_text(TRAIN)
    (tmp_path / "other.py").write_text(TRAIN.replace("LogisticRegression", "RidgeClassifier"))
    return tmp_path


def findings(run: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    whole = json.loads(run.stdout)
    assert whole["errors"] == []
    return list(whole["findings"])


def check(cwd: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return mlstd(cwd, "check", "--isolated", "--select", RULE, *words)


def test_an_error_fails_and_says_where(project: Path) -> None:
    run = check(project, "train.py")
    assert run.returncode == 1
    assert "train.py:8:" in run.stdout
    assert f"error[{RULE}]" in run.stdout
    assert "8 | print(accuracy_score(y, model.predict(X)))" in run.stdout
    assert "Found 1 error in 1 experiment." in run.stdout
    assert check(project, "--exit-zero", "train.py").returncode == 0


def test_paths_are_relative_to_the_working_directory(project: Path) -> None:
    subprocess.run(["git", "init", "-q", str(project)], check=True)
    (found,) = findings(check(project / "helpers", "--format", "json", "../train.py"))
    assert (found["path"], found["entry"], found["line"], found["level"]) == ("../train.py", "../train.py", 8, "error")


def test_a_helper_reports_the_experiments_that_use_it_and_batches_agree(project: Path) -> None:
    by_helper = findings(check(project, "--format", "json", "helpers/data.py"))
    by_folder = findings(check(project, "--format", "json"))
    singly = [found for name in ("other.py", "train.py") for found in findings(check(project, "--format", "json", name))]
    assert {found["entry"] for found in by_helper} == {"train.py", "other.py"}
    assert by_helper == by_folder == singly


def test_warnings_are_shown_and_never_fail(project: Path) -> None:
    (project / "pyproject.toml").write_text(f'[tool.mlstd.rules.{RULE}]\nlevel = "warning"\n')
    run = mlstd(project, "check", "--select", RULE, "train.py")
    assert run.returncode == 0
    assert f"warning[{RULE}]" in run.stdout


def test_a_comment_silences(project: Path) -> None:
    (project / "train.py").write_text(TRAIN.replace("(X)))", f"(X)))  # mlstd: ignore[{RULE}] -- a demonstration"))
    run = check(project, "train.py")
    assert (run.returncode, run.stdout) == (0, "No findings in 1 experiment.\n")


def test_statistics_and_quiet(project: Path) -> None:
    run = check(project, "--statistics", "-q")
    assert run.stdout.split()[:3] == ["2", "error", RULE]
    assert "     1        0  train.py" in run.stdout.splitlines()


def test_a_second_run_says_the_same_from_the_cache(project: Path) -> None:
    first, second = check(project), check(project)
    assert first.stdout == second.stdout
    assert (project / ".mlstd_cache/.gitignore").read_text() == "*\n"


def test_colour_only_where_it_is_wanted(project: Path) -> None:
    assert "\x1b[" not in check(project, "train.py").stdout
    run = mlstd(project, "check", "--isolated", "train.py", FORCE_COLOR="1")
    assert "\x1b[" in run.stdout


def test_a_broken_file_does_not_hide_the_others(project: Path) -> None:
    (project / "broken.py").write_text("import sklearn\ndef (:\n")
    run = check(project)
    assert run.returncode == 1
    assert "broken.py:2:5: cannot read:" in run.stdout
    assert "2 errors in 2 experiments (1 file could not be read completely)" in run.stdout


def test_the_story_of_an_experiment(project: Path) -> None:
    run = mlstd(project, "trace", "train.py")
    assert run.returncode == 0
    for word in ("data.csv", "LogisticRegression", "helpers/data.py"):
        assert word in run.stdout
    assert mlstd(project, "trace", "helpers").returncode == 2
