"""The files of one project root as the steps need them: bytes, modules, library knowledge, and what went wrong on the way."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from mlstd.discover.listing import NEVER
from mlstd.errors import CannotRun
from mlstd.knowledge.load import KnowledgeError, folder_digest, load_libraries
from mlstd.knowledge.schema import Calls, Classes
from mlstd.knowledge.tables import Knowledge
from mlstd.link.project import Project
from mlstd.lower import ir
from mlstd.lower.cache import Cache
from mlstd.report.result import ErrorRecord


class Workspace:
    """Reads and lowers, and never raises for what a file holds: it keeps an `ErrorRecord` instead."""

    def __init__(self, root: Path, cache: Cache, unsaved: Mapping[str, bytes] | None = None) -> None:
        """`unsaved`: files whose content is another than the disk's."""
        self.unsaved = unsaved or {}
        self.root = root
        self.cache = cache
        self._failed: dict[str, ErrorRecord] = {}

    def read(self, path: str) -> bytes:
        """The bytes of a file; none where it cannot be read."""
        if path in self.unsaved:
            return self.unsaved[path]
        try:
            return (self.root / path).read_bytes()
        except OSError as error:
            self._failed.setdefault(path, ErrorRecord(path, None, None, None, error.strerror or str(error)))
            return b""

    def has(self, path: str) -> bool:
        """Whether there is such a file, listed or not; installed code does not count."""
        try:
            return path in self.unsaved or (NEVER.isdisjoint(path.split("/")) and (self.root / path).is_file())
        except (OSError, ValueError):  # no name that a file can have
            return False

    def lower(self, path: str, data: bytes) -> ir.Module:
        """The module of a file, from the cache or worked out now; an empty one where that fails."""
        try:
            return self.cache.module(path, data)
        except Exception as error:  # noqa: BLE001 - a defect of ours in one file must not hide the others
            self.crashed(path, error, traceback.format_exc())
            return ir.Module(kind="notebook" if path.endswith(".ipynb") else "script", units=())

    def lower_many(self, paths: Iterable[str], progress: Callable[[int, int], None]) -> dict[str, ir.Module]:
        """Many modules at once, over several processes where that pays; one by one where any of them fails."""
        from mlstd.lower.batch import lower_many

        files = {path: self.read(path) for path in paths}
        try:
            return lower_many(files, self.cache, progress)
        except Exception:  # noqa: BLE001 - the file at fault is found, and named, by going through them singly
            return {path: self.lower(path, data) for path, data in files.items()}

    def knowledge(self, folder: Path, team: Sequence[Calls | Classes], source: str | None = None) -> Knowledge:
        """The library knowledge in `folder` with the team's own, which stands in the file `source`. Raises `CannotRun` for wrong
        entries."""
        try:
            key = folder_digest(folder)
            stored = None if team else self._stored_knowledge(key)
            if stored is None:
                stored = Knowledge.build(load_libraries(folder), team)
                if not team:
                    self.cache.put("knowledge", key, stored.to_bytes())
            return stored
        except KnowledgeError as error:
            raise CannotRun([f"{source}: {problem}" if team else problem for problem in error.problems]) from None

    def _stored_knowledge(self, key: str) -> Knowledge | None:
        data = self.cache.get("knowledge", key)
        try:
            return Knowledge.from_bytes(data) if data is not None else None
        except (msgspec.DecodeError, msgspec.ValidationError):
            return None

    def crashed(self, path: str, error: Exception, trace: str) -> None:
        """Keeps a defect of ours that a file brought to light."""
        what = f"{type(error).__name__}: {error}".strip().rstrip(":").split("\n")[0]
        message = f"{what}. This is a defect of mlstd: please report it with this file, `mlstd --version` and the output of -v"
        self._failed[path] = ErrorRecord(path, None, None, None, message, trace)

    def problems(self, project: Project, targets: Sequence[str], named: Sequence[str]) -> tuple[list[ErrorRecord], int]:
        """What could not be read or judged, and of how many targets nothing could.

        Of targets that no experiment needs, notebooks and files that were `named` are looked at; other scripts may hold what they
        like.
        """
        errors = []
        unreadable = 0
        wanted = {*project.likely(targets), *named, *(path for path in targets if path.endswith(".ipynb"))}
        for path in wanted.intersection(targets):
            module = project.module(path)
            if path not in self._failed:
                errors += [ErrorRecord(path, p.cell, p.line, p.column, p.message) for p in module.problems]
            unreadable += path in self._failed or bool(module.problems and not any(unit.body for unit in module.units))
        return errors + list(self._failed.values()), unreadable
