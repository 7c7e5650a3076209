"""Do predictions and labels come in the same order, or were the rows shuffled on the way to the model only?"""

from __future__ import annotations

from collections.abc import Iterator

from mlstd.ask.case import Case, step, sureness
from mlstd.ask.code import argument, bound, call_at, called, calls
from mlstd.ask.view import View
from mlstd.lower import ir
from mlstd.lower.nodes import nodes_of
from mlstd.place import Place
from mlstd.trace.events import Draw, Score
from mlstd.trace.values.text import source

STORED = ("classes", "targets", "labels")
Names = dict[tuple[str, str], tuple[int | None, ir.Expr]]


def mismatched(view: View) -> Iterator[Case]:
    """Scores that set predictions of shuffled rows against the labels of the same rows as they are stored."""
    names = bound(view)
    done: set[Place] = set()
    for score in (s for s in view.scores if s.by == "metric" and s.batch and s.value.models and s.at not in done):
        call = call_at(view, score.at)
        stored = _stored(names, score.at.path, call) if call is not None else None
        draw = _shuffled(view, names, score, stored) if stored is not None else None
        if stored is None or draw is None:
            continue
        done.add(score.at)
        evidence = (
            step("these rows come in another order at every pass", draw),
            step("and are scored with labels in stored order", score),
        )
        facts = {"code": view.code(score), "labels": source(stored)}
        yield Case(view.at(score), sureness(draw, score), evidence, facts)


def _stored(names: Names, path: str, call: ir.Call) -> ir.Attribute | None:
    """The argument that is the stored labels of a data set or iterator: `test.classes`, or a name that stands for it."""
    for given in call.arguments:
        value: ir.Expr = given.value
        if isinstance(value, ir.Name):
            value = names.get((path, value.id), (None, value))[1]
        if isinstance(value, ir.Attribute) and value.name in STORED and isinstance(value.value, ir.Name):
            return value
    return None


def _shuffled(view: View, names: Names, score: Score, stored: ir.Attribute) -> Draw | None:
    """The shuffle on the way to these predictions: of the iterator itself, or of every loader that reads the data set."""
    owner = stored.value
    made = names.get((score.at.path, owner.id)) if isinstance(owner, ir.Name) else None
    if made is None or not isinstance(owner, ir.Name):
        return None
    own = Place(score.at.path, made[0], *made[1].at)
    rows = score.value.parts
    draws = [
        d for d in view.draws if d.use == "shuffle" and d.rows is not None and d.rows.parts == rows and d.order < score.order
    ]
    if any(load.at == own and load.rows.parts == rows for load in view.loads) and stored.name != "classes":
        loaders = [c for _, c in calls(view) if called(c) == "DataLoader" and _reads(c, owner.id)]
        return draws[0] if draws and loaders and all(map(_shuffles, loaders)) else None
    return next((d for d in draws if d.at == own), None) if _predicted_once(view, owner.id) else None


def _reads(call: ir.Call, name: str) -> bool:
    first = call.arguments[0].value if call.arguments else None
    return isinstance(first, ir.Name) and first.id == name


def _shuffles(call: ir.Call) -> bool:
    value = argument(call, "shuffle")
    return isinstance(value, ir.Const) and value.value is True


def _predicted_once(view: View, name: str) -> bool:
    """Is the iterator handed to `predict`, and its shuffling never switched off afterwards?"""
    asked = any(called(c) in ("predict", "predict_generator") and _reads(c, name) for _, c in calls(view))
    bodies = (unit.body for module in view.modules.values() for unit in module.units)
    targets = (t for body in bodies for n in nodes_of(body) if isinstance(n, ir.Assign) for t in n.targets)
    return asked and not any(isinstance(t, ir.Attribute) and t.name == "shuffle" for t in targets)
