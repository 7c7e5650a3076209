"""What does the text itself say, where no run is needed: paths, silenced warnings, star imports, the order of a notebook's
cells?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from mlstd.ask.case import Case, Evidence
from mlstd.ask.view import View
from mlstd.lower import ir
from mlstd.place import Place
from mlstd.trace.values.text import source

ABSOLUTE = re.compile(r"^(/(home|Users|mnt|media|data|scratch|content/drive|root|nfs|srv)/\S|~/\S|[A-Za-z]:[\\/]\S)")
SILENCERS = ("warnings.filterwarnings", "warnings.simplefilter")


def nodes(view: View) -> Iterator[tuple[str, ir.Unit, Any]]:
    """Every node of the closure's files, with its file and unit."""
    for path, module in view.modules.items():
        for unit in module.units:
            waiting: list[Any] = list(unit.body)
            while waiting:
                node = waiting.pop()
                if isinstance(node, ir.Node):
                    yield path, unit, node
                if isinstance(node, msgspec.Struct):
                    waiting.extend(getattr(node, f) for f in node.__struct_fields__)
                elif isinstance(node, (tuple, list)):
                    waiting.extend(node)


def place(path: str, unit: ir.Unit, node: ir.Node) -> Place:
    """The place of a node."""
    return Place(path, unit.cell, *node.at)


def fixed_paths(view: View) -> Iterator[Case]:
    """String literals that are absolute or home paths."""
    for path, unit, node in nodes(view):
        if isinstance(node, ir.Const) and isinstance(node.value, str) and ABSOLUTE.match(node.value) and "\n" not in node.value:
            yield Case(place(path, unit, node), "high", (), {"path": node.value})


def silenced_warnings(view: View) -> Iterator[Case]:
    """Calls that silence every warning."""
    for path, unit, node in nodes(view):
        if isinstance(node, ir.Call) and source(node.func).endswith(SILENCERS) and _silences_all(node):
            yield Case(place(path, unit, node), "high", (), {"code": source(node)})


def _silences_all(node: ir.Call) -> bool:
    first = node.arguments[0].value if node.arguments else None
    return isinstance(first, ir.Const) and first.value == "ignore" and len(node.arguments) == 1


def star_imports(view: View) -> Iterator[Case]:
    """`from module import *`."""
    for path, unit, node in nodes(view):
        if isinstance(node, ir.Import) and node.names and any(name == "*" for name, _ in node.names):
            yield Case(place(path, unit, node), "high", (), {"module": "." * node.level + node.module})


def disordered_cells(view: View) -> Iterator[Case]:
    """The first cell of a notebook whose saved execution count is lower than that of a cell above it."""
    module = view.modules.get(view.trace.entry)
    if module is None or module.kind != "notebook":
        return
    highest: tuple[int, ir.Unit] | None = None
    for unit in module.units:
        if unit.count is None or not unit.body:
            continue
        if highest is not None and unit.count < highest[0]:
            above = Place(view.trace.entry, highest[1].cell, 1, 1, 1, 2)
            at = Place(view.trace.entry, unit.cell, 1, 1, 1, 2)
            yield Case(
                at,
                "high",
                (Evidence(f"this cell was run as number {highest[0]}", above),),
                {"count": str(unit.count), "above": str(highest[0])},
            )
            return
        highest = (unit.count, unit) if highest is None or unit.count > highest[0] else highest
