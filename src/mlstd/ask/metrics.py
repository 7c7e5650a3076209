"""Does a metric get what it asks for: the truth and the predictions in their order, scores where it ranks?"""

from __future__ import annotations

from collections.abc import Iterator

from mlstd.ask.case import Case, Confidence, step, sureness, weakest
from mlstd.ask.view import View, seen_by
from mlstd.place import Place
from mlstd.trace.events import Average, Score, Update


def swapped(view: View) -> Iterator[Case]:
    """Predictions that are handed over as the truth, to a metric for which that makes a difference."""
    for event in _scorings(view):
        if event.swapped and not event.symmetric:
            yield _case(view, event, "the predictions stand where this metric expects the truth")


def ranked_labels(view: View) -> Iterator[Case]:
    """Hard labels given to a metric that ranks or weighs scores."""
    for event in _scorings(view):
        if event.needs == "scores" and event.form == "labels":
            yield _case(view, event, "these predictions are labels by now")


def averages(view: View) -> Iterator[Case]:
    """Means of the scores of single batches, on rows that are held out. A mean loss is left alone: losses are told so."""
    done: set[Place] = set()
    for event in view.of(Average):
        traits, models = event.value.traits, event.value.models
        whole = "indivisible" in traits
        loss = ("loss" in traits and "ratio" not in traits) or event.value.metric == "loss"
        if view.at(event) in done or not models or (not whole and (loss or "even" in traits)):
            continue
        seen = seen_by(event.value.parts, event.fitted)
        if seen in ("training", "partly"):
            continue
        done.add(view.at(event))
        score = next((s for s in reversed(view.scores) if s.at == event.value.at), None)
        way = [step("the score of one batch", score)] if score is not None else []
        way.append(step("the scores of all batches are averaged", event))
        why = "is no mean over rows" if whole else "weighs a smaller last batch like the others"
        facts = {
            "code": view.code(event),
            "metric": ", ".join(dict.fromkeys(event.value.metric.split(", "))).replace(" by hand", ""),
            "why": why,
        }
        trust: Confidence = "high" if seen == "held-out" else "medium"
        yield Case(view.at(event), weakest([trust, sureness(event)]), tuple(way), facts)


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
    facts = {"code": view.code(event), "metric": event.metric}
    return Case(view.at(event), weakest([sureness(event), guessed]), (step(what, event),), facts)
