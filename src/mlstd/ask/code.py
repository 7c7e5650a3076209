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


def bound(view: View) -> dict[tuple[str, str], tuple[int | None, ir.Expr]]:
    """What names stand for, by file, where they are bound once and by a plain assignment; with the cell that it stands in."""
    found: dict[tuple[str, str], list[tuple[int | None, ir.Expr] | None]] = {}
    for path, unit, node in nodes(view):
        plain = isinstance(node, ir.Assign) and node.value is not None
        for target in _targets(node):
            for name in _inside(target):
                value = (unit.cell, node.value) if plain and name is target else None
                found.setdefault((path, name.id), []).append(value)
        if isinstance(node, ir.Function):
            for parameter in node.parameters:
                found.setdefault((path, parameter.name), []).append(None)
    return {key: value for key, (value, *more) in found.items() if not more and value is not None}


def _targets(node: ir.Node) -> tuple[ir.Expr, ...]:
    """What a statement binds."""
    if isinstance(node, ir.Assign):
        return node.targets
    if isinstance(node, ir.Loop) and node.target is not None:
        return (node.target,)
    return tuple(target for _, target in node.items if target is not None) if isinstance(node, ir.With) else ()


def _inside(target: ir.Expr) -> list[ir.Name]:
    if isinstance(target, ir.Name):
        return [target]
    return [n for item in target.items for n in _inside(item)] if isinstance(target, ir.Sequence) else []


def mentions(view: View, words: re.Pattern[str]) -> bool:
    """Is one of the words in the text of any file of the closure?"""
    return any(words.search(unit.text) for module in view.modules.values() for unit in module.units)
