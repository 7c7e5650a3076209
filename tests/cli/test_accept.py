"""`mlstd accept` and `mlstd waivers`, from end to end, on repositories that live on."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.test_check import DATA, RULE, TRAIN, findings
from tests.cli.test_commands import mlstd

KNOWN = "mlstd-known.toml"
MORE = "second = LogisticRegression().fit(X, y)\nprint(accuracy_score(y, second.predict(X)))\n"
REFORMATTED = """\
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score

from helpers.data import load


def main():
    X, y = load()
    model = LogisticRegression()
    model.fit(X, y)
    print(
        accuracy_score(
            y,
            model.predict(X),
        )
    )


main()
"""


def notebook(*cells: str, run: int) -> str:
    """A notebook that was run `run` times, with outputs."""
    made = [
        {
            "cell_type": "code",
            "execution_count": number + run,
            "metadata": {"run": run},
            "outputs": [{"output_type": "stream", "name": "stdout", "text": [f"{run}\n"]}],
            "source": cell.splitlines(keepends=True),
        }
        for number, cell in enumerate(cells)
    ]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}, indent=1)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A repository with findings, all accepted."""
    (tmp_path / "helpers").mkdir()
    (tmp_path / "helpers/data.py").write_text(DATA)
    (tmp_path / "pyproject.toml").write_text(f'[tool.mlstd]\nselect = ["{RULE}"]\n')
    (tmp_path / "train.py").write_text(TRAIN)
    (tmp_path / "explore.ipynb").write_text(notebook(TRAIN, "1", run=1))
    run = mlstd(tmp_path, "accept")
    assert (run.returncode, run.stdout) == (0, f"{KNOWN}: 2 known issues (2 new).\n"), run.stderr
    return tmp_path


def test_only_new_findings_fail(old: Path) -> None:
    run = mlstd(old, "check")
    assert (run.returncode, run.stdout) == (0, "No findings in 2 experiments. 2 known issues not shown.\n")
    assert json.loads(mlstd(old, "check", "--format", "json").stdout)["known"] == 2
    assert mlstd(old, "check", "--show-known").returncode == 1
    (old / "train.py").write_text(TRAIN + MORE)
    run = mlstd(old, "check")
    assert run.returncode == 1
    assert "Found 1 error in 2 experiments. 2 known issues not shown." in run.stdout
    assert "train.py:10:7:" in run.stdout


def test_moving_reformatting_renaming_and_running_again_wake_nothing(old: Path) -> None:
    (old / "train.py").unlink()
    (old / "training.py").write_text(REFORMATTED)
    (old / "explore.ipynb").write_text(notebook("import os", TRAIN, run=7))
    before = (old / KNOWN).read_text()
    assert mlstd(old, "check").stdout == "No findings in 2 experiments. 2 known issues not shown.\n"
    assert mlstd(old, "accept").stdout == f"{KNOWN}: 2 known issues (1 moved).\n"
    assert (old / KNOWN).read_text() == before.replace('"train.py"', '"training.py"')
    assert mlstd(old, "accept").stdout == f"{KNOWN}: 2 known issues; nothing has changed.\n"


def test_what_is_gone_is_told_and_pruned(old: Path) -> None:
    (old / "train.py").write_text(TRAIN.replace("print(accuracy", "# print(accuracy"))
    (old / "more.py").write_text(TRAIN)
    run = mlstd(old, "check", "train.py")
    assert "1 known issue is gone; `mlstd accept --prune` takes it out of the list:\n  train.py: evaluated" in run.stdout
    assert "gone" not in mlstd(old, "check", "more.py").stdout
    assert mlstd(old, "accept", "--prune").stdout == f"{KNOWN}: 1 known issue (1 gone).\n"
    assert mlstd(old, "check").returncode == 1
    (old / "explore.ipynb").unlink()
    (old / "more.py").unlink()
    assert mlstd(old, "accept").stdout.endswith("no known issue is left, so there is no list (1 gone).\n")
    assert not (old / KNOWN).exists()


def test_files_in_batches_know_the_same(old: Path) -> None:
    twice = DATA + "from sklearn.svm import SVC\nfrom sklearn.metrics import accuracy_score\n"
    helper = "def {0}(X, y):\n    m = SVC().fit(X, y)\n    print(accuracy_score(y, m.predict(X)))\n"
    (old / "helpers/data.py").write_text(twice + helper.format("one") + helper.format("two"))
    for name in ("one", "two"):
        (old / f"use_{name}.py").write_text(f"import sklearn\nfrom helpers.data import load, {name}\n{name}(*load())\n")
    whole = findings(mlstd(old, "check", "--format", "json", "use_one.py", "use_two.py"))
    parts = [findings(mlstd(old, "check", "--format", "json", f"use_{name}.py")) for name in ("one", "two")]
    assert len(whole) == 2
    assert whole == [*parts[0], *parts[1]]
    assert whole[0]["fingerprint"] != whole[1]["fingerprint"]


def test_a_list_of_a_newer_version_stops_the_run_in_one_sentence(old: Path) -> None:
    (old / KNOWN).write_text("version = 2\n")
    for command in ("check", "accept"):
        run = mlstd(old, command)
        assert (run.returncode, run.stdout) == (2, "")
        assert run.stderr == (
            f"mlstd: nothing was checked.\n  {old / KNOWN}: has version 2, and this mlstd reads up to 1; use a newer mlstd\n"
        )


def git(cwd: Path, *words: str, day: str = "2026-01-05") -> subprocess.CompletedProcess[str]:
    names = {f"GIT_{who}_{what}": "Ann Author" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    times = {f"GIT_{who}_DATE": f"{day}T10:00:00Z" for who in ("AUTHOR", "COMMITTER")}
    environment = {**kept, **names, **times, "GIT_CONFIG_GLOBAL": os.devnull}
    return subprocess.run(["git", *words], cwd=cwd, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_two_branches_that_accept_other_things_merge(old: Path) -> None:
    (old / ".gitattributes").write_text(f"{KNOWN} merge=union\n")
    (old / ".gitignore").write_text(".mlstd_cache\n")
    git(old, "init", "-q", "-b", "main")
    git(old, "add", "-A")
    assert git(old, "commit", "-qm", "start").returncode == 0
    for branch in ("a", "b"):
        git(old, "checkout", "-q", "-b", branch, "main")
        (old / f"new_{branch}.py").write_text(TRAIN)
        mlstd(old, "accept")
        git(old, "add", "-A")
        git(old, "commit", "-qm", branch)
    merged = git(old, "merge", "-q", "a")
    assert merged.returncode == 0, merged.stdout
    assert mlstd(old, "check").stdout == "No findings in 4 experiments. 4 known issues not shown.\n"


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_waivers_are_listed_with_age_and_owner(tmp_path: Path) -> None:
    waiver = f'[[tool.mlstd.waivers]]\nrule = "{RULE}"\npath = "legacy/**"\nreason = "replaced in spring"\n'
    (tmp_path / "pyproject.toml").write_text(waiver + 'until = 2026-01-31\nowner = "vision team"\n')
    comment = f"# mlstd: ignore[{RULE}] until=2999-01-01 -- a demonstration"
    (tmp_path / "train.py").write_text(TRAIN.rstrip("\n") + f"  {comment}\n")
    (tmp_path / "explore.ipynb").write_text(notebook("x = 1", "y = 2  # mlstd: ignore", run=1))
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "start")
    lines = [line.split() for line in mlstd(tmp_path, "waivers").stdout.splitlines()]
    assert lines[0] == ["WHERE", "WAIVES", "UNTIL", "AGE", "OWNER", "REASON"]
    assert lines[1][:6] == ["pyproject.toml:1", RULE, "in", "legacy/**", "ended", "2026-01-31"]
    assert lines[1][-5:] == ["vision", "team", "replaced", "in", "spring"]
    assert lines[-1] == ["3", "waivers:", "1", "ended,", "1", "without", "a", "reason."]
    listed = json.loads(mlstd(tmp_path, "waivers", "--format", "json").stdout)
    assert {(one["since"], one["author"]) for one in listed} == {("2026-01-05", "Ann Author")}
    assert {one["place"].split(":")[0]: one["until"] for one in listed}["train.py"] == "2999-01-01"
    run = mlstd(tmp_path, "check")
    assert run.returncode == 1
    assert "pyproject.toml:1:1: error[expired-waiver]" in run.stdout
