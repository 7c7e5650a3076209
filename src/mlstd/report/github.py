"""Result -> GitHub workflow commands: annotations on the lines of a pull request.

GitHub shows ten errors and ten warnings of a step and drops the rest, so errors come first, and what is over ten is left in the
log as plain lines.
"""

from __future__ import annotations

from collections.abc import Iterator

from mlstd.report.grouped import together
from mlstd.report.result import Result, printable
from mlstd.report.spots import Lines, broken, lines, said
from mlstd.report.text import summary
from mlstd.settle.draft import Settled

MOST = 10  # annotations of one level that GitHub shows for a step


def render(result: Result) -> str:
    """Lines for stdout; paths must be relative to the top of the repository."""
    rest: list[str] = []
    shown: list[str] = []
    for level in ("error", "warning"):
        commands = list(_commands(result, level))
        shown += (command for command, _ in commands[:MOST])
        rest += (f"  {plain}" for _, plain in commands[MOST:])
    if rest:
        rest.insert(0, f"GitHub shows at most {MOST} annotations of a level; these are the others:")
    return "\n".join([*shown, *rest, summary(result)])


def _commands(result: Result, level: str) -> Iterator[tuple[str, str]]:
    """Each annotation of a level, and the same as a line for the log."""
    for settled, entries in together(result):
        if settled.level == level:
            yield _finding(settled, entries, result)
    if level == "warning":
        for error in result.errors:
            line, words = broken(error)
            yield _both("warning", error.path, Lines(line, line), "mlstd", words)


def _finding(settled: Settled, entries: list[str], result: Result) -> tuple[str, str]:
    finding = settled.finding
    words = said(settled, entries)
    if finding.advice:
        words += f"\nhelp: {printable(finding.advice)}"
    return _both(settled.level, finding.place.path, lines(finding.place, result), f"mlstd {finding.rule}", words)


def _both(level: str, path: str, at: Lines, title: str, words: str) -> tuple[str, str]:
    keys = {"file": printable(path), "line": str(at.first), "endLine": str(at.last), "title": title}
    if at.column is not None and at.first == at.last:
        keys |= {"col": str(at.column), "endColumn": str(at.end_column)}
    command = f"::{level} {','.join(f'{key}={_value(text)}' for key, text in keys.items())}::{_data(words)}"
    plain = f"{printable(path)}:{at.first}: {level} {title}: {words}"
    return command, " ".join(plain.split()).replace("::", ": :")  # a file name must not become a command


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _value(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
