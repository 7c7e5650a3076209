"""`mlstd init` as it is typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mlstd.cli import main
from tests.cli.test_check import TRAIN
from tests.cli.test_commands import mlstd

BEFORE = '[project]\nname = "x"  # ours\n'


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    for name in ("notebooks/a.py", "src/train.py"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(TRAIN.replace("helpers.data", "data"))
    (tmp_path / "src/data.py").write_text("import pandas as pd\ndef load():\n    f = pd.read_csv('a.csv')\n    return f, f.y\n")
    (tmp_path / "pyproject.toml").write_text(BEFORE)
    return tmp_path


def typed(repository: Path, answers: str, monkeypatch: pytest.MonkeyPatch) -> Result:
    monkeypatch.chdir(repository)
    return CliRunner().invoke(main, ["init"], input=answers)


def test_yes_writes_what_is_proposed(repository: Path) -> None:
    run = mlstd(repository, "init", "--yes")
    assert run.returncode == 0
    text = (repository / "pyproject.toml").read_text()
    assert text.startswith(BEFORE)
    assert '"notebooks/**" = "exploration"  # 1 script\n"src/**" = "production"         # 2 scripts\n' in text
    assert "today; `mlstd accept`" in run.stdout
    again = mlstd(repository, "init", "--yes")
    assert (again.returncode, "there is a [tool.mlstd] section already" in again.stderr) == (2, True)


def test_answers_change_the_proposal(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = typed(repository, "production\nnone\n\ny\nn\n", monkeypatch)
    assert run.exit_code == 0, run.output
    text = (repository / "pyproject.toml").read_text()
    assert 'profile = "production"' in text
    assert "notebooks" not in text
    assert '"src/**" = "production"' in text


@pytest.mark.parametrize("answers", ["\n\n\nn\n", "\n", ""])
def test_who_says_no_or_leaves_keeps_the_file(repository: Path, answers: str, monkeypatch: pytest.MonkeyPatch) -> None:
    run = typed(repository, answers, monkeypatch)
    assert (run.exit_code, "nothing was written" in run.output) == (2, True)
    assert (repository / "pyproject.toml").read_text() == BEFORE


def test_a_repository_without_a_file_gets_one(repository: Path) -> None:
    (repository / "pyproject.toml").unlink()
    assert mlstd(repository, "init", "-y").returncode == 0
    assert (repository / "pyproject.toml").read_text().startswith("[tool.mlstd]\n")
