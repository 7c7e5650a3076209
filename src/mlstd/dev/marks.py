"""Where does an example say that findings stand, and how does it become files?

An example is text with marks: `#! rule-name` at the end of a line says that a finding of that rule starts there; several names
are divided by commas. In a notebook example a line `# %%` begins a code cell, `# %% [3]` one with the saved execution count 3,
and `# %% [markdown]` a Markdown cell whose lines stand behind `# `.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from mlstd.checks.standard import Example

SCRIPT = "experiment.py"
NOTEBOOK = "experiment.ipynb"

_MARK = re.compile(r"[ \t]*#! ([a-z][a-z-]*(?:, [a-z][a-z-]*)*)[ \t]*$", re.MULTILINE)
_DIVIDER = re.compile(r"# %%(?: \[(markdown|\d+)\])?\s*$")


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A finding of `rule` is expected to start on this line; `cell` counts all cells from 1, None in a script."""

    path: str
    cell: int | None
    line: int
    rule: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a notebook example: its kind, its text with marks, and its saved execution count."""

    kind: str
    text: str
    count: int | None = None


def without_marks(text: str) -> str:
    """`text` as a reader should see it; no line is added or lost."""
    return _MARK.sub("", text)


def marks_in(text: str, path: str, cell: int | None = None) -> tuple[Mark, ...]:
    """The marks of one script, or of one cell."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        match = _MARK.search(line)
        if match:
            found += [Mark(path, cell, number, rule) for rule in match[1].split(", ")]
    return tuple(found)


def cells_of(code: str) -> tuple[Cell, ...]:
    """The cells of a notebook example, in order; lines above the first divider are a cell of their own if they say anything."""
    cells: list[Cell] = []
    kind, count, lines = "code", None, list[str]()
    opened = False
    for line in [*code.splitlines(), None]:
        divider = _DIVIDER.match(line) if line is not None else None
        if line is not None and divider is None:
            lines.append(line)
            continue
        text = "\n".join(lines).strip("\n")
        if opened or text:
            cells.append(Cell(kind, _prose(text) if kind == "markdown" else text, count))
        opened, lines = True, []
        head = divider[1] if divider else None
        kind = "markdown" if head == "markdown" else "code"
        count = int(head) if head and head.isdigit() else None
    return tuple(cells)


def _prose(text: str) -> str:
    return "\n".join(line.removeprefix("#").removeprefix(" ") for line in text.splitlines())


def entry_of(example: Example) -> str:
    """The path, in the example's project, of the file that is checked."""
    if example.files:
        return example.entry
    return NOTEBOOK if example.notebook else SCRIPT


def sources_of(example: Example) -> dict[str, str]:
    """Path to marked text, for every file of the example (a notebook as text with dividers)."""
    return dict(example.files) if example.files else {entry_of(example): example.code}


def marks_of(example: Example) -> tuple[Mark, ...]:
    """All marks of an example, sorted by place."""
    found: list[Mark] = []
    for path, text in sources_of(example).items():
        if path.endswith(".ipynb"):
            for number, cell in enumerate(cells_of(text), start=1):
                found += marks_in(cell.text, path, number)
        else:
            found += marks_in(text, path)
    return tuple(sorted(found, key=lambda mark: (mark.path, mark.cell or 0, mark.line, mark.rule)))


def write_example(example: Example, root: Path) -> str:
    """Write the example's files, without marks, below `root`; returns the entry's path relative to it."""
    for path, text in sources_of(example).items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        content = notebook_of(cells_of(text)) if path.endswith(".ipynb") else without_marks(text)
        target.write_text(content, encoding="utf-8")
    return entry_of(example)


def notebook_of(cells: tuple[Cell, ...]) -> str:
    """The JSON of a notebook (nbformat 4.5) with these cells, their marks taken away."""
    made: list[dict[str, object]] = []
    for number, cell in enumerate(cells):
        lines = without_marks(cell.text).splitlines(keepends=True)
        one: dict[str, object] = {"cell_type": cell.kind, "id": f"cell-{number}", "metadata": {}, "source": lines}
        if cell.kind == "code":
            one |= {"execution_count": cell.count, "outputs": []}
        made.append(one)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = {"cells": made, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(notebook, indent=1) + "\n"
