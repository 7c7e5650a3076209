"""One project's findings -> its part of the `Result`: paths as the reader types them, and the code that the report will show."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from mlstd.ask.case import Evidence
from mlstd.checks.finding import Finding
from mlstd.checks.standard import Rule
from mlstd.lower import ir
from mlstd.place import Place
from mlstd.report.result import BlindSpot, Code, ErrorRecord, Experiment, Result
from mlstd.settle.draft import Settled, issues_of
from mlstd.settle.known import Issue


class Rebase:
    """Turns places relative to a project root into places relative to the working directory."""

    def __init__(self, root: Path, cwd: Path) -> None:
        self.root, self.cwd = os.fspath(root), os.fspath(cwd)
        self.known: dict[str, str] = {}

    def path(self, path: str) -> str:
        """A path as seen from the working directory; a module that a notebook writes is the notebook."""
        if path not in self.known:
            whole = os.path.join(self.root, path.split("::", 1)[0])
            try:
                seen = os.path.relpath(whole, self.cwd)
            except ValueError:  # another drive
                seen = os.path.normpath(whole)
            self.known[path] = seen.replace(os.sep, "/")
        return self.known[path]

    def place(self, place: Place) -> Place:
        """The same place under its new path."""
        return msgspec.structs.replace(place, path=self.path(place.path))

    def settled(self, settled: Settled) -> Settled:
        """A finding with all its paths turned."""
        old = settled.finding
        evidence = tuple(Evidence(step.what, self.place(step.place)) for step in old.evidence)
        finding: Finding = msgspec.structs.replace(
            old, place=self.place(old.place), entry=self.path(old.entry), evidence=evidence
        )
        return msgspec.structs.replace(settled, finding=finding)

    def experiment(self, experiment: Experiment) -> Experiment:
        """An experiment with all its paths turned."""
        spots = tuple(BlindSpot(self.place(s.place), s.name, s.reason, s.hides) for s in experiment.blind_spots)
        closure = tuple(dict.fromkeys(self.path(path) for path in experiment.closure if not path.endswith("/")))
        return Experiment(self.path(experiment.path), experiment.kind, experiment.frameworks, closure, spots)

    def error(self, error: ErrorRecord) -> ErrorRecord:
        """An error record with its path turned."""
        return msgspec.structs.replace(error, path=self.path(error.path))


def gather(
    root: Path,
    cwd: Path,
    settled: Sequence[Settled],
    experiments: Iterable[Experiment],
    errors: Iterable[ErrorRecord],
    module: Callable[[str], ir.Module],
    files: int,
    unreadable: int,
    gone: Iterable[Issue] = (),
) -> Result:
    """The part of the result that one project makes; findings that are off are left out."""
    rebase = Rebase(root, cwd)
    shown = [one for one in settled if one.level != "off"]
    code: dict[tuple[str, int | None], Code] = {}
    for place in {place for one in shown for place in _places(one.finding)}:
        for unit in module(place.path).units:
            if unit.cell == place.cell:
                code[rebase.path(place.path), place.cell] = Code(tuple(unit.text.split("\n")), unit.json_line, unit.json_step)
    return Result(
        findings=tuple(rebase.settled(one) for one in shown),
        experiments=tuple(rebase.experiment(one) for one in experiments),
        errors=tuple(rebase.error(one) for one in errors),
        files=files,
        unreadable=unreadable,
        known=len(issues_of(one for one in settled if one.known)),
        gone=tuple(msgspec.structs.replace(issue, path=rebase.path(issue.path)) for issue in gone),
        code=code,
    )


def merged(parts: Sequence[Result], notes: Sequence[str], rules: Mapping[str, Rule]) -> Result:
    """Several projects as one result, in the order of paths."""
    findings = [one for part in parts for one in part.findings]
    return Result(
        findings=tuple(sorted(findings, key=lambda one: (one.finding.place.path, *_order(one.finding)))),
        experiments=tuple(sorted((one for part in parts for one in part.experiments), key=lambda one: one.path)),
        errors=tuple(sorted((one for part in parts for one in part.errors), key=_error_order)),
        notes=tuple(notes),
        files=sum(part.files for part in parts),
        unreadable=sum(part.unreadable for part in parts),
        known=sum(part.known for part in parts),
        gone=tuple(sorted(issue for part in parts for issue in part.gone)),
        code={key: code for part in parts for key, code in part.code.items()},
        rules=rules,
    )


def unjudged(experiments: Iterable[Experiment], errors: Iterable[ErrorRecord]) -> set[str]:
    """The files in which a finding may have been missed: those that could not be read, and all that a crash came across."""
    failed = {error.path for error in errors}
    crashed = {error.path for error in errors if error.crash}
    return failed.union(*(experiment.closure for experiment in experiments if experiment.path in crashed))


def _error_order(error: ErrorRecord) -> tuple[str, int, int, str]:
    return (error.path, error.cell or 0, error.line or 0, error.message)


def _order(finding: Finding) -> tuple[int, int, int, str, str]:
    place = finding.place
    return (place.cell or 0, place.line, place.column, finding.rule, finding.entry)


def _places(finding: Finding) -> Iterable[Place]:
    return (finding.place, *(step.place for step in finding.evidence))
