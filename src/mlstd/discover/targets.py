"""Which files are to be judged, and to which project does each belong? argv -> one `Tree` a project root."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

import msgspec

from mlstd.discover.listing import SUFFIXES, git_top, list_folder
from mlstd.errors import CannotRun
from mlstd.globs import matches_any

_SECTION = re.compile(rb"^\s*\[+\s*tool\s*\.\s*mlstd\b", re.MULTILINE)


class Tree(msgspec.Struct, frozen=True):
    """The targets that share one project root: `named` stood on the command line, `found` lay in a folder that did."""

    root: Path
    config: Path | None
    named: tuple[str, ...]
    found: tuple[str, ...]
    isolated: bool = False

    def targets(self, exclude: Sequence[str], named_always: bool = True) -> tuple[str, ...]:
        """The files to judge; named ones whatever `exclude` says, unless `named_always` is false."""
        kept = [path for path in self.found if not matches_any(exclude, path)]
        named = self.named if named_always else [path for path in self.named if not matches_any(exclude, path)]
        return tuple(sorted({*named, *kept}))

    def context(self) -> tuple[str, ...]:
        """Every script and notebook of the project; those of projects nested in it are left out."""
        roots = _Roots(self.root, self.isolated)
        inside = [
            path for path in list_folder(self.root) if roots.configured((self.root / path).parent, self.root) in (None, self.root)
        ]
        return tuple(sorted({*inside, *self.named, *self.found}))

    def bystanders(self, context: Sequence[str], exclude: Sequence[str], named_always: bool = True) -> frozenset[str]:
        """The files of the context that are excluded: imports may lead to them, but they are no experiments."""
        excluded = frozenset(path for path in context if matches_any(exclude, path))
        return excluded - {*self.named} if named_always else excluded


class Found(msgspec.Struct, frozen=True):
    """What argv came to: the trees, and notes for the reader about arguments that hold nothing to check."""

    trees: tuple[Tree, ...]
    notes: tuple[str, ...]


def find_targets(paths: Sequence[str], cwd: Path, isolated: bool = False, unsaved: str | None = None) -> Found:
    """Sorts the files that `paths` name or hold by project root. `isolated`: no pyproject.toml makes a root by its [tool.mlstd].
    `unsaved`: one of the paths that need not exist.

    Raises `CannotRun` for paths that do not exist, all at once.
    """
    places = [(path, Path(os.path.abspath(cwd / path))) for path in paths or ["."]]
    missing = [path for path, place in places if path != unsaved and not place.exists()]
    if missing:
        raise CannotRun([f"{path}: there is no such file or folder" for path in missing])
    roots = _Roots(cwd, isolated)
    groups: dict[Path, tuple[set[str], set[str]]] = {}
    notes = []
    for path, place in places:
        if place.is_dir():
            held = [place / name for name in list_folder(place)]
            if not held:
                notes.append(f"{path}: no Python files or notebooks here that git does not ignore")
        elif place.name.endswith(SUFFIXES):
            held = [place]
        else:
            notes.append(f"{path}: skipped, as it is neither a .py file nor a notebook")
            continue
        for file in held:
            root = roots.of(file.parent)
            relative = os.path.relpath(file, root).replace(os.sep, "/")
            groups.setdefault(root, (set(), set()))[int(place.is_dir())].add(relative)
    trees = [
        Tree(root, roots.config_of(root), tuple(sorted(named)), tuple(sorted(found - named)), isolated)
        for root, (named, found) in sorted(groups.items())
    ]
    return Found(tuple(trees), tuple(notes))


def config_of(folder: Path) -> Path | None:
    """The pyproject.toml of a folder, where it has [tool.mlstd]."""
    file = folder / "pyproject.toml"
    try:
        return file if _SECTION.search(file.read_bytes()) is not None else None
    except OSError:
        return None


class _Roots:
    """Finds the project root of a folder: its nearest ancestor with [tool.mlstd], else the git top-level, else the nearest
    pyproject.toml, else the working directory (or the folder itself where that lies elsewhere)."""

    def __init__(self, cwd: Path, isolated: bool) -> None:
        self.cwd = cwd
        self.isolated = isolated
        self.known: dict[Path, Path] = {}
        self.sections: dict[Path, bool] = {}

    def of(self, folder: Path) -> Path:
        if folder not in self.known:
            self.known[folder] = self.configured(folder) or git_top(folder) or self._packaged(folder) or self._fallback(folder)
        return self.known[folder]

    def configured(self, folder: Path, until: Path | None = None) -> Path | None:
        """The nearest folder from `folder` up to `until` whose pyproject.toml has [tool.mlstd]."""
        if self.isolated:
            return None
        for place in (folder, *folder.parents):
            if self._has_section(place):
                return place
            if place == until:
                break
        return None

    def config_of(self, root: Path) -> Path | None:
        return root / "pyproject.toml" if not self.isolated and self._has_section(root) else None

    def _has_section(self, place: Path) -> bool:
        if place not in self.sections:
            self.sections[place] = config_of(place) is not None
        return self.sections[place]

    def _packaged(self, folder: Path) -> Path | None:
        return next((place for place in (folder, *folder.parents) if (place / "pyproject.toml").is_file()), None)

    def _fallback(self, folder: Path) -> Path:
        return self.cwd if folder == self.cwd or self.cwd in folder.parents else folder
