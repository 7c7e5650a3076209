"""Which columns of a table hold what was computed for its rows: predictions (`df["pred"] = model.predict(X)`), right or wrong?

A column read back is what was put into it, so that `df["pred"] == df["label"]` is the score that it would be without the table.
"""

from __future__ import annotations

from mlstd.trace.machine import Machine
from mlstd.trace.values.collect import summary
from mlstd.trace.values.kinds import Data, Entries, Items, Ref, Value

MOST_COLUMNS = 8


def kept(data: Data) -> bool:
    """Is this something that a column is remembered for?"""
    return data.kind == "prediction" or (data.kind == "score" and "hits" in data.traits)


def put(table: Data, column: str, new: Data | None) -> Data:
    """The table with a column written anew: remembered if it holds predictions or hits, forgotten if it did."""
    others = tuple((name, held) for name, held in table.told if name != column)
    if new is None or not kept(new) or len(others) >= MOST_COLUMNS:
        return table.but(told=others) if others != table.told else table
    return table.but(told=(*others, (column, new.but(told=()))))


def column(table: Data, names: frozenset[str]) -> Data | None:
    """What a single column holds, as it was put in; of a table with such columns, another column tells of no model."""
    if not table.told or len(names) != 1:
        return None
    (name,) = names
    held = dict(table.told)
    if name in held:
        return held[name].but(traits=held[name].traits | (table.traits & {"item", "batch"}))
    computed = frozenset().union(*(d.models for d in held.values()))
    return table.but(models=table.models - computed, told=(), columns=names)


def scores(data: Data) -> tuple[Data, ...]:
    """The columns that say how good predictions are."""
    return tuple(held for _, held in data.told if held.kind == "score")


def table_of(machine: Machine, value: Value) -> Data | None:
    """`pd.DataFrame(rows)` of dicts that hold predictions beside the truth; None where no column does."""
    columns = _columns(machine, value)
    found = {name: data for name, v in columns.items() if (data := summary(machine, [v])) is not None}
    if not any(map(kept, found.values())) or any(d.kind == "score" and not kept(d) for d in found.values()):
        return None
    held = tuple((name, data.but(told=(), traits=data.traits - {"item"})) for name, data in found.items() if kept(data))
    rows = [d for d in found.values() if d.kind != "statistic"]
    return Data(
        "rows",
        frozenset().union(*(d.parts for d in rows)),
        frozenset().union(*(d.models for d in rows)),
        frozenset().union(*(d.stats for d in rows)),
        traits=frozenset().union(*(d.traits for d in rows)) - {"item", "hits", "loss", "mixed", "verdict"},
        told=held[:MOST_COLUMNS],
    )


def _columns(machine: Machine, value: Value) -> dict[str, Value]:
    """The named values in a dict of columns, or in a list of rows that are dicts."""
    if not isinstance(value, Ref):
        return {}
    named, listed = machine.load(value.address, "{}"), machine.load(value.address, "[]")
    if isinstance(named, Entries):
        return {name: held for name, held in named.items if isinstance(name, str)}
    found: dict[str, Value] = {}
    if isinstance(listed, Items):
        for row in (*listed.items, *((listed.rest,) if listed.rest is not None else ())):
            held = machine.load(row.address, "{}") if isinstance(row, Ref) else None
            for name, item in held.items if isinstance(held, Entries) else ():
                if isinstance(name, str) and (name not in found or not isinstance(found[name], Data)):
                    found[name] = item
    return found
