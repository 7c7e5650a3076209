"""Which findings did the team accept when it began? The file of known issues: read, written, and compared with a run.

One line an issue, sorted, without line numbers and times: it changes only where an experiment does, and two branches that change
different experiments merge. `nth` counts equal code in one file.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Any

import msgspec

from mlstd.config.load import read_toml
from mlstd.errors import CannotRun

KNOWN_FILE = "mlstd-known.toml"
VERSION = 1
_HEAD = """\
# Findings that mlstd knew when this list was made: `mlstd check` does not report them again.
# Written by `mlstd accept`; `mlstd accept --prune` takes out what is gone. For merges without conflicts, put the line
# `mlstd-known.toml merge=union` into .gitattributes: order and repetitions in this file mean nothing.
"""


class Issue(msgspec.Struct, frozen=True, order=True, gc=False):
    """What a finding is known by: its file, its rule, its code on one line, and which of several equal ones it is, from 1."""

    path: str
    rule: str
    code: str
    nth: int = 1


class Known(msgspec.Struct, frozen=True):
    """The issues that a team accepted. `moved` are rule and code of those whose file is no more: the same code in another file is
    taken for theirs."""

    issues: frozenset[Issue] = frozenset()
    moved: frozenset[tuple[str, str]] = frozenset()

    def holds(self, issue: Issue) -> bool:
        """Whether a finding is known by this issue."""
        return issue in self.issues or (issue.rule, issue.code) in self.moved


def known_in(root: Path) -> Known:
    """The issues that the team of a project root accepted. Raises `CannotRun` for a list that cannot be understood."""
    issues = read_known(root / KNOWN_FILE)
    paths = {path for path in {issue.path for issue in issues} if not (root / path).exists()}
    return Known(issues, frozenset((issue.rule, issue.code) for issue in issues if issue.path in paths and issue.code))


def read_known(file: Path) -> frozenset[Issue]:
    """The issues in a file; none where there is no file. Raises `CannotRun` for one that cannot be understood."""
    if not file.exists():
        return frozenset()
    data = _toml(file)
    version = data.get("version")
    if not isinstance(version, int) or isinstance(version, bool):
        raise CannotRun(f"{file}: has no `version = {VERSION}`; write the file anew with `mlstd accept`")
    if version > VERSION:
        raise CannotRun(f"{file}: has version {version}, and this mlstd reads up to {VERSION}; use a newer mlstd")
    rows = data.get("known", [])
    if not isinstance(rows, list):
        raise CannotRun(f"{file}: known: must be a list of {{ path, rule, code }}; write the file anew with `mlstd accept`")
    return frozenset(_issue(file, number, row) for number, row in enumerate(rows, 1))


def gone_of(known: Known, issues: Collection[Issue], judged: Callable[[str], bool]) -> tuple[Issue, ...]:
    """The known issues that are not among the `issues` of a run, under their path or another, although it would have found them:
    `judged` says so of each file."""
    found = {(issue.rule, issue.code) for issue in issues}
    gone = (issue for issue in known.issues.difference(issues) if judged(issue.path))
    return tuple(
        sorted(issue for issue in gone if not ((issue.rule, issue.code) in known.moved and (issue.rule, issue.code) in found))
    )


def written(issues: Iterable[Issue]) -> str:
    """The text of a file with these issues."""
    lines = [f"  {{ {', '.join(_pairs(issue))} }},\n" for issue in sorted(set(issues))]
    return f"{_HEAD}version = {VERSION}\nknown = [\n{''.join(lines)}]\n"


def write_known(file: Path, issues: Collection[Issue]) -> None:
    """Writes the file as a whole, or takes it away where no issue is left. Raises `CannotRun` where that fails."""
    try:
        if not issues:
            file.unlink(missing_ok=True)
            return
        beside = file.with_name(f".{file.name}.{os.getpid()}")
        try:
            beside.write_text(written(issues), encoding="utf-8", newline="\n")
            os.replace(beside, file)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise CannotRun(f"{file}: cannot be written: {error.strerror or error}") from None


def _toml(file: Path) -> dict[str, Any]:
    try:
        return read_toml(file)
    except CannotRun:
        if any(line.startswith(b"<<<<<<< ") for line in file.read_bytes().splitlines()):
            raise CannotRun(
                f"{file}: holds the marks of a merge conflict; keep the lines of both sides and delete the marks"
            ) from None
        raise


def _issue(file: Path, number: int, row: object) -> Issue:
    try:
        return msgspec.convert(row, Issue)
    except msgspec.ValidationError as error:
        raise CannotRun(f"{file}: known[{number}]: {error}; mend the line, or write the file anew with `mlstd accept`") from None


def _pairs(issue: Issue) -> Iterable[str]:
    yield f"path = {_quoted(issue.path)}"
    yield f"rule = {_quoted(issue.rule)}"
    yield f"code = {_quoted(issue.code)}"
    if issue.nth > 1:
        yield f"nth = {issue.nth}"


def _quoted(text: str) -> str:
    """A TOML string, between single quotes where the text has double ones and that is possible."""
    if '"' in text and "'" not in text and text.isprintable():
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
