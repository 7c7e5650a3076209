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

    def __contains__(self, other: Place) -> bool:
        """Does another place lie within this one?"""
        return (
            (self.path, self.cell) == (other.path, other.cell)
            and (self.line, self.column) <= (other.line, other.column)
            and (other.end_line, other.end_column) <= (self.end_line, self.end_column)
        )

    def __str__(self) -> str:
        cell = f":cell {self.cell}" if self.cell is not None else ""
        return f"{self.path}{cell}:{self.line}:{self.column}"
