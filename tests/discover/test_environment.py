"""Which projects say the versions that they run on?"""

from __future__ import annotations

from pathlib import Path

import pytest

from mlstd.discover.environment import environment


@pytest.mark.parametrize(
    ("name", "text", "pinned", "line"),
    [
        ("requirements.txt", "# tools\nnumpy\npandas>=2\n", False, 2),
        ("requirements.txt", "numpy==2.0\npandas==2.2 ; python_version > '3.9'\n", True, None),
        ("uv.lock", "version = 1\n", True, None),
        ("environment.yml", "dependencies:\n  - python=3.11\n  - numpy\n", False, 3),
        ("environment.yml", "dependencies:\n  - numpy=1.26\n", True, None),
        ("pyproject.toml", '[project]\ndependencies = [\n  "numpy>=2",\n]\n', False, 3),
    ],
)
def test_pins(tmp_path: Path, name: str, text: str, pinned: bool, line: int | None) -> None:
    (tmp_path / name).write_text(text)
    told = environment(tmp_path)
    assert (told.pinned, told.at.line if told.at is not None else None) == (pinned, line)


def test_nothing_is_said(tmp_path: Path) -> None:
    assert environment(tmp_path).at is None
