"""What does the code say around an event: the call that stands there, its arguments, its words?"""

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


def mentions(view: View, words: re.Pattern[str]) -> bool:
    """Is one of the words in the text of any file of the closure?"""
    return any(words.search(unit.text) for module in view.modules.values() for unit in module.units)
