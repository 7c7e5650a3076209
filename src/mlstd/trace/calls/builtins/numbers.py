"""What do Python's own functions over numbers and text give: float, sum, max, str?"""

from __future__ import annotations

from mlstd.lower import ir
from mlstd.trace.events import Compare, Select
from mlstd.trace.library import averages, ranks
from mlstd.trace.library.reduce import counted, reduced, statistic
from mlstd.trace.machine import Handler, Machine
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.choose import verdict, with_traits
from mlstd.trace.values.collect import data_in, summary
from mlstd.trace.values.kinds import (
    Const,
    Data,
    Text,
    Unknown,
    Value,
    holes,
)
from mlstd.trace.values.text import source

MOST_MEASURED = 8  # things to choose from by a key, one by one


def _number(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    """`int`, `float`, `abs`, `round`, `str`: a known number stays known, a score stays a score."""
    first = arguments.get(0)
    if first is None:
        return Const(0)
    data = summary(machine, [first])
    if data is not None:
        likely = isinstance(node, ir.Call) and source(node.func) in ("math.exp", "math.log")  # how likely a word was
        return reduced(machine, data if likely else verdict(data), node)
    if isinstance(first, (Unknown, Const)):
        return first
    return machine.unknown(node, "a number")


def _int(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    first = arguments.get(0)
    if isinstance(first, Const) and isinstance(first.value, (int, float, str)):
        try:
            return Const(int(first.value), first.option)
        except ValueError:
            return machine.unknown(node, "a number")
    return _number(machine, arguments, node)


def _str(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    first = arguments.get(0)
    if isinstance(first, Const):
        return Const(str(first.value), first.option)
    if isinstance(first, Text):
        return first
    return Text("*", next(iter(data_in(machine, first)), None), holes(*arguments.positional[:1]))


def _sum(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    first = arguments.get(0)
    data = summary(machine, [first]) if first is not None else None
    if isinstance(first, Data) and first.kind == "rows":
        return statistic(machine, first, node, "sum or mean")
    if data is not None:
        name = source(node.func).rpartition(".")[2] if isinstance(node, ir.Call) else ""
        return averages.reduced_by(machine, data, reduced(machine, data, node, adds=True), name, node)
    return counted(machine, machine.unknown(node, "a sum"), node)


def _all(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    """`all(p == t for p, t in zip(...))`: right or wrong as a whole, which is not added up yet."""
    data = summary(machine, [arguments.positional[0]]) if arguments.positional else None
    return data if data is not None else machine.unknown(node, "whether all or any")


def _shared(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    """`numpy.intersect1d(truth, best)`: what two sets have in common."""
    one, other = arguments.get(0, "ar1"), arguments.get(1, "ar2")
    if one is None or other is None or ranks.among(machine, one, other, node) is None:
        return None
    return machine.verbs.combine("&", one, other, node) if data_in(machine, one) and data_in(machine, other) else None


def _among(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    one, other = arguments.get(0), arguments.get(1)
    return ranks.among(machine, one, other, node) if one is not None and other is not None else None


def _clamps(node: ir.Node) -> bool:
    """`max(x, 0.0)`: a bound that is written down."""
    return isinstance(node, ir.Call) and len(node.arguments) > 1 and any(isinstance(a.value, ir.Const) for a in node.arguments)


def _measured(machine: Machine, values: list[Value], key: Value, node: ir.Node) -> list[Value]:
    """What the key says of each of the things to choose from, where they are known one by one."""
    stream = machine.verbs.iterate(values[0], node) if len(values) == 1 else None
    several = (stream.items or (stream.element,)) if stream is not None else tuple(values)
    return [machine.verbs.call(key, Arguments([item]), node) for item in several[:MOST_MEASURED]]


def _extreme(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    """`max` and `min`: of scores, this picks the best; of models by a key, too."""
    key = arguments.named.get("key")
    values = list(arguments.positional)
    measured = _measured(machine, values, key, node) if key is not None else []
    scores = [d for v in measured for d in data_in(machine, v) if d.kind == "score"]
    scores = scores or [d for v in values for d in data_in(machine, v) if d.kind == "score"]
    if scores and not _clamps(node):
        machine.tape.add(
            Select(
                **machine.common(machine.here(node), source(node) if isinstance(node, ir.Call) else ""),
                by=scores[0],
                how="maximum",
            )
        )
        if len(scores) > 1:
            machine.tape.add(
                Compare(
                    **machine.common(machine.here(node), source(node) if isinstance(node, ir.Call) else ""), scores=tuple(scores)
                )
            )
    constants = [v.value for v in arguments.positional if isinstance(v, Const) and isinstance(v.value, (int, float))]
    if len(constants) == len(arguments.positional) > 1:
        option = next((v.option for v in arguments.positional if isinstance(v, Const) and v.option), "")
        lowest = isinstance(node, ir.Call) and source(node.func).endswith("min")
        return Const(min(constants) if lowest else max(constants), option)
    if len(arguments.positional) == 1 and key is not None:
        return machine.verbs.iterate(arguments.positional[0], node).element
    data = summary(machine, list(arguments.positional))
    if data is not None and data.kind == "rows" and len(arguments.positional) == 1 and isinstance(arguments.positional[0], Data):
        return statistic(machine, data, node, "max or min")
    if data is not None and data.kind == "score":
        return with_traits(data, "best")
    return data if data is not None else machine.unknown(node, "the largest or smallest")


def _equal(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    """`torch.eq(prediction, truth)` is `prediction == truth`; between other values it is a matter of the library."""
    left, right = arguments.get(0), arguments.get(1, "other")
    if left is None or right is None or "prediction" not in {d.kind for v in (left, right) for d in data_in(machine, v)}:
        return None
    return machine.verbs.combine("==", left, right, node)


GROUPS: dict[Handler, tuple[str, ...]] = {
    _number: (
        "builtins.float",
        "builtins.abs",
        "builtins.round",
        "builtins.bool",
        "math.sqrt",
        "math.log",
        "math.exp",
        "math.floor",
        "math.ceil",
    ),
    _int: ("builtins.int",),
    _str: ("builtins.str", "builtins.repr", "builtins.format"),
    _sum: (
        "builtins.sum",
        "math.fsum",
        "statistics.mean",
        "statistics.stdev",
        "statistics.median",
    ),
    _all: ("builtins.all", "builtins.any"),
    _shared: ("numpy.intersect1d",),
    _among: ("numpy.isin", "numpy.in1d", "torch.isin"),
    _extreme: ("builtins.max", "builtins.min"),
    _equal: (
        "torch.eq",
        "numpy.equal",
        "tensorflow.equal",
        "tensorflow.math.equal",
        "jax.numpy.equal",
        "keras.ops.equal",
        "keras.backend.equal",
        "numpy.array_equal",
        "torch.equal",
    ),
}
