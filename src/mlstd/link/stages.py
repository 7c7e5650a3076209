"""Which scripts of the project does a pipeline file run, with which arguments, and after which others?"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import msgspec

from mlstd.read.stages import READERS, jobs
from mlstd.read.stages.job import Job
from mlstd.read.stages.shell import calls

MOST_BEFORE = 8  # stages that lead to one


class Stage(msgspec.Struct, frozen=True):
    """A script as a pipeline runs it: its arguments, and the file and the name that the pipeline has for it."""

    path: str
    arguments: tuple[str, ...] | None = None  # None: nobody tells them
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
            try:
                self._take(path, known)
            except Exception:  # noqa: BLE001 - a file that nobody can make sense of costs only itself
                continue

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
        root = posixpath.dirname(folder) if path.endswith("workflow/Snakefile") else folder
        steps = jobs(path, text, lambda name: self.text(posixpath.join(folder, name)))
        run = [[s for s in self._stages(path, folder if job.beside else root, job) if s.path in known] for job in steps]
        orders = _orders(steps, [number for number, stages in enumerate(run) if stages])
        for number, stages in enumerate(run):
            led = [stage for other in orders.get(number, ()) for stage in run[other]]
            for stage in stages:
                kept = self.of.setdefault(stage.path, stage)
                if kept.arguments != stage.arguments:  # one script, run in several ways
                    self.of[stage.path] = msgspec.structs.replace(kept, arguments=None)
                before = {(s.path, s.arguments): s for s in led if s.path != stage.path}
                self._before.setdefault(stage.path, tuple(before.values()))
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


def _orders(steps: Sequence[Job], wanted: Iterable[int]) -> dict[int, list[int]]:
    """For each of some steps those that lead to it, in the order in which they run."""
    givers = _Givers(steps)
    return {number: _ancestors(givers, number) for number in wanted}


class _Givers:
    """Which steps make what a step needs: by their names, by a file, by a folder that holds it or that it lies in."""

    def __init__(self, steps: Sequence[Job]) -> None:
        self.steps = steps
        self.named: dict[str, list[int]] = {}
        self.files: dict[str, list[int]] = {}
        self.inside: dict[str, list[int]] = {}
        self.known: dict[int, list[int]] = {}
        for number, step in enumerate(steps):
            self.named.setdefault(step.name, []).append(number)
            for path in map(_clean, step.gives):
                self.files.setdefault(path, []).append(number)
                for folder in _folders(path):
                    self.inside.setdefault(folder, []).append(number)

    def of(self, number: int) -> list[int]:
        """The steps that a step follows directly."""
        if number not in self.known:
            found = {other for name in self.steps[number].follows for other in self.named.get(name, ())}
            for need in map(_clean, self.steps[number].needs):
                found.update(self.files.get(need, ()), self.inside.get(need, ()))
                found.update(other for folder in _folders(need) for other in self.files.get(folder, ()))
            self.known[number] = sorted(found - {number})
        return self.known[number]


def _folders(path: str) -> Iterator[str]:
    """The folders that a path lies in."""
    while (path := posixpath.dirname(path)) not in ("", "/"):
        yield path


def _ancestors(givers: _Givers, number: int) -> list[int]:
    """Depth first, so that each step stands after those that it needs; a circle is cut."""
    seen, found = {number}, list[int]()
    stack = [iter(givers.of(number))]
    way = [number]
    while stack:
        other = next((o for o in stack[-1] if o not in seen), None)
        if other is None:
            stack.pop()
            found.append(way.pop())
        else:
            seen.add(other)
            way.append(other)
            stack.append(iter(givers.of(other)))
    return found[:-1]
