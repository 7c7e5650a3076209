"""What happens when a value is called? One function a kind of value."""

from __future__ import annotations

from mlstd.lower import ir
from mlstd.trace.calls import builtins, containers
from mlstd.trace.calls.enter import enter
from mlstd.trace.events import Certainty
from mlstd.trace.flow.state import merge
from mlstd.trace.library import arrays, blind, contexts, external, options, spread, things
from mlstd.trace.library.frameworks import commands, flows
from mlstd.trace.machine import Machine
from mlstd.trace.objects import find
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.join import everything, join
from mlstd.trace.values.kinds import (
    Bound,
    Choice,
    ClassValue,
    Const,
    Data,
    External,
    FunctionValue,
    Partial,
    Ref,
    Stream,
    Text,
    Tuple,
    Unknown,
    Value,
)

MOST_CALLED = 4  # options of a choice that are each called


def call(machine: Machine, function: Value, arguments: Arguments, node: ir.Node) -> Value:
    """The value of a call; what it does goes to the tape and the state."""
    if machine.state is None:
        return Unknown("not reached")
    match function:
        case FunctionValue():
            return _function(machine, function, arguments, node)
        case Bound():
            return _bound(machine, function, arguments, node)
        case ClassValue():
            return machine.verbs.construct(function, arguments, node)
        case External(name=name):
            return _external(machine, name, arguments, node)
        case Partial():
            return _partial(machine, function, arguments, node)
        case Ref():
            return _object(machine, function, arguments, node)
        case Choice(options=options):
            return _options(machine, options, arguments, node)
        case Data():
            return arrays.called(machine, function, arguments, node)
        case _:
            return blind.unknown_call(machine, function, arguments, node)


def _function(machine: Machine, function: FunctionValue, arguments: Arguments, node: ir.Node) -> Value:
    with contexts.decorated(machine, function.wrappers):
        replaced = options.command(machine, function, commands.injected(machine, function, arguments))
        value = enter(machine, function, replaced, node)
        commands.of_group(machine, function, arguments, node)
        return value


def _bound(machine: Machine, method: Bound, arguments: Arguments, node: ir.Node) -> Value:
    if isinstance(method.function, FunctionValue):
        if isinstance(method.self, Ref) and things.runs_model(machine, method):
            return things.called(machine, method.self, arguments, node)
        with contexts.decorated(machine, method.function.wrappers):
            return enter(machine, method.function, arguments, node, method.self)
    if method.function is not None:
        return call(machine, method.function, arguments, node)
    if method.name in flows.FUTURES and isinstance(method.self, (Tuple, Data)) and not arguments.positional:
        return method.self  # `task.submit(x).result()`
    match method.self:
        case Data():
            spread.of_call(machine, method.name, (method.self,), node)
            return arrays.method(machine, method.self, method.name, arguments, node)
        case Ref(address=address):
            if options.is_parser(machine, method.self):
                return options.method(machine, method.self, method.name, arguments, node)
            if machine.heap[address].kind in ("list", "set", "dict"):
                return containers.method(machine, method.self, method.name, arguments, node)
            return things.method(machine, method.self, method.name, arguments, node)
        case ClassValue():
            return things.class_method(machine, method.self, method.name, arguments, node)
        case FunctionValue():
            found = flows.of_function(machine, method.self, method.name, arguments, node)
            return found if found is not None else blind.unknown_call(machine, method, arguments, node)
        case Const() | Text():
            written = external.of_path(machine, method.self, method.name, arguments, node)
            return (
                written if written is not None else containers.string_method(machine, method.self, method.name, arguments, node)
            )
        case Tuple() | Stream():
            return containers.method(machine, method.self, method.name, arguments, node)
        case _:
            return blind.unknown_call(machine, method, arguments, node)


def _external(machine: Machine, name: str, arguments: Arguments, node: ir.Node) -> Value:
    spread.of_call(machine, name.rpartition(".")[2], arguments.all(), node)
    known = builtins.HANDLERS.get(name)
    answer = known(machine, arguments, node) if known is not None else None
    return answer if answer is not None else external.call(machine, name, arguments, node)


def _partial(machine: Machine, partial: Partial, arguments: Arguments, node: ir.Node) -> Value:
    if isinstance(partial.function, External) and partial.function.name == "mlstd.nothing":
        return Const(None)
    merged = Arguments(
        [*partial.arguments, *arguments.positional],
        {**dict(partial.named), **arguments.named},
        arguments.rest,
        arguments.named_rest,
    )
    return call(machine, partial.function, merged, node)


def _object(machine: Machine, value: Ref, arguments: Arguments, node: ir.Node) -> Value:
    made = machine.heap[value.address]
    if ("app", value.address) in machine.notes:
        return commands.run_app(machine, value, node)
    if made.cls is not None:
        method = find(machine, made.cls, "__call__")
        models = made.base is not None and made.base.role in ("model", "layer")
        if isinstance(method, FunctionValue) and not models:
            return enter(machine, method, arguments, node, value)
    return things.called(machine, value, arguments, node)


def _options(machine: Machine, options: tuple[Value, ...], arguments: Arguments, node: ir.Node) -> Value:
    """A call of one of several: each is followed from the same state, as it may be the one."""
    callable_options = [o for o in options if not isinstance(o, (Const, Text))][:MOST_CALLED]
    if not callable_options:
        return blind.unknown_call(machine, options[0], arguments, node)
    if len(callable_options) == 1:
        return call(machine, callable_options[0], arguments, node)
    start = machine.now()
    states, values = [], []
    for number, option in enumerate(callable_options):
        machine.state = start.fork()
        before = machine.unrolled
        machine.unrolled = (*before, number)
        sure = machine.certainty if isinstance(option, Bound) and option.function is None else None
        with machine.under(Certainty.PERHAPS), machine.among(sure):
            values.append(call(machine, option, arguments, node))
        machine.unrolled = before
        if machine.state is not None:
            states.append(machine.state)
    machine.state = merge(states, join)
    return everything(values) or Unknown("not reached")
