"""The commands as they are typed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import mlstd as package


def mlstd(cwd: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs the command as a reader would, in its own process."""
    kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR")}
    kept["PYTHONPATH"] = str(Path(package.__file__).parents[1])
    return subprocess.run(
        [sys.executable, "-m", "mlstd.cli", *words],
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**kept, **environment},
        check=False,
    )


def test_a_path_that_does_not_exist(tmp_path: Path) -> None:
    run = mlstd(tmp_path, "check", "nowhere.py")
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr == "mlstd: nothing was checked.\n  nowhere.py: there is no such file or folder\n"


def test_a_wrong_configuration(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.mlstd]\nprofil = "production"\n')
    (tmp_path / "a.py").write_text("x = 1")
    run = mlstd(tmp_path, "check")
    assert run.returncode == 2
    assert 'pyproject.toml: tool.mlstd.profil: unknown key "profil"; did you mean "profile"?' in run.stderr
    assert mlstd(tmp_path, "check", "--isolated").returncode == 0


def test_wrong_words(tmp_path: Path) -> None:
    assert 'did you mean "no-baseline"' in mlstd(tmp_path, "check", "--select", "no-basline").stderr
    assert mlstd(tmp_path, "check", "--profile", "prod").returncode == 2
    assert mlstd(tmp_path, "chekc").returncode == 2


def test_nothing_to_check(tmp_path: Path) -> None:
    run = mlstd(tmp_path, "check")
    assert run.returncode == 0
    assert "No experiments in 0 files." in run.stdout
    assert "no Python files or notebooks here" in run.stderr


def test_only_unreadable_files(tmp_path: Path) -> None:
    (tmp_path / "old.py").write_text("import torch\nprint 'x'\n")
    run = mlstd(tmp_path, "check", "--no-cache", "old.py")
    assert run.returncode == 2
    assert run.stdout.startswith("old.py:2:")
    whole = json.loads(mlstd(tmp_path, "check", "--no-cache", "--format", "json", "old.py").stdout)
    assert [(error["path"], error["line"]) for error in whole["errors"]] == [("old.py", 2)]
    assert not (tmp_path / ".mlstd_cache").exists()


def test_rules_are_listed_and_shown(tmp_path: Path) -> None:
    listed = mlstd(tmp_path, "rule").stdout
    assert "no-baseline" in listed
    assert "-/E/E" in listed
    page = mlstd(tmp_path, "rule", "no-baseline").stdout
    assert page.startswith("no-baseline (baseline)\n")
    for word in ("Why", "How to comply", "When to waive", "Bad:", "Good:"):
        assert word in page
    wrong = mlstd(tmp_path, "rule", "no-basline")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert 'did you mean "no-baseline"?' in wrong.stderr


def test_version(tmp_path: Path) -> None:
    assert mlstd(tmp_path, "--version").stdout.startswith("mlstd ")


def test_help_tells_every_option(tmp_path: Path) -> None:
    text = mlstd(tmp_path, "check", "--help").stdout
    for option in (
        "--select",
        "--ignore",
        "--profile",
        "--format",
        "--isolated",
        "--config",
        "--exit-zero",
        "--statistics",
        "-q",
        "-v",
    ):
        assert option in text
