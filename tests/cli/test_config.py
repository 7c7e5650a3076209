"""`mlstd config` as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.test_commands import mlstd


def test_each_value_with_its_origin(tmp_path: Path) -> None:
    (tmp_path / "base.toml").write_text('ignore = ["style"]\n[profiles]\n"src/**" = "production"\n')
    (tmp_path / "pyproject.toml").write_text('[tool.mlstd]\nextend = ["base.toml"]\nignore = ["no-baseline"]\n')
    (tmp_path / "src").mkdir()
    (tmp_path / "src/train.py").write_text("import torch\n")
    run = mlstd(tmp_path, "config", "--select", "all", "src/train.py")
    assert run.returncode == 0
    lines = [" ".join(line.split()) for line in run.stdout.splitlines()]
    assert lines[0] == "# project .: pyproject.toml over base.toml"
    assert 'select = ["all"] # --select' in lines
    assert "ignore = [] # default" in lines
    assert '"src/**" = "production" # base.toml' in lines
    assert lines[-1] == '# src/train.py: judged under production ("src/**" in base.toml)'
    plain = [" ".join(line.split()) for line in mlstd(tmp_path, "config").stdout.splitlines()]
    assert plain[4:8] == ["ignore = [", '"style", # base.toml', '"no-baseline", # pyproject.toml', "]"]


def test_without_any(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("import torch\n")
    run = mlstd(tmp_path, "config", "--isolated", "train.py")
    assert run.stdout.startswith("# project .: no configuration, all values are defaults\n")
    assert "judged under experiment (no glob matches it; the profile of all others: default)" in run.stdout


def test_an_extended_file_that_is_missing(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.mlstd]\nextend = ["base.toml"]\n')
    (tmp_path / "a.py").write_text("")
    for command in ("check", "config"):
        run = mlstd(tmp_path, command)
        assert (run.returncode, run.stdout) == (2, "")
        assert 'extend: there is no file "base.toml"' in run.stderr


def test_the_schema_is_json(tmp_path: Path) -> None:
    assert json.loads(mlstd(tmp_path, "config", "--schema").stdout)["title"] == "[tool.mlstd]"
