"""Which folders does a module put on `sys.path` (or move to) when it is loaded?

Only what can be told without running it: constants, and paths built from `__file__` or the working directory.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Literal, TypeAlias

import msgspec

from mlstd.link.walk import dotted, statements
from mlstd.lower import ir


class Folder(msgspec.Struct, frozen=True):
    """A folder: `anchor` says whether `path` is relative to the project root or to the working directory of the run."""

    anchor: Literal["root", "cwd"]
    path: str


class Added(msgspec.Struct, frozen=True):
    """A folder that imports are looked up in, before (`first`) or after the standard places."""

    folder: Folder
    first: bool


_Known: TypeAlias = dict[str, Folder]
_SAME = frozenset(
    {"abspath", "realpath", "normpath", "resolve", "absolute", "Path", "PurePath", "str", "fspath", "as_posix", "expanduser"}
)


def added_folders(module: ir.Module, path: str) -> tuple[Added, ...]:
    """What the top level of `module`, which lies at `path`, adds; in the order of the text."""
    known: _Known = {"__file__": Folder("root", path)}
    helpers = {s.name for unit in module.units for s in unit.body if isinstance(s, ir.Function) and _adds_parameter(s)}
    found: list[Added] = []
    for unit in module.units:
        for statement in statements(unit.body, functions=False):
            if isinstance(statement, ir.Assign) and statement.value is not None:
                found += _assigned(statement, known)
            elif isinstance(statement, ir.Evaluate) and isinstance(statement.value, ir.Call):
                found += _called(statement.value, known, helpers)
    return tuple(found)


def _assigned(statement: ir.Assign, known: _Known) -> list[Added]:
    value = statement.value
    assert value is not None
    for target in statement.targets:
        if dotted(target) == "sys.path":
            operands = value.operands if isinstance(value, ir.Operation) else (value,)
            items = [item for operand in operands if isinstance(operand, ir.Sequence) for item in operand.items]
            first = bool(operands) and isinstance(operands[0], ir.Sequence)
            return [Added(folder, first) for item in items if (folder := _folder(item, known)) is not None]
        if isinstance(target, ir.Name):
            folder = _folder(value, known)
            if folder is not None:
                known[target.id] = folder
            else:
                known.pop(target.id, None)
    return []


def _called(call: ir.Call, known: _Known, helpers: set[str]) -> Iterator[Added]:
    name = dotted(call.func)
    arguments = [a.value for a in call.arguments]
    if name == "sys.path.insert" and len(arguments) == 2:
        wanted, first = arguments[1:], True
    elif name in ("sys.path.append", "site.addsitedir") or name in helpers:
        wanted, first = arguments[:1], name in helpers
    elif name == "sys.path.extend" and arguments and isinstance(arguments[0], ir.Sequence):
        wanted, first = list(arguments[0].items), False
    elif name == "os.chdir":
        wanted, first = arguments[:1], True
    else:
        return
    for item in wanted:
        folder = _folder(item, known)
        if folder is not None:
            yield Added(folder, first)


def _adds_parameter(function: ir.Function) -> bool:
    """Whether a helper (`def add_path(p): sys.path.insert(0, p)`) puts its first parameter on the path."""
    if not function.parameters:
        return False
    first = function.parameters[0].name
    return any(
        isinstance(s, ir.Evaluate)
        and isinstance(s.value, ir.Call)
        and dotted(s.value.func) in ("sys.path.insert", "sys.path.append")
        and any(isinstance(a.value, ir.Name) and a.value.id == first for a in s.value.arguments)
        for s in statements(function.body)
    )


def _folder(expression: ir.Expr, known: _Known) -> Folder | None:
    """The path that an expression stands for."""
    if isinstance(expression, ir.Const):
        value = expression.value
        return Folder("cwd", value) if isinstance(value, str) and not value.startswith(("/", "~")) and ":" not in value else None
    if isinstance(expression, ir.Name):
        return known.get(expression.id)
    if isinstance(expression, ir.Attribute):
        return _attribute(expression, known)
    if isinstance(expression, ir.Subscript):
        return _ancestor(expression, known)
    if isinstance(expression, ir.Operation) and len(expression.operands) == 2 and expression.op in ("/", "+"):
        first, second = expression.operands
        added = _folder(second, known) if expression.op == "/" else _piece(second)
        return _joined([_folder(first, known), added], "/" if expression.op == "/" else "")
    if isinstance(expression, ir.Text) and expression.parts:
        return _joined([_folder(expression.parts[0], known), *map(_piece, expression.parts[1:])], "")
    return _computed(expression, known) if isinstance(expression, ir.Call) else None


def _piece(expression: ir.Expr) -> Folder | None:
    """A string that is put behind a path as it stands."""
    return Folder("cwd", expression.value) if isinstance(expression, ir.Const) and isinstance(expression.value, str) else None


def _attribute(expression: ir.Attribute, known: _Known) -> Folder | None:
    if expression.name == "parent":
        return _parent(_folder(expression.value, known))
    return (
        Folder("cwd", expression.name.replace("pardir", "..").replace("curdir", "."))
        if expression.name in ("pardir", "curdir")
        else None
    )


def _ancestor(expression: ir.Subscript, known: _Known) -> Folder | None:
    """`path.parents[n]`."""
    parents, index = expression.value, expression.index
    if not (
        isinstance(parents, ir.Attribute)
        and parents.name == "parents"
        and isinstance(index, ir.Const)
        and isinstance(index.value, int)
    ):
        return None
    folder = _folder(parents.value, known)
    for _ in range(min(index.value, 20) + 1):
        folder = _parent(folder)
    return folder


def _computed(call: ir.Call, known: _Known) -> Folder | None:
    name = dotted(call.func).rsplit(".", 1)[-1] or (call.func.name if isinstance(call.func, ir.Attribute) else "")
    arguments = [_folder(a.value, known) for a in call.arguments]
    receiver = _folder(call.func.value, known) if isinstance(call.func, ir.Attribute) else None
    if name in ("getcwd", "cwd"):
        return Folder("cwd", ".")
    if name in ("join", "joinpath"):
        return _joined([receiver, *arguments] if receiver is not None else arguments, "/")
    if name == "dirname":
        return _parent(arguments[0]) if arguments else None
    if name in _SAME:
        whole: list[Folder | None] = [receiver] if receiver is not None else arguments
        return _joined(whole, "/") if whole else None
    return None


def _joined(parts: list[Folder | None], by: str) -> Folder | None:
    first, *rest = parts or [None]
    if first is None or any(part is None or part.anchor != "cwd" for part in rest):
        return None
    return Folder(first.anchor, by.join([first.path, *(part.path for part in rest if part is not None)]))


def _parent(folder: Folder | None) -> Folder | None:
    if folder is None:
        return None
    path = posixpath.normpath(folder.path)
    up = posixpath.join(path, "..") if path.rsplit("/", 1)[-1] in (".", "..") else posixpath.dirname(path) or "."
    return Folder(folder.anchor, posixpath.normpath(up))
