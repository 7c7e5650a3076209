"""How does a run become the list of known issues?"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from mlstd.discover.targets import find_targets
from mlstd.errors import CannotRun
from mlstd.pipeline import Request, Verdict, Watch, judge_all, standard_of_team
from mlstd.settle.builtin import EXPIRED_WAIVER
from mlstd.settle.draft import issues_of
from mlstd.settle.known import KNOWN_FILE, Issue, write_known
from mlstd.words import count


class Accepted(msgspec.Struct, frozen=True):
    """A list that was brought up to date: how long it is, what came in and what went out."""

    file: Path
    issues: frozenset[Issue]
    new: frozenset[Issue]
    gone: frozenset[Issue]
    moved: frozenset[Issue]  # to a file of another name

    def changed(self) -> bool:
        """Whether the file has to be written."""
        return bool(self.new or self.gone or self.moved)


def accept(request: Request, watch: Watch | None = None, prune: bool = False) -> list[Accepted]:
    """Puts today's findings into the known issues of each project root, and takes out those that are gone; with `prune`, only the
    latter. Raises `CannotRun` for what cannot be read or written, before anything is judged."""
    for tree in find_targets(request.paths, request.cwd, request.isolated).trees:
        _writable(tree.root / KNOWN_FILE)
    _, verdicts = judge_all(request, standard_of_team(), watch)
    lists = [_list(verdict, prune) for verdict in verdicts]
    for one in lists:
        if one.changed():
            write_known(one.file, one.issues)
    return lists


def told(lists: Iterable[Accepted], cwd: Path, prune: bool) -> Iterator[str]:
    """One line a list, for the reader."""
    for one in lists:
        file = os.path.relpath(one.file, cwd)
        if one.changed():
            numbers = ((len(one.new), "new"), (len(one.gone), "gone"), (len(one.moved), "moved"))
            changes = [f"{number} {word}" for number, word in numbers if number]
            left = f"{count(len(one.issues), 'known issue')}" if one.issues else "no known issue is left, so there is no list"
            yield f"{file}: {left} ({', '.join(changes)})."
        elif one.issues:
            yield f"{file}: {count(len(one.issues), 'known issue')}; nothing has changed."
        else:
            yield "No known issues." if prune else "No findings to accept."


def _list(verdict: Verdict, prune: bool) -> Accepted:
    shown = (one for one in verdict.settled if one.level != "off" and one.finding.rule != EXPIRED_WAIVER)
    new = frozenset() if prune else frozenset(issues_of(shown))
    old, gone = verdict.known.issues, frozenset(verdict.gone)
    moved = issues_of(one for one in verdict.settled if one.known) - old
    followed = {(issue.rule, issue.code) for issue in moved}
    left = {issue for issue in old if (issue.rule, issue.code) in followed and not (verdict.root / issue.path).exists()}
    return Accepted(verdict.root / KNOWN_FILE, (old - gone - left) | new | moved, new, gone, frozenset(moved))


def _writable(file: Path) -> None:
    if not os.access(file if file.exists() else file.parent, os.W_OK):
        raise CannotRun(f"{file}: cannot be written; give yourself the right to write there")
