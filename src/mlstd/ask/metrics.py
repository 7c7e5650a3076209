"""Does a metric get what it asks for: the truth and the predictions in their order, scores where it ranks?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mlstd.ask.case import Case, Confidence, Evidence, step, sureness, weakest
from mlstd.ask.code import call_at
from mlstd.ask.source import nodes, place
from mlstd.ask.view import View
from mlstd.lower import ir
from mlstd.lower.nodes import nodes_of
from mlstd.place import Place
from mlstd.trace.events import Score, Update
from mlstd.trace.values.text import source

LONGEST = 70  # a longer call is not written out again


def swapped(view: View) -> Iterator[Case]:
    """Predictions that are handed over as the truth, to a metric for which that makes a difference."""
    for event in _scorings(view):
        if event.swapped and not event.symmetric:
            case = _case(view, event, "the predictions stand where this metric expects the truth")
            yield replace(case, facts={**case.facts, "mend": _swapped_back(view, event)})


def _swapped_back(view: View, event: Score | Update) -> str:
    """The call with its first two arguments the other way round; of what a function was handed, the call of that."""
    own, outer = call_at(view, event.at), call_at(view, event.calls[-1]) if event.calls else None
    for call in (outer, own):
        given = call.arguments[:2] if call is not None else ()
        if call is None or len(given) < 2 or any(a.stars or a.name for a in given):
            continue
        if call is outer and own is not None and not _handed_on(view, event, own):
            continue
        first, second = (source(a.value) for a in given)
        more = ", ..." if len(call.arguments) > 2 else ""
        if len(first) + len(second) < LONGEST:
            return f"`{source(call.func)}({second}, {first}{more})`"
    return "swap the two arguments, or name them"


def _last_given(view: View, at: Place, name: ir.Name) -> ir.Expr:
    """What a name was assigned last above a place; the name itself where nothing tells."""
    told = [
        (place(path, unit, n), n.value)
        for path, unit, n in nodes(view)
        if isinstance(n, ir.Assign) and n.value is not None and any(isinstance(t, ir.Name) and t.id == name.id for t in n.targets)
    ]
    before = [(p, v) for p, v in told if p.path == at.path and (p.cell or 0, p.line) < (at.cell or 0, at.line)]
    return max(before, key=lambda found: (found[0].cell or 0, found[0].line), default=(at, name))[1]


def _handed_on(view: View, event: Score | Update, call: ir.Call) -> bool:
    """Are both arguments the first two parameters of the function that the call stands in, in their order?"""
    given = [a.value.id for a in call.arguments[:2] if isinstance(a.value, ir.Name)]
    functions = (n for path, _, n in nodes(view) if path == event.at.path and isinstance(n, ir.Function))
    return any([p.name for p in f.parameters][:2] == given and call in nodes_of(f.body) for f in functions)


def ranked_labels(view: View) -> Iterator[Case]:
    """Hard labels given to a metric that ranks or weighs scores."""
    for event in _scorings(view):
        if event.needs == "scores" and event.form == "labels":
            case = _case(view, event, "these predictions are labels by now")
            yield replace(case, facts={**case.facts, "mend": _before_labels(view, event)})


def _before_labels(view: View, event: Score | Update) -> str:
    """What to hand over instead of labels: the probabilities of the same model for the same rows."""
    call = call_at(view, event.at)
    for given in call.arguments if call is not None else ():
        made = given.value
        if isinstance(made, ir.Name):
            made = _last_given(view, event.at, made)
        if isinstance(made, ir.Call) and isinstance(made.func, ir.Attribute) and made.func.name == "predict" and made.arguments:
            model, rows = source(made.func.value), source(made.arguments[0].value)
            return f"`{model}.predict_proba({rows})[:, 1]` (or its `decision_function`) in place of `{source(given.value)}`"
    return "hand it what the labels were made from: `predict_proba`, `decision_function`, or the output before `argmax`"


def _scorings(view: View) -> Iterator[Score | Update]:
    """Where a known metric is handed truth and predictions, each place once; a loss to be differentiated is none."""
    seen: set[Place] = set()
    events: list[Score | Update] = [*view.scores, *view.updates]
    for event in sorted(events, key=lambda e: e.order):
        loss = event.metric == "loss" or (isinstance(event, Score) and event.by != "metric" and event.by != "cross-validation")
        if not loss and event.at not in seen:
            seen.add(event.at)
            yield event


def _case(view: View, event: Score | Update, what: str) -> Case:
    guessed: Confidence = "medium" if "guess" in event.value.traits and not event.value.models else "high"
    facts = {"code": view.code(event), "metric": event.metric, "depends": "depend" if "," in event.metric else "depends"}
    own = call_at(view, event.at) if event.calls else None
    by_caller = own is not None and _handed_on(view, event, own)
    handed = (Evidence("they are handed over here", event.calls[-1]),) if by_caller else ()
    return Case(view.at(event), weakest([sureness(event), guessed]), (*handed, step(what, event)), facts)
