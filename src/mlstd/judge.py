"""What is one experiment, and what do the checks say of it? trace -> ask -> check for one entry, kept by what it rests on.

A judgement is kept under the digests of everything that it was made from: the code of mlstd and its rules, the files of the
closure. What only the run itself can tell (files read as configuration, siblings that were looked at) is kept with it and
compared before use.
"""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from mlstd.checks.finding import Finding
from mlstd.config.settings import Settings
from mlstd.discover.environment import Environment
from mlstd.knowledge.tables import Knowledge
from mlstd.knowledge.where import rules_folder
from mlstd.link.entries import Entry
from mlstd.link.near import MOST_SIBLINGS, closeness
from mlstd.link.project import Project, home
from mlstd.link.stages import Stage
from mlstd.report.result import BlindSpot, Experiment
from mlstd.workspace import Workspace

if TYPE_CHECKING:
    from mlstd.ask.siblings import Summary

FARTHEST = 4  # folders between an experiment and another that may be its comparison
SIBLING_STEPS = 60_000  # a sibling needs to be understood roughly only


class Judgement(msgspec.Struct, frozen=True):
    """An experiment and its findings; `files` and `texts` are what the run read, with digests; `siblings` are the other
    experiments that were looked at for a comparison, with digests of their closures."""

    experiment: Experiment
    findings: tuple[Finding, ...]
    files: tuple[tuple[str, str], ...] = ()
    texts: tuple[tuple[str, str], ...] = ()
    siblings: tuple[tuple[str, str], ...] = ()
    near: int = 0  # how many could have been looked at


class Judge:
    """Judges the experiments of one project."""

    def __init__(
        self, settings: Settings, space: Workspace, knowledge: Knowledge, project: Project, environment: Environment | None = None
    ) -> None:
        self.settings, self.space, self.knowledge, self.project = settings, space, knowledge, project
        self.environment = environment
        self._digests: dict[str, str] = {}
        self._closures: dict[str, str] = {}  # digests, too: an experiment is asked for by each of its siblings
        self._summaries: dict[str, Summary] = {}

    def judge(self, entry: Entry) -> Judgement:
        """The judgement of an entry, kept or made now. A defect of ours costs this experiment only."""
        try:
            key = self._key(entry)
            kept = self._kept(key, entry)
            if kept is None:
                kept = self._judged(entry)
                self.space.cache.put("judgement", key, msgspec.msgpack.encode(kept))
            return kept
        except Exception as error:  # noqa: BLE001 - whatever it is, the other experiments are judged
            self.space.crashed(entry.path, error, traceback.format_exc())
            return Judgement(Experiment(entry.path, entry.kind, closure=self.project.closure(entry.path)), ())

    def siblings(self, path: str) -> Iterator[Summary]:
        """What the nearest other experiments of the project score, the nearest first."""
        from mlstd.ask.siblings import Summary, summarise
        from mlstd.trace.run import trace

        for other in self._near(path):
            if other not in self._summaries:
                try:
                    stages = self.project.line(other)[-1:]  # by itself, with the arguments that a pipeline gives it
                    told = trace(other, self.project, self.knowledge, SIBLING_STEPS, stages=stages)
                    self._summaries[other] = summarise(told)
                except Exception:  # noqa: BLE001 - it is judged, and its crash told, in its own turn
                    self._summaries[other] = Summary(other)
            yield self._summaries[other]

    def _judged(self, entry: Entry) -> Judgement:
        from mlstd.ask.questions import Questions
        from mlstd.checks import check
        from mlstd.trace.run import trace

        asked: list[str] = []

        def siblings() -> Iterator[Summary]:
            for summary in self.siblings(entry.path):
                asked.append(summary.path)
                yield summary

        library = entry.kind == "library"
        line = self.project.line(entry.path)
        with self.project.reading() as texts:
            told = trace(entry.path, self.project, self.knowledge, library=library, stages=line)
        before = [path for stage in line[:-1] for path in self.project.closure(stage.path)]
        modules = {path: self.project.module(path) for path in (entry.path, *told.closure, *before)}
        asked_of = Questions(
            told,
            modules,
            self.settings.baseline_of(entry.path) or "",
            siblings,
            self._environment(entry),
            self.project.stages.after(entry.path),
        )
        findings = tuple(finding for finding in check(asked_of, library=library) if not self._is_earlier(finding, line))
        spots = tuple(BlindSpot(spot.at, spot.name, spot.reason, tuple(sorted(spot.hides))) for spot in told.blind_spots)
        return Judgement(
            Experiment(entry.path, entry.kind, told.frameworks, (entry.path, *told.closure), spots),
            findings,
            tuple((path, self._digest(path)) for path in dict.fromkeys((*told.closure, *before))),
            tuple((path, self._digest(path)) for path in sorted(texts)),
            tuple((other, self._sibling_digest(other)) for other in dict.fromkeys(asked)),
            len(self._near(entry.path)) if asked else 0,
        )

    def _is_earlier(self, finding: Finding, line: Sequence[Stage]) -> bool:
        """Is a finding the matter of an earlier stage of the pipeline alone, which is an experiment of its own?"""
        places = {finding.place.path, *(step.place.path for step in finding.evidence)}
        return any(places <= {*self.project.closure(stage.path)} for stage in line[:-1]) and not (
            places <= {*self.project.closure(line[-1].path)}
        )

    # ------------------------------------------------------------ keeping

    def _kept(self, key: str, entry: Entry) -> Judgement | None:
        data = self.space.cache.get("judgement", key)
        if data is None:
            return None
        try:
            kept = msgspec.msgpack.decode(data, type=Judgement)
        except (msgspec.DecodeError, msgspec.ValidationError):
            return None
        if any(self._digest(path) != digest for path, digest in (*kept.files, *kept.texts)):
            return None
        return kept if self._same_siblings(kept, entry.path) else None

    def _same_siblings(self, kept: Judgement, path: str) -> bool:
        """Would the same siblings be asked, and say the same?"""
        if not kept.siblings:
            return True
        near = self._near(path)
        if len(near) != kept.near:
            return False
        return near[: len(kept.siblings)] == [other for other, _ in kept.siblings] and all(
            self._sibling_digest(o) == digest for o, digest in kept.siblings
        )

    def _environment(self, entry: Entry) -> Environment | None:
        """What the project runs on is said once, with its first experiment."""
        return self.environment if self.environment is not None and entry.path == self._first else None

    @cached_property
    def _first(self) -> str:
        return next((path for path in self._likely if self.project.is_entry(path)), "")

    def _key(self, entry: Entry) -> str:
        digest = hashlib.blake2b(_made_by(), digest_size=20)
        line = self.project.line(entry.path)
        told = (entry, self.settings.team, self.settings.baseline_of(entry.path), self._environment(entry), line)
        digest.update(repr(told).encode())
        for stage in line:
            digest.update(self._closure_digest(stage.path).encode())
        for other in sorted(self.project.stages.after(entry.path)):
            digest.update(other.encode())
        return digest.hexdigest()

    def _closure_digest(self, path: str) -> str:
        if path not in self._closures:
            digest = hashlib.blake2b(digest_size=16)
            for file in self.project.closure(path):
                digest.update(f"{file}\0{self._digest(file)}\0".encode())
            self._closures[path] = digest.hexdigest()
        return self._closures[path]

    def _sibling_digest(self, path: str) -> str:
        """A sibling is what its code is, run as a pipeline runs it."""
        return f"{self._closure_digest(path)} {self.project.line(path)[-1].arguments}"

    def _digest(self, path: str) -> str:
        file = home(path)
        if file not in self._digests:
            self._digests[file] = (
                "" if not self.space.has(file) else hashlib.blake2b(self.space.read(file), digest_size=16).hexdigest()
            )
        return self._digests[file]

    def _near(self, path: str) -> Sequence[str]:
        others = [other for other in self._likely if other != path and closeness(path, other)[0] <= FARTHEST]
        return sorted(others, key=lambda other: closeness(path, other))[:MOST_SIBLINGS]

    @cached_property
    def _likely(self) -> tuple[str, ...]:
        return self.project.likely()


@lru_cache(maxsize=1)
def _made_by() -> bytes:
    """A digest of mlstd's own code and of all rules: a change of either makes every judgement anew."""
    digest = hashlib.blake2b(digest_size=16)
    for folder, pattern in ((Path(__file__).parent, "*.py"), (rules_folder(), "*.toml")):
        for file in sorted(folder.rglob(pattern)):
            digest.update(file.read_bytes())
    return digest.digest()
