"""Build the machine, run one entry, hand out its trace: the only name that the rest of mlstd uses from here is `trace`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

from mlstd.knowledge.tables import Knowledge
from mlstd.link.stages import Stage
from mlstd.trace.calls.dispatch import call
from mlstd.trace.calls.iterate import iterate
from mlstd.trace.events import AnyEvent, BlindSpot, Fit, Load, Select, Split, Thing, Transform
from mlstd.trace.flow.state import State
from mlstd.trace.library import external, files
from mlstd.trace.library.frameworks import kedro
from mlstd.trace.library.site import MODEL_ROLES, within
from mlstd.trace.machine import MOST_STEPS, Linker, Machine, Verbs
from mlstd.trace.python import classes, imports, unused
from mlstd.trace.python.attributes import attribute
from mlstd.trace.python.expressions import evaluate
from mlstd.trace.python.operators import combine
from mlstd.trace.python.statements import assign, execute
from mlstd.trace.values.kinds import Address, Choice, Entries, Items, Ref, Tuple, Value


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
    inside: dict[Address, frozenset[Address]] = field(default_factory=dict)  # what models are made of
    earlier: tuple[str, ...] = ()  # the scripts that a pipeline runs before this one
    began: int = 0  # what happened up to here, earlier scripts have done


LASTING = (Load, Split, Transform, Fit, Select)
EARLIER_STEPS = 60_000  # of an earlier stage, only what it leaves behind matters


def trace(
    entry: str,
    linker: Linker,
    knowledge: Knowledge,
    most_steps: int = MOST_STEPS,
    library: bool = False,
    stages: Sequence[Stage] = (),
) -> Trace:
    """The dry run of one entry: a script as `python entry` runs it, a notebook from its first cell to its last. `most_steps`
    bounds it. With `library` the file is imported, and what it defines is called with unknown arguments. `stages` is the line of
    a pipeline that ends with the entry: the others run first, and leave their files behind."""
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
    earlier = [stage for stage in stages if stage.path != entry]
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, 20_000))
    try:
        for stage in earlier:
            _run_earlier(machine, stage)
        machine.entry, machine.most_steps, began = entry, machine.spent + most_steps, machine.tape.order
        machine.arguments = next((s.arguments for s in stages if s.path == entry), None)
        imports.load(machine, entry, "" if library else "__main__")
        if library:
            unused.call_each(machine, entry)
        else:
            kedro.start(machine)
    finally:
        sys.setrecursionlimit(limit)
    _look_inside(machine)
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
        {a: within(machine, (a,)) for a, t in machine.things.items() if t.role in MODEL_ROLES - {"layer"}},
        tuple(stage.path for stage in earlier),
        began,
    )


def _run_earlier(machine: Machine, stage: Stage) -> None:
    """A script that runs before the entry, in a process of its own: where rows come from, what models learned, and its files
    stay; its seeds, its imports and what it reports end with it."""
    machine.entry, machine.arguments, machine.most_steps = stage.path, stage.arguments, machine.spent + EARLIER_STEPS
    imports.load(machine, stage.path, "__main__")
    machine.state = machine.state if machine.state is not None else State()
    machine.modules.clear()
    machine.libraries.clear()
    machine.tape.events = [e for e in machine.tape.events if isinstance(e, LASTING)]
    machine.tape.blind.clear()
    machine.notes = {k: v for k, v in machine.notes.items() if not isinstance(k, str) or k == files.WRITTEN}


def _look_inside(machine: Machine) -> None:
    """Which models does each model hold, or was it made with?"""
    models = {address for address, thing in machine.things.items() if thing.role in MODEL_ROLES - {"layer"}}
    for address in models:
        inside: set[Address] = set()
        for slot, value in machine.slots(address).items():
            if not slot.startswith("#"):
                _collect(machine, value, inside, 4)
        if inside := inside & models - {address}:
            machine.describe(address, inside=frozenset(inside))


def _collect(machine: Machine, value: Value, found: set[Address], depth: int) -> None:
    """The objects that a value holds, however deep; a method of an object does not hold it."""
    if depth == 0:
        return
    match value:
        case Tuple(items=items) | Choice(options=items):
            held = list(items)
        case Items(items=items, rest=rest):
            held = [*items, *([rest] if rest is not None else [])]
        case Entries(items=pairs, rest=rest):
            held = [*(v for _, v in pairs), *([rest] if rest is not None else [])]
        case Ref(address=address) if address not in found:
            found.add(address)
            held = [v for slot, v in machine.slots(address).items() if not slot.startswith(("#", "@"))]
        case _:
            return
    for inner in held:
        _collect(machine, inner, found, depth - 1)
