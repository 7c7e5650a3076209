"""When does a method, a function or an index pick one of several by their scores: `idxmax`, `argmax`, the first row of a table
that was sorted by them?

A loss, a hit or the score of a batch is no score of a model, and the largest cell of a confusion matrix picks nothing.
"""

from __future__ import annotations

from mlstd.lower import ir
from mlstd.trace.events import Select
from mlstd.trace.machine import Machine
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.collect import data_in
from mlstd.trace.values.kinds import Bound, Const, Data, FunctionValue, Items, Ref, Value
from mlstd.trace.values.text import source

PLACES = frozenset(("idxmax", "idxmin", "argmax", "argmin", "nanargmax", "nanargmin"))
EXTREMES = frozenset(("max", "min", "amax", "amin", "nanmax", "nanmin"))
LARGEST = frozenset(("nlargest", "nsmallest"))
RANKED = "ranked"
SORTED_BY = "#sorted by"
NO_MEASURE = frozenset(("hits", "loss", "batch", "verdict"))
ENDS = (Const(0), Const(-1))


def pick(machine: Machine, data: Data, node: ir.Node) -> None:
    """One of several is picked by these scores."""
    counted = "by hand" in data.metric  # true positives and their like are put together from what could be a loss as well
    if (
        data.kind != "score"
        or data.traits & (NO_MEASURE - {"loss"} if counted else NO_MEASURE)
        or not data.models
        or "confusion" in data.metric
    ):
        return
    how = "threshold" if "curve" in data.metric else "maximum"
    code = source(node, 80) if isinstance(node, (ir.Call, ir.Subscript)) else "the best of several"
    machine.tape.add(Select(**machine.common(machine.here(node), code), by=data, how=how))


def by_name(machine: Machine, data: Data, name: str, node: ir.Node) -> None:
    """`scores.idxmax()`, `np.argmax(scores)`, `scores.max()`; the maximum of a curve alone tells of no threshold."""
    if name in PLACES or (name in EXTREMES and "curve" not in data.metric) or (name == "argsort" and "curve" in data.metric):
        pick(machine, data, node)


def by_method(machine: Machine, data: Data, name: str, arguments: Arguments, node: ir.Node) -> Data:
    """The same of a method; a table that is sorted by scores is ranked from now on."""
    if data.kind != "score":
        return data
    by_name(machine, data, name, node)
    one = arguments.get(0, "n") == Const(1)
    if one and (name in LARGEST or (name == "head" and RANKED in data.traits)):
        pick(machine, data, node)
    return data.but(traits=data.traits | {RANKED}) if name == "sort_values" else data


def by_position(machine: Machine, data: Data, key: Value | None, node: ir.Node) -> Data:
    """`table.sort_values("score").iloc[0]`: the first or last of ranked ones."""
    if RANKED not in data.traits or key not in ENDS:
        return data
    pick(machine, data, node)
    return data.but(traits=data.traits - {RANKED})


def sort_key(machine: Machine, value: Value, key: Value | None, node: ir.Node) -> tuple[Data, ...]:
    """The scores that something is sorted by."""
    values: list[Value] = [value] if key is None else []
    if isinstance(key, (FunctionValue, Bound)):
        stream = machine.verbs.iterate(value, node)
        items = (stream.items if isinstance(key, Bound) else None) or (stream.element,)
        values = [machine.verbs.call(key, Arguments([item]), node) for item in items]
    return tuple(d for v in values for d in data_in(machine, v) if d.kind == "score")


def ranked(machine: Machine, value: Value, by: Data, node: ir.Node) -> Value:
    """What `sorted` makes of some items: a list that remembers by which score."""
    stream = machine.verbs.iterate(value, node)
    made = machine.allocate("list", node, key=RANKED)
    machine.store(made.address, "[]", Items(stream.items or (), None if stream.items else stream.element))
    machine.store(made.address, SORTED_BY, by)
    return Ref(made.address)


def sort(machine: Machine, owner: Ref, arguments: Arguments, node: ir.Node) -> None:
    """`results.sort(key=...)`."""
    for by in sort_key(machine, owner, arguments.named.get("key"), node)[:1]:
        machine.store(owner.address, SORTED_BY, by)


def of_list(machine: Machine, value: Value, key: Value | None, node: ir.Node) -> None:
    """The first or last item of a list that was sorted by scores."""
    by = machine.load(value.address, SORTED_BY) if isinstance(value, Ref) and key in ENDS else None
    if isinstance(by, Data):
        pick(machine, by, node)
