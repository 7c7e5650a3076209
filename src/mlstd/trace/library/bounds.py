"""What identifies a bound of a slice, so that two slices that meet at it are known to meet?

A number as it is, an unknown value by the place that made it; what is added to a bound is written behind it, so that `[a + b :]`
is known to start after `[: a]` ends.
"""

from __future__ import annotations

from mlstd.lower import ir
from mlstd.trace.machine import Machine
from mlstd.trace.values.kinds import COUNTER, Const, Unknown, Value
from mlstd.trace.values.text import source

LONGEST_SUM = 4


def of_slice(machine: Machine, node: ir.Slice) -> str:
    """The two bounds of a slice."""
    return f"{written(machine, node.lower)}:{written(machine, node.upper)}"


def written(machine: Machine, node: ir.Expr | None) -> str:
    """A bound as it stands in the code."""
    if node is None:
        return ""
    value = machine.verbs.evaluate(node)
    if isinstance(node, ir.Operation) and node.op == "+" and isinstance(value, Unknown) and value.why != COUNTER:
        return " + ".join(written(machine, operand) for operand in node.operands)
    if isinstance(value, Const) or (isinstance(value, Unknown) and isinstance(node, ir.Name)):
        return of_value(machine, value) or _plain(source(node))
    return _plain(source(node))


def of_value(machine: Machine, value: Value | None) -> str:
    """A bound of which only the value is at hand; "" for none, and for one that nobody knows."""
    if isinstance(value, Const):
        return "" if value.value is None else _plain(str(value.value))
    if not isinstance(value, Unknown) or value.at is None:
        return ""
    terms, sums = [value.identity], machine.notes.get("sums", {})
    while terms[0] in sums and len(terms) < LONGEST_SUM:
        terms.insert(0, sums[terms[0]])
    return " + ".join(f"?{_plain(term)}" for term in terms)


def added(machine: Machine, left: Value, whole: Unknown) -> Unknown:
    """Remembers that a number is another one and something more."""
    if isinstance(left, Unknown) and left.at is not None:
        machine.notes.setdefault("sums", {})[whole.identity] = left.identity
    return whole


def _plain(text: str) -> str:
    """Without the sign that stands between two bounds."""
    return text.replace(":", ".")
