"""Would a notebook run again from top to bottom: in which order did its cells run, and does each name stand above its use?"""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator

from mlstd.ask.case import Case, Evidence
from mlstd.ask.scopes import Use, bindings, uses
from mlstd.ask.view import View
from mlstd.lower import ir
from mlstd.lower.nodes import nodes_of
from mlstd.place import Place

PYTHON_2 = frozenset(
    ("xrange", "unicode", "raw_input", "basestring", "reduce", "long", "unichr", "reload", "execfile", "cmp", "file")
)
SERVICES = frozenset(
    ("display", "displayHTML", "get_ipython", "dbutils", "spark", "sc", "sqlContext", "table", "In", "Out", "quit", "exit")
)
KNOWN = frozenset(dir(builtins)) | PYTHON_2 | SERVICES
# What these magics do brings no name into the notebook.
NO_NAMES = frozenset(
    (
        "matplotlib",
        "time",
        "timeit",
        "autoreload",
        "load_ext",
        "reload_ext",
        "pip",
        "conda",
        "mamba",
        "uv",
        "cd",
        "env",
        "config",
        "capture",
        "writefile",
        "file",
        "bash",
        "sh",
        "html",
        "javascript",
        "js",
        "latex",
        "markdown",
        "md",
        "ls",
        "pwd",
        "mkdir",
        "rm",
        "cp",
        "mv",
        "cat",
        "who",
        "whos",
        "history",
        "precision",
        "tensorboard",
        "prun",
        "debug",
        "memit",
        "script",
        "svg",
        "perl",
        "ruby",
        "wandb",
    )
)
_MAGIC = re.compile(r"^[ \t]*%%?(\w+)(.*)$", re.MULTILINE)
_FREE = frozenset(("globals", "locals", "exec"))


def disordered_cells(view: View) -> Iterator[Case]:
    """The first cell of a notebook whose saved execution count is lower than that of a cell above it."""
    highest: tuple[int, ir.Unit] | None = None
    for unit in _cells(view):
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


def _cells(view: View) -> tuple[ir.Unit, ...]:
    module = view.modules.get(view.trace.entry)
    return module.units if module is not None and module.kind == "notebook" else ()


def undefined_names(view: View) -> Iterator[Case]:
    """Names that a cell uses above the cell that defines them, or that no cell defines; each once, at its first use."""
    cells = _cells(view)
    defined: dict[str, Place] = {}
    for unit in cells:
        for name, node in bindings(unit.body):
            defined.setdefault(name, Place(view.trace.entry, unit.cell, *node.at))
    unreadable = {p.cell for p in view.modules[view.trace.entry].problems} if cells else set()
    opaque = [unit.cell in unreadable or _brings_names(unit) for unit in cells]
    seen: set[str] = set()
    told: set[str] = set()
    for unit, hidden in zip(cells, opaque, strict=True):
        if hidden:
            return
        for use in uses(unit.body):
            if isinstance(use, str):
                seen.add(use)
            elif not (use.later and any(opaque)) and _missing(use, seen, defined, told) and not _same_cell(unit, use, defined):
                told.add(use.name)
                yield _case(view, unit, use, defined.get(use.name))


def _missing(use: Use, seen: set[str], defined: dict[str, Place], told: set[str]) -> bool:
    """Is the name used before any cell has bound it? A function may use what is bound later, as long as anything binds it."""
    if use.name in KNOWN or use.name in told or use.guarded or use.name.startswith("_"):
        return False
    return use.name not in (defined if use.later else seen)


def _same_cell(unit: ir.Unit, use: Use, defined: dict[str, Place]) -> bool:
    """A loop may bind a name in its first round and read it in the next: within one cell the order is the author's business."""
    return use.name in defined and defined[use.name].cell == unit.cell


def _brings_names(unit: ir.Unit) -> bool:
    """May the cell bring names that its code does not show: a star import, `%run`, an unknown magic, `globals()`?"""
    for node in nodes_of(unit.body):
        if isinstance(node, ir.RunFile) or (isinstance(node, ir.Import) and node.names and node.names[0][0] == "*"):
            return True
        if isinstance(node, ir.Call) and isinstance(node.func, ir.Name) and node.func.id in _FREE:
            return True
    magics = _MAGIC.findall(unit.text)
    return any(magic not in NO_NAMES or (magic == "capture" and rest.strip()) for magic, rest in magics)


def _case(view: View, unit: ir.Unit, use: Use, below: Place | None) -> Case:
    where = f"only defined further down, in cell {below.cell}" if below is not None else "defined nowhere in this notebook"
    evidence = (Evidence("defined only here", below),) if below is not None else ()
    return Case(Place(view.trace.entry, unit.cell, *use.node.at), "high", evidence, {"name": use.name, "where": where})
