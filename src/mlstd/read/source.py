"""What does a file say, cell by cell, before anything is parsed?

`read` never raises on what a file holds: what cannot be read becomes a `Problem` in words for the reader.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from mlstd.errors import Problem

Kind = Literal["script", "notebook"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One stretch of code: a whole script (number None) or a notebook's code cell (numbered over all cells from 1).

    `text` is what the reader sees. `code` is the same with as many lines, made harmless for the parser: magics are gone.
    `shifts` are (line, columns) that were taken off the front of a line of `text` on the way, so a column of `code` is that
    much further right in `text`. `runs` are the lines on which `%run` runs another file. `writes` names the file that a
    `%%writefile` cell creates: then `code` is that file's code. `json_line` is the line of the .ipynb on which the first
    source line stands, `json_step` how much further down each following one does, `count` the saved execution count.
    """

    number: int | None
    text: str
    code: str
    json_line: int | None = None
    count: int | None = None
    runs: tuple[tuple[int, str], ...] = ()
    shifts: tuple[tuple[int, int], ...] = ()
    writes: str | None = None
    json_step: int = 1


@dataclass(frozen=True, slots=True)
class Source:
    """A file as its cells. `heading`: the first Markdown heading of a notebook; a script's docstring is found by `lower`."""

    path: str
    kind: Kind
    digest: str
    cells: tuple[Cell, ...] = ()
    problems: tuple[Problem, ...] = ()
    heading: str | None = None


def kind_of(path: str) -> Kind:
    """Tell a notebook from a script by its file name."""
    return "notebook" if path.lower().endswith(".ipynb") else "script"


def digest_of(data: bytes) -> str:
    """The SHA-256 of a file's content, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def read(path: str, data: bytes, extra_cell_magics: Iterable[str] = ()) -> Source:
    """Read a file's content.

    `path` is relative to the project root, with `/`. `extra_cell_magics` are further `%%` magics (without the signs) whose
    cells are Python code. Whatever the bytes are, a `Source` comes out: with no cells and a problem when nothing can be read.
    """
    from mlstd.read.text import NotText, decode

    kind = kind_of(path)
    digest = digest_of(data)
    try:
        text = decode(data, kind)
    except NotText as why:
        return Source(path, kind, digest, problems=(Problem(None, 1, 1, str(why)),))
    if kind == "notebook":
        from mlstd.read.notebook import cells_of

        cells, problems, heading = cells_of(text, frozenset(extra_cell_magics))
        return Source(path, kind, digest, cells, problems, heading)
    from mlstd.read.magics import harmless_script

    safe = harmless_script(text)
    return Source(path, kind, digest, (Cell(None, text, safe.code, runs=safe.runs, shifts=safe.shifts),))
