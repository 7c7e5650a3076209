"""Is a score an average over batches, which weighs a small last batch like the others?

Traits of a score tell how far it has come: "mean" (of its batch), "collected" (in a list), "summed" (over batches), "ratio" (a
quotient of two sums over its batch: IoU, Dice). What is multiplied by the size of its batch is a sum again; what was summed and
is then divided is the score of the whole. What begins and ends within one batch (a sum over its images) tells of that batch
alone.
"""

from __future__ import annotations

import re

from mlstd.lower import ir
from mlstd.place import Place
from mlstd.trace.events import Average
from mlstd.trace.library.reduce import learned_from
from mlstd.trace.machine import Machine
from mlstd.trace.values.choose import with_traits
from mlstd.trace.values.collect import walk
from mlstd.trace.values.kinds import ONE_OF_MANY, Address, Const, Data, Unknown, Value
from mlstd.trace.values.text import source

MEANS = frozenset(("mean", "nanmean", "average", "reduce_mean"))
PRODUCTS = frozenset(("multiply", "mul", "dot", "vdot", "inner"))
SUMS = frozenset(("sum", "nansum", "reduce_sum", "fsum"))
STAGES = frozenset(("batch", "mean", "collected", "summed", "single", "even"))
# So many batches, times their size: more rows than there are, if the last batch is smaller.
_COUNT = r"(len\([\w.]*(load|iter|dl)[\w.]*\)|[\w.]*(load|iter|dl)\w*\.__len__\(\))"
FULL_BATCHES = re.compile(rf"{_COUNT} \* \S*(batch|bs|\d)|(batch_?size|bs|\d)\S* \* {_COUNT}", re.IGNORECASE)
BATCH = frozenset(("batch", "single", "even"))  # what is told of a batch, and of the scores of it
INDIVISIBLE = "indivisible"  # no mean over rows: F1, AUC, a root


OPENED, LOOPS, UNCLEAR = "loaders opened", "loops over batches", "loops over something unknown"


def opened(machine: Machine) -> int:
    """How often has a loader begun to hand out batches?"""
    return int(machine.notes.get(OPENED, 0))


def opens(machine: Machine) -> None:
    """A loader begins to hand out batches."""
    machine.notes[OPENED] = opened(machine) + 1


def entered(machine: Machine, before: int) -> None:
    """A loop begins; where its iterable has opened a loader, its rounds are batches."""
    if opened(machine) != before:
        machine.notes.setdefault(LOOPS, set()).add(machine.loops[-1])


def perhaps(machine: Machine, element: Value) -> None:
    """A loop begins over something unknown, which may be a loader: it is one if a network is fed with what it hands out."""
    if any(isinstance(v, Unknown) and v.why == ONE_OF_MANY for v in walk(machine, element)):
        machine.notes.setdefault(UNCLEAR, set()).add(machine.loops[-1])


def fed(machine: Machine, rows: Data) -> Data:
    """Unknown rows that a network is fed with in such a loop are batches."""
    if "guess" not in rows.traits or not machine.loops or machine.loops[-1] not in machine.notes.get(UNCLEAR, ()):
        return rows
    machine.notes.setdefault(LOOPS, set()).add(machine.loops[-1])
    return with_traits(rows, "batch")


def within(machine: Machine, began: tuple[Place, ...] | None) -> bool:
    """Did something that began in these loops begin in the batch that is at hand?"""
    inner = next((place for place in reversed(machine.loops) if place in machine.notes.get(LOOPS, ())), None)
    return inner is not None and began is not None and inner in began


def of_batch(data: Data) -> bool:
    """Is this the score of one batch among several?"""
    return data.kind == "score" and "batch" in data.traits and "single" not in data.traits


def of_loader(machine: Machine, loader: Address) -> tuple[str, ...]:
    """Are its batches single rows, or everything ("single"); is the last one as large as the others ("even")?"""
    size, drops = machine.load(loader, "@batch_size"), machine.load(loader, "@drop_last")
    whole = isinstance(size, Unknown) and size.why == "a length"
    single = ("single",) if size == Const(1) or size == Const(None) or whole else ()
    return (*single, *(("even",) if drops == Const(True) else ()))


def reduced_by(machine: Machine, before: Data, after: Data, name: str, node: ir.Node) -> Data:
    """A score after `mean()` or `sum()`."""
    if not of_batch(after):
        return after
    listed = "collected" in before.traits
    if name in MEANS:
        return _averaged(machine, after, node) if listed else _with(after, "mean")
    return after.but(traits=(after.traits - {"collected"}) | {"summed"}) if name in SUMS and listed else after


def after(machine: Machine, op: str, value: Value, other: Value, first: bool, node: ir.Node) -> Value:
    """A score after it meets a number in an operation: on the left of it (`first`), or on its right."""
    if not isinstance(value, Data) or not of_batch(value) or not isinstance(node, ir.Operation) or len(node.operands) != 2:
        return value
    written = node.operands[1 if first else 0]
    if op == "/" and first and not isinstance(written, ir.Const):
        full = FULL_BATCHES.search(source(written)) is not None and "summed" in value.traits and "even" not in value.traits
        return divided(machine, _with(value, "mean") if full else value, node)
    return weighted(value, other, written) if op == "*" else value


def multiplied(data: Data) -> Data:
    """`np.multiply(scores, sizes)`, `np.dot(scores, sizes)`: weighted."""
    return data.but(traits=data.traits - {"mean"}) if of_batch(data) else data


def divided(machine: Machine, data: Data, node: ir.Node) -> Data:
    """A score divided by a number that the run counts."""
    if not of_batch(data):
        return data
    return _averaged(machine, data, node) if data.traits & {"summed", "collected"} else _with(data, "mean")


def weighted(data: Data, other: Value, written: ir.Expr) -> Data:
    """A batch's mean times the size of the batch is a sum; times 100 it is still a mean."""
    plain = isinstance(written, ir.Const) or other == Const(1)
    return data if plain or "summed" in data.traits else data.but(traits=data.traits - {"mean"})


def added(machine: Machine, value: Value, began: tuple[Place, ...] | None = None) -> Value:
    """`total += score` in a loop over batches; `began`: the loops around the beginning of the total."""
    grows = machine.loops and isinstance(value, Data) and of_batch(value) and not within(machine, began)
    return _with(value, "summed") if grows and isinstance(value, Data) else value


def collected(machine: Machine, value: Value, began: tuple[Place, ...] | None = None) -> Value:
    """`scores.append(score)` in a loop over batches; `began`: the loops around the making of the list."""
    grows = machine.loops and isinstance(value, Data) and of_batch(value) and not within(machine, began)
    return _with(value, "collected") if grows and isinstance(value, Data) else value


def quotient(data: Data) -> Data:
    """`hits / union`: two sums over one batch make a score of it that is no sum."""
    return data.but(traits=data.traits | {"mean", "ratio"}) if of_batch(data) and "by hand" in data.metric else data


def turned(data: Data) -> Data:
    """`1 - dice`, `-dice`: a loss."""
    return data.but(traits=data.traits - {"ratio"})


def _with(data: Data, trait: str) -> Data:
    return data.but(traits=data.traits | {trait})


def _averaged(machine: Machine, data: Data, node: ir.Node) -> Data:
    """The score of the whole; told of where it is a mean of means."""
    if "mean" in data.traits:
        told = machine.common(machine.here(node), source(node) if isinstance(node, (ir.Operation, ir.Call)) else "")
        machine.tape.add(Average(**told, value=data, fitted=learned_from(machine, data)))
    return data.but(traits=data.traits - STAGES)
