"""`mlstd check --diff BASE`, in a real git repository."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.cli.test_commands import mlstd

HELPER = """\
from sklearn.preprocessing import StandardScaler


def prepare(X):
    return X
"""
TRAIN = """\
from sklearn.datasets import load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

from helper import prepare

X, y = load_wine(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(prepare(X), y, random_state=0)
model = LogisticRegression().fit(X_train, y_train)
print(accuracy_score(y_test, model.predict(X_test)))
"""
ALONE = TRAIN.replace("from helper import prepare\n", "").replace("prepare(X)", "X")


def git(folder: Path, *words: str) -> str:
    """What git says."""
    who = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "commit.gpgsign=false", "-c", "core.hooksPath=")
    run = subprocess.run(["git", "-C", str(folder), *who, *words], capture_output=True, text=True, check=True)
    return run.stdout


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """One with two experiments, whose findings are in its first commit."""
    git(tmp_path, "init", "-q", "-b", "main")
    for name, text in {"helper.py": HELPER, "train.py": TRAIN, "alone.py": ALONE, ".gitignore": ".mlstd_cache/\n"}.items():
        (tmp_path / name).write_text(text)
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "first")
    return tmp_path


def found(folder: Path, *words: str) -> list[str]:
    """The findings against main, without lines and columns."""
    run = mlstd(folder, "check", "--diff", "main", "--format", "concise", "-q", *words)
    assert run.returncode in (0, 1), run.stderr
    return [f"{line.partition(':')[0]} {line.partition('[')[2].partition(']')[0]}" for line in run.stdout.splitlines()]


def test_only_what_is_worse_is_reported(repository: Path) -> None:
    before = git(repository, "status", "--porcelain")
    assert mlstd(repository, "check", "--diff", "main").returncode == 0
    assert "Nothing has changed since main." in mlstd(repository, "check", "--diff", "main").stderr
    (repository / "helper.py").write_text(HELPER.replace("return X", "return StandardScaler().fit_transform(X)"))
    (repository / "alone.py").write_text(f"# moved down\n\n{ALONE}")
    assert found(repository) == ["train.py fit-before-split"]
    run = mlstd(repository, "check", "--diff", "main")
    assert run.returncode == 1
    assert "stood in main already" in run.stderr
    git(repository, "commit", "-qam", "worse")
    assert found(repository) == []
    assert mlstd(repository, "check", "--diff", "HEAD~1").returncode == 1
    assert (git(repository, "status", "--porcelain"), before) == ("", "")


def test_a_branch_is_held_against_what_it_came_from(repository: Path) -> None:
    git(repository, "switch", "-qc", "feature")
    (repository / "helper.py").write_text(HELPER + "\n")
    git(repository, "commit", "-qam", "a line")
    git(repository, "switch", "-q", "main")
    (repository / "train.py").write_text("x = 1\n")
    git(repository, "commit", "-qam", "main goes on, and its findings go")
    git(repository, "switch", "-q", "feature")
    assert found(repository) == []


def test_renamed_new_and_deleted_files(repository: Path) -> None:
    git(repository, "mv", "alone.py", "by itself.py")
    assert found(repository) == []
    (repository / "new.py").write_text(ALONE)
    assert {line.partition(" ")[0] for line in found(repository)} == {"new.py"}  # one file has moved, not two
    git(repository, "rm", "-qf", "helper.py")
    assert mlstd(repository, "check", "--diff", "main").returncode in (0, 1)


def test_only_below_the_paths(repository: Path) -> None:
    (repository / "sub").mkdir()
    (repository / "sub" / "new.py").write_text(ALONE)
    (repository / "other.py").write_text(ALONE)
    assert {line.partition(" ")[0] for line in found(repository, "sub")} == {"sub/new.py"}
    assert {line.partition(" ")[0] for line in found(repository / "sub")} == {"new.py"}


def test_a_level_is_todays_on_both_sides(repository: Path) -> None:
    (repository / "pyproject.toml").write_text('[tool.mlstd]\nprofile = "production"\n')
    assert found(repository) == []


@pytest.mark.parametrize("base", ["no-such-branch", "--output=x", ""])
def test_a_base_that_git_does_not_know(repository: Path, base: str) -> None:
    run = mlstd(repository, "check", f"--diff={base}")
    assert (run.returncode, run.stdout) == (2, "")
    assert f'knows no commit "{base}"; name a branch, tag or commit' in run.stderr
    assert len(run.stderr.splitlines()) == 2
    assert not (repository / "x").exists()


def test_outside_git(tmp_path: Path) -> None:
    run = mlstd(tmp_path, "check", "--diff", "main")
    assert run.returncode == 2
    assert "lies in no git work tree" in run.stderr
