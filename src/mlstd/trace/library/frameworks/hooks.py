"""How does a framework reach into the project's classes? By the methods that it promises to call, in the modes that it sets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from mlstd.lower import ir
from mlstd.place import Place
from mlstd.trace.library import modes
from mlstd.trace.library.site import MODEL_ROLES, unknown_rows
from mlstd.trace.machine import Machine
from mlstd.trace.objects import find
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.choose import with_traits
from mlstd.trace.values.collect import references, summary
from mlstd.trace.values.kinds import Address, Bound, Choice, Const, Data, FunctionValue, Items, Ref, Tuple, Unknown, Value


def kind_name(machine: Machine, value: Value | None) -> str:
    """The kind of a library's object, or of an instance that inherits from one; "" for everything else."""
    made = machine.object(value) if value is not None else None
    return made.info.kind_name if made is not None and made.info is not None else ""


def instances(machine: Machine, value: Value | None) -> list[Ref]:
    """The objects that a value may be."""
    options = value.options if isinstance(value, Choice) else (value,)
    return [o for o in options if isinstance(o, Ref) and machine.heap[o.address].kind in ("instance", "thing")]


def method_of(machine: Machine, owner: Ref, name: str) -> FunctionValue | None:
    """A method that the project's class defines itself."""
    cls = machine.heap[owner.address].cls
    found = find(machine, cls, name) if cls is not None else None
    return found if isinstance(found, FunctionValue) else None


def run(machine: Machine, owner: Ref | None, name: str, given: Iterable[Value], node: ir.Node, **named: Value) -> Value | None:
    """Call a promised method; None if the project does not define it. Of `named`, only what it has parameters for is passed."""
    method = method_of(machine, owner, name) if owner is not None else None
    if method is None or owner is None:
        return None
    known = {p.name for p in method.node.parameters}
    return machine.verbs.call(
        Bound(owner, name, method), Arguments(list(given), {k: v for k, v in named.items() if k in known}), node
    )


def inner_models(machine: Machine, owner: Ref) -> frozenset[Address]:
    """The model and the models and layers inside it."""
    inside = [
        a for a in references(machine, [owner], instances=True) if a in machine.things and machine.things[a].role in MODEL_ROLES
    ]
    return frozenset((owner.address, *inside))


def set_mode(machine: Machine, owner: Ref, mode: str) -> None:
    """Put a model and all that is inside into a mode."""
    for address in modes.inside(machine, owner.address):
        machine.store(address, "#mode", Const(mode))


@contextmanager
def repeated(machine: Machine, at: Place) -> Iterator[None]:
    """What happens inside happens once a round of a loop that the framework runs."""
    before = machine.loops
    machine.loops = (*before, at)
    try:
        yield
    finally:
        machine.loops = before


def each(machine: Machine, value: Value) -> list[Value]:
    """The loaders of a display of loaders; a single one by itself."""
    if isinstance(value, Tuple):
        return list(value.items)
    held = machine.load(value.address, "[]") if isinstance(value, Ref) else None
    if isinstance(held, Items):
        return [*held.items, *([held.rest] if held.rest is not None else [])]
    return [value]


def batch_of(machine: Machine, loader: Value, node: ir.Node) -> tuple[Value, Data]:
    """A batch of a loader, shaped as the loader gives it, and the rows that all its batches are made of."""
    batch = machine.verbs.iterate(loader, node).element
    rows = summary(machine, [batch], instances=True) or summary(machine, [loader], instances=True)
    if rows is None or rows.kind != "rows":
        rows = unknown_rows([loader], machine.here(node))
    if isinstance(batch, Unknown):
        batch = with_traits(rows, "batch")
    return batch, rows.but(traits=rows.traits - {"batch", "item"})
