"""Which packages does a project say that it runs on, and are their versions pinned?"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from mlstd.discover.listing import NEVER
from mlstd.place import Place

DEEPEST = 2  # folders below the root in which requirements are looked for
LOCKS = re.compile(r"^(.+\.lock|(.*-)?conda-lock\.ya?ml|requirements[-_.]lock(ed)?\.txt|constraints\.txt)$")
REQUIREMENTS = re.compile(r"^(requirements?|reqs?|deps|dependencies)([-_.\w]*)\.(txt|in|pip)$", re.IGNORECASE)
CONDA = re.compile(r"^(environment|conda|env|conda_env)[-_.\w]*\.ya?ml$", re.IGNORECASE)
PACKAGES = ("pyproject.toml", "setup.cfg", "setup.py", "Pipfile")
_NAME = r"[A-Za-z][\w.-]*(\[[\w,\s.-]*\])?"
_LINE = re.compile(rf"^\s*{_NAME}\s*($|[=<>!~;@#])")
_PINNED = re.compile(r"===?\s*[\w.]|@\s*(git\+|https?:|file:)|--hash=")
_CONDA_LINE = re.compile(r"^\s*-\s+(?P<name>[\w.:-]+(\[[\w,]*\])?)\s*(?P<pin>[=<>!~].*)?$")
_QUOTED = re.compile(rf"""["'](?P<whole>{_NAME}\s*(?P<pin>[=<>!~;@][^"']*)?)["']""")
_SECTION = re.compile(r"(dependencies|install_requires)\s*=\s*\[(?P<body>[^\]]*)\]", re.DOTALL)
_POETRY = re.compile(r"\[tool\.poetry(\.group\.\w+)?\.dependencies\]\n(?P<body>.*?)(?=\n\[|\Z)", re.DOTALL)


class Environment(msgspec.Struct, frozen=True):
    """`pinned`: a lock file, or most requirements with a version; `at`: the first requirement without one, and how it reads."""

    pinned: bool
    at: Place | None = None
    said: str = ""


class Requirement(msgspec.Struct, frozen=True):
    """One package that a file asks for."""

    at: Place
    said: str
    pinned: bool


def environment(root: Path) -> Environment:
    """What a project says of its environment."""
    files = sorted(_files(root), key=lambda path: (path.count("/"), path))
    if any(LOCKS.match(path.rpartition("/")[2]) for path in files):
        return Environment(True)
    asked = [requirement for path in files for requirement in _asked(root, path)]
    loose = [requirement for requirement in asked if not requirement.pinned]
    if not asked:
        return Environment(False)
    if len(loose) * 2 <= len(asked):
        return Environment(True)
    return Environment(False, loose[0].at, loose[0].said)


def _files(root: Path) -> Iterator[str]:
    """The files that may speak of packages, near the root, relative to it."""
    for place, folders, names in os.walk(root):
        here = os.path.relpath(place, root).replace(os.sep, "/")
        depth = 0 if here == "." else here.count("/") + 1
        folders[:] = sorted(f for f in folders if f not in NEVER and not f.startswith(".") and depth < DEEPEST)
        for name in names:
            if LOCKS.match(name) or REQUIREMENTS.match(name) or CONDA.match(name) or name in PACKAGES:
                yield name if here == "." else f"{here}/{name}"


def _asked(root: Path, path: str) -> list[Requirement]:
    try:
        text = (root / path).read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return []
    name = path.rpartition("/")[2]
    if REQUIREMENTS.match(name):
        return [_at(path, n, line, bool(_PINNED.search(line))) for n, line in _lines(text) if _LINE.match(line)]
    if CONDA.match(name):
        return _conda(path, text)
    return _package(path, text)


def _lines(text: str) -> list[tuple[int, str]]:
    return [(number, line.partition(" #")[0].rstrip()) for number, line in enumerate(text.split("\n"), start=1)]


def _at(path: str, line: int, text: str, pinned: bool) -> Requirement:
    column = len(text) - len(text.lstrip()) + 1
    return Requirement(Place(path, None, line, column, line, len(text) + 1), text.strip(), pinned)


def _conda(path: str, text: str) -> list[Requirement]:
    """The list of a conda environment: `numpy=1.26` is a pin there."""
    found = []
    inside = False
    for number, line in _lines(text):
        inside = inside or line.startswith("dependencies:")
        match = _CONDA_LINE.match(line) if inside else None
        if match is not None and match["name"].rstrip(":") not in ("python", "pip"):
            found.append(_at(path, number, line, bool(match["pin"]) and match["pin"].startswith("=")))
    return found


def _package(path: str, text: str) -> list[Requirement]:
    """The dependencies of a package: a list of strings, or Poetry's table."""
    found = []
    for section in _SECTION.finditer(text):
        for match in _QUOTED.finditer(section["body"]):
            found.append(
                _in_text(path, text, section.start("body") + match.start(), match["whole"], bool(_PINNED.search(match["whole"])))
            )
    for table in _POETRY.finditer(text):
        offset = table.start("body")
        for line in table["body"].split("\n"):
            name, _, version = line.partition("=")
            if version and name.strip() not in ("python", ""):
                found.append(_in_text(path, text, offset, line.strip(), bool(re.search(r"[\"']\s*(==)?\d", version))))
            offset += len(line) + 1
    return found


def _in_text(path: str, text: str, offset: int, said: str, pinned: bool) -> Requirement:
    line = text.count("\n", 0, offset) + 1
    column = offset - (text.rfind("\n", 0, offset) + 1) + 1
    return Requirement(Place(path, None, line, column, line, column + len(said)), said, pinned)
