"""Which file of the project does an import name? Follows Python's own order of places, then the layouts that people use."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Iterable, Sequence

from mlstd.link.installed import POPULAR, STANDARD
from mlstd.link.syspath import Added


class Finder:
    """Looks up dotted names among the files of a project. A package is its `__init__.py`, a folder without one ends in `/`."""

    def __init__(
        self, files: Iterable[str], libraries: Collection[str] = (), on_disk: Callable[[str], bool] | None = None
    ) -> None:
        """`on_disk` says whether a file exists that is not among `files`: git may ignore a helper that the code does import."""
        self.files = frozenset(files)
        self._on_disk = on_disk
        self._probed: dict[str, bool] = {}
        self.folders = frozenset(_folders(self.files))
        self.foreign = POPULAR | STANDARD | frozenset(libraries)
        self.packages = _packages(self.files)

    def absolute(self, name: str, importer: str, entry: str, added: Sequence[Added] = ()) -> str | None:
        """What `import name` in the file `importer` gives when the script `entry` runs, which `added` folders to `sys.path`."""
        parts = name.split(".")
        if not all(parts):
            return None
        here = posixpath.dirname(entry)
        own = [*self._added(added, here, first=True), here, *self._added(added, here, first=False)]
        foreign = parts[0] in self.foreign
        namespace = None
        for base in dict.fromkeys([*own, *self._layouts(entry, importer)]):
            top = self._at(base, parts[:1])
            package = len(parts) > 1 and importer.endswith("/__init__.py")  # it may import from its own modules by its full name
            if top is None or (top == importer and not package):  # a file named like the library that it imports
                continue
            found = self._at(base, parts)
            regular = found is not None and not found.endswith("/")
            if foreign and not (regular and (len(parts) > 1 or base in own)):
                continue  # the library is meant, unless the file itself stands there or Python would see it first
            if not top.endswith("/"):
                return found
            if regular:
                return found
            namespace = namespace or found
        return namespace or (None if foreign else self._only_package(parts))

    def relative(self, name: str, level: int, importer: str) -> str | None:
        """What `from ...name import` with `level` dots means in `importer`."""
        base = posixpath.dirname(importer)
        for _ in range(level - 1):
            if not base:
                return None
            base = posixpath.dirname(base)
        return self._at(base, [part for part in name.split(".") if part])

    def run(self, path: str, importer: str, entry: str) -> str | None:
        """The script or notebook that `%run path` runs."""
        clean = path.strip("'\"").replace("\\", "/")
        for base in dict.fromkeys([posixpath.dirname(entry), posixpath.dirname(importer), ""]):
            whole = posixpath.normpath(posixpath.join(base, clean))
            for candidate in (whole, whole + ".py", whole + ".ipynb"):
                if candidate in self.files:
                    return candidate
        alike = [file for file in self.files if posixpath.basename(file) == posixpath.basename(clean)]
        return alike[0] if len(alike) == 1 else None  # a file that the notebook first copies or downloads to its own folder

    def has(self, path: str) -> bool:
        """Whether there is such a file."""
        if path in self.files or self._on_disk is None:
            return path in self.files
        if path not in self._probed:
            self._probed[path] = self._on_disk(path)
        return self._probed[path]

    def _at(self, base: str, parts: list[str]) -> str | None:
        path = "/".join([base, *parts] if base else parts)
        for candidate in (f"{path}/__init__.py" if path else "__init__.py", f"{path}.py"):
            if self.has(candidate):
                return candidate
        return f"{path}/" if path in self.folders else None

    def _added(self, added: Sequence[Added], here: str, first: bool) -> list[str]:
        found = []
        for one in [a for a in added if a.first == first][:: -1 if first else 1]:
            anchors = [""] if one.folder.anchor == "root" else [here, ""]
            places = [posixpath.normpath(posixpath.join(anchor, one.folder.path)) for anchor in anchors]
            found += [place if place != "." else "" for place in places if place == "." or place in self.folders]
        return found

    def _layouts(self, entry: str, importer: str) -> list[str]:
        """The project root, `src/`, the folders above the entry and above the importer, each with its `src/`."""
        places = ["", *_ancestors(entry), *_ancestors(importer)]
        return [base for place in places for base in (place, f"{place}/src".lstrip("/"))]

    def _only_package(self, parts: list[str]) -> str | None:
        """A package that exists once in the whole project, wherever its distribution keeps it."""
        bases = self.packages.get(parts[0], ())
        return self._at(bases[0], parts) if len(bases) == 1 else None


def _ancestors(path: str) -> list[str]:
    above = []
    while path := posixpath.dirname(path):
        above.append(path)
    return above


def _folders(files: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for path in files:
        while (path := posixpath.dirname(path)) and path not in found:
            found.add(path)
    return found


def _packages(files: Iterable[str]) -> dict[str, list[str]]:
    """Top-level packages: name -> the folders that hold one."""
    inits = {posixpath.dirname(path) for path in files if path.endswith("/__init__.py")}
    found: dict[str, list[str]] = {}
    for package in inits:
        base, name = posixpath.split(package)
        if base not in inits:
            found.setdefault(name, []).append(base)
    return found
