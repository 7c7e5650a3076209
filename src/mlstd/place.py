"""Where something stands in a project."""

from __future__ import annotations

import msgspec


class Place(msgspec.Struct, frozen=True, order=True, gc=False):
    """A stretch of code: path relative to the project root with `/`, cell over all cells from 1 (None in a script), line and
    column from 1 as an editor counts them, the end exclusive."""

    path: str
    cell: int | None
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        cell = f":cell {self.cell}" if self.cell is not None else ""
        return f"{self.path}{cell}:{self.line}:{self.column}"
