"""What does iterating over a value give: known items in order, or one element that stands for all."""

from __future__ import annotations

from mlstd.lower import ir
from mlstd.trace.library import arrays, holders
from mlstd.trace.machine import Machine
from mlstd.trace.objects import find
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.join import everything
from mlstd.trace.values.kinds import (
    ONE_OF_MANY,
    Bound,
    Choice,
    Const,
    Data,
    Entries,
    FunctionValue,
    Items,
    Ref,
    Stream,
    Text,
    Tuple,
    Unknown,
    Value,
)


def iterate(machine: Machine, value: Value, node: ir.Node) -> Stream:
    """The stream behind `for x in value`."""
    match value:
        case Stream():
            return value
        case Tuple(items=items):
            return Stream(everything(list(items)) or Unknown("empty"), items)
        case Data():
            return Stream(arrays.element(value))
        case Ref():
            return _reference(machine, value, node)
        case Choice(options=options):
            streams = [iterate(machine, o, node) for o in options if not isinstance(o, Const)]
            if len(streams) == 1:
                return streams[0]
            return Stream(everything([s.element for s in streams]) or Unknown("empty"))
        case Const(value=str()) | Text():
            return Stream(Text("*"))
        case Unknown(hint=hint):
            return Stream(value.inner(ONE_OF_MANY, "", hint) if value.at is not None else Unknown(ONE_OF_MANY, None, hint))
        case _:
            return Stream(machine.unknown(node, "an item of something that is not followed"))


def _reference(machine: Machine, value: Ref, node: ir.Node) -> Stream:
    held = machine.load(value.address, "[]")
    if isinstance(held, Items):
        if held.rest is None:
            return Stream(everything(list(held.items)) or Unknown("empty"), held.items)
        return Stream(everything([*held.items, held.rest]) or held.rest)
    named = machine.load(value.address, "{}")
    if isinstance(named, Entries):
        keys = tuple(Const(k) for k, _ in named.items)
        if named.rest is None:
            return Stream(everything(list(keys)) or Unknown("empty"), keys)
        return Stream(machine.unknown(node, "a key"))
    made = machine.heap[value.address]
    if made.cls is not None and (stream := _own(machine, value, node)) is not None:
        return stream
    return holders.iterate(machine, value, node)


def _own(machine: Machine, value: Ref, node: ir.Node) -> Stream | None:
    """The project's own `__iter__`, `__next__` or `__getitem__`."""
    cls = machine.heap[value.address].cls
    assert cls is not None
    method = find(machine, cls, "__iter__")
    if isinstance(method, FunctionValue):
        result = machine.verbs.call(Bound(value, "__iter__", method), Arguments(), node)
        if result != value:
            return iterate(machine, result, node)
    for name, arguments in (("__next__", Arguments()), ("__getitem__", Arguments([Unknown("a position", None)]))):
        method = find(machine, cls, name)
        if isinstance(method, FunctionValue):
            return Stream(holders.as_rows(machine, value, machine.verbs.call(Bound(value, name, method), arguments, node)))
    return None
