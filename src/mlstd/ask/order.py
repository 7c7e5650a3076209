"""Do predictions and labels come in the same order, or were the rows shuffled on the way to the model only?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mlstd.ask.case import Case, step, sureness
from mlstd.ask.view import View
from mlstd.lower import ir
from mlstd.lower.nodes import nodes_of
from mlstd.place import Place
from mlstd.trace.events import Draw, Score
from mlstd.trace.library.passes import MIXED, NOTED


def mismatched(view: View) -> Iterator[Case]:
    """Scores that set predictions of shuffled rows against the labels of the same rows as they are stored."""
    written: Any = view.trace.notes.get(NOTED, {})
    done: set[Place] = set()
    for score in (s for s in view.scores if MIXED in s.value.traits and s.value.models and s.at not in done):
        draw = _shuffled(view, score)
        if draw is None or _switched_off(view):
            continue
        done.add(score.at)
        evidence = (
            step("these rows come in another order at every pass", draw),
            step("and are scored with labels in stored order", score),
        )
        facts = {"code": view.code(score), "labels": written.get(score.value.parts, "labels")}
        yield Case(view.at(score), sureness(draw, score), evidence, facts)


def _shuffled(view: View, score: Score) -> Draw | None:
    """The last shuffle on the way to these predictions."""
    rows = score.value.parts
    draws = [d for d in view.draws if d.use == "shuffle" and d.rows is not None and d.rows.parts == rows]
    return next((d for d in reversed(draws) if d.order < score.order), None)


def _switched_off(view: View) -> bool:
    """Is the shuffling of an iterator switched off before it predicts (`iterator.shuffle = False`)?"""
    bodies = (unit.body for module in view.modules.values() for unit in module.units)
    targets = (t for body in bodies for n in nodes_of(body) if isinstance(n, ir.Assign) for t in n.targets)
    return any(isinstance(t, ir.Attribute) and t.name == "shuffle" for t in targets)
