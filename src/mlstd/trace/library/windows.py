"""Which rows lie in one another: windows that move along a series, pieces that are cut from one recording?

Rows that a window of a series holds are in the windows beside it, too; pieces of one file share its maker, its day and its
noise. Both say so by a trait, for whoever deals them out at random.
"""

from __future__ import annotations

from mlstd.lower import ir
from mlstd.lower.nodes import nodes_of
from mlstd.trace.library.columns import LAGGED
from mlstd.trace.machine import Machine
from mlstd.trace.objects import find
from mlstd.trace.values.choose import with_traits
from mlstd.trace.values.kinds import COUNTER, ClassValue, Const, Data, FunctionValue, Ref, Unknown, Value
from mlstd.trace.values.parts import Part

FILE = "file"  # rows of one of many files
PIECE = "piece"  # and a part of it, with others beside it
WINDOW = "window"  # surely moved by less than its length
MAYBE_WINDOW = "perhaps a window"
MOVES = "moves"  # of a slice: it moves along the rows from round to round


def strides(machine: Machine, counter: Unknown, stride: Value) -> None:
    """Remembers by how much a counter grows from round to round."""
    machine.notes.setdefault("strides", {})[counter.at] = stride


def cut(machine: Machine, data: Data, bounds: ir.Slice, lower: Value | None, upper: Value | None) -> tuple[Data, bool]:
    """What a slice of rows tells of them, given the values of its bounds; and whether it moves along them in a loop."""
    if data.kind != "rows" or lower is None or upper is None or isinstance(lower, Const) or isinstance(upper, Const):
        return data, False
    counter = _moving(machine, bounds, lower, upper)
    piece = FILE in data.traits and machine.loops
    found = with_traits(data, PIECE) if piece else data
    if counter is None or (size := _beside(machine, bounds)) == counter:
        return found, counter is not None
    if isinstance(size, Const) and isinstance(counter, Const):
        return (with_traits(found, LAGGED, WINDOW) if _less(counter, size) else found), True
    return with_traits(found, LAGGED, WINDOW if counter == Const(1) else MAYBE_WINDOW), True


def gathered(data: Data) -> Data:
    """The pieces of a list that becomes an array: slices that moved along the rows have taken all of them."""
    parts = frozenset(Part(p.origin, p.steps[:-1]) if p.steps and p.steps[-1].at == MOVES else p for p in data.parts)
    return data.but(parts=parts) if parts != data.parts else data


def _less(stride: Const, size: Const) -> bool:
    return isinstance(stride.value, int) and isinstance(size.value, int) and stride.value < size.value


def _moving(machine: Machine, bounds: ir.Slice, lower: Value, upper: Value) -> Value | None:
    """By how much the two bounds of `data[i : i + n]` grow from round to round; None where they do not."""
    if not isinstance(lower, Unknown) or not isinstance(upper, Unknown) or lower.why != COUNTER or upper.why != COUNTER:
        return None
    if lower.identity != upper.identity or not (_adds(bounds.lower) and _adds(bounds.upper)):
        return None
    stride: Value | None = machine.notes.get("strides", {}).get(lower.at)
    return stride


def _adds(bound: ir.Expr | None) -> bool:
    """Is a bound the counter itself, or a sum or difference?"""
    if isinstance(bound, ir.Operation):
        return bound.op in ("+", "-") and all(_adds(o) for o in bound.operands)
    return isinstance(bound, (ir.Name, ir.Const, ir.Attribute, ir.Call, ir.Subscript))


def _beside(machine: Machine, bounds: ir.Slice) -> Value | None:
    """The length of a slice that is written as `i : i + n` or `i - n : i`."""
    for plain, other, op in ((bounds.lower, bounds.upper, "+"), (bounds.upper, bounds.lower, "-")):
        if isinstance(plain, ir.Name) and isinstance(other, ir.Operation) and other.op == op and len(other.operands) == 2:
            first, second = other.operands
            if isinstance(first, ir.Name) and first.id == plain.id:
                return machine.verbs.evaluate(second)
    return None


def served(machine: Machine, values: list[Value]) -> bool:
    """Does a data set among the values cut its items as windows of what it holds: `self.data[index : index + self.length]`?"""
    made = (machine.heap[v.address] for v in values if isinstance(v, Ref) and v.address in machine.heap)
    return any(_serves(machine, o.cls) for o in made if o.cls is not None)


def _serves(machine: Machine, cls: ClassValue) -> bool:
    method = find(machine, cls, "__getitem__")
    if not isinstance(method, FunctionValue) or not isinstance(method.node, ir.Function) or len(method.node.parameters) < 2:
        return False
    index = method.node.parameters[1].name
    slices = (n for n in nodes_of(method.node.body) if isinstance(n, ir.Slice) and n.lower is not None and n.upper is not None)
    return any(_names(s.lower, index) and _names(s.upper, index) and _adds(s.lower) and _adds(s.upper) for s in slices)


def _names(bound: ir.Expr | None, name: str) -> bool:
    return any(isinstance(n, ir.Name) and n.id == name for n in nodes_of([bound]))
