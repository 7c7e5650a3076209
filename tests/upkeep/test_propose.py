"""Which profiles are proposed for which repository, and what becomes of its pyproject.toml."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlstd.config.load import load_settings, read_toml
from mlstd.errors import CannotRun
from mlstd.upkeep.propose import Proposal, Proposed, propose
from mlstd.upkeep.section import grown

PROPOSAL = Proposal("experiment", (Proposed("a b/**", "exploration", "1 notebook"),), ("vendor/**",))


def profiles(*files: str) -> dict[str, str]:
    return {one.glob: one.profile for one in propose(files).profiles}


@pytest.mark.parametrize(
    ("files", "found"),
    [
        (["train.py"], {}),
        (["notebooks/a.ipynb", "notebooks/eda/b.ipynb"], {"notebooks/**": "exploration"}),
        (["work/scratch/a.py", "Sandbox/b.py"], {"Sandbox/**": "exploration", "work/scratch/**": "exploration"}),
        (["play/1.ipynb", "play/2.ipynb", "play/3.ipynb", "play/x.py"], {}),
        ([f"play/{n}.ipynb" for n in range(4)] + ["play/x.py"], {"play/**": "exploration"}),
        (["src/pkg/train.py", "src/notebooks/a.ipynb"], {"src/notebooks/**": "exploration", "src/**": "production"}),
        (["pkg/__init__.py", "pkg/a.py"], {}),
        (["pkg/__init__.py", "pkg/a.py", "tests/__init__.py", "tests/test_a.py"], {"pkg/**": "production"}),
        (["third_party/src/a.py", "third_party/notebooks/b.ipynb"], {}),
    ],
)
def test_profiles_by_path(files: list[str], found: dict[str, str]) -> None:
    assert profiles(*files) == found


def test_foreign_code_is_excluded() -> None:
    assert propose(["third_party/a.py", "x/vendor/b.py", "c.py"]).exclude == ("third_party/**", "x/vendor/**")


@pytest.mark.parametrize(
    "before",
    [
        b"",
        b'[project]\nname = "x"  # hi\n\n[tool.black]\nline-length = 3\n\n[other]\nx = 1\n',
        b'# comment\r\n[project]\r\nname = "x"\r\n',
        b'\xef\xbb\xbf[project]\nname = "x"\n',
        b'[tool.a]\nx = 1\n[project]\nname = "y"\n[tool.b]\ny = 2',
        b"tool.a.x = 1\n",
    ],
)
def test_what_stands_in_the_file_stays(before: bytes, tmp_path: Path) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_bytes(before)
    old = read_toml(file)
    try:
        file.write_bytes(grown(file, PROPOSAL))
    except CannotRun:
        assert before.startswith(b"tool.a")
        return
    data = file.read_bytes()
    assert data.startswith(before)
    assert (b"\r\n" in before) == (b"\r\n" in data)
    assert not (b"\r\n" in data and b"\n" in data.replace(b"\r\n", b""))
    new = read_toml(file)
    new["tool"].pop("mlstd")
    assert {key: value for key, value in new.items() if value} == old
    settings = load_settings(file, {})
    assert (settings.profiles, settings.exclude) == ((("a b/**", "exploration"),), ("vendor/**",))


def test_a_file_that_cannot_take_it(tmp_path: Path) -> None:
    file = tmp_path / "pyproject.toml"
    for text, said in (
        ("[tool.mlstd]\n", "there is a [tool.mlstd] section already"),
        ("tool = { a = 1 }\n", "takes no further table"),
        ("[[", "is not valid TOML"),
    ):
        file.write_text(text)
        with pytest.raises(CannotRun, match=said.replace("[", r"\[").replace(".", r"\.")):
            grown(file, PROPOSAL)
