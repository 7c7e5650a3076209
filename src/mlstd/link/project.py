"""What belongs together? The files of a project, lowered when they are needed, their imports, entry points and closures."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property

from mlstd.globs import matches_any
from mlstd.link.entries import Entry, defines_pipeline, is_experiment_name, looks_like_tests, strength
from mlstd.link.imports import Finder
from mlstd.link.scan import imported_words, reaching, stem
from mlstd.link.stages import Stage, Stages
from mlstd.link.syspath import Added, added_folders
from mlstd.link.walk import Wanted, wanted
from mlstd.lower import ir

WRITTEN = "::"
"""Divides the path of a notebook from the name of a module that one of its `%%writefile` cells creates: `a.ipynb::helper.py`."""
_EMPTY = ir.Module(kind="script", units=())


def home(path: str) -> str:
    """The real file in which the code of `path` stands: the notebook, for a module that it writes."""
    return path.split(WRITTEN, 1)[0]


class Project:
    """The files below one root. Paths are relative to it with `/`; a package is its `__init__.py`, a folder without one ends in
    `/`.

    `read` gives the bytes of a path (none where it cannot be read), `lower` the module; both are called once a path and never
    raise. `libraries` are the import names of the libraries that make an experiment. `entry_points` are globs, `commands` the
    values of `[project.scripts]`; `bystanders` are context, but no entries. `on_disk` tells of files that are not listed.
    """

    def __init__(
        self,
        files: Iterable[str],
        read: Callable[[str], bytes],
        lower: Callable[[str, bytes], ir.Module],
        libraries: Collection[str] = (),
        entry_points: Sequence[str] = (),
        commands: Sequence[str] = (),
        bystanders: Collection[str] = (),
        on_disk: Callable[[str], bool] | None = None,
    ) -> None:
        self.files = tuple(sorted(files))
        self.libraries = frozenset(libraries)
        self.entry_points = tuple(entry_points)
        self.bystanders = frozenset(bystanders)
        self._read = read
        self._lower = lower
        self._finder = Finder(self.files, self.libraries, on_disk)
        self._modules: dict[str, ir.Module] = {}
        self._texts: set[str] = set()
        self._words: dict[str, frozenset[str]] = {}
        self._wanted: dict[str, tuple[Wanted, ...]] = {}
        self._added: dict[str, tuple[Added, ...]] = {}
        self._resolved: dict[tuple[str, str, str, int], str | None] = {}
        self._closures: dict[str, tuple[str, ...]] = {}
        self._commands = self._command_files(commands)

    def module(self, path: str) -> ir.Module:
        """The lowered file; an empty module for a folder without `__init__.py` and for a path that is not of the project."""
        if path not in self._modules:
            self._modules[path] = self._load(path)
        return self._modules[path]

    @contextmanager
    def reading(self) -> Iterator[set[str]]:
        """Notes the paths of the texts that are asked for inside."""
        self._texts = set()
        yield self._texts

    def text(self, path: str) -> str | None:
        """The text of any file below the root, listed or not: a configuration; None where there is none or it is no text."""
        clean = posixpath.normpath(path)
        self._texts.add(clean)
        if clean.startswith(("../", "/")) or not self._finder.has(clean):
            return None
        try:
            return self._read(clean).decode("utf-8-sig")
        except UnicodeDecodeError:
            return None

    def resolve(self, importer: str, entry: str, module: str, level: int = 0) -> str | None:
        """The path that `import module` (or `from ...module import`, with `level` dots) in `importer` means when `entry` runs;
        None for what is not of the project. A submodule that `from package import name` may name is asked for as `package.name`.
        With level -1, `module` is the path of a `%run`."""
        key = (importer, entry, module, level)
        if key not in self._resolved:
            self._resolved[key] = self._resolve(importer, entry, module, level)
        return self._resolved[key]

    def imports(self, path: str, entry: str) -> tuple[str, ...]:
        """The files of the project that `path` loads by itself when `entry` runs, packages before what they hold."""
        if path not in self._wanted:
            self._wanted[path] = wanted(self.module(path))
        found: dict[str, None] = {}
        for want in self._wanted[path]:
            found.update(dict.fromkeys(self._wants(want, path, entry)))
        if "find_pipelines" in self.words(path):  # Kedro loads what stands in the folder `pipelines`
            beside = f"{posixpath.dirname(home(path))}/pipelines/".lstrip("/")
            found.update(dict.fromkeys(p for p in self.files if p.startswith(beside) and p.endswith("/pipeline.py")))
        return tuple(found)

    @cached_property
    def stages(self) -> Stages:
        """What the pipeline files of the project run."""
        return Stages(self.files, self.text, lambda name, folder: self._finder.absolute(name, "", posixpath.join(folder, "-")))

    def line(self, entry: str) -> tuple[Stage, ...]:
        """What a pipeline runs up to an entry, the entry last."""
        return (*self.stages.before(entry), self.stages.of.get(entry, Stage(entry)))

    def closure(self, entry: str) -> tuple[str, ...]:
        """The entry and all files of the project that it imports, directly or through others, in the order they are first
        reached."""
        if entry not in self._closures:
            reached: dict[str, None] = {}
            waiting = [entry]
            while waiting:
                path = waiting.pop()
                if path not in reached:
                    reached[path] = None
                    waiting += reversed(self.imports(path, entry))
            self._closures[entry] = tuple(reached)
        return self._closures[entry]

    def libraries_of(self, path: str) -> frozenset[str]:
        """The known libraries that the file imports, as far as its bytes tell."""
        return self.words(path) & self.libraries

    def words(self, path: str) -> frozenset[str]:
        """The identifiers in the import statements of the file."""
        path = home(path)
        if path not in self._words:
            self._words[path] = frozenset() if path.endswith("/") else imported_words(self._read(path))
        return self._words[path]

    def experiments(self, touching: Collection[str] | None = None) -> tuple[Entry, ...]:
        """The entry points that use a known library; with `touching`, those whose closure holds one of these files."""
        entries = [entry for path in self.likely(touching) if (entry := self._entry(path)) is not None]
        wanted_files = None if touching is None else frozenset(touching)
        return tuple(
            entry
            for entry in entries
            if (wanted_files is None or not wanted_files.isdisjoint(self._rests_on(entry.path)))
            and any(self.libraries_of(path) for path in self.closure(entry.path))
        )

    def _rests_on(self, entry: str) -> Iterator[str]:
        """The files that say what an entry does: its closure, and those of the stages before it."""
        return (home(path) for stage in self.line(entry) for path in self.closure(stage.path))

    def libraries_among(self, targets: Collection[str]) -> tuple[Entry, ...]:
        """The files that use a known library and that neither a person nor an experiment of the project runs."""
        files = {*self.files} - self.bystanders
        loose = [p for p in targets if p.endswith(".py") and p in files and self.libraries_of(p) and self._is_library(p)]
        used = {home(path) for entry in self.experiments() for path in self.closure(entry.path)} if loose else set()
        return tuple(Entry(path, "library") for path in sorted(loose) if path not in used)

    def _is_library(self, path: str) -> bool:
        tests = not is_experiment_name(path) or looks_like_tests(path, self.module(path))
        return not tests and self._entry(path) is None

    def likely(self, touching: Collection[str] | None = None) -> tuple[str, ...]:
        """The files that may be such entry points, as far as their bytes tell; the others are never lowered for their own
        sake."""
        words = {path: self.words(path) for path in self.files}
        found = reaching(words, [path for path in self.files if words[path] & self.libraries])
        if touching is not None:
            touched = reaching(words, touching)
            found &= touched.union(*map(self.stages.after, touched))
        return tuple(sorted(found - self.bystanders))

    def is_entry(self, path: str) -> bool:
        """Whether a person would run the file."""
        return self._entry(path) is not None

    def entry(self, path: str) -> Entry:
        """The file as an entry point, whether it looks like one or not."""
        return self._entry(path) or Entry(path, self.module(path).kind)

    def preload(self, modules: Mapping[str, ir.Module]) -> None:
        """Takes modules that were lowered elsewhere, many at once."""
        self._modules.update(modules)

    def _entry(self, path: str) -> Entry | None:
        kind = self.module(path).kind
        if path in self._commands or matches_any(self.entry_points, path):
            return Entry(path, kind, self._commands.get(path))
        if not is_experiment_name(path) or looks_like_tests(path, self.module(path)):
            return None
        if self._is_part(path):
            return None
        if path in self.stages.of:
            return Entry(path, kind)
        does = strength(self.module(path))
        if does == "runs" or (does == "works" and not self._is_imported(path)):
            return Entry(path, kind)
        return None

    def _is_part(self, path: str) -> bool:
        """Is it a Kedro pipeline that the register, or a larger pipeline, runs together with others?"""
        if "kedro" not in self.words(path) or not defines_pipeline(self.module(path)):
            return False
        others = [p for p in self.files if p != path and p.endswith(".py") and "kedro" in self.words(p) and is_experiment_name(p)]
        return any(defines_pipeline(self.module(other)) and path in self.closure(other) for other in others)

    def _is_imported(self, path: str) -> bool:
        name = stem(path)
        return any(name in self.words(other) for other in self.files if other != path)

    def _load(self, path: str) -> ir.Module:
        notebook, divider, name = path.partition(WRITTEN)
        if divider:
            return ir.Module(kind="script", units=tuple(unit for file, unit in self.module(notebook).written if file == name))
        if not self._finder.has(path):
            return _EMPTY
        if not path.endswith((".py", ".ipynb")):  # a list of requirements, say: text to point at
            return ir.Module(kind="script", units=(ir.Unit(None, self._read(path).decode("utf-8", "replace"), ()),))
        return self._lower(path, self._read(path))

    def _resolve(self, importer: str, entry: str, module: str, level: int) -> str | None:
        if level < 0:
            return self._finder.run(module, home(importer), home(entry))
        if level:
            return self._finder.relative(module, level, home(importer))
        for notebook in dict.fromkeys((home(entry), home(importer))):
            for file, _ in self.module(notebook).written:
                if _module_name(file) == module:
                    return f"{notebook}{WRITTEN}{file}"
        added = [*self._folders(home(entry)), *(self._folders(home(importer)) if importer != entry else ())]
        return self._finder.absolute(module, home(importer), home(entry), added)

    def _folders(self, path: str) -> tuple[Added, ...]:
        if path not in self._added:
            self._added[path] = added_folders(self.module(path), path)
        return self._added[path]

    def _wants(self, want: Wanted, path: str, entry: str) -> list[str]:
        if want.run:
            found = self.resolve(path, entry, want.module, -1)
            return [found] if found is not None else []
        parts = want.module.split(".") if want.module else []
        names = [".".join(parts[:end]) for end in range(1, len(parts) + 1)] or [""]
        names += [".".join([*parts, name]) for name in want.names if name != "*"]
        resolved = [self.resolve(path, entry, name, want.level) for name in names if name or want.level]
        return [found for found in resolved if found is not None and not found.endswith("/")]

    def _command_files(self, commands: Sequence[str]) -> Mapping[str, str | None]:
        found: dict[str, str | None] = {}
        for command in commands:
            module, _, function = command.partition(":")
            path = self._finder.absolute(module.strip(), "", "")
            if path is not None and not path.endswith("/"):
                found[path] = function.split("[")[0].strip() or None
        return found


def _module_name(file: str) -> str:
    clean = posixpath.normpath(file).removesuffix(".py").removesuffix("/__init__")
    return clean.lstrip("./").replace("/", ".")
