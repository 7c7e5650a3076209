"""What does a run hand to the reports? Everything that any format may show; all paths are relative to the working directory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import msgspec

from mlstd.checks.standard import Rule
from mlstd.config.settings import Level
from mlstd.place import Place
from mlstd.settle.draft import Settled
from mlstd.settle.known import Issue


class BlindSpot(msgspec.Struct, frozen=True):
    """A place that the dry run could not follow, why, and what it could hide."""

    place: Place
    name: str
    reason: str
    hides: tuple[str, ...]


class Experiment(msgspec.Struct, frozen=True):
    """An entry that was judged."""

    path: str
    kind: str
    frameworks: tuple[str, ...] = ()
    closure: tuple[str, ...] = ()
    blind_spots: tuple[BlindSpot, ...] = ()


class ErrorRecord(msgspec.Struct, frozen=True, order=True):
    """Something that could not be read or judged; the others go on. `crash`: a defect of mlstd, with its traceback."""

    path: str
    cell: int | None
    line: int | None
    column: int | None
    message: str
    crash: str = ""


class Code(msgspec.Struct, frozen=True):
    """The lines of a script or a cell, and the line of the .ipynb file on which a cell's first line stands; `json_step`: how much
    further down each following line does."""

    lines: tuple[str, ...]
    json_line: int | None = None
    json_step: int = 1


class Result(msgspec.Struct, frozen=True):
    """One run. `findings` are errors and warnings only, in the order of places; `code` holds every script and cell that they
    name. `known`: how many more the team has accepted; `gone`: accepted ones that the run would have found and did not."""

    findings: tuple[Settled, ...] = ()
    experiments: tuple[Experiment, ...] = ()
    errors: tuple[ErrorRecord, ...] = ()
    notes: tuple[str, ...] = ()
    files: int = 0  # targets
    unreadable: int = 0  # targets of which nothing could be judged
    known: int = 0
    gone: tuple[Issue, ...] = ()
    code: Mapping[tuple[str, int | None], Code] = {}
    rules: Mapping[str, Rule] = {}  # the texts of all rules by name

    def standard(self, rule: str) -> str:
        """What a rule asks for, in one sentence."""
        return self.rules[rule].summary if rule in self.rules else ""

    def line(self, place: Place) -> str | None:
        """The first line of code at a place."""
        code = self.code.get((place.path, place.cell))
        return code.lines[place.line - 1] if code is not None and 0 < place.line <= len(code.lines) else None

    def json_line(self, place: Place) -> int | None:
        """The line of the .ipynb file that a place in a notebook stands on."""
        code = self.code.get((place.path, place.cell))
        return code.json_line + (place.line - 1) * code.json_step if code is not None and code.json_line is not None else None

    def levels(self) -> Counter[str]:
        """How many different things are errors and warnings: what several experiments share counts once."""
        worst: dict[tuple[str, Place, str], Level] = {}
        for one in self.findings:
            key = (one.finding.rule, one.finding.place, one.finding.message)
            worst[key] = min(worst.get(key, one.level), one.level)  # "error" < "warning"
        return Counter(worst.values())

    def exit_code(self, most_warnings: int | None = None) -> int:
        """0 clean or only warnings, 1 errors or more than `most_warnings`, 2 where there was something to judge and none of it
        could be."""
        levels = self.levels()
        if levels["error"] or (most_warnings is not None and levels["warning"] > most_warnings):
            return 1
        crashed = {error.path for error in self.errors if error.crash}
        judged = any(experiment.path not in crashed for experiment in self.experiments)
        broken = self.files > 0 and self.unreadable == self.files
        return 2 if broken or (bool(crashed) and not judged) else 0


def printable(text: str) -> str:
    """Text that any terminal and any JSON reader can take: bytes of a file name that are no UTF-8, and control characters,
    replaced."""
    whole = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return (
        whole
        if whole.isprintable()
        else "".join(c if c.isprintable() or c in "\t\n" else "\N{REPLACEMENT CHARACTER}" for c in whole)
    )
