"""Where does a finding stand for a program that knows files and lines only, and paths from the top of the repository?

A place in a notebook becomes the line of the .ipynb file, which is what GitHub and GitLab can show; the cell goes into the words.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from mlstd.discover.listing import git_top
from mlstd.place import Place
from mlstd.report.gather import Rebase
from mlstd.report.result import ErrorRecord, Result, printable
from mlstd.settle.draft import Settled


class Lines(msgspec.Struct, frozen=True):
    """First and last line in a file as git has it; columns only where they count in that line, the end exclusive."""

    first: int
    last: int
    column: int | None = None
    end_column: int | None = None


def from_top(result: Result, cwd: Path) -> Result:
    """The result with its paths relative to the top of the git work tree around `cwd`; unchanged where there is none."""
    top = git_top(cwd)
    if top is None or top == cwd:
        return result
    rebase = Rebase(cwd, top)
    return msgspec.structs.replace(
        result,
        findings=tuple(rebase.settled(one) for one in result.findings),
        experiments=tuple(rebase.experiment(one) for one in result.experiments),
        errors=tuple(rebase.error(one) for one in result.errors),
        code={(rebase.path(path), cell): code for (path, cell), code in result.code.items()},
    )


def lines(place: Place, result: Result) -> Lines:
    """The lines of the file on which a place stands."""
    if place.cell is None:
        return Lines(place.line, place.end_line, place.column, place.end_column)
    first = result.json_line(place) or 1
    last = result.json_line(msgspec.structs.replace(place, line=place.end_line)) or first
    return Lines(first, max(first, last))


def said(settled: Settled, entries: Sequence[str]) -> str:
    """The message, with what the file and its line cannot tell: the cell, and the experiments."""
    finding = settled.finding
    cell = f" (cell {finding.place.cell}, line {finding.place.line})" if finding.place.cell is not None else ""
    others = [] if finding.entry == finding.place.path else [finding.entry]
    others += [entry for entry in entries if entry != finding.place.path]
    more = f" and {len(others) - 3} more" if len(others) > 3 else ""
    where = f" [in {', '.join(others[:3])}{more}]" if others else ""
    return printable(f"{finding.message}{cell}{where}")


def broken(error: ErrorRecord) -> tuple[int, str]:
    """The line and the words of what could not be read or judged. A line in a cell is no line of the file."""
    cell = f" (cell {error.cell}, line {error.line or 1})" if error.cell is not None else ""
    what = "mlstd failed" if error.crash else "cannot read this"
    return (error.line or 1) if error.cell is None else 1, printable(f"{what}: {error.message}{cell}")
