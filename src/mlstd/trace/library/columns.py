"""Which columns has a table: all that its file has, but for those that were dropped? Is it a series in time?

`lacks` of rows holds the names of dropped columns while the table is otherwise whole; None where that is not known any more.
"""

from __future__ import annotations

from mlstd.lower import ir
from mlstd.trace.events import Ahead
from mlstd.trace.library import in_place
from mlstd.trace.library.site import Site
from mlstd.trace.machine import Machine
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.kinds import Bound, Const, Data, Items, Ref, Stat, Tuple, Value
from mlstd.trace.values.text import source

WHOLE = frozenset(
    [
        "dropna",
        "drop_duplicates",
        "sample",
        "reset_index",
        "sort_values",
        "sort_index",
        "fillna",
        "copy",
        "head",
        "tail",
        "query",
        "astype",
        "to_numpy",
        "round",
    ]
)
TIMES = frozenset(["shift", "diff", "pct_change", "rolling", "ewm", "expanding"])
LAGGED = "lagged"
AHEAD = "ahead"
OWN = ("statistics that a column has brought into its table",)
CARRIED = ("statistics in what a column was made of",)


def loaded(site: Site, value: Value) -> Value:
    """A file that is read as a table has all its columns."""
    table = site.name.startswith("pandas.read_") and not site.was_given("usecols") and "usecols" not in site.arguments.named
    return value.but(lacks=frozenset()) if table and isinstance(value, Data) else value


def after_method(machine: Machine, data: Data, result: Value, name: str, arguments: Arguments, node: ir.Node) -> Value:
    """What a method leaves of a table's columns; what looks along time makes a series of it."""
    if isinstance(result, Data) and data.kind == "rows" and "batch" not in data.traits:
        ahead = {AHEAD} if _looks_ahead(name, arguments) else set()
        result = result.but(traits=result.traits | ahead | ({LAGGED} if name in TIMES else set()))
    if not isinstance(result, Data):
        return result
    if name in TIMES:
        return result.but(lacks=None)
    left = _left(machine, data, name, arguments)
    if name == "pop":
        _change(machine, data.but(lacks=left), node)
    result = result.but(lacks=left) if name not in WHOLE else result
    if name == "drop":
        gone = _dropped(machine, arguments)
        result = without(machine, result.but(columns=result.columns - gone if gone else frozenset()), gone)
    if data.kind == "rows" and arguments.named.get("inplace") == Const(True):
        _change(machine, result, node)
    return result


def _left(machine: Machine, data: Data, name: str, arguments: Arguments) -> frozenset[str] | None:
    """Which columns a table lacks after a method: those that are dropped by name as well."""
    if data.lacks is None or name in WHOLE:
        return data.lacks
    return data.lacks | names if name == "drop" and (names := _dropped(machine, arguments)) else None


def _looks_ahead(name: str, arguments: Arguments) -> bool:
    """`shift(-1)`, `bfill()`: what comes later is put where it was not yet known."""
    if name in ("bfill", "backfill") or (
        name == "fillna" and arguments.named.get("method") in (Const("bfill"), Const("backfill"))
    ):
        return True
    periods = arguments.get(0, "periods")
    return name == "shift" and isinstance(periods, Const) and isinstance(periods.value, int) and periods.value < 0


def column_set(machine: Machine, target: ir.Subscript, table: Data, new: Data) -> None:
    """`table["name"] = values`: told where the values look ahead; the statistics that only this column carries are its own."""
    name = machine.verbs.evaluate(target.index)
    if not isinstance(name, Const) or not isinstance(name.value, str):
        return
    if AHEAD in new.traits:
        machine.tape.add(Ahead(**machine.common(machine.here(target), source(target)), column=name.value, rows=new))
    for note, stats in ((OWN, new.stats - table.stats), (CARRIED, new.stats)):
        known: dict[str, frozenset[Stat]] = machine.notes.setdefault(note, {})
        known[name.value] = known.get(name.value, frozenset()) | stats


def was_put(machine: Machine, table: Data, name: str) -> bool:
    """Has the code put a column with statistics of its own into this table, and is it there still?"""
    own: dict[str, frozenset[Stat]] = machine.notes.get(OWN, {})
    return bool(own.get(name)) and own[name] <= table.stats


def without(machine: Machine, data: Data, names: frozenset[str]) -> Data:
    """A table that has lost some columns has lost the statistics that only these carried."""
    own: dict[str, frozenset[Stat]] = machine.notes.get(OWN, {})
    gone = frozenset(stat for name in names for stat in own.get(name, ()))
    kept = frozenset(stat for name, stats in machine.notes.get(CARRIED, {}).items() if name not in names for stat in stats)
    return data.but(stats=data.stats - (gone - kept)) if gone else data


def deleted(machine: Machine, data: Data, key: Value) -> Data:
    """What `del table["name"]` leaves."""
    names = frozenset((key.value,)) if isinstance(key, Const) and isinstance(key.value, str) else frozenset()
    left = data.lacks | names if data.lacks is not None and names else None
    return without(machine, data.but(lacks=left), names)


def only(machine: Machine, data: Data, names: frozenset[str]) -> Data:
    """A table of these columns alone."""
    own: dict[str, frozenset[Stat]] = machine.notes.get(OWN, {})
    return without(machine, data, frozenset(own) - names)


def _change(machine: Machine, changed: Data, node: ir.Node) -> None:
    """The table itself is changed, or a column of it, by whatever name it goes here."""
    if isinstance(node, ir.Call) and isinstance(node.func, ir.Attribute):
        owner = node.func.value
        if isinstance(owner, (ir.Name, ir.Attribute)) or (isinstance(owner, ir.Subscript) and not changed.traits & {"item"}):
            in_place.change(machine, owner, changed)


def _dropped(machine: Machine, arguments: Arguments) -> frozenset[str]:
    """The names that `drop` takes away, if all are known; none where it drops rows."""
    named = arguments.named.get("columns")
    if named is None and arguments.named.get("axis", arguments.get(1)) in (Const(1), Const("columns")):
        named = arguments.named.get("labels", arguments.get(0))
    items: tuple[Value, ...] = (named,) if named is not None else ()
    if isinstance(named, Tuple):
        items = named.items
    elif isinstance(named, Ref):
        held = machine.load(named.address, "[]")
        items = held.items if isinstance(held, Items) and held.rest is None else ()
    known = [i.value for i in items if isinstance(i, Const) and isinstance(i.value, str)]
    return frozenset(known) if len(known) == len(items) else frozenset()


def leaked(site: Site) -> str:
    """The target column of a fit that is surely still among the features; a pipeline may choose columns, so it is left alone."""
    effect = site.effect
    if effect.effect != "fit" or site.kind is None or site.kind.role != "model" or not effect.rows or not effect.target:
        return ""
    features, target = site.value(effect.rows[0]), site.value(effect.target[0])
    if not isinstance(features, Data) or features.kind != "rows":
        return ""
    if len(features.columns) == 1 or (features.lacks is None and not features.columns):
        return ""
    if isinstance(target, Bound) and isinstance(target.self, Data) and target.function is None:
        column, rows = target.name, target.self
    elif isinstance(target, Data) and len(target.columns) == 1:
        (column,), rows = target.columns, target
    else:
        return ""
    moved = LAGGED in features.traits | rows.traits or rows.kind != "rows"
    if moved or rows.parts != features.parts:
        return ""
    there = column in features.columns if features.columns else features.lacks is not None and column not in features.lacks
    return column if there else ""
