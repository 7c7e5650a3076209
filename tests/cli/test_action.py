"""The GitHub Action, driven as a runner drives it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import mlstd
from tests.cli.test_check import RULE, project

__all__ = ["project"]

TOP = Path(__file__).parents[2]


@pytest.fixture
def action(project: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return project, tmp_path_factory.mktemp("runner")


def run(project: Path, runner: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Runs the script of the action with inputs and the files that GitHub gives."""
    given = {
        "RUNNER_TEMP": str(runner),
        "GITHUB_OUTPUT": str(runner / "output"),
        "GITHUB_STEP_SUMMARY": str(runner / "summary"),
        "MLSTD_PYTHON": sys.executable,
        "PYTHONPATH": str(Path(mlstd.__file__).parents[1]),
        **inputs,
    }
    command = [sys.executable, str(TOP / ".ci/action.py")]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, env={**os.environ, **given}, check=False)


def outputs(runner: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in (runner / "output").read_text().splitlines())


def test_findings_fail_the_step_and_leave_reports(action: tuple[Path, Path]) -> None:
    project, runner = action
    (project / "a b.py").write_text((project / "train.py").read_text())
    done = run(project, runner, MLSTD_PATHS="'a b.py' train.py", MLSTD_ARGS=f"--isolated --select {RULE}")
    assert done.returncode == 1
    assert done.stdout.startswith("::error file=a b.py,line=8")
    told = outputs(runner)
    assert told["exit-code"] == "1"
    assert len(json.loads(Path(told["sarif"]).read_text())["runs"][0]["results"]) == 2
    assert "Found 2 errors in 2 experiments." in (runner / "summary").read_text()


def test_a_run_that_cannot_check_says_so_and_hands_on_nothing(action: tuple[Path, Path]) -> None:
    project, runner = action
    run(project, runner, MLSTD_ARGS="--isolated --exit-zero", MLSTD_SUMMARY="false")
    assert not (runner / "summary").exists()
    (runner / "output").unlink()
    done = run(project, runner, MLSTD_PATHS="nowhere")
    assert done.returncode == 2
    assert outputs(runner) == {"exit-code": "2"}
    assert "Nothing was checked" in (runner / "summary").read_text()


def test_words_of_an_input_are_never_run(action: tuple[Path, Path]) -> None:
    project, runner = action
    run(project, runner, MLSTD_PATHS="$(touch x) ; touch y -- --help")
    assert not {"x", "y"} & {path.name for path in project.iterdir()}


def test_the_description_and_the_script_agree() -> None:
    described = yaml.safe_load((TOP / "action.yml").read_text())
    script = (TOP / ".ci/action.py").read_text()
    (step,) = (step for step in described["runs"]["steps"] if step.get("id") == "check")
    for variable, value in step["env"].items():
        name = re.fullmatch(r"\$\{\{ (?:inputs|steps\.python\.outputs|github)\.([\w-]+) \}\}", value)
        assert name is not None
        if variable.startswith("MLSTD_"):
            assert f'"{variable}"' in script
            assert name[1] in described["inputs"]
    assert "${{" not in step["run"]
