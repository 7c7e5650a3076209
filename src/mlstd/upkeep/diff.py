"""What does a change make worse? The findings of the experiments that it touches, without those that were there before it."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from mlstd.checks.rules import Standard
from mlstd.config.settings import Level
from mlstd.discover.listing import SUFFIXES, git_top
from mlstd.discover.targets import find_targets
from mlstd.errors import CannotRun
from mlstd.pipeline import Copy, Request, Verdict, Watch, judge_all, standard_of_team
from mlstd.report.gather import merged
from mlstd.report.result import Result
from mlstd.settle.draft import Settled
from mlstd.settle.known import Issue
from mlstd.upkeep.commit import TEXTS, changed_since, commit_of, copy_of
from mlstd.words import count


class Change(msgspec.Struct, frozen=True):
    """What is compared: the git tree, its base by name and as a commit, and the files that differ, relative to `top`."""

    top: Path
    base: str
    commit: str
    files: frozenset[str]


def worsened(request: Request, base: str, watch: Watch | None = None) -> Result:
    """The result of a run with only those findings that the commit before the change does not have, or has as warnings.

    Both sides are judged by today's configuration. Raises `CannotRun` where git does not know the base."""
    standard = standard_of_team()
    roots = [tree.root for tree in find_targets(request.paths, request.cwd, request.isolated).trees]
    change = _change(request.cwd, base)
    touched = sorted(file for file in change.files if any((change.top / file).is_relative_to(root) for root in roots))
    wide = any(file.endswith(TEXTS) for file in touched)  # an experiment may rest on it without importing it
    code = set(_code_under(roots, change.top)) if wide else {file for file in touched if file.endswith(SUFFIXES)}
    now = _judged(request, change.top, code, standard, watch)
    entries = _entries(now, change.top)
    with copy_of(change.top, change.commit) as folder:
        there = folder / os.path.relpath(request.cwd, change.top)
        there.mkdir(parents=True, exist_ok=True)
        past = msgspec.structs.replace(request, cwd=there, copy=Copy(folder, change.top), known=False)
        before = _judged(past, folder, code | entries, standard, watch)
        more = _entries(before, folder) - entries
        old = _levels(before, folder)
    if any((change.top / entry).is_file() for entry in more):  # what a deleted helper was a part of
        now = _judged(request, change.top, code | entries | more, standard, watch)
    return _result(request, change, now, old, standard)


def _change(cwd: Path, base: str) -> Change:
    top = git_top(cwd)
    if top is None:
        raise CannotRun(f"--diff: {cwd} lies in no git work tree; run it in one")
    commit = commit_of(top, base)
    return Change(top, base, commit, frozenset(changed_since(top, commit)))


def _code_under(roots: Sequence[Path], top: Path) -> Iterator[str]:
    for tree in find_targets([os.fspath(root) for root in roots], top).trees:
        yield from (_from(tree.root / path, top) for path in (*tree.named, *tree.found))


def _judged(request: Request, top: Path, files: Collection[str], standard: Standard, watch: Watch | None) -> list[Verdict]:
    """What a run says of those of the files that are there."""
    paths = tuple(os.fspath(top / file) for file in sorted(files) if (top / file).is_file())
    if not paths:
        return []
    return judge_all(msgspec.structs.replace(request, paths=paths, force_exclude=True), standard, watch)[1]


def _entries(verdicts: Iterable[Verdict], top: Path) -> set[str]:
    return {_from(verdict.root / path, top) for verdict in verdicts for path in verdict.entries}


def _levels(verdicts: Iterable[Verdict], top: Path) -> dict[Issue, Level]:
    """What the findings are known by, with their paths from the top, and their worst levels."""
    found: dict[Issue, Level] = {}
    for verdict in verdicts:
        for settled in verdict.settled:
            issue = _issue(settled, verdict.root, top)
            if issue is not None and settled.level != "off":
                found[issue] = min(found.get(issue, settled.level), settled.level)  # "error" < "warning"
    return found


def _issue(settled: Settled, root: Path, top: Path) -> Issue | None:
    if settled.issue is None:
        return None
    return msgspec.structs.replace(settled.issue, path=_from(root / settled.issue.path, top))


def _from(file: Path, top: Path) -> str:
    return os.path.relpath(file, top).replace(os.sep, "/")


class _Before:
    """The findings before the change, each of which takes one away: that of the same place, or of the same code in a file of
    another name."""

    def __init__(self, old: dict[Issue, Level], change: Change) -> None:
        self.change = change
        self.levels = dict(old)
        self.moved: dict[tuple[str, str], list[Level]] = {}
        for issue, level in sorted(old.items()):
            if not (change.top / issue.path).exists():
                self.moved.setdefault((issue.rule, issue.code), []).append(level)

    def had(self, issue: Issue, level: Level) -> bool:
        """Was a finding there before, at this level or a worse one?"""
        if issue not in self.levels and issue.path in self.change.files:
            left = self.moved.get((issue.rule, issue.code))
            if left:
                self.levels[issue] = left.pop(0)
        return issue in self.levels and self.levels[issue] <= level  # "error" < "warning"


def _result(request: Request, change: Change, now: Sequence[Verdict], old: dict[Issue, Level], standard: Standard) -> Result:
    """The findings that are new, in the experiments that the reader asked for."""
    before = _Before(old, change)
    parts, as_before = [], 0
    for verdict in now:
        kept = []
        shown = (one for one in verdict.settled if one.level != "off")
        for settled, seen in zip(shown, verdict.result.findings, strict=True):
            issue = _issue(settled, verdict.root, change.top)
            if not (_asked(seen.finding.entry, request) or _asked(seen.finding.place.path, request)):
                continue
            if issue is not None and before.had(issue, settled.level):
                as_before += 1
            else:
                kept.append(seen)
        parts.append(msgspec.structs.replace(verdict.result, findings=tuple(kept), gone=()))
    notes = [] if change.files else [f"Nothing has changed since {change.base}."]
    if as_before:
        notes.append(f"{count(as_before, 'finding')} of these experiments stood in {change.base} already.")
    return merged(parts, notes, {name: rule.text for name, rule in standard.rules.items()})


def _asked(path: str, request: Request) -> bool:
    """Does a path, as seen from the working directory, lie in what the command line names?"""
    file = Path(os.path.abspath(request.cwd / path))
    return any(file.is_relative_to(os.path.abspath(request.cwd / asked)) for asked in request.paths or (".",))
