"""Does something change rows by chance whenever they are read: a random crop, or a chain of steps with one in it?"""

from __future__ import annotations

from collections.abc import Iterable

from mlstd.place import Place
from mlstd.trace.machine import Machine
from mlstd.trace.values.collect import references
from mlstd.trace.values.kinds import Const, Value

NEVER_OR_ALWAYS = (Const(0), Const(1), Const(0.0), Const(1.0))


def random_step(machine: Machine, values: Iterable[Value], depth: int = 0) -> tuple[str, Place] | None:
    """The first random step among these values or in their chains: its name and where it is made. One that happens always, or
    never, is not by chance."""
    for address in references(machine, list(values)):
        made, thing = machine.heap[address], machine.things.get(address)
        kind = made.info.kind if made.info is not None else None
        if kind is None or thing is None:
            continue
        if kind.init.augments and machine.load(address, "@p") not in NEVER_OR_ALWAYS and thing.at is not None:
            return thing.cls.rpartition(".")[2], thing.at
        inner = machine.load(address, "@transforms")
        if kind.role == "pipeline" and inner is not None and depth < 3 and (found := random_step(machine, [inner], depth + 1)):
            return found
    return None
