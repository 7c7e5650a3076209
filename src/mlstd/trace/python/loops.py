"""How does a loop run? Over known items one by one, else once for the element that stands for all, until nothing new is
learned."""

from __future__ import annotations

from mlstd.lower import ir
from mlstd.trace.flow.loops import settle
from mlstd.trace.flow.state import State, merge
from mlstd.trace.library import averages
from mlstd.trace.machine import Condition, LoopExits, Machine
from mlstd.trace.python import truth
from mlstd.trace.values.collect import data_in, walk
from mlstd.trace.values.join import join
from mlstd.trace.values.kinds import ClassValue, Const, External, FunctionValue, Partial, Ref, Stream, Tuple, Unknown, Value

MOST_UNROLLED = 12  # a loop over a display of models or paths is followed item by item up to this length


def run(machine: Machine, node: ir.Loop) -> None:
    """A `for` or `while` statement."""
    outer = machine.loops
    machine.loops = (*outer, machine.here(node))
    try:
        if node.word == "for":
            _for(machine, node)
        else:
            _while(machine, node)
    finally:
        machine.loops = outer
    if machine.state is not None and node.orelse:
        machine.verbs.execute(node.orelse)


def _for(machine: Machine, node: ir.Loop) -> None:
    loaders = averages.opened(machine)
    stream = machine.verbs.iterate(machine.verbs.evaluate(node.over), node.over)
    if machine.state is None:
        return
    averages.entered(machine, loaders)
    averages.perhaps(machine, stream.element)
    items = stream.items
    if items is not None and not items:
        return
    if items is not None and len(items) <= MOST_UNROLLED and (len(items) == 1 or any(worth(machine, item) for item in items)):
        _unrolled(machine, node, items)
    else:
        _repeated(machine, node, stream)


def worth(machine: Machine, value: Value) -> bool:
    """Is an item worth a round of its own: does it hold a model, a function, a name ("train", "val"), rather than a bare
    number?"""
    if isinstance(value, Const) and isinstance(value.value, str):
        return True
    for found in walk(machine, value):
        if isinstance(found, (FunctionValue, ClassValue, External, Partial)):
            return True
        if isinstance(found, Ref) and machine.heap[found.address].kind in ("thing", "instance"):
            return True
    return bool(data_in(machine, value)) or isinstance(value, Tuple)


def _unrolled(machine: Machine, node: ir.Loop, items: tuple[Value, ...]) -> None:
    """Every item in its turn."""
    before = machine.unrolled
    left: list[State[Value]] = []
    for number, item in enumerate(items):
        machine.unrolled = (*before, number)
        exits = _round(machine, node, item)
        left.extend(exits.breaks)
        if machine.state is None:
            break
    machine.unrolled = before
    machine.state = merge([s for s in (machine.state, *left) if s is not None], join)


def _round(machine: Machine, node: ir.Loop, item: Value | None) -> LoopExits:
    """One round of the body from the machine's state; the state afterwards includes what `continue` left with."""
    exits = LoopExits()
    machine.frame.exits.append(exits)
    if item is not None and node.target is not None:
        machine.verbs.assign(node.target, item)
    machine.verbs.execute(node.body)
    machine.frame.exits.pop()
    machine.state = merge([s for s in (machine.state, *exits.continues) if s is not None], join)
    return exits


def _repeated(machine: Machine, node: ir.Loop, stream: Stream | None, endless: bool = False) -> None:
    """The body for the element that stands for all, or for a `while`; an endless one is left by its breaks alone."""
    left: list[State[Value]] = []

    def body(state: State[Value]) -> State[Value] | None:
        machine.state = state
        marks = len(machine.frame.returns), len(machine.frame.raises)
        item = stream.element if stream is not None else None
        if stream is None:
            machine.verbs.evaluate(node.over)
        exits = _round(machine, node, item)
        if machine.tape.muted > muted:
            del machine.frame.returns[marks[0] :], machine.frame.raises[marks[1] :]
        else:
            left.extend(exits.breaks)
        return machine.state if machine.state is not None else merge([b.fork() for b in exits.breaks], join)

    muted = machine.tape.muted
    start = machine.now()
    rehearsals = 1 if machine.tape.muted or len(machine.loops) > 2 else 2
    after = settle(start, body, machine.muted, join, rehearsals)
    ends = [s for s in (after, *left) if s is not None] if not (endless and left) else left
    machine.state = merge(ends, join)


def _while(machine: Machine, node: ir.Loop) -> None:
    test = machine.verbs.evaluate(node.over)
    if machine.state is None:
        return
    known = truth.truth(machine, test)
    if known is False and not truth.option_of(test):
        return
    condition = Condition(machine.here(node), next(iter(data_in(machine, test)), None))
    doubt = truth.doubt(test) if isinstance(test, Unknown) and not test.why.startswith("an operation") else None
    with machine.under(doubt, condition):
        _repeated(machine, node, None, endless=known is True and isinstance(node.over, ir.Const))
