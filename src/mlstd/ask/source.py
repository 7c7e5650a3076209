"""What does the text itself say, where no run is needed: paths, silenced warnings, star imports, a word on what is tried?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from mlstd.ask.case import Case
from mlstd.ask.view import View
from mlstd.lower import ir
from mlstd.lower.nodes import nodes_of
from mlstd.place import Place
from mlstd.trace.values.text import source

ABSOLUTE = re.compile(r"^(/(home|Users|mnt|media|data|scratch|content/drive|root|nfs|srv)/\S|~/[^\s.]|[A-Za-z]:[\\/]\S)")
_FORMAL = re.compile(
    r"#(!|\s*-\*-|\s*(en)?coding|\s*%%|\s*(noqa|type:|pylint|flake8|ruff|fmt|isort|mlstd|In\[|copyright|licen[cs]e|spdx|author|@))",
    re.IGNORECASE,
)
SILENCERS = ("warnings.filterwarnings", "warnings.simplefilter")


@lru_cache(maxsize=1)  # many questions of one experiment walk through its code
def nodes(view: View) -> tuple[tuple[str, ir.Unit, Any], ...]:
    """Every node of the closure's files, with its file and unit."""
    units = ((path, unit) for path, module in view.modules.items() for unit in module.units)
    return tuple((path, unit, node) for path, unit in units for node in nodes_of(unit.body))


def place(path: str, unit: ir.Unit, node: ir.Node) -> Place:
    """The place of a node."""
    return Place(path, unit.cell, *node.at)


def fixed_paths(view: View) -> Iterator[Case]:
    """String literals that are absolute or home paths."""
    inside = {id(part) for _, _, node in nodes(view) for part in _pieces(node)}
    for path, unit, node in nodes(view):
        if not isinstance(node, ir.Const) or not isinstance(node.value, str) or id(node) in inside:
            continue
        if ABSOLUTE.match(node.value) and "\n" not in node.value:
            yield Case(place(path, unit, node), "high", (), {"path": node.value})


def _pieces(node: ir.Node) -> tuple[ir.Expr, ...]:
    """What only looks like a path: the end of a formatted text, a regular expression."""
    if isinstance(node, ir.Text):
        return node.parts[1:]
    if isinstance(node, ir.Call) and source(node.func).startswith("re."):
        return tuple(a.value for a in node.arguments[:1])
    return ()


def silenced_warnings(view: View) -> Iterator[Case]:
    """Calls that silence every warning."""
    for path, unit, node in nodes(view):
        if (
            isinstance(node, ir.Call)
            and source(node.func).endswith(SILENCERS)
            and _silences_all(node)
            and not _for_a_while(unit, node)
        ):
            yield Case(place(path, unit, node), "high", (), {"code": source(node)})


def _for_a_while(unit: ir.Unit, node: ir.Call) -> bool:
    """Does the call stand in a `with warnings.catch_warnings()` block, so that it holds for that block alone?"""
    blocks = [w for w in nodes_of(unit.body) if isinstance(w, ir.With) and any("catch_warnings" in source(c) for c, _ in w.items)]
    return any(inner is node for block in blocks for inner in nodes_of(block.body))


def _silences_all(node: ir.Call) -> bool:
    first = node.arguments[0].value if node.arguments else None
    return isinstance(first, ir.Const) and first.value == "ignore" and len(node.arguments) == 1


def mentioned(view: View) -> Counter[str]:
    """How often each name stands in the code of the closure: by itself, as an attribute, or in an import."""
    found: Counter[str] = Counter()
    for _, _, node in nodes(view):
        if isinstance(node, ir.Name):
            found[node.id] += 1
        elif isinstance(node, ir.Attribute):
            found[node.name] += 1
        elif isinstance(node, ir.Import):
            found.update(name for name, _ in node.names or ())
    return found


def unread_calls(view: View) -> dict[Place, str]:
    """Calls whose value is bound to one name that nothing in the closure reads."""
    told: dict[Place, str] = {}
    uses = mentioned(view)
    for path, unit, node in nodes(view):
        if isinstance(node, ir.Assign):
            uses.subtract(target.id for target in node.targets if isinstance(target, ir.Name))
            if isinstance(node.value, ir.Call) and len(node.targets) == 1 and isinstance(node.targets[0], ir.Name):
                told[place(path, unit, node.value)] = node.targets[0].id
        elif isinstance(node, ir.Scope):
            uses.update(node.names)
    if uses["locals"] > 0 or uses["globals"] > 0 or uses["vars"] > 0:
        return {}
    return {at: name for at, name in told.items() if uses[name] == 0}


def star_imports(view: View) -> Iterator[Case]:
    """`from module import *`."""
    for path, unit, node in nodes(view):
        if path.endswith("__init__.py"):
            continue  # a package republishes its own modules
        if isinstance(node, ir.Import) and node.names and any(name == "*" for name, _ in node.names):
            yield Case(place(path, unit, node), "high", (), {"module": "." * node.level + node.module})


def undocumented(view: View) -> Iterator[Case]:
    """An experiment without a docstring, a heading, or a comment at its top."""
    module = view.modules.get(view.trace.entry)
    if module is None or module.heading or not (view.fits or view.evaluations):
        return
    first = next((unit for unit in module.units if unit.body), None)
    if first is None or any(_commented(unit) for unit in module.units[: module.units.index(first) + 1]) or _described(module):
        return
    line = next(
        number
        for number, text in enumerate(first.text.split("\n"), start=1)
        if text.strip() and not text.lstrip().startswith("#")
    )
    yield Case(
        Place(view.trace.entry, first.cell, line, 1, line, 1),  # no width: the whole file is meant
        "high",
        (),
        {"what": "notebook" if module.kind == "notebook" else "script"},
    )


def _commented(unit: ir.Unit) -> bool:
    """Does the code begin with a comment that says something (not how it is encoded, or run)?"""
    for text in unit.text.split("\n"):
        line = text.strip()
        if line.startswith("#") and not _FORMAL.match(line) and len(line.lstrip("# ")) >= 12:
            return True
        if line and not line.startswith("#"):
            return False
    return False


def _described(module: ir.Module) -> bool:
    """Do the docstring of the main function, or the words that `--help` prints, say what it is about?"""
    for unit in module.units:
        for node in nodes_of(unit.body):
            if isinstance(node, ir.Function) and node.doc and node.name in ("main", "run", "train", "experiment", "evaluate"):
                return True
            if isinstance(node, ir.Call) and source(node.func).endswith("ArgumentParser"):
                return any(a.name == "description" or (a.name is None and isinstance(a.value, ir.Const)) for a in node.arguments)
    return False
