"""A call of the project's own code: parameters are bound, the body runs in a frame of its own, its returns are merged."""

from __future__ import annotations

from mlstd.lower import ir
from mlstd.trace.events import Hidden
from mlstd.trace.flow.state import merge
from mlstd.trace.library import in_place
from mlstd.trace.machine import MOST_DEPTH, MOST_REENTRY, Frame, Machine
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.collect import data_in, references
from mlstd.trace.values.join import everything, join
from mlstd.trace.values.kinds import (
    NONE,
    Const,
    Entries,
    FunctionValue,
    Items,
    Ref,
    Stream,
    Tuple,
    Unknown,
    Value,
)

HIDES_ALL: frozenset[Hidden] = frozenset(("fit", "score", "record", "seed", "select", "split", "show", "baseline"))


def enter(machine: Machine, function: FunctionValue, arguments: Arguments, node: ir.Node, receiver: Value | None = None) -> Value:
    """Run a project function; its value. Too deep or too often on the stack: unknown, and a blind spot."""
    if machine.state is None:
        return Unknown("not reached")
    again = sum(1 for f in machine.frames if f.function is not None and f.function.node is function.node)
    if len(machine.frames) > MOST_DEPTH or again >= MOST_REENTRY:
        given = tuple(data_in(machine, Tuple(tuple(arguments.all()))))
        if again < MOST_REENTRY:
            machine.cannot_see(node, function.name, "calls inside calls, deeper than mlstd follows", HIDES_ALL, given)
        return machine.unknown(node, "a recursion that is not followed")
    scope = machine.allocate("scope", node, key=f"{function.path}:{function.node.at}")
    scope.parent = function.scope
    for name in scope.names:
        machine.now().data.pop((scope.address, name), None)
    frame = Frame(scope.address, function.path, function.cell, (*machine.frame.calls, machine.here(node)), function, receiver)
    frame.conditions = len(machine.conditions)
    machine.frames.append(frame)
    try:
        _bind(machine, function, arguments, receiver)
        value = _run(machine, function, frame)
    finally:
        machine.frames.pop()
    if frame.changed:
        in_place.hand_back(machine, function, frame, node, receiver is not None)
    return value


def _run(machine: Machine, function: FunctionValue, frame: Frame) -> Value:
    if isinstance(function.node, ir.Lambda):
        return machine.verbs.evaluate(function.node.body)
    machine.verbs.execute(function.node.body)
    return _leave(machine, function.node, frame)


def _leave(machine: Machine, node: ir.Function, frame: Frame) -> Value:
    """Merge the ways out of a function. One that only raises goes on where it was called: a check that fails is not how a run
    goes."""
    states = [state for state, _ in frame.returns]
    values = [value for _, value in frame.returns]
    if machine.state is not None:
        states.append(machine.state)
    if not states:
        states = frame.raises[-1:]
        values = [Unknown("it raises")]
    machine.state = merge(states, join)
    if node.generator:
        return Stream(everything(frame.yields) or Unknown("yields nothing"))
    telling = [v for v in values if not (isinstance(v, Const) and v.value is None)]
    return everything(telling) or NONE


def _bind(machine: Machine, function: FunctionValue, arguments: Arguments, receiver: Value | None) -> None:
    """Parameters get their arguments, then their defaults; the rest is unknown."""
    scope = machine.frame.scope
    positional = ([receiver] if receiver is not None else []) + arguments.positional
    defaults = dict(function.defaults)
    named = dict(arguments.named)
    taken = 0
    for parameter in function.node.parameters:
        if parameter.stars == 1:
            machine.store(scope, parameter.name, _star(machine, positional[taken:], arguments.rest, function.node))
            taken = len(positional)
        elif parameter.stars == 2:
            machine.store(scope, parameter.name, _double_star(machine, named, arguments.named_rest, function.node))
        elif not parameter.keyword_only and taken < len(positional):
            machine.store(scope, parameter.name, positional[taken])
            taken += 1
        elif parameter.name in named:
            machine.store(scope, parameter.name, named.pop(parameter.name))
        else:
            machine.store(scope, parameter.name, _missing(machine, parameter, defaults, arguments))


def _missing(machine: Machine, parameter: ir.Parameter, defaults: dict[str, Value], arguments: Arguments) -> Value:
    spread = arguments.rest if not parameter.keyword_only else None
    spread = spread if spread is not None else arguments.named_rest
    if spread is not None and not (
        parameter.name in defaults and not references(machine, [spread]) and not data_in(machine, spread)
    ):
        return spread
    if parameter.name in defaults:
        return defaults[parameter.name]
    return Unknown(
        "a parameter that nothing is passed for",
        machine.frame.calls[-1] if machine.frame.calls else None,
        parameter.name,
        way=f"|{parameter.name}",
    )


def _star(machine: Machine, items: list[Value], rest: Value | None, node: ir.Node) -> Value:
    if rest is None:
        return Tuple(tuple(items))
    made = machine.allocate("list", node, key="*args")
    machine.store(made.address, "[]", Items(tuple(items), rest))
    return Ref(made.address)


def _double_star(machine: Machine, named: dict[str, Value], rest: Value | None, node: ir.Node) -> Value:
    made = machine.allocate("dict", node, key="**kwargs")
    machine.store(made.address, "{}", Entries(tuple(named.items()), rest))
    return Ref(made.address)
