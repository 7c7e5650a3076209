"""What does an assignment to `container[key]` change?"""

from __future__ import annotations

from mlstd.lower import ir
from mlstd.trace.library import in_place, setting, told
from mlstd.trace.library.columns import column_set
from mlstd.trace.library.randomness import reach
from mlstd.trace.library.reduce import standardised
from mlstd.trace.machine import Machine
from mlstd.trace.python import named_parts
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.collect import data_in, summary
from mlstd.trace.values.join import join, unite
from mlstd.trace.values.kinds import (
    Address,
    Bound,
    Choice,
    Const,
    Data,
    Entries,
    External,
    Items,
    Ref,
    Unknown,
    Value,
)
from mlstd.trace.values.parts import among

CELLS = frozenset(("at", "iat", "loc", "iloc"))


def write(machine: Machine, target: ir.Subscript, value: Value) -> None:
    """`target = value`: a list or dict takes it in; rows take over what the value carries."""
    container = machine.verbs.evaluate(target.value)
    if isinstance(container, Data) and _into_cells(machine, target, container, value):
        return
    key: Value | None = None if isinstance(target.index, ir.Slice) else machine.verbs.evaluate(target.index)
    if isinstance(container, Choice) and any(isinstance(option, Ref) for option in container.options):
        for option in container.options:  # what an earlier run has written, or a new table
            if isinstance(option, Ref):
                _into(machine, option, key, value, target)
    elif isinstance(container, Ref):
        _into(machine, container, key, value, target)
    elif isinstance(container, External):
        setting.external_set(machine, container, "__setitem__", (key if key is not None else Unknown("a slice"), value), target)
    elif isinstance(container, Data) and isinstance(target.value, (ir.Name, ir.Attribute, ir.Subscript)):
        if (replaced := named_parts.replaced(machine, container, key, value, target)) is not None:
            machine.verbs.assign(target.value, replaced)
        else:
            _into_rows(machine, target, container, key, value)
    elif isinstance(container, (Unknown, Const)) and data_in(machine, value):
        if isinstance(target.value, (ir.Name, ir.Attribute)):
            machine.verbs.assign(target.value, value)
        elif isinstance(target.value, ir.Subscript):
            write(machine, target.value, value)  # `run.summary["accuracy"]["test"] = value`


def _into_cells(machine: Machine, target: ir.Subscript, table: Data, value: Value) -> bool:
    """`table.at[i, "column"] = value`, `table.loc[mask, "column"] = value`: does a column take in predictions, or hits?"""
    if not isinstance(target.value, ir.Attribute) or target.value.name not in CELLS:
        return False
    items = target.index.items if isinstance(target.index, ir.Sequence) else ()
    name = machine.verbs.evaluate(items[-1]) if len(items) > 1 and not isinstance(items[-1], ir.Slice) else None
    new = summary(machine, [value])
    if new is None or not told.kept(new) or not isinstance(name, Const) or not isinstance(name.value, str):
        return False
    in_place.change(machine, target.value.value, told.put(table, name.value, new.but(traits=new.traits - {"item"})))
    return True


def _into(machine: Machine, container: Ref, key: Value | None, value: Value, target: ir.Subscript) -> None:
    address = container.address
    listed, named = machine.load(address, "[]"), machine.load(address, "{}")
    if isinstance(named, Entries):
        if isinstance(key, Const):
            machine.store(
                address, "{}", Entries((*((k, v) for k, v in named.items if k != key.value), (key.value, value)), named.rest)
            )
        else:
            machine.store(address, "{}", Entries(named.items, value if named.rest is None else join(named.rest, value)))
    elif isinstance(listed, Items):
        if isinstance(key, Const) and isinstance(key.value, int) and 0 <= key.value < len(listed.items):
            items = (*listed.items[: key.value], value, *listed.items[key.value + 1 :])
            machine.store(address, "[]", Items(items, listed.rest))
        else:
            machine.store(address, "[]", Items(listed.items, value if listed.rest is None else join(listed.rest, value)))
    else:
        method = machine.verbs.attribute(container, "__setitem__", target)
        if isinstance(method, Bound):
            machine.verbs.call(method, Arguments([key if key is not None else Unknown("a slice"), value]), target)


def _into_rows(machine: Machine, target: ir.Subscript, container: Data, key: Value | None, value: Value) -> None:
    """A column or some rows are replaced: the whole carries the new ones' statistics and models."""
    reach(machine, [value])
    new = summary(machine, [value])
    column = key.value if isinstance(key, Const) and isinstance(key.value, str) else ""
    if new is None or (column and container.kind == "rows" and container.parts and told.kept(new) and new.kind == "score"):
        if column and (new is not None or container.told):
            in_place.change(machine, target.value, told.put(container, column, new))
        return
    if new.kind == "score":
        in_place.change(machine, target.value, new if container.kind != "rows" else unite(new, Data("score", container.parts)))
        return
    if new.kind == "statistic" and container.kind == "rows":
        in_place.change(machine, target.value, standardised(machine, container, new, target))
        return
    column_set(machine, target, container, new)
    mixed = container.but(
        parts=container.parts | frozenset(p for p in new.parts if new.kind != "index" and not among(p, container.parts)),
        models=container.models | frozenset(m for m in new.models if not _clusters(machine, m)),
        stats=container.stats | new.stats,
        traits=container.traits | (new.traits & {"augmented", "oversampled", "shuffled", "lagged"}),
    )
    if new.kind == "prediction" and container.kind == "rows" and not container.parts:
        mixed, column = new, ""
    in_place.change(machine, target.value, told.put(mixed, column, new) if column else mixed)


def _clusters(machine: Machine, model: Address) -> bool:
    """Is this a model without a target, whose output as a column is a feature rather than a prediction?"""
    return model in machine.things and machine.things[model].supervised is False
