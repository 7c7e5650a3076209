"""Is something in a list, in a dict, among the columns of a table, or in an answer?"""

from __future__ import annotations

from typing import Any

from mlstd.lower import ir
from mlstd.trace.library import columns, ranks
from mlstd.trace.machine import Machine
from mlstd.trace.python.truth import option_of
from mlstd.trace.values.choose import answered, verdict
from mlstd.trace.values.collect import summary
from mlstd.trace.values.kinds import Bound, Const, Data, Entries, Items, Ref, Text, Tuple, Value


def membership(machine: Machine, op: str, left: Value, right: Value, node: ir.Node) -> Value:
    """`"x" in known_list` and `"key" in known_dict`."""
    keys: list[Any] | None = None
    if isinstance(left, Const) and isinstance(left.value, str) and (there := _has_column(machine, left.value, node)) is not None:
        return Const(there is (op == "in"))
    if isinstance(right, Tuple):
        keys = [i.value if isinstance(i, Const) else i for i in right.items]
    elif isinstance(right, Ref):
        listed, named = machine.load(right.address, "[]"), machine.load(right.address, "{}")
        if isinstance(listed, Items) and listed.rest is None:
            keys = [i.value if isinstance(i, Const) else i for i in listed.items]
        elif isinstance(named, Entries) and named.rest is None:
            keys = [k for k, _ in named.items]
    if keys is not None and isinstance(left, Const):
        return Const((left.value in keys) is (op == "in"), left.option)
    for value, other in ((right, left), (left, right)):
        found = summary(machine, [value]) if isinstance(value, (Data, Bound, Text)) else None
        if found is not None and found.kind == "prediction" and found.form == "text":
            return verdict(found) if isinstance(other, (Const, Ref, Tuple)) else answered(found, machine.here(node))
    found = ranks.among(machine, left, right, node)
    return found if found is not None else machine.unknown(node, "a membership test", option_of(left))


def _has_column(machine: Machine, name: str, node: ir.Node) -> bool | None:
    """`"name" in table.columns`, `"name" in table`: where the code itself has put that column in, or taken it away."""
    asked = node.operands[1] if isinstance(node, ir.Operation) and len(node.operands) == 2 else None
    if isinstance(asked, ir.Attribute) and asked.name == "columns":
        asked = asked.value
    table = machine.verbs.evaluate(asked) if isinstance(asked, (ir.Name, ir.Subscript, ir.Attribute)) else None
    if not isinstance(table, Data) or table.kind != "rows":
        return None
    if table.lacks is not None and name in table.lacks:
        return False
    return True if columns.was_put(machine, table, name) else None
