"""The hooks as the real pre-commit program runs them, in a git repository of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import mlstd as package
from tests.cli.test_check import DATA, TRAIN

TOP = Path(__file__).parents[2]
GOOD = """\
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from helpers.data import train, test

X, y = train()
X_test, y_test = test()
model = LogisticRegression()
model.fit(X, y)
print(accuracy_score(y_test, model.predict(X_test)))
"""
PARTS = """\
import pandas as pd

def train():
    frame = pd.read_csv("train.csv")
    return frame.drop(columns="y"), frame["y"]

def test():
    frame = pd.read_csv("test.csv")
    return frame.drop(columns="y"), frame["y"]
"""
RULE = "evaluated-on-training-data"
SETTINGS = f'[tool.mlstd]\nselect = ["{RULE}"]\n'


class Repository:
    """A git repository with one of the hooks. The mlstd under test runs it, or with `installed` one that pre-commit installs."""

    def __init__(self, folder: Path, hook: str = "mlstd", installed: bool = False) -> None:
        self.home, self.hooks, self.tools = folder / "work", folder / "hooks", folder / "bin"
        for place in (self.home, self.hooks, self.tools):
            place.mkdir()
        starter = self.tools / "mlstd"
        starter.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m mlstd.cli "$@"\n')
        starter.chmod(0o755)
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT"))},
            "PATH": f"{self.tools}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(Path(package.__file__).parents[1]),
            "PRE_COMMIT_HOME": str(folder / "cache"),
            "GIT_CONFIG_GLOBAL": os.devnull,
            **{f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
        }
        manifest = (TOP / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
        if installed:
            self.environment.pop("PYTHONPATH")
            for name in ("src", "rules"):
                shutil.copytree(TOP / name, self.hooks / name, ignore=shutil.ignore_patterns("__pycache__"))
            for name in ("pyproject.toml", "README.md", "LICENSE"):
                shutil.copy(TOP / name, self.hooks / name)
        else:
            manifest = manifest.replace("language: python", "language: system")
        (self.hooks / ".pre-commit-hooks.yaml").write_text(manifest)
        self.git("init", "-q", cwd=self.hooks)
        self.git("add", "-A", cwd=self.hooks)
        self.git("commit", "-qm", "hooks", cwd=self.hooks)
        revision = self.git("rev-parse", "HEAD", cwd=self.hooks).stdout.strip()
        self.git("init", "-q")
        self.write(
            {
                ".pre-commit-config.yaml": f"repos:\n- repo: {self.hooks}\n  rev: {revision}\n  hooks:\n  - id: {hook}\n",
                ".gitignore": ".mlstd_cache\n",
                "pyproject.toml": SETTINGS,
            }
        )

    def git(self, *words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        return self.run("git", *words, cwd=cwd)

    def run(self, *words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(words, cwd=cwd or self.home, env=self.environment, capture_output=True, text=True, check=False)

    def write(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            (self.home / name).parent.mkdir(parents=True, exist_ok=True)
            (self.home / name).write_text(text)

    def commit(self) -> None:
        self.git("add", "-A")
        done = self.git("commit", "-qm", "state")
        assert done.returncode == 0, done.stderr

    def pre_commit(self, *words: str) -> subprocess.CompletedProcess[str]:
        self.git("add", "-A")
        return self.run(sys.executable, "-m", "pre_commit", "run", *words)


pytestmark = pytest.mark.skipif(os.name == "nt" or shutil.which("git") is None, reason="needs git and a shell")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    pytest.importorskip("pre_commit")
    return Repository(tmp_path)


def test_a_changed_helper_reports_the_experiment_whose_verdict_it_changed(repository: Repository) -> None:
    repository.write({"train.py": GOOD, "helpers/data.py": PARTS, "other.py": "print('nothing to do with it')\n"})
    repository.commit()
    repository.write({"helpers/data.py": PARTS.replace("test.csv", "train.csv")})
    run = repository.pre_commit()
    assert run.returncode == 1, run.stdout
    assert f"train.py:9:7: error[{RULE}]" in run.stdout
    assert "Found 1 error in 1 experiment." in run.stdout
    repository.write({"helpers/data.py": PARTS + "\n"})
    assert "Passed" in repository.pre_commit().stdout


def test_warnings_do_not_fail_but_are_seen_beside_errors(repository: Repository) -> None:
    levels = f'[tool.mlstd]\nselect = ["{RULE}", "no-baseline"]\nrules = {{ "no-baseline" = {{ level = "warning" }} }}\n'
    repository.write({"pyproject.toml": levels, "train.py": GOOD, "helpers/data.py": PARTS})
    assert "Passed" in repository.pre_commit().stdout
    repository.write({"train.py": GOOD.replace("test()", "train()")})
    run = repository.pre_commit()
    assert run.returncode == 1
    assert f"error[{RULE}]" in run.stdout
    assert "warning[no-baseline]" in run.stdout


def test_more_warnings_than_the_team_allows_fail(repository: Repository) -> None:
    config = (repository.home / ".pre-commit-config.yaml").read_text()
    limit = config.rstrip("\n") + '\n    args: ["--max-warnings", "0"]\n'
    repository.write({".pre-commit-config.yaml": limit, "train.py": GOOD, "helpers/data.py": PARTS})
    repository.write({"pyproject.toml": SETTINGS + f'[tool.mlstd.rules]\n{RULE} = {{ level = "warning" }}\n'})
    assert "Passed" in repository.pre_commit().stdout
    repository.write({"train.py": GOOD.replace("test()", "train()")})
    run = repository.pre_commit()
    assert run.returncode == 1
    assert "mlstd: 1 warning, and --max-warnings allows 0." in run.stdout


def test_spaces_renames_and_deletions(repository: Repository) -> None:
    repository.write({"a folder/my train.py": TRAIN, "helpers/data.py": DATA, "gone.py": TRAIN})
    repository.commit()
    repository.git("mv", "a folder/my train.py", "my renamed train.py")
    repository.git("rm", "-q", "gone.py")
    run = repository.pre_commit()
    assert run.returncode == 1
    assert f"my renamed train.py:8:7: error[{RULE}]" in run.stdout
    assert "gone.py" not in run.stdout


def test_the_whole_project_is_checked_where_only_a_file_was_deleted(tmp_path: Path) -> None:
    pytest.importorskip("pre_commit")
    repository = Repository(tmp_path, hook="mlstd-project")
    repository.write({"train.py": TRAIN, "helpers/data.py": DATA, "gone.py": "x = 1\n"})
    repository.commit()
    repository.git("rm", "-q", "gone.py")
    run = repository.pre_commit()
    assert run.returncode == 1
    assert f"train.py:8:7: error[{RULE}]" in run.stdout


def test_a_list_of_files_in_batches_is_one_batch(repository: Repository) -> None:
    names = [f"jobs/train {number}.py" for number in range(4)]
    repository.write({**dict.fromkeys(names, TRAIN), "helpers/data.py": DATA})
    whole = repository.pre_commit("--files", *names, "helpers/data.py").stdout
    parts = [repository.pre_commit("--files", *some).stdout for some in (names[:2], names[2:])]

    def found(text: str) -> set[str]:
        return {line for line in text.splitlines() if "error[" in line}

    assert found(whole) == found(parts[0]) | found(parts[1])
    assert len(found(whole)) == 4


def test_the_environment_of_the_hook_is_small_and_needs_no_network_twice(tmp_path: Path) -> None:
    pytest.importorskip("pre_commit")
    repository = Repository(tmp_path, installed=True)
    repository.environment |= {"PIP_RETRIES": "0", "PIP_DEFAULT_TIMEOUT": "15"}
    repository.write({"train.py": TRAIN, "helpers/data.py": DATA})
    installed = repository.run(sys.executable, "-m", "pre_commit", "install-hooks")
    if installed.returncode != 0:
        pytest.skip("no package index can be reached")
    size = sum(file.lstat().st_size for file in (tmp_path / "cache").rglob("*") if not file.is_dir())
    assert size < 250 * 2**20
    repository.environment |= {"PIP_NO_INDEX": "1", "https_proxy": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"}
    run = repository.pre_commit()
    assert run.returncode == 1
    assert f"train.py:8:7: error[{RULE}]" in run.stdout
