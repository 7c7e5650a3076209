"""Which scripts of the project does a pipeline file run, with which arguments, and after which others?"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import msgspec

from mlstd.read.stages import READERS, jobs
from mlstd.read.stages.job import Job
from mlstd.read.stages.shell import UNKNOWN, calls

MOST_BEFORE = 8  # stages that lead to one


class Stage(msgspec.Struct, frozen=True):
    """A script as a pipeline runs it: its arguments, and the file and the name that the pipeline has for it."""

    path: str
    arguments: tuple[str, ...] = ()
    file: str = ""
    name: str = ""


@dataclass
class Stages:
    """The stages of all pipeline files of a project. `text` gives the content of a path, None where there is none; `module` the
    file of a module's name, seen from a folder."""

    files: Sequence[str]
    text: Callable[[str], str | None]
    module: Callable[[str, str], str | None]
    of: dict[str, Stage] = field(default_factory=dict)
    _before: dict[str, tuple[Stage, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known = frozenset(self.files)
        for path in self._pipelines():
            self._take(path, known)

    def before(self, path: str) -> tuple[Stage, ...]:
        """The stages that run before a script, the first one first: those nearest to it, where there are many."""
        return self._before.get(path, ())[-MOST_BEFORE:]

    def after(self, path: str) -> frozenset[str]:
        """The scripts that a pipeline runs after a script."""
        return frozenset(other for other, before in self._before.items() if any(stage.path == path for stage in before))

    def _pipelines(self) -> Iterator[str]:
        """The pipeline files around the files of the project, the outermost first."""
        folders = {""}
        for file in self.files:
            folder = posixpath.dirname(file)
            while folder and folder not in folders:
                folders.add(folder)
                folder = posixpath.dirname(folder)
        for folder in sorted(folders, key=lambda f: (f.count("/") + bool(f), f)):
            yield from (posixpath.join(folder, name) for name in READERS)

    def _take(self, path: str, known: frozenset[str]) -> None:
        text = self.text(path)
        if text is None:
            return
        folder = posixpath.dirname(path)
        root = folder.removesuffix("workflow").rstrip("/") if path.endswith("Snakefile") else folder
        steps = jobs(path, text, lambda name: self.text(posixpath.join(folder, name)))
        run = [[s for s in self._stages(path, root, job) if s.path in known] for job in steps]
        orders = _orders(steps)
        for number, stages in enumerate(run):
            led = [stage for other in orders[number] for stage in run[other]]
            for stage in stages:
                if stage.path not in self.of:
                    self.of[stage.path] = stage
                    self._before[stage.path] = tuple({s.path: s for s in led if s.path != stage.path}.values())
                led.append(stage)

    def _stages(self, file: str, root: str, job: Job) -> Iterator[Stage]:
        for command in job.commands:
            for call in calls(command):
                folder = _clean(posixpath.join(root, job.folder, call.folder))
                path = self.module(call.script, folder) if call.module else _clean(posixpath.join(folder, call.script))
                if path is not None:
                    yield Stage(path, call.arguments, file, job.name)


def _clean(path: str) -> str:
    found = posixpath.normpath(path)
    return "" if found == "." else found


def _orders(steps: Sequence[Job]) -> list[list[int]]:
    """For each step the steps that lead to it, in the order in which they run."""
    direct = [_direct(steps, number) for number in range(len(steps))]
    return [list(_ancestors(direct, number)) for number in range(len(steps))]


def _direct(steps: Sequence[Job], number: int) -> list[int]:
    mine = steps[number]
    others = ((place, other) for place, other in enumerate(steps) if place != number)
    return [place for place, other in others if other.name in mine.follows or _feeds(other.gives, mine.needs)]


def _feeds(gives: Iterable[str], needs: Sequence[str]) -> bool:
    """Is a file, or one in a folder, written by one and read by the other?"""
    given = [posixpath.normpath(g) for g in gives]
    return any(_within(g, n) or _within(n, g) for g in given for n in map(posixpath.normpath, needs))


def _within(path: str, folder: str) -> bool:
    return path == folder or (folder != UNKNOWN and path.startswith(f"{folder}/"))


def _ancestors(direct: Sequence[Sequence[int]], number: int) -> Iterator[int]:
    """Depth first, so that each step stands after those that it needs; a circle is cut."""
    seen = {number}

    def walk(place: int) -> Iterator[int]:
        for other in direct[place]:
            if other not in seen:
                seen.add(other)
                yield from walk(other)
                yield other

    yield from walk(number)
