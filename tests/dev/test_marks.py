"""Are marks read where they stand, and gone from what is written and shown?"""

from __future__ import annotations

import json
from pathlib import Path

import nbformat

from mlstd.checks.standard import Example
from mlstd.dev.marks import Cell, Mark, cells_of, marks_of, without_marks, write_example

NOTEBOOK = """\
# %% [markdown]
# # Heading
#
# A sentence.
# %% [3]
import os
x = 1  #! some-rule
# %%

y = 2
z = 3  #! some-rule, other-rule
"""


def test_marks_of_a_script() -> None:
    example = Example("t", code="#!/usr/bin/env python\na = 1\nb = 2  #! some-rule\nc = '#! Not'\n")
    assert marks_of(example) == (Mark("experiment.py", None, 3, "some-rule"),)


def test_marks_of_a_notebook_count_all_cells_and_lines_in_the_cell() -> None:
    example = Example("t", code=NOTEBOOK, notebook=True)
    assert marks_of(example) == (
        Mark("experiment.ipynb", 2, 2, "some-rule"),
        Mark("experiment.ipynb", 3, 2, "other-rule"),
        Mark("experiment.ipynb", 3, 2, "some-rule"),
    )


def test_marks_in_several_files() -> None:
    files = {"b.py": "x = 1  #! some-rule\n", "a.py": "import b\n", "requirements.txt": "numpy  #! some-rule\n"}
    example = Example("t", files=files, entry="a.py")
    assert [mark.path for mark in marks_of(example)] == ["b.py", "requirements.txt"]


def test_marks_are_taken_away_and_lines_stay() -> None:
    text = "a = 1  #! some-rule\nb = 2\n\nc = f(  #! some-rule, other-rule\n    1)\n"
    assert without_marks(text) == "a = 1\nb = 2\n\nc = f(\n    1)\n"


def test_cells_have_kind_text_and_count() -> None:
    assert cells_of(NOTEBOOK) == (
        Cell("markdown", "# Heading\n\nA sentence."),
        Cell("code", "import os\nx = 1  #! some-rule", 3),
        Cell("code", "y = 2\nz = 3  #! some-rule, other-rule"),
    )


def test_lines_above_the_first_divider_are_a_cell() -> None:
    assert cells_of("a = 1\n# %%\nb = 2\n") == (Cell("code", "a = 1"), Cell("code", "b = 2"))


def test_a_notebook_is_written_whole_and_without_marks(tmp_path: Path) -> None:
    entry = write_example(Example("t", code=NOTEBOOK, notebook=True), tmp_path)
    notebook = json.loads((tmp_path / entry).read_text(encoding="utf-8"))
    assert [cell["cell_type"] for cell in notebook["cells"]] == ["markdown", "code", "code"]
    assert notebook["cells"][1]["execution_count"] == 3
    assert "".join(notebook["cells"][1]["source"]) == "import os\nx = 1"
    nbformat.validate(notebook)


def test_files_are_written_below_folders(tmp_path: Path) -> None:
    example = Example("t", files={"pkg/a.py": "x = 1  #! some-rule\n", "run.py": "import pkg.a\n"}, entry="run.py")
    assert write_example(example, tmp_path) == "run.py"
    assert (tmp_path / "pkg/a.py").read_text(encoding="utf-8") == "x = 1\n"
