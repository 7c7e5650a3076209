"""Which file does a path name, as far as its pieces are known?"""

from __future__ import annotations

import posixpath
from dataclasses import replace

from mlstd.lower import ir
from mlstd.trace.machine import Machine
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.collect import data_in
from mlstd.trace.values.kinds import Const, Text, Value, holes


def path(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    """`os.path.join(a, b)`, `Path(a, b)`: a path known in part; a score in it stays in it."""
    pieces = [
        v.value if isinstance(v, Const) and isinstance(v.value, str) else v.pattern if isinstance(v, Text) else "*"
        for v in arguments.positional
    ]
    if not pieces:
        return Const(".")
    joined = "/".join(str(p).rstrip("/") if i < len(pieces) - 1 else str(p) for i, p in enumerate(pieces))
    score = next((d for v in arguments.positional for d in data_in(machine, v) if d.kind == "score"), None)
    return Text(joined, score, holes(*arguments.positional)) if "*" in joined else Const(joined.removeprefix("./"))


def here(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    """`os.getcwd()`, `Path.cwd()`: the folder that a run starts in, all along."""
    return Const(".")


def folder(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    """`os.path.dirname(__file__)`: the folder that a known path lies in."""
    return above(arguments.get(0))


def above(value: Value | None) -> Value | None:
    """The folder of a path; None where the path is not known."""
    if isinstance(value, Const) and isinstance(value.value, str):
        return Const(posixpath.dirname(value.value.replace("\\", "/")) or ".")
    if not isinstance(value, Text):
        return None
    return replace(value, pattern=posixpath.dirname(value.pattern) if "/" in value.pattern else "*")


def ancestor(value: Value, number: Value | None) -> Value | None:
    """`path.parents[number]`; None where one of the two is not known."""
    folder: Value | None = value if isinstance(number, Const) and isinstance(number.value, int) and number.value >= 0 else None
    for _ in range(int(number.value or 0) + 1 if folder is not None and isinstance(number, Const) else 0):
        folder = above(folder)
    return folder
