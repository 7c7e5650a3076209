"""Is the right answer among the best that a model names, and at which place? By this recommenders and retrieval are scored."""

from __future__ import annotations

from mlstd.lower import ir
from mlstd.trace.library.modes import in_forward
from mlstd.trace.machine import Machine
from mlstd.trace.values.choose import as_values, with_traits
from mlstd.trace.values.collect import summary
from mlstd.trace.values.join import unite
from mlstd.trace.values.kinds import Data, Ref, Tuple, Unknown, Value
from mlstd.trace.values.text import source

ORDER = "order"  # of a prediction: the places of rows by how they were predicted
HITS = "count of hits by hand"


def hits(machine: Machine, predicted: Data, truth: Data, node: ir.Node) -> Data:
    """Right or wrong, row by row: the beginning of a score, as `truth == prediction` is."""
    rows = as_values(truth)
    traits = (predicted.traits | rows.traits) - {"loss", "verdict", "mixed"} | {"hits"}
    united = unite(predicted, rows.but(kind="prediction"))
    return united.but(kind="score", metric=HITS, form="", at=machine.here(node), traits=traits)


def among(machine: Machine, left: Value, right: Value, node: ir.Node) -> Data | None:
    """`item in recommended`: is the truth among what was predicted? Where it is not known whether the other is the truth, that
    shows once such answers are added up."""
    if in_forward(machine):
        return None
    sides = [summary(machine, [v]) if isinstance(v, (Data, Ref, Tuple)) else None for v in (left, right)]
    predicted = next((d for d in sides if d is not None and d.kind == "prediction" and d.form != "text"), None)
    if predicted is None:
        return None
    other, value = (sides[1], right) if predicted is sides[0] else (sides[0], left)
    if other is not None and other.kind in ("rows", "index") and not other.models:
        return hits(machine, predicted, other, node)
    return with_traits(predicted, "verdict") if isinstance(value, Unknown) else None


def ordered(name: str, data: Data, result: Value) -> Value:
    """`scores.argsort().argsort()` and `best.index(truth)` are the place of the right one."""
    if data.kind != "prediction" or data.form == "text" or not isinstance(result, Data) or result.kind != "prediction":
        return result
    if name == "argsort":
        return with_traits(result, "verdict" if ORDER in data.traits else ORDER)
    return with_traits(result, "verdict") if name == "index" else result


def ahead(machine: Machine, node: ir.Node, both: Data) -> Data:
    """`scores > scores[:, :1]`: which are ranked before the right one, whose place is known?"""
    if in_forward(machine) or not isinstance(node, ir.Operation) or len(node.operands) != 2:
        return both
    one, other = node.operands
    for part, whole in ((one, other), (other, one)):
        if isinstance(part, ir.Subscript) and source(part.value) == source(whole):
            return with_traits(both, "verdict")
    return both
