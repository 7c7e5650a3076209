"""Which report does the reader get, and with which colours? Result -> lines of the chosen format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from mlstd.checks.rules import Standard
from mlstd.errors import CannotRun
from mlstd.report import text
from mlstd.report.formats import FOR_PEOPLE, rendered
from mlstd.report.outputs import Output, write_file
from mlstd.report.paint import Paint, wants_colour
from mlstd.report.result import Result, printable
from mlstd.report.rules import rule_list, rule_page
from mlstd.report.statistics import statistics as statistics_of
from mlstd.words import count, suggestion

SUMMARY = "summary"


def into_files(result: Result, files: Sequence[Output], version: str, cwd: Path) -> None:
    """Writes each report into its file. Raises `CannotRun` for one that cannot be written after all."""
    for one in files:
        write_file(one, rendered(result, one.form, version, cwd))


def lines(
    result: Result,
    form: str,
    version: str,
    stream: TextIO,
    cwd: Path,
    *,
    statistics: bool = False,
    quiet: bool = False,
    verbose: bool = False,
) -> Iterator[str]:
    """What goes to stdout in the format `form`, for a run in `cwd`; only the summary where the report went into a file."""
    if form not in (*FOR_PEOPLE, SUMMARY):
        yield rendered(result, form, version, cwd)
        return
    paint = Paint(wants_colour(stream))
    if statistics:
        yield from statistics_of(result, paint)
    elif form != SUMMARY:
        yield from (text.full if form == "full" else text.concise)(result, paint, verbose)
    if verbose:
        yield from text.experiments(result)
    if not quiet:
        yield from text.gone(result)
        yield text.summary(result)


def notes(result: Result, form: str, quiet: bool, most_warnings: int | None = None) -> Iterator[str]:
    """What goes to stderr: arguments that hold nothing to check, beside a report for machines what could not be read, for whoever
    watches the log, and that there are more warnings than the reader allows."""
    if not quiet:
        yield from (printable(note) for note in result.notes)
    if form not in FOR_PEOPLE:
        yield from text.errors(result, Paint(False))
    warnings = result.levels()["warning"]
    if most_warnings is not None and warnings > most_warnings:
        yield f"mlstd: {count(warnings, 'warning')}, and --max-warnings allows {most_warnings}."


def rules(standard: Standard, name: str | None, stream: TextIO) -> Iterator[str]:
    """One rule's page, or the list of all. Raises `CannotRun` for a rule that does not exist."""
    paint = Paint(wants_colour(stream))
    if name is None:
        return rule_list(standard, paint)
    if name not in standard.rules:
        raise CannotRun(f'there is no rule "{name}"{suggestion(name, standard.rules)}')
    return rule_page(standard.rules[name], paint)
