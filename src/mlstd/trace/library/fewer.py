"""Which rows do the methods of tables and data sets leave: the first ones, those by an index, those that others are not?"""

from __future__ import annotations

from mlstd.lower import ir
from mlstd.place import Place
from mlstd.trace.library import bounds, joined
from mlstd.trace.machine import Machine
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.choose import PRESENT, by_index, narrowed
from mlstd.trace.values.collect import summary
from mlstd.trace.values.kinds import COUNTER, Const, Data, Items, Ref, Stream, Tuple, Unknown, Value
from mlstd.trace.values.parts import Step, contains, left_by
from mlstd.trace.values.text import source

FEWER = frozenset(
    (
        "dropna",
        "drop_duplicates",
        "query",
        "nlargest",
        "nsmallest",
        "truncate",
        "between_time",
        "resample",
        "compress",
        "extract",
        "unique",
        "first",
        "last",
    )
)


def chosen(machine: Machine, data: Data, name: str, arguments: Arguments, node: ir.Node) -> Value | None:
    """Methods that leave fewer rows, or rows in another order."""
    if data.kind not in ("rows", "index"):
        return None
    place = str(machine.here(node))
    first = arguments.get(0)
    if name in ("head", "take", "skip", "tail", "limit"):
        return _ends(machine, data, name, first, place, machine.here(node))
    if name == "drop_duplicates" and data.kind == "rows":
        joined.deduplicated(machine, data, node)
    if name == "isin" and (some := _fewer(machine, data, first)) is not None:
        return by_index(data, some).but(kind="index")
    if name == "isin" and data.kind == "rows" and isinstance(node, ir.Call) and first is not None:
        return _among(machine, data, first, node)
    if name == "drop":
        return _without(machine, data, arguments, node)
    if name in FEWER:
        return narrowed(data, Step("some", place, PRESENT if name == "dropna" else ""))
    if name == "select" and isinstance(first, Stream) and isinstance(first.element, Unknown) and first.element.why == COUNTER:
        ends = first.element.way  # `select(range(100))`: a range writes its bounds as slices do
        return narrowed(data, Step("slice", "", ends, machine.here(node))) if ends.strip(":") else data
    if name in ("filter", "isin", "select", "iloc", "loc", "index_select") and first is not None:
        index = summary(machine, [first])
        return (
            by_index(data, index)
            if index is not None and index.kind == "index"
            else narrowed(data, Step("some", place))
            if name == "filter"
            else None
        )
    if name == "split":
        return Stream(data)
    return None


def _among(machine: Machine, data: Data, values: Value, node: ir.Call) -> Data:
    """`frame.split.isin(["train", "val"])`: a condition, known by how it is written and by the values that it allows."""
    held = machine.load(values.address, "[]") if isinstance(values, Ref) else values
    allowed = [i.value for i in (held.items if isinstance(held, (Items, Tuple)) else ()) if isinstance(i, Const)]
    index = summary(machine, [values])
    if index is not None and index.kind == "index":
        return by_index(data, index)
    step = Step("mask", repr(allowed) if allowed else "", source(node, 200), machine.here(node))
    return narrowed(data.but(kind="index"), step)


def _without(machine: Machine, data: Data, arguments: Arguments, node: ir.Node) -> Data | None:
    """`frame.drop(train.index)`: what is left are the other rows; None where columns are dropped."""
    labels = arguments.named.get("index", arguments.named.get("labels", arguments.get(0)))
    taken = summary(machine, [labels]) if labels is not None else None
    axis = arguments.named.get("axis", arguments.get(1))
    if taken is None or taken.kind not in ("rows", "index") or axis in (Const(1), Const("columns")):
        return None
    otherwise = Step("some", str(machine.here(node)))
    return data.but(parts=frozenset(left_by(part, taken.parts, otherwise) for part in data.parts))


def _fewer(machine: Machine, data: Data, value: Value | None) -> Data | None:
    """Some of the very rows of a table, by their index or by what tells them from others."""
    given = summary(machine, [value]) if value is not None else None
    if given is None or given.kind not in ("rows", "index"):
        return None
    return given if all(any(p != q and contains(p, q) for p in data.parts) for q in given.parts) else None


def _ends(machine: Machine, data: Data, name: str, count: Value | None, place: str, where: Place) -> Data:
    """The first or the last rows: `take(n)` and `skip(n)` have no row in common."""
    bound = bounds.of_value(machine, count) or f"?{place}".replace(":", ".")
    ends = {"skip": f"{bound}:", "tail": f"-{bound}:"}.get(name, f":{bound}")
    return narrowed(data, Step("slice", "", ends, where))
