"""What do the files in `rules/libraries/` say, and which words in them are wrong?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from mlstd.knowledge.schema import Library
from mlstd.words import nearest

_T = TypeVar("_T")


class KnowledgeError(Exception):
    """Library knowledge that cannot be used. `problems`: one line a mistake: file, key, what is wrong, what is allowed."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def load_libraries(folder: Path) -> tuple[Library, ...]:
    """Every `*.toml` in `folder`, in the order of file names. Raises KnowledgeError naming all mistakes of all files at once."""
    from mlstd.knowledge.scope import unique_kinds
    from mlstd.knowledge.validate import problems_of

    libraries: list[Library] = []
    problems: list[str] = []
    files: list[str] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            libraries.append(load_library(path))
            files.append(path.name)
        except KnowledgeError as error:
            problems += error.problems
    if not problems:
        libraries = unique_kinds(libraries, [Path(file).stem for file in files])
        problems = problems_of(libraries, files)
    if problems:
        raise KnowledgeError(problems)
    return tuple(libraries)


def load_library(path: Path) -> Library:
    """One file, its shape checked but not yet what it refers to. Raises KnowledgeError."""
    import tomli

    try:
        data = tomli.loads(path.read_text(encoding="utf-8"))
    except (tomli.TOMLDecodeError, UnicodeDecodeError) as error:
        raise KnowledgeError([f"{path.name}: not TOML: {error}"]) from None
    return convert(data, Library, path.name)


def convert(data: object, type_: type[_T], where: str) -> _T:
    """`data` (parsed TOML) as `type_`. In `draws_when` and `happens_when` the word "None" stands for None, which TOML lacks.

    Raises KnowledgeError whose lines start with `where` and the path of the key.
    """
    data = _with_none(data)
    try:
        return msgspec.convert(data, type_)
    except msgspec.ValidationError as error:
        from mlstd.knowledge.shape import shape_problems

        found = shape_problems(data, type_)
        raise KnowledgeError([f"{where}: {line}" for line in found or [str(error)]]) from None


def _with_none(data: object, inside: bool = False) -> object:
    if isinstance(data, dict):
        return {key: _with_none(value, inside or key in ("draws_when", "happens_when")) for key, value in data.items()}
    if isinstance(data, list):
        return [_with_none(item, inside) for item in data]
    return None if inside and data == "None" else data


def folder_digest(folder: Path) -> str:
    """A digest of all library files, under which what was built from them can be kept."""
    digest = hashlib.blake2b(digest_size=16)
    for path in sorted(folder.glob("*.toml")):
        content = path.read_bytes()
        digest.update(f"{path.name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def allowed(word: str, words: Iterable[str]) -> str:
    """The end of an error message: the nearest right word, or else all of them."""
    known = sorted(words)
    near = nearest(word, known)
    return f"did you mean {near!r}?" if near else f"allowed: {', '.join(known) or 'nothing'}"
