"""Which loops run the same experiment again and again: with another seed each time, or with nothing changed but chance?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mlstd.ask.case import Confidence
from mlstd.ask.code import called
from mlstd.ask.source import nodes, place
from mlstd.ask.view import View
from mlstd.lower import ir
from mlstd.lower.nodes import nodes_of
from mlstd.place import Place
from mlstd.trace.values.text import source

SEED = re.compile(r"seed|random_state$", re.IGNORECASE)  # of functions and parameters that take one
MAKES = re.compile(r"^(default_rng|RandomState|PRNGKey|key|Generator|manual_seed(_all)?)$")
DEEPEST = 4


def run_loops(view: View) -> dict[Place, tuple[Confidence, ir.Loop]]:
    """The loops that repeat a run, by their places: what counts them is handed on as a seed ("high"), or each round makes and
    scores models anew that are told nothing of the count ("medium")."""
    functions = _functions(view)
    found: dict[Place, tuple[Confidence, ir.Loop]] = {}
    for path, unit, node in nodes(view):
        if isinstance(node, ir.Loop) and isinstance(node.target, ir.Name):
            at = place(path, unit, node)
            if _hands_on(node.body, node.target.id, functions):
                found[at] = ("high", node)
            elif _counts(node) and _unchanged(view, at, node.target.id):
                found[at] = ("medium", node)
    return found


def counted_runs(view: View) -> bool:
    """`[run(seed) for seed in range(10)]`."""
    functions = _functions(view)
    made = ((n, c.target) for _, _, n in nodes(view) if isinstance(n, ir.Comprehension) for c in n.clauses)
    return any(isinstance(target, ir.Name) and _hands_on((n.element,), target.id, functions) for n, target in made)


def _functions(view: View) -> dict[str, ir.Function]:
    """The project's functions by name, where only one is called so."""
    found: dict[str, list[ir.Function]] = {}
    for _, _, node in nodes(view):
        if isinstance(node, ir.Function):
            found.setdefault(node.name, []).append(node)
    return {name: made[0] for name, made in found.items() if len(made) == 1}


def _hands_on(body: Sequence[ir.Node], name: str, functions: dict[str, ir.Function], depth: int = 0) -> bool:
    """Does the code hand this name to something that takes a seed: itself, or through functions of the project?"""
    for node in nodes_of(body):
        if isinstance(node, ir.Assign) and isinstance(node.value, ir.Name) and node.value.id == name:
            if any(isinstance(t, (ir.Attribute, ir.Subscript)) and SEED.search(source(t).strip("\"']")) for t in node.targets):
                return True
        elif isinstance(node, ir.Call):
            for parameter in _given(node, name, functions):
                if SEED.search(parameter) or MAKES.match(called(node)):
                    return True
                inner = functions.get(called(node))
                if inner is not None and depth < DEEPEST and _hands_on(inner.body, parameter, functions, depth + 1):
                    return True
    return False


def _given(call: ir.Call, name: str, functions: dict[str, ir.Function]) -> Iterator[str]:
    """The parameters that a call hands the name to; of a library's function, the function itself stands for the first ones."""
    function = functions.get(called(call))
    own = [p.name for p in function.parameters if p.name not in ("self", "cls")] if function is not None else []
    for number, argument in enumerate(call.arguments):
        if any(isinstance(n, ir.Name) and n.id == name for n in nodes_of((argument.value,))):
            yield argument.name or (own[number] if number < len(own) else called(call))


def _counts(loop: ir.Loop) -> bool:
    return loop.word == "for" and isinstance(loop.over, ir.Call) and source(loop.over.func) in ("range", "trange", "tqdm.trange")


def _unchanged(view: View, at: Place, name: str) -> bool:
    """Are models made and scored in every round, none of which is made with the count?"""
    scores = [s for s in view.evaluations if at in s.loops and s.by != "loss"]
    things = [t for s in scores for m in s.value.models if (t := view.thing(m)) is not None]
    word = re.compile(rf"\b{re.escape(name)}\b")
    told = any(word.search(text) for t in things for _, text in t.arguments)
    return bool(things) and all(t.plural for t in things) and not told
