"""What happens to rows that are put together, drawn with replacement, or rid of duplicates: are there copies of rows, rows of
two parts in one table?"""

from __future__ import annotations

from mlstd.lower import ir
from mlstd.trace.events import Transform
from mlstd.trace.library.site import Site
from mlstd.trace.machine import Machine
from mlstd.trace.values.collect import summary
from mlstd.trace.values.kinds import Const, Data, Items, Ref, Stat, Tuple, Value
from mlstd.trace.values.parts import Part, contains

JOINS = frozenset(("concat", "concatenate", "vstack", "append", "cat", "ConcatDataset"))


def pieces(machine: Machine, values: list[Value]) -> list[Data]:
    """The rows that are put together, one by one: the items of a list, or the arguments themselves."""
    found: list[Value] = []
    for value in values:
        held = (
            machine.load(value.address, "[]")
            if isinstance(value, Ref)
            else Items(value.items)
            if isinstance(value, Tuple)
            else None
        )
        found += held.items if isinstance(held, Items) and held.rest is None else [] if isinstance(held, Items) else [value]
    united = [summary(machine, [v], instances=True) for v in found]
    return [d for d in united if d is not None and d.kind == "rows"]


def along_rows(site: Site) -> bool:
    """Are rows put below each other, not columns side by side?"""
    axis = site.bound.get("axis", site.bound.get("dim"))
    if axis is None and site.name.rpartition(".")[2] in ("concatenate", "cat") and len(site.arguments.positional) > 1:
        axis = site.arguments.positional[1]
    return axis is None or axis in (Const(0), Const("index"), Const("rows"))


def joined(machine: Machine, name: str, parts: list[Data], whole: Data, node: ir.Node) -> Data:
    """Rows put below each other: those of two parts are one table from now on; those of the same part are there twice."""
    if len(parts) < 2 or any(d.traits & {"item", "batch", "grouped", "windowed"} for d in parts):
        return whole
    at = machine.here(node)
    twice = next((a for i, a in enumerate(parts) for b in parts[i + 1 :] if _again(a, b)), None)
    if twice is not None and not all(_of_this_round(machine, part) for part in twice.parts):
        return copied(machine, whole, twice, f"{name} of the same rows", node)
    machine.tape.add(Transform(**machine.common(at), rows=whole, name=name, learned="nothing"))
    return whole


def _of_this_round(machine: Machine, part: Part) -> bool:
    """Were these rows read, or cut at bounds that are not fixed, inside the loop that puts them together? Then each round has
    others."""
    cuts = [s.where for s in part.steps if s.kind == "slice" and not s.key.replace(":", "").lstrip("-").isdigit()]
    places = [at for at in (part.origin.at, *cuts) if at is not None]
    return any(at.path == loop.path and loop.line < at.line <= loop.end_line for loop in machine.loops for at in places)


def _again(a: Data, b: Data) -> bool:
    """Do two pieces hold the same rows, of the same columns?"""
    if not a.parts or not b.parts or a.columns != b.columns or a.at != b.at:
        return False
    return all(any(contains(p, q) for p in a.parts) for q in b.parts) or all(
        any(contains(q, p) for q in b.parts) for p in a.parts
    )


def copied(machine: Machine, rows: Data, source: Data, name: str, node: ir.Node) -> Data:
    """Rows of which some are there more than once."""
    stat = Stat(machine.here(node), source.parts, "copies", name)
    if stat not in rows.stats:
        machine.tape.add(Transform(**machine.common(stat.at), rows=source, name=name, learned="copies"))
    return rows.but(stats=rows.stats | {stat}, traits=rows.traits | {"oversampled"})


def deduplicated(machine: Machine, rows: Data, node: ir.Node) -> None:
    """`drop_duplicates()`: told, for whoever asks when."""
    machine.tape.add(Transform(**machine.common(machine.here(node)), rows=rows, name="drop_duplicates", learned="nothing"))
