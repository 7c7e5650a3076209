"""Do the blocks of the README that people copy hold what they promise?"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml
from click.testing import CliRunner

from mlstd.cli import main

TOP = Path(__file__).parents[1]
README = (TOP / "README.md").read_text(encoding="utf-8")


def block(name: str) -> Any:
    (text,) = re.findall(rf"```yaml\n# {re.escape(name)}\n(.*?)```", README, re.DOTALL)
    return yaml.safe_load(text)


def test_the_hook_is_there() -> None:
    (repository,) = block(".pre-commit-config.yaml")["repos"]
    hooks = {hook["id"] for hook in yaml.safe_load((TOP / ".pre-commit-hooks.yaml").read_text())}
    assert {hook["id"] for hook in repository["hooks"]} <= hooks


def test_the_workflow_uses_outputs_that_the_action_has() -> None:
    (job,) = block(".github/workflows/mlstd.yml")["jobs"].values()
    action = yaml.safe_load((TOP / "action.yml").read_text())
    used = set(re.findall(r"steps\.mlstd\.outputs\.([\w-]+)", str(job)))
    assert used
    assert used <= set(action["outputs"])


def test_the_pipeline_keeps_the_files_that_it_writes() -> None:
    job = block(".gitlab-ci.yml")["mlstd"]
    command = next(line for line in job["script"] if line.startswith("mlstd "))
    written = dict(re.findall(r"--output (\w+)=(\S+)", command))
    assert {written["gitlab"], written["junit"]} == set(job["artifacts"]["reports"].values())


def test_every_option_that_is_shown_exists() -> None:
    commands = re.findall(r"\bmlstd (check|rule|trace|init|config)\b([^`\n|]*)", README)
    for command, words in commands:
        told = CliRunner().invoke(main, [command, "--help"]).output
        for option in re.findall(r"(?<!\S)--?[a-z][\w-]*", words):
            assert option in told, f"mlstd {command} {option}"
