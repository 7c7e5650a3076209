"""What would happen if somebody called the functions of a library file? Each is run with unknown arguments, from one state."""

from __future__ import annotations

from mlstd.trace.events import Certainty
from mlstd.trace.machine import Frame, Machine
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.kinds import Bound, ClassValue, FunctionValue, Ref, Value


def call_each(machine: Machine, path: str) -> None:
    """Calls the functions that a module defines, and the methods of its classes; whether anybody does so is not known."""
    if machine.state is None:
        return
    scope = machine.modules[path]
    machine.frames.append(Frame(scope, path, None))
    start = machine.now()
    with machine.under(Certainty.PERHAPS):
        for value in machine.slots(scope).values():
            if isinstance(value, (FunctionValue, ClassValue)) and value.path == path:
                machine.state = start.fork()
                _call(machine, value)
    machine.frames.pop()
    machine.state = start


def _call(machine: Machine, value: FunctionValue | ClassValue) -> None:
    made = machine.verbs.call(value, Arguments(), value.node)
    if isinstance(value, FunctionValue) or not isinstance(made, Ref) or machine.state is None:
        return
    start = machine.now()
    methods: list[tuple[str, Value]] = [(name, held) for name, held in machine.slots(value.address).items()]
    for name, method in methods:
        if isinstance(method, FunctionValue) and not name.startswith("__"):
            machine.state = start.fork()
            machine.verbs.call(Bound(made, name, method), Arguments(), value.node)
