"""Which functions set predictions beside the truth by their names, as an operator does: `np.logical_and(guess, truth)`?"""

from __future__ import annotations

from mlstd.lower import ir
from mlstd.trace.library.reduce import emit
from mlstd.trace.machine import Machine
from mlstd.trace.values.choose import as_values
from mlstd.trace.values.collect import summary
from mlstd.trace.values.kinds import Data, Value
from mlstd.trace.values.text import source

MEETS = {
    **dict.fromkeys(("logical_and", "bitwise_and", "intersect1d"), "&"),
    **dict.fromkeys(("logical_or", "bitwise_or", "union1d"), "|"),
    **dict.fromkeys(("multiply", "mul"), "*"),
}
TABLES = frozenset(("bincount", "histc", "histogram"))
PICKS = frozenset(("take_along_axis", "gather", "take"))
TABLE = "confusion matrix by hand"


def met(machine: Machine, name: str, values: list[Value], node: ir.Node) -> Value | None:
    """What the function gives where it sets a prediction beside rows; None where it does not."""
    first = summary(machine, values[:1], instances=False)
    if name in TABLES:
        return _counted(machine, first, node)
    if name not in MEETS and name not in PICKS:
        return None
    given = [first, *(summary(machine, [value], instances=False) for value in values[1:])]
    sides = [as_values(d) for d in given if d is not None]
    if len(sides) != 2 or {d.kind for d in sides} != {"prediction", "rows"}:
        return None
    left, right = sides
    if name in MEETS:
        return machine.verbs.combine(MEETS[name], left, right, node)
    # the truth at the places that a model ranks highest: how many of them are right
    return machine.verbs.combine("==", left, right, node) if left.kind == "rows" else None


def _counted(machine: Machine, data: Data | None, node: ir.Node) -> Data | None:
    """`np.bincount(classes * truth + guess)`: every pair of truth and prediction is counted."""
    if data is None or data.kind != "prediction" or "mixed" not in data.traits:
        return None
    at = machine.here(node)
    score = data.but(kind="score", metric=TABLE, form="labels", at=at, traits=data.traits - {"mixed", "item"})
    emit(machine, score, "hand", TABLE, at, source(node) if isinstance(node, ir.Call) else "")
    return score
