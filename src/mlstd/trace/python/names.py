"""What does a name mean, and where does an assignment to it go?"""

from __future__ import annotations

import builtins

from mlstd.lower import ir
from mlstd.trace.machine import Machine
from mlstd.trace.values.kinds import Address, External, Value

BUILTINS = frozenset(dir(builtins)) | {"display", "get_ipython", "dbutils", "spark"}


def read(machine: Machine, name: str, node: ir.Node) -> Value:
    """The value of a name: local, enclosing, of the module, built in; unknown if nobody bound it."""
    address: Address | None = machine.frame.names.get(name, machine.frame.scope)
    while address is not None:
        value = machine.load(address, name)
        if value is not None:
            return value
        address = machine.heap[address].parent
    if name in ("__name__", "__file__"):
        module = machine.modules.get(machine.frame.path)
        value = machine.load(module, name) if module is not None else None
        if value is not None:
            return value
    if name in BUILTINS:
        return External(f"builtins.{name}")
    if starred := machine.notes.get(("star", machine.frame.path)):
        return _starred(machine, starred, name)
    return machine.unknown(node, "a name that nothing defines", name)


def _starred(machine: Machine, modules: tuple[str, ...], name: str) -> Value:
    """A name that a star import brought: of the last module that is known to have it, else of the last."""
    knowledge = machine.knowledge
    for module in reversed(modules):
        full = f"{module}.{name}"
        if knowledge.call(full) is not None or knowledge.cls(full) is not None or knowledge.base(full) is not None:
            return External(full)
    return External(f"{modules[-1]}.{name}")


def write(machine: Machine, name: str, value: Value) -> None:
    """Bind a name in the scope where the running code binds it."""
    machine.store(machine.frame.names.get(name, machine.frame.scope), name, value)


def forget(machine: Machine, name: str) -> None:
    """Unbind a name."""
    if machine.state is not None:
        machine.state.drop((machine.frame.names.get(name, machine.frame.scope), name))


def declare(machine: Machine, word: str, declared: tuple[str, ...]) -> None:
    """`global` and `nonlocal`."""
    for name in declared:
        if word == "global":
            machine.frame.names[name] = machine.modules[machine.frame.path]
            continue
        address = machine.heap[machine.frame.scope].parent
        while address is not None and machine.load(address, name) is None:
            address = machine.heap[address].parent
        if address is not None:
            machine.frame.names[name] = address
