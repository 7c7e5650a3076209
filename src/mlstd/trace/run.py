"""Build the machine, run one entry, hand out its trace: the only name that the rest of mlstd uses from here is `trace`."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field

from mlstd.knowledge.tables import Knowledge
from mlstd.trace.calls.dispatch import call
from mlstd.trace.calls.iterate import iterate
from mlstd.trace.events import AnyEvent, BlindSpot, Thing
from mlstd.trace.library import external
from mlstd.trace.machine import MOST_STEPS, Linker, Machine, Verbs
from mlstd.trace.python import classes, imports
from mlstd.trace.python.attributes import attribute
from mlstd.trace.python.expressions import evaluate
from mlstd.trace.python.operators import combine
from mlstd.trace.python.statements import assign, execute
from mlstd.trace.values.kinds import Address


@dataclass(frozen=True, slots=True)
class Trace:
    """What an experiment does: its events in order, what could not be followed, the objects it makes, the files it is made of."""

    entry: str
    events: tuple[AnyEvent, ...]
    blind_spots: tuple[BlindSpot, ...]
    things: dict[Address, Thing]
    closure: tuple[str, ...]
    frameworks: tuple[str, ...]
    libraries: frozenset[str]
    notes: dict[object, object] = field(default_factory=dict)
    steps: int = 0


def trace(entry: str, linker: Linker, knowledge: Knowledge, most_steps: int = MOST_STEPS) -> Trace:
    """The dry run of one entry: a script as `python entry` runs it, a notebook from its first cell to its last. `most_steps`
    bounds it."""
    machine = Machine(linker, knowledge, entry, most_steps)
    machine.verbs = Verbs(
        evaluate=lambda node: evaluate(machine, node),
        execute=lambda body: execute(machine, body),
        assign=lambda target, value: assign(machine, target, value),
        call=lambda function, arguments, node: call(machine, function, arguments, node),
        attribute=lambda value, name, node: attribute(machine, value, name, node),
        iterate=lambda value, node: iterate(machine, value, node),
        construct=lambda cls, arguments, node: classes.construct(machine, cls, arguments, node),
        make=external.make,
        combine=lambda op, left, right, node: combine(machine, op, left, right, node),
        run_module=lambda path: imports.load(machine, path),
    )
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, 20_000))
    try:
        imports.load(machine, entry, "__main__")
    finally:
        sys.setrecursionlimit(limit)
    libraries = frozenset(machine.libraries)
    frameworks = sorted({f for name in libraries if (f := knowledge.framework(name))})
    return Trace(
        entry,
        tuple(machine.tape.events),
        tuple(machine.tape.blind),
        machine.things,
        tuple(p for p in machine.modules if p != entry),
        tuple(frameworks),
        libraries,
        {k: v for k, v in machine.notes.items() if isinstance(k, str)},
        machine.steps,
    )
