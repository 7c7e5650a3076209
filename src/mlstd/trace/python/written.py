"""What does an operation tell by the way it is written: a path that is put together, numbers made to add up to one?"""

from __future__ import annotations

from mlstd.lower import ir
from mlstd.trace.values.kinds import Const, Text, Value
from mlstd.trace.values.text import source

TOTALS = frozenset(("sum", "norm", "max"))


def names_below(op: str, right: Value) -> bool:
    """Is what stands left a folder: is it divided by a name, or is a path added to it?"""
    name = right.pattern if isinstance(right, Text) else right.value if isinstance(right, Const) else None
    return isinstance(name, str) and (op == "/" or (op == "+" and name.startswith("/")))


def shares(node: ir.Operation) -> bool:
    """`p / p.sum(axis=1)`, `p / np.linalg.norm(p)[:, None]`: something divided by its own total."""
    total = node.operands[-1]
    while isinstance(total, ir.Subscript):
        total = total.value
    if node.op != "/" or not isinstance(total, ir.Call) or not isinstance(total.func, ir.Attribute):
        return False
    summed = total.arguments[0].value if total.arguments else None
    return total.func.name in TOTALS and source(node.operands[0]) in (source(total.func.value), source(summed))
