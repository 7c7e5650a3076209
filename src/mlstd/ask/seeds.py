"""Which seeds did the author mean to set that reach no generator: numbers that nothing reads, functions that nobody calls?

What a number is meant for, only its name tells. So the name never decides whether a run is seeded, only which rule says that it
is not, and what stands in the evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlstd.ask.case import Evidence
from mlstd.ask.source import mentioned, nodes, place
from mlstd.ask.view import View
from mlstd.lower import ir
from mlstd.lower.nodes import nodes_of
from mlstd.place import Place
from mlstd.trace.values.text import source

SEED = re.compile(r"(^|_)(seed|random_state)$", re.IGNORECASE)
SEEDING = re.compile(r"(^|\.)(\w*manual_seed(_all)?|seed_everything|set_(random_)?seed|(random|np|numpy)\.seed)$")


def idle_numbers(view: View) -> list[tuple[Place, str]]:
    """Numbers in the entry, called a seed, that nothing in the closure reads; with the code that sets them."""
    read = mentioned(view)
    told = {name: (where, f"{name} = {source(value)}") for name, where, value in _numbers(view)}
    return [found for name, found in told.items() if read[name] == 1]


def _numbers(view: View) -> Iterator[tuple[str, Place, ir.Expr]]:
    """Where the file or a function of it gives a number to the name of a seed (a class may be read as a whole)."""
    path = view.trace.entry
    units = view.modules[path].units if path in view.modules else ()
    for unit in units:
        functions = [n for n in nodes_of(unit.body) if isinstance(n, ir.Function)]
        for statement in (s for body in (unit.body, *(f.body for f in functions)) for s in body):
            if isinstance(statement, ir.Assign) and len(statement.targets) == 1 and isinstance(statement.value, ir.Const):
                target = statement.targets[0]
                if isinstance(target, ir.Name) and type(statement.value.value) is int and SEED.search(target.id):
                    yield target.id, place(path, unit, statement), statement.value


def idle_helpers(view: View) -> list[Evidence]:
    """The first function of the closure that would seed, if the run called it."""
    happened = {s.at for s in view.seeds}
    for path, unit, node in nodes(view):
        if not isinstance(node, ir.Function):
            continue
        calls = [n for n in nodes_of(node.body) if isinstance(n, ir.Call) and SEEDING.search(source(n.func))]
        if calls and not any(place(path, unit, c) in happened for c in calls):
            return [Evidence(f"`{node.name}` would seed, and the run never calls it", place(path, unit, node))]
    return []
