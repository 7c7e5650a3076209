"""Does the order of a folder or a set decide which rows are in which part?

Told from the text of one scope: a listing, what is made of it one by one, and a cut or a seeded split of that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from mlstd.ask.case import Case, Evidence
from mlstd.ask.randomness import effective
from mlstd.ask.view import View
from mlstd.lower import ir
from mlstd.lower.nodes import nodes_of
from mlstd.place import Place
from mlstd.trace.values.text import source

LISTS = ("os.listdir", "listdir", "glob.glob", "glob", "iglob", "glob.iglob", "os.scandir", "scandir", "rglob", "iterdir")
ORDERED = ("sorted", "sort", "natsorted", "natsort", "sort_values", "unique")
WHOLE = ("array", "asarray", "stack", "concatenate", "vstack", "list", "tensor")
SPLITS = ("train_test_split", "random_split", "split")
SEEDS = ("random_state", "seed", "generator")
LOOKUPS = ("isin",)


def unordered(view: View) -> Iterator[Case]:
    """Listings in no order of their own that are cut into parts."""
    if not view.fits or not view.evaluations:
        return
    for path, module in view.modules.items():
        for cells, body in _scopes(module):
            listed = dict(_listings(body))
            for name, node in listed.items():
                cut = _cut(view, body, _made_of(body, name))
                if cut is not None and not _sorted(body, name):
                    at = Place(path, _cell(cells, node), *node.at)
                    evidence = (Evidence("this cuts them into parts", Place(path, _cell(cells, cut), *cut.at)),)
                    yield Case(at, "medium", evidence, {"code": source(node)})


def _scopes(module: ir.Module) -> Iterator[tuple[tuple[ir.Unit, ...], list[ir.Stmt]]]:
    """The statements of the module (all cells together), and those of each function."""
    yield module.units, [s for unit in module.units for s in unit.body]
    for unit in module.units:
        for node in nodes_of(unit.body):
            if isinstance(node, ir.Function):
                yield (unit,), list(node.body)


def _cell(cells: tuple[ir.Unit, ...], node: ir.Node) -> int | None:
    return next((u.cell for u in cells if any(n is node for n in nodes_of(u.body))), None)


def _own(body: Iterable[Any]) -> Iterator[Any]:
    """The nodes of a scope, without those of the functions and classes inside it."""
    waiting = list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ir.Function, ir.Class)):
            continue
        if isinstance(node, ir.Node):
            yield node
        if hasattr(node, "__struct_fields__"):
            waiting.extend(getattr(node, f) for f in node.__struct_fields__)
        elif isinstance(node, (tuple, list)):
            waiting.extend(node)


def _listings(body: list[ir.Stmt]) -> Iterator[tuple[str, ir.Expr]]:
    """Names that hold a listing as it came."""
    for node in _own(body):
        if isinstance(node, ir.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ir.Name):
            found = _listing(node.value)
            if found is not None:
                yield node.targets[0].id, found


def _listing(value: ir.Expr | None) -> ir.Expr | None:
    """The listing that an expression hands on: itself, a list of it, those of its items that pass a test."""
    if isinstance(value, ir.Call):
        name = source(value.func)
        if name in LISTS or (isinstance(value.func, ir.Attribute) and value.func.name in ("glob", "rglob", "iterdir")):
            return value
        if name in ("list", "tuple") and len(value.arguments) == 1:
            inner = value.arguments[0].value
            return value if isinstance(inner, ir.Call) and source(inner.func) == "set" else _listing(inner)
    if isinstance(value, ir.Comprehension) and len(value.clauses) == 1:
        return _listing(value.clauses[0].iterable)
    return None


def _made_of(body: list[ir.Stmt], name: str) -> set[str]:
    """The names that hold something for every item of the listing, in its order."""
    made = {name}
    for _ in range(3):
        before = len(made)
        for node in _own(body):
            if (
                isinstance(node, ir.Assign)
                and isinstance(node.value, (ir.Call, ir.Comprehension))
                and _iterates(node.value, made)
            ):
                made |= {t.id for t in node.targets if isinstance(t, ir.Name)}
            elif isinstance(node, ir.Loop) and node.word == "for" and _reads(node.over, made):
                made |= set(_appended(node.body))
        if len(made) == before:
            break
    return made


def _iterates(value: ir.Expr, made: set[str]) -> bool:
    """Is something made of every item: a comprehension over it, alone or inside `np.stack([...])`, `np.array(...)`?"""
    if isinstance(value, ir.Comprehension):
        return _reads(value.clauses[0].iterable, made)
    if isinstance(value, ir.Call) and value.arguments:
        first = value.arguments[0].value
        whole = source(value.func).rpartition(".")[2] in WHOLE
        return _iterates(first, made) or (whole and isinstance(first, ir.Name) and first.id in made)
    return False


def _reads(value: ir.Expr, made: set[str]) -> bool:
    if isinstance(value, ir.Call) and source(value.func).rpartition(".")[2] in ("enumerate", "tqdm", "zip") and value.arguments:
        value = value.arguments[0].value
    return isinstance(value, ir.Name) and value.id in made


def _appended(body: Iterable[ir.Stmt]) -> Iterator[str]:
    for node in _own(body):
        if isinstance(node, ir.Call) and isinstance(node.func, ir.Attribute) and isinstance(node.func.value, ir.Name):
            yield from [node.func.value.id] if node.func.name == "append" else []


def _cut(view: View, body: list[ir.Stmt], made: set[str]) -> ir.Node | None:
    """Where the items are divided: two slices that meet, a seeded split, rows looked up in a slice."""
    seeded = bool(effective(view))
    ends: set[str] = set()
    node: ir.Node
    for node in sorted(_own(body), key=lambda n: n.at):
        part = _slice(node, made)
        if part is not None:
            name, low, high = part
            if low and f"{name}:{low}" in ends:
                return node
            ends.add(f"{name}:{high}")
        if isinstance(node, ir.Call) and node.arguments:
            last, first = source(node.func).rpartition(".")[2], node.arguments[0].value
            whole = isinstance(first, ir.Name) and first.id in made
            if last == "shuffle" and whole and not seeded:
                return None  # another run cuts them differently anyway
            if last in LOOKUPS and _slice(first, made) is not None:
                return node
            if last in SPLITS and whole and (seeded or any(a.name in SEEDS for a in node.arguments)):
                return node
    return None


def _slice(node: Any, made: set[str]) -> tuple[str, str, str] | None:
    """The name and the bounds of a slice of the items."""
    if not isinstance(node, ir.Subscript) or not isinstance(node.index, ir.Slice) or not isinstance(node.value, ir.Name):
        return None
    if node.value.id not in made:
        return None
    return node.value.id, source(node.index.lower), source(node.index.upper)


def _sorted(body: list[ir.Stmt], name: str) -> bool:
    """Is the listing put in order anywhere?"""
    for node in _own(body):
        if isinstance(node, ir.Call) and source(node.func).rpartition(".")[2] in ORDERED:
            told = [node.func, *(a.value for a in node.arguments)]
            if any(isinstance(n, ir.Name) and n.id == name for n in nodes_of(told)):
                return True
    return False
