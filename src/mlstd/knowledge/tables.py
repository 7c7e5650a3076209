"""What does a qualified name mean: which effect has the call, which kind has the class?

Libraries stay encoded until a name below one of their modules is asked for, so a run pays only for what its closures import.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, TypeVar

import msgspec

from mlstd.knowledge.load import KnowledgeError, allowed
from mlstd.knowledge.merge import inherit, specialise
from mlstd.knowledge.schema import Calls, Classes, Effect, Kind, Library
from mlstd.knowledge.signature import REQUIRED, UNKNOWN, Missing, Param, signature

__all__ = ["REQUIRED", "UNKNOWN", "ClassInfo", "Knowledge", "Missing", "Param", "signature"]

_T = TypeVar("_T")
_HOPS = 8  # aliases lead to aliases (tf.keras -> tensorflow.keras -> keras), but never this far


class ClassInfo(msgspec.Struct, frozen=True):
    """A class of a library: the full name under which it is described, its kind's name, and that kind with everything it
    takes over put in (`kind.init` is this class's own constructor)."""

    name: str
    kind_name: str
    kind: Kind

    @property
    def init(self) -> Effect:
        """What constructing it does."""
        return self.kind.init


class _Blob(msgspec.Struct, array_like=True):
    """Knowledge as bytes: small tables that are always read, and each library on its own, read when needed."""

    roots: dict[str, tuple[str, ...]]  # first part of a module's name -> libraries
    modules: dict[str, tuple[str, ...]]  # library -> its modules
    frameworks: dict[str, str]  # library -> framework
    kinds: dict[str, str]  # kind -> library
    libraries: dict[str, msgspec.Raw]


class _Names(Generic[_T]):
    """Entries by full name, and by last name where that is unique below their root module."""

    def __init__(self, entries: Iterable[tuple[str, _T]]) -> None:
        self.full = dict(entries)
        self.last: dict[str, str | None] = {}  # "root.last" -> full name, None where several differ
        for name, entry in self.full.items():
            short = _short(name)
            other = self.last.setdefault(short, name)
            if other is not None and self.full[other] != entry:
                self.last[short] = None

    def find(self, name: str, re_exports: bool = True) -> tuple[str, _T] | None:
        """The full name and the entry of `name`."""
        full = name if name in self.full else self.last.get(_short(name)) if re_exports else None
        return (full, self.full[full]) if full is not None else None

    def rest(self, name: str) -> _T | None:
        """The entry `*` of the innermost module that `name` lies in and that has one: it stands for all others below it."""
        module = name.rpartition(".")[0]
        while module:
            if (entry := self.full.get(f"{module}.*")) is not None:
                return entry
            module = module.rpartition(".")[0]
        return None


class _Table:
    """One library, ready for lookups."""

    def __init__(self, library: Library) -> None:
        self.calls = _Names((full, entry.does) for entry in library.calls for full in _full_names(entry))
        self.classes = _Names((full, entry) for entry in library.classes for full in _full_names(entry))
        self.bases = _Names(library.bases.items())
        self.aliases = dict(sorted(library.aliases.items(), key=lambda item: -len(item[0])))  # the longest prefix is tried first


class Knowledge:
    """All library knowledge, by qualified name. Every answer is kept, so that asking again costs one dict lookup."""

    def __init__(self, blob: _Blob, extra: Sequence[Calls | Classes] = ()) -> None:
        self._blob = blob
        self._extra = _Table(
            Library(
                name="",
                modules=(),
                calls=tuple(entry for entry in extra if isinstance(entry, Calls)),
                classes=tuple(entry for entry in extra if isinstance(entry, Classes)),
            )
        )
        self._libraries: dict[str, Library] = {}
        self._tables: dict[str, _Table] = {}
        self._normal: dict[str, str] = {}
        self._calls: dict[str, Effect | None] = {}
        self._classes: dict[str, ClassInfo | None] = {}
        self._bases: dict[str, Kind | None] = {}
        self._kinds: dict[str, Kind] = {}

    @classmethod
    def build(cls, libraries: Sequence[Library], extra: Sequence[Calls | Classes] = ()) -> Knowledge:
        """From what `load_libraries` gave, and a team's own entries (which win). Raises KnowledgeError for senseless ones."""
        if extra:
            from mlstd.knowledge.validate import all_kinds, extra_problems

            if problems := extra_problems(extra, all_kinds(libraries)):
                raise KnowledgeError(problems)
        roots: dict[str, tuple[str, ...]] = {}
        for library in libraries:
            for root in dict.fromkeys(module.partition(".")[0] for module in library.modules):
                roots[root] = (*roots.get(root, ()), library.name)
        blob = _Blob(
            roots=roots,
            modules={library.name: library.modules for library in libraries},
            frameworks={library.name: library.framework for library in libraries},
            kinds={kind: library.name for library in libraries for kind in library.kinds},
            libraries={library.name: msgspec.Raw(msgspec.msgpack.encode(library)) for library in libraries},
        )
        return cls(blob, extra)

    def to_bytes(self) -> bytes:
        """The libraries (without a team's own entries) in a form that `from_bytes` reads fast."""
        return msgspec.msgpack.encode(self._blob)

    @classmethod
    def from_bytes(cls, data: bytes, extra: Sequence[Calls | Classes] = ()) -> Knowledge:
        """What `to_bytes` wrote. Raises msgspec.DecodeError or msgspec.ValidationError for anything else."""
        return cls(msgspec.msgpack.decode(data, type=_Blob), extra)

    def knows(self, name: str) -> bool:
        """Whether the library that a qualified name (or a module) belongs to is described at all."""
        return bool(self._homes(self.normal(name))) or name in self._extra.calls.full or name in self._extra.classes.full

    def framework(self, name: str) -> str:
        """The framework that a qualified name (or a module) belongs to, "" when it is not a learning library."""
        found = (self._blob.frameworks[library] for spelling in (self.normal(name), name) for library in self._homes(spelling))
        return next(filter(None, found), "")

    def roots(self) -> frozenset[str]:
        """The top-level import names of all learning libraries and of the team's own."""
        team = (*self._extra.calls.full, *self._extra.classes.full)
        learning = (root for root, homes in self._blob.roots.items() if any(self._blob.frameworks[home] for home in homes))
        return frozenset((*learning, *(name.partition(".")[0] for name in team)))

    def normal(self, name: str) -> str:
        """The name under which something is described: old and second module paths replaced."""
        if name not in self._normal:
            current = name
            for _ in range(_HOPS):
                following = self._without_alias(current)
                if following == current:
                    break
                current = following
            self._normal[name] = current
        return self._normal[name]

    def call(self, name: str) -> Effect | None:
        """What calling the function `name` does. A re-export is found by its last name where that is unique in the library;
        `Class.method` by the class. None when nothing is known of it."""
        if name not in self._calls:
            self._calls[name] = self._find_call(name)
        return self._calls[name]

    def cls(self, name: str) -> ClassInfo | None:
        """The class `name`, also under the name of a re-export; None when nothing is known of it."""
        if name not in self._classes:
            self._classes[name] = self._find_class(name)
        return self._classes[name]

    def base(self, name: str) -> Kind | None:
        """The kind of the instances of a project's class that inherits from `name`; None when nothing is known of it."""
        if name not in self._bases:
            self._bases[name] = self._find_base(name)
        return self._bases[name]

    def kind(self, name: str) -> Kind:
        """The kind of this name with what it extends put in. Raises KnowledgeError for an unknown one."""
        if name not in self._kinds:
            library = self._blob.kinds.get(name)
            if library is None:
                raise KnowledgeError([f"no kind is called {name!r}; {allowed(name, self._blob.kinds)}"])
            kind = self._library(library).kinds[name]
            self._kinds[name] = inherit(self.kind(kind.extends), kind) if kind.extends else kind
        return self._kinds[name]

    def is_a(self, name: str, ancestor: str) -> bool:
        """Whether the kind `name` is `ancestor`, or extends it by way of others. Raises KnowledgeError for an unknown kind."""
        while name and name != ancestor:
            self.kind(name)
            name = self._library(self._blob.kinds[name]).kinds[name].extends
        return name == ancestor

    # ------------------------------------------------------------ finding

    def _find_call(self, name: str) -> Effect | None:
        normal = self.normal(name)
        tables = self._tables_for(normal)
        for exact in (True, False):
            for table in tables:
                if found := table.calls.find(normal, re_exports=not exact):
                    return found[1]
            owner, _, method = normal.rpartition(".")
            if exact and owner and (info := self.cls(owner)):
                return info.kind.methods.get(method)
        if self.cls(name) is not None:
            return None
        rest = (table.calls.rest(normal) for table in tables)
        return next((entry for entry in rest if entry is not None), None)

    def _find_class(self, name: str) -> ClassInfo | None:
        for re_exports in (False, True):
            for table in self._tables_for(self.normal(name)):
                if found := table.classes.find(self.normal(name), re_exports):
                    full, classes = found
                    return ClassInfo(full, classes.kind, specialise(self.kind(classes.kind), classes))
        return None

    def _find_base(self, name: str) -> Kind | None:
        for re_exports in (False, True):
            for table in self._tables_for(self.normal(name)):
                if found := table.bases.find(self.normal(name), re_exports):
                    return self.kind(found[1])
        info = self.cls(name)
        return info.kind if info else None

    # ------------------------------------------------------------ libraries

    def _tables_for(self, name: str) -> list[_Table]:
        return [self._extra, *(self._table(library) for library in self._homes(name))]

    def _homes(self, name: str) -> list[str]:
        """The libraries that describe the module which `name` is, or lies in."""
        homes = self._blob.roots.get(name.partition(".")[0], ())
        return [home for home in homes if any(name == m or name.startswith(f"{m}.") for m in self._blob.modules[home])]

    def _table(self, library: str) -> _Table:
        if library not in self._tables:
            self._tables[library] = _Table(self._library(library))
        return self._tables[library]

    def _library(self, name: str) -> Library:
        if name not in self._libraries:
            self._libraries[name] = msgspec.msgpack.decode(self._blob.libraries[name], type=Library)
        return self._libraries[name]

    def _without_alias(self, name: str) -> str:
        for library in self._homes(name):
            for old, new in self._table(library).aliases.items():
                if name == old or name.startswith(f"{old}."):
                    return new + name[len(old) :]
        return name


def _full_names(entry: Calls | Classes) -> Iterator[str]:
    return (f"{entry.module}.{name}" if entry.module else name for name in entry.names)


def _short(name: str) -> str:
    return f"{name.partition('.')[0]}.{name.rpartition('.')[2]}"
