"""What does the code say around an event: the call that stands there, its arguments, what a name was bound to?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlstd.ask.source import nodes, place
from mlstd.ask.view import View
from mlstd.lower import ir
from mlstd.place import Place
from mlstd.trace.values.text import source


def calls(view: View) -> Iterator[tuple[Place, ir.Call]]:
    """Every call of the closure's files, with its place."""
    for path, unit, node in nodes(view):
        if isinstance(node, ir.Call):
            yield place(path, unit, node), node


def call_at(view: View, at: Place) -> ir.Call | None:
    """The call that stands at a place."""
    return next((call for where, call in calls(view) if where == at), None)


def called(call: ir.Call) -> str:
    """The last word of what is called: "groupby" of `clicks.groupby("session")`."""
    return call.func.name if isinstance(call.func, ir.Attribute) else source(call.func).rpartition(".")[2]


def argument(call: ir.Call, name: str) -> ir.Expr | None:
    """The argument of that name."""
    return next((a.value for a in call.arguments if a.name == name), None)


def bound(view: View) -> dict[tuple[str, str], ir.Expr]:
    """What names stand for, by file, where they are bound once and by a plain assignment."""
    found: dict[tuple[str, str], list[ir.Expr | None]] = {}
    for path, _, node in nodes(view):
        if isinstance(node, ir.Assign):
            for target in node.targets:
                names = [target] if isinstance(target, ir.Name) else _inside(target)
                for name in names:
                    found.setdefault((path, name.id), []).append(node.value if name is target else None)
        elif isinstance(node, ir.Loop) and node.target is not None:
            for name in _inside(node.target):
                found.setdefault((path, name.id), []).append(None)
        elif isinstance(node, ir.Function):
            for parameter in node.parameters:
                found.setdefault((path, parameter.name), []).append(None)
    return {key: values[0] for key, values in found.items() if len(values) == 1 and values[0] is not None}


def _inside(target: ir.Expr) -> list[ir.Name]:
    if isinstance(target, ir.Name):
        return [target]
    return [n for item in target.items for n in _inside(item)] if isinstance(target, ir.Sequence) else []


def mentions(view: View, words: re.Pattern[str]) -> bool:
    """Is one of the words in the text of any file of the closure?"""
    return any(words.search(unit.text) for module in view.modules.values() for unit in module.units)
