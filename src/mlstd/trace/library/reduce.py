"""When does a comparison of predictions with the truth become a score, and rows a statistic?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, get_args

from mlstd.lower import ir
from mlstd.place import Place
from mlstd.trace.events import Score, Transform
from mlstd.trace.library.modes import RUNNING, inside
from mlstd.trace.library.site import Site
from mlstd.trace.machine import Frame, Machine
from mlstd.trace.values.choose import PRESENT, as_values
from mlstd.trace.values.join import unite
from mlstd.trace.values.kinds import (
    ONE_EACH,
    Address,
    Choice,
    Const,
    Data,
    Entries,
    Items,
    Ref,
    Stat,
    Tuple,
    Unknown,
    Value,
)
from mlstd.trace.values.parts import Part
from mlstd.trace.values.text import source

_LOSS = re.compile(r"loss$|^loss|criterion|Loss|entropy", re.IGNORECASE)
REDUCERS = frozenset(
    (
        "mean",
        "sum",
        "std",
        "var",
        "min",
        "max",
        "median",
        "quantile",
        "percentile",
        "nanmean",
        "nanstd",
        "amax",
        "amin",
        "average",
        "mode",
        "describe",
        "ptp",
        "nansum",
        "reduce_mean",
        "reduce_sum",
        "reduce_max",
        "reduce_min",
        "count_nonzero",
        "norm",
        "nanmax",
        "nanmin",
        "agg",
        "cov",
        "corr",
        "value_counts",
    )
)


def reduced(machine: Machine, data: Data, node: ir.Node, code: str = "", adds: bool = False, by: str = "hand") -> Data:
    """The score that a row-by-row comparison adds up to; other data as it is. `adds`: the rows are surely added up here; `by`:
    "plot", where they are only looked at."""
    _difference(machine, data, node)
    if data.kind == "prediction" and "mixed" in data.traits and adds:
        metric = "loss by hand" if _in_loss(machine) else "overlap by hand"
        data = data.but(kind="score", metric=metric, form="", traits=(data.traits - {"mixed"}) | {"hits", "loss"})
    if data.kind == "prediction" and "verdict" in data.traits and adds:
        metric = "verdict by hand" if data.form == "text" else "rank by hand"
        data = data.but(kind="score", metric=metric, form="", traits=(data.traits - {"verdict"}) | {"hits"})
    if data.kind != "score" or "hits" not in data.traits:
        return data
    value = Data("score", data.parts, data.models, data.stats, data.metric, data.form, machine.here(node), data.traits - {"hits"})
    emit(
        machine,
        value,
        by,
        data.metric,
        machine.here(node),
        code or _written(node),
    )
    return value


def _in_loss(machine: Machine) -> bool:
    """Does the code of a loss run now, a function or a module without weights that is called so?"""
    names = [f.function.name for f in machine.frames if f.function is not None]
    receivers = [machine.heap[f.receiver.address].cls for f in machine.frames if isinstance(f.receiver, Ref)]
    names += [cls.node.name for cls in receivers if cls is not None]
    return any(_LOSS.search(name) for name in names)


def _written(node: ir.Node) -> str:
    """What adds up, as the reader wrote it: an expression, or the name of a counter."""
    if isinstance(node, ir.Assign):
        return source(node.targets[0])
    return source(node if isinstance(node, get_args(ir.Expr)) else None)


def emit(machine: Machine, value: Data, by: str, metric: str, at: Place, code: str, **details: Any) -> None:
    """Put a score on the tape, with what its models had learned from by now."""
    if any(part.origin.name.startswith("placeholder@") for part in value.parts):
        return  # a graph that no session has run yet scores nothing
    value = value.but(models=_outermost(machine, value.models))
    fields: dict[str, Any] = {
        "training": "training mode" in value.traits,
        "form": value.form,
        "batch": "batch" in value.traits,
        **details,
    }
    machine.tape.add(
        Score(**machine.common(at, code), value=value, by=by, metric=metric, fitted=learned_from(machine, value), **fields)
    )


def _outermost(machine: Machine, models: frozenset[Address]) -> frozenset[Address]:
    """A loss that a model computes in its own `forward` is a score of this model, not of the part of it that came last."""
    running = next((f.receiver.address for f in machine.frames if isinstance(f.receiver, Ref) and _runs(machine, f)), None)
    return frozenset((running,)) if running is not None and models and models <= {*inside(machine, running)} else models


def _runs(machine: Machine, frame: Frame) -> bool:
    """Is this the code that a project's own model runs when it is called?"""
    made = machine.object(frame.receiver) if frame.receiver is not None else None
    role = machine.things[made.address].role if made is not None and made.address in machine.things else ""
    return role == "model" and frame.function is not None and frame.function.name in RUNNING


def learned_from(machine: Machine, value: Data) -> frozenset[Part]:
    """The rows that the models of a score had seen: a part of a model, scored in its `forward`, has seen what the whole has."""
    running = {f.receiver.address for f in machine.frames if isinstance(f.receiver, Ref) and f.receiver.address in machine.things}
    return machine.fitted(value.models | running)


def counted(machine: Machine, value: Value, node: ir.Node) -> Value:
    """`if prediction == truth: correct += 1`: a count that depends on hits is a score."""
    if isinstance(value, (Const, Unknown, Choice)) or _by_one(node):
        for condition in reversed(machine.conditions):
            telling = {"hits", "verdict"} if _by_one(node) else {"hits"}
            if condition.data is not None and condition.data.traits & telling:
                return reduced(machine, condition.data, node, adds=True)
            if condition.data is not None and not condition.negated:
                _difference(machine, condition.data, node)
    return reduced(machine, value, node, adds=True) if isinstance(value, Data) else value


def _by_one(node: ir.Node) -> bool:
    """`correct += 1`, in a later round of the loop, when `correct` is a score already."""
    return isinstance(node, ir.Assign) and isinstance(node.value, ir.Operation) and isinstance(node.value.operands[-1], ir.Const)


def statistic(machine: Machine, data: Data, node: ir.Node, name: str) -> Data:
    """A number taken over rows; over a single row or batch, it is no more than a feature of that."""
    _difference(machine, data, node)
    if data.traits & {"item", "batch"}:
        return data
    return Data("statistic", data.parts, data.models, data.stats, name, "", machine.here(node), data.traits)


def _difference(machine: Machine, data: Data, node: ir.Node) -> None:
    """Rows set beside rows and added up: how good a prediction is that no model made, if the rows turn out to be held out."""
    if "difference" in data.traits and data.kind in ("rows", "index") and not data.models:
        places = machine.notes.setdefault("differences", {})
        places[machine.here(node)] = places.get(machine.here(node), frozenset()) | as_values(data).parts


def by_group(machine: Machine, data: Data, node: ir.Node, name: str, spread: bool = False) -> Data:
    """A number for each group of rows. Where it is of the target and comes back to the rows (`spread`, or by a merge), each row
    carries what the others of its group were worth."""
    one_each = {ONE_EACH} if "grouped" in data.traits and not spread else set()
    rows = data.but(traits=data.traits - {"grouped", "windowed"} | one_each)
    if "windowed" in data.traits or len(data.columns) != 1 or name in ("count", "size", "value_counts"):
        return rows
    (column,) = data.columns
    stat = Stat(machine.here(node), data.parts, "target", f"{name} of {column} by group", column)
    machine.tape.add(Transform(**machine.common(stat.at), rows=rows, name=stat.name, learned="target"))
    return rows.but(stats=rows.stats | {stat})


def aggregated(site: Site, data: Data, function: Value | None) -> Data | None:
    """`agg("mean")`, `agg(["mean", "std"])`, `agg({"price": "mean"})`, `agg(level=("price", "mean"))`, `transform("mean")`."""
    found: Data | None = None
    for column, name in _aggregates(site, function):
        chosen = data.but(columns=frozenset((column,))) if column else data
        made = by_group(site.machine, chosen, site.node, name, spread=site.name == "transform")
        found = made if found is None else unite(found, made)
    return found


def _aggregates(site: Site, function: Value | None) -> Iterator[tuple[str, str]]:
    """The numbers that are taken by group: of which column ("" for those that were chosen before), by which name."""
    held = None
    if isinstance(function, Ref):
        held = site.machine.load(function.address, "[]") or site.machine.load(function.address, "{}")
    if isinstance(held, Entries):
        pairs = [(str(key), value) for key, value in held.items]
    else:
        pairs = [("", value) for value in (held.items if isinstance(held, Items) else (function,)) if value is not None]
    told = [v.items for v in site.arguments.named.values() if isinstance(v, Tuple) and len(v.items) == 2]
    pairs += [(str(c.value), name) for c, name in told if isinstance(c, Const)]
    for column, value in pairs:
        inner = site.machine.load(value.address, "[]") if isinstance(value, Ref) else None
        names = inner.items if isinstance(inner, Items) else (value,)
        yield from ((column, str(n.value)) for n in names if isinstance(n, Const) and n.value in REDUCERS)


def standardised(machine: Machine, rows: Data, number: Data, node: ir.Node) -> Data:
    """Rows that a number taken over rows was subtracted from, divided by or filled in carry that statistic."""
    if number.traits & {"item", "batch"} or not number.parts:
        return rows
    parts = frozenset(_whole(part) for part in number.parts)
    stat = Stat(machine.here(node), parts, "values", number.metric or "a mean or deviation")
    if stat not in rows.stats:
        machine.tape.add(
            Transform(
                **machine.common(stat.at), rows=number.but(kind="rows", metric=""), name=stat.name, learned="values", by_hand=True
            )
        )
    return rows.but(stats=rows.stats | number.stats | {stat})


def _whole(part: Part) -> Part:
    """What is taken over the rows that have a value is taken over all rows."""
    return Part(part.origin, part.steps[:-1]) if part.steps and part.steps[-1].key == PRESENT else part


def over_rows(axis: Value) -> bool:
    """Is an axis (or one of several) the one along the rows?"""
    axes = axis.items if isinstance(axis, Tuple) else (axis,)
    return any(one in (Const(None), Const(0), Const("index")) for one in axes)
