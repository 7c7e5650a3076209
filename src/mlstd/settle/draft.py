"""What does a finding carry on its way through `settle`, and what may each step look at?"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date

import msgspec

from mlstd.checks.finding import Finding
from mlstd.checks.rules import Standard
from mlstd.config.settings import Level, Profile, Settings
from mlstd.lower import ir
from mlstd.settle.known import Issue, Known


class Settled(msgspec.Struct, frozen=True):
    """A finding with what this run makes of it. `reasons`: why the level is not simply the standard's, one sentence a step."""

    finding: Finding
    level: Level
    family: str
    reasons: tuple[str, ...] = ()
    fingerprint: str = ""
    known: bool = False  # silenced only because the team accepted it once
    issue: Issue | None = None  # what it is known by, in words where `fingerprint` has a digest

    def become(self, level: Level, reason: str) -> Settled:
        """The same finding at another level, with the reason for it."""
        return msgspec.structs.replace(self, level=level, reasons=(*self.reasons, reason))


class Context(msgspec.Struct, frozen=True):
    """What the steps may look at. `module` gives the lowered file of a path; `files` are all of the
    project, `known` the issues that the team accepted; `today` is the day on which a waiver has ended or not."""

    settings: Settings
    standard: Standard
    module: Callable[[str], ir.Module]
    families: Mapping[str, str]
    files: Collection[str] = ()
    known: Known = Known()
    today: date = msgspec.field(default_factory=date.today)

    def profile(self, finding: Finding) -> Profile:
        """The profile of the experiment that the finding belongs to."""
        return self.settings.profile_of(finding.entry)

    def code(self, path: str, cell: int | None) -> tuple[str, ...]:
        """The lines of a file or of one cell; none where there is no such thing."""
        return lines_of(self.module(path), cell)


def lines_of(module: ir.Module, cell: int | None) -> tuple[str, ...]:
    """The lines of a file or of one cell; none where there is no such cell."""
    return next((tuple(unit.text.split("\n")) for unit in module.units if unit.cell == cell), ())


def issues_of(settled: Iterable[Settled]) -> set[Issue]:
    """What these findings are known by."""
    return {one.issue for one in settled if one.issue is not None}
