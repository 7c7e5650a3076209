"""What becomes of rows that a function changes in place? Its caller has them changed as well.

Rows are values that do not change, so a table that a function was handed and writes a column into must find its way back to what
the caller calls it. A parameter that was given another value first (`df = df.copy()`) is the function's own.
"""

from __future__ import annotations

from mlstd.lower import ir
from mlstd.trace.machine import Frame, Machine
from mlstd.trace.values.choose import with_traits
from mlstd.trace.values.kinds import Data, FunctionValue, Items, Ref, Tuple, Value


def change(machine: Machine, target: ir.Expr, value: Value) -> None:
    """The table that goes by this name is changed."""
    frame = machine.frame
    own = [p.name for p in frame.function.node.parameters if not p.stars] if frame.function is not None else []
    if isinstance(target, ir.Name) and target.id in own and target.id not in frame.rebound:
        frame.changed.add(target.id)
    machine.verbs.assign(target, value)


def shuffle(machine: Machine, target: ir.Expr, value: Value | None) -> None:
    """`random.shuffle(rows)`: the rows that go by this name, or the items of the list, stand in random order from now on."""
    held = machine.load(value.address, "[]") if isinstance(value, Ref) else None
    if isinstance(value, Data) and isinstance(target, (ir.Name, ir.Attribute)):
        change(machine, target, _shuffled(value))
    elif isinstance(value, Ref) and isinstance(held, Items):
        rest = _shuffled(held.rest) if held.rest is not None else None
        machine.store(value.address, "[]", Items(tuple(map(_shuffled, held.items)), rest))


def _shuffled(value: Value) -> Value:
    if isinstance(value, Tuple):
        return Tuple(tuple(map(_shuffled, value.items)))
    return with_traits(value, "shuffled") if isinstance(value, Data) and value.kind in ("rows", "index") else value


def hand_back(machine: Machine, function: FunctionValue, frame: Frame, node: ir.Node, bound: bool) -> None:
    """After a call: the caller's tables that the function has changed. `bound`: the first parameter is the object itself."""
    if machine.state is None or not isinstance(node, ir.Call) or any(a.stars for a in node.arguments):
        return
    parameters = [p.name for p in function.node.parameters][1 if bound else 0 :]
    for number, argument in enumerate(node.arguments):
        name = argument.name or (parameters[number] if number < len(parameters) else "")
        value = machine.load(frame.scope, name) if name in frame.changed else None
        if isinstance(value, Data) and isinstance(argument.value, (ir.Name, ir.Attribute)):
            change(machine, argument.value, value)
