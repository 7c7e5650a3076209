"""Ignore comments written for today's findings: only they are new, and they silence what they name."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from mlstd.errors import CannotRun
from mlstd.pipeline import Request, run
from mlstd.report.result import Result
from mlstd.upkeep.add_ignore import Added, add_ignores

CODE = """\
from sklearn.datasets import load_iris
from sklearn.svm import SVC
X, y = load_iris(return_X_y=True)
m = SVC()
m.fit(X, y)  # all rows
print(
    m.score(X, y),  # "größe"
    '''a
    # no comment'''
)
"""
RULES = ("evaluated-on-training-data", "no-baseline", "untracked-metric")


def check(folder: Path) -> Result:
    return run(Request((), folder, select=RULES, isolated=True, cache=False))


def ignored(folder: Path, reason: str = "a demonstration") -> Added:
    return add_ignores(check(folder), reason, folder)


def book(**cell: Any) -> dict[str, Any]:
    first = {"cell_type": "markdown", "metadata": {}, "source": ["# One"]}
    code = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], **cell}
    return {"cells": [first, code], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_only_comments_are_new_in_a_script(tmp_path: Path, end: str, bom: bytes) -> None:
    before = bom + CODE.replace("\n", end).encode()
    (tmp_path / "a.py").write_bytes(before)
    added = ignored(tmp_path)
    after = (tmp_path / "a.py").read_bytes()
    assert added.findings > 1
    assert not added.left
    assert re.sub(rb"  # mlstd: ignore\[[^\r\n]*", b"", after) == before
    assert check(tmp_path).findings == ()


@pytest.mark.parametrize("indent", [1, 4, None])
@pytest.mark.parametrize("as_list", [True, False])
@pytest.mark.parametrize("ascii_only", [True, False])
def test_only_comments_are_new_in_a_notebook(tmp_path: Path, indent: int | None, as_list: bool, ascii_only: bool) -> None:
    code = CODE.rstrip("\n")
    whole = book(source=code.splitlines(keepends=True) if as_list else code, id="x")
    before = json.dumps(whole, indent=indent, ensure_ascii=ascii_only).encode()
    (tmp_path / "a.ipynb").write_bytes(before)
    added = ignored(tmp_path, 'it\'s "shown" — \\ é')
    after = (tmp_path / "a.ipynb").read_bytes()
    assert added.findings > 1
    assert check(tmp_path).findings == ()
    cell = json.loads(after)["cells"][1]
    source = "".join(cell["source"])
    assert [line.split("  # mlstd: ignore")[0] for line in source.split("\n")] == code.split("\n")
    assert ' -- it\'s "shown" — \\ é' in source
    assert after.isascii() or not before.isascii()
    restored = json.loads(after)
    restored["cells"][1]["source"] = whole["cells"][1]["source"]
    assert json.dumps(restored, indent=indent, ensure_ascii=ascii_only).encode() == before


def test_names_join_a_comment_that_is_there(tmp_path: Path) -> None:
    text = CODE.replace("\n)\n", "\n)  # mlstd: ignore[no-baseline] -- in the paper\n")
    (tmp_path / "a.py").write_text(text)
    ignored(tmp_path)
    last = (tmp_path / "a.py").read_text().splitlines()[-1]
    assert last.startswith(")  # mlstd: ignore[no-baseline, ")
    assert last.endswith("] -- in the paper")
    assert check(tmp_path).findings == ()


def test_a_file_that_cannot_be_edited_is_left(tmp_path: Path) -> None:
    before = CODE.encode("latin-1")
    (tmp_path / "a.py").write_bytes(before)
    added = ignored(tmp_path)
    assert (added.findings, added.files) == (0, ())
    assert added.left == ("a.py: it is not UTF-8 text",)
    assert (tmp_path / "a.py").read_bytes() == before


@pytest.mark.parametrize("reason", ["", "  ", "two\nlines"])
def test_a_reason_is_one_line(tmp_path: Path, reason: str) -> None:
    with pytest.raises(CannotRun):
        add_ignores(Result(), reason, tmp_path)
