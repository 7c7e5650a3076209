"""What copies its random numbers: rounds of a loop behind the same seed, workers of a loader with the same generator?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mlstd.ask.case import Case, Confidence, Evidence, step, sureness, weakest
from mlstd.ask.randomness import effective
from mlstd.ask.view import View
from mlstd.lower import ir
from mlstd.lower.nodes import nodes_of
from mlstd.place import Place
from mlstd.trace.events import Draw, Seed
from mlstd.trace.values.text import source

TELLING = ("print", "log", "info", "debug", "warning", "write", "set_description", "set_postfix", "add_scalar", "log_metric")


def reseeded(view: View) -> Iterator[Case]:
    """The same constant seed in every round of a loop whose rounds nothing else makes differ."""
    done: set[Place] = set()
    for seed in view.seeds:
        if not seed.again or not seed.loops or seed.at in done:
            continue
        draw = _drawn(view, seed)
        loop = loop_at(view, seed.loops[-1])
        if draw is None or loop is None or not _copies(loop):
            continue
        done.add(seed.at)
        yield Case(
            view.at(seed),
            weakest([sureness(seed)]),
            (step("the same seed in every round", seed), step("so that this draws the same in every round", draw)),
            {"code": view.code(seed), "draw": view.code(draw)},
        )


def _drawn(view: View, seed: Seed) -> Draw | None:
    """The first draw that the seed decides, in the same round."""
    inside = [d for d in view.draws if d.generator in seed.generators and not d.own_seed and d.order > seed.order]
    return next((d for d in inside if d.loops[: len(seed.loops)] == seed.loops), None)


def loop_at(view: View, at: Place) -> ir.Loop | ir.Comprehension | None:
    """The loop that stands at a place."""
    module = view.modules.get(at.path)
    for unit in module.units if module is not None else ():
        if unit.cell != at.cell:
            continue
        for node in nodes_of(unit.body):
            if isinstance(node, (ir.Loop, ir.Comprehension)) and Place(at.path, unit.cell, *node.at) == at:
                return node
    return None


def _copies(loop: ir.Loop | ir.Comprehension) -> bool:
    """Does nothing in a round depend on which round it is? (Telling its number changes nothing.)"""
    if isinstance(loop, ir.Comprehension):
        names = {n.id for clause in loop.clauses for n in nodes_of([clause.target]) if isinstance(n, ir.Name)}
        body: list[Any] = [loop.element, loop.value]
    else:
        if loop.word != "for" or loop.target is None:
            return False
        names = {n.id for n in nodes_of([loop.target]) if isinstance(n, ir.Name)}
        body = list(loop.body)
    return not any(_depends(node, names) for node in body)


def _depends(node: Any, names: set[str]) -> bool:
    """Is one of the names read, other than to be told or kept?"""
    if isinstance(node, ir.Name):
        return node.id in names
    if isinstance(node, ir.Call) and source(node.func).rpartition(".")[2] in TELLING:
        return False
    if isinstance(node, ir.Text):
        return False
    if isinstance(node, (tuple, list)):
        return any(_depends(inner, names) for inner in node)
    if hasattr(node, "__struct_fields__"):
        return any(_depends(getattr(node, f), names) for f in node.__struct_fields__)
    return False


def copied_workers(view: View) -> Iterator[Case]:
    """Loaders whose workers draw from copies of one generator; each loader once."""
    if not view.fits or not effective(view) or any("workers=True" in s.code for s in view.seeds):
        return  # where nothing is seeded, that is what is wrong
    done: set[Place] = set()
    for draw in view.draws:
        loader = view.thing(draw.worker) if draw.worker is not None else None
        if loader is None:
            continue
        entry = loader.at is not None and loader.at.path == view.trace.entry
        at = loader.at if entry and loader.at is not None else view.at(draw)
        if at in done:
            continue
        done.add(at)
        trust: Confidence = "high" if draw.generator == "own" else "medium"  # newer versions of torch seed the global ones
        evidence = (Evidence("several workers load these rows", at), step("and each draws here from its own copy", draw))
        yield Case(at, weakest([sureness(draw), trust]), evidence, {"code": view.code(draw), "loader": loader.label})
