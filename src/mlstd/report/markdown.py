"""Result -> Markdown for a job summary or a comment on a pull request: a table of what was found, then how each came about."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from mlstd.report.grouped import together
from mlstd.report.result import Result, printable
from mlstd.report.spots import broken
from mlstd.report.text import summary
from mlstd.settle.draft import Settled
from mlstd.words import count

LONGEST = 60_000  # characters; a comment on GitHub holds 65,536
SIGN = "<!-- mlstd -->"
"""The first line, by which a script finds the comment that it wrote the last time."""
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#~@])")


def render(result: Result) -> str:
    """The text, cut between two findings where it would grow too long; paths must be relative to the top of the repository."""
    found = sorted(together(result), key=lambda pair: pair[0].level)  # errors before warnings, else in the order of places
    parts = [SIGN, f"## mlstd\n\n{escaped(summary(result))}\n"]
    if found:
        parts.append("| | where | rule | what |\n| --- | --- | --- | --- |")
    rows = list(_fitting((_row(settled, entries) for settled, entries in found), LONGEST // 2))
    parts += rows
    if len(rows) < len(found):
        parts.append(f"\n{count(len(found) - len(rows), 'more finding')} left out.")
    used = sum(map(len, parts))
    parts += _fitting((_detail(settled, result) for settled, _ in found), LONGEST - used)
    if result.errors:
        parts.append("\n### Not read\n")
        errors = (f"- {code(f'{error.path}:{broken(error)[0]}')}: {escaped(broken(error)[1])}" for error in result.errors)
        parts += _fitting(errors, max(2_000, LONGEST - sum(map(len, parts))))
    return "\n".join(parts)


def _fitting(texts: Iterator[str], room: int) -> Iterator[str]:
    for text in texts:
        room -= len(text) + 1
        if room < 0:
            return
        yield text


def _row(settled: Settled, entries: list[str]) -> str:
    finding = settled.finding
    others = [] if finding.entry == finding.place.path else [finding.entry]
    others = list(dict.fromkeys([*others, *(entry for entry in entries if entry != finding.place.path)]))
    more = f" (in {', '.join(code(entry) for entry in others[:3])}{' and others' if len(others) > 3 else ''})" if others else ""
    return f"| {settled.level} | {code(str(finding.place))}{more} | {code(finding.rule)} | {escaped(finding.message)} |"


def _detail(settled: Settled, result: Result) -> str:
    finding = settled.finding
    lines = ["", f"<details><summary>{html.escape(printable(f'{finding.place}: {finding.rule}'))}</summary>", ""]
    source = result.line(finding.place)
    if source is not None:
        fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", source)), default=0))
        lines += [f"{fence}python", printable(source.strip()), fence, ""]
    lines += [f"{number}. {escaped(step.what)}: {code(str(step.place))}" for number, step in enumerate(finding.evidence, 1)]
    if finding.advice:
        lines += ["", f"**Help:** {escaped(finding.advice)}"]
    if finding.rule in result.rules:
        lines += ["", f"**Standard:** {escaped(result.standard(finding.rule))}"]
    return "\n".join([*lines, "", "</details>"])


def escaped(text: str) -> str:
    """Words that Markdown and HTML leave as they are, on one line; what stands between backticks is code."""
    parts = re.split(r"`([^`]+)`", " ".join(printable(text).split()))
    return "".join(code(part) if number % 2 else _SPECIAL.sub(r"\\\1", part) for number, part in enumerate(parts))


def code(text: str) -> str:
    """A piece of code on one line, also in a table."""
    text = " ".join(printable(text).split()).replace("|", "\\|")
    mark = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    pad = " " if "`" in text else ""
    return f"{mark}{pad}{text}{pad}{mark}"
