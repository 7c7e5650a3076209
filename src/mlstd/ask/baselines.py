"""Is a learned model's score set beside anything: another model, a naive prediction, a known number, another method by option?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from mlstd.ask import wording
from mlstd.ask.case import Case, Confidence, spot_step, step, sureness, weakest
from mlstd.ask.families import apart
from mlstd.ask.view import View
from mlstd.trace.events import Certainty, Compare, Draw, Fit, Predict, Score, Thing
from mlstd.trace.objects import names_method
from mlstd.trace.values.kinds import Address

LOADERS = re.compile(r"(^|\.)load(_model|s)?$")  # a model that another experiment of the project has saved
METHOD_ROLES = ("model", "search", "pipeline", "ensemble")
SEARCHES = ("search", "best", "maximum")
NETWORKS = ("torch", "keras", "tensorflow", "flax", "transformers")  # of one class there may be quite different ones
PREPARED = frozenset(("oversampled", "undersampled", "augmented"))


def lonely_scores(view: View) -> Iterator[Case]:
    """A learned model's score is reported with nothing to compare it to."""
    found = [s for s in view.evaluations if s.value.models and s.by != "plot" and view.taught(s)]
    scores = [s for s in found if _learned(view, s.value.models) and _tells(view, s)]
    scores = scores or _adopted(view)
    if not scores or rival(view, scores):
        return
    held = [s for s in scores if view.seen(s) != "training"] or scores
    held.sort(key=lambda s: not s.reduces)  # a number rather than a table
    first = next((s for s in held if s.by != "loss"), held[0])
    score = next((s for s in held if s.by != "loss" and view.reported(s) is not None), first)
    where = view.reported(score)
    hidden = view.hiding("baseline")
    limits = [c for c in view.of(Compare) if len(c.scores) == 1]
    varied = any(t.plural for m in score.value.models if (t := view.thing(m)) is not None and not t.part)
    unseen = any(map(_no_model, view.evaluations))  # of what nobody knows: perhaps a naive prediction
    doubt = hidden or varied or limits or unseen or _hollow(view, score.value.models)
    trust: Confidence = "medium" if doubt else "high"  # a loop may make another model in every round
    yield Case(
        view.at(where if where is not None else score),
        weakest([trust, sureness(score)]),
        (
            step(f"{wording.model(view, score.value.models)} is scored here, and no other model or guess", score),
            *(step("it is held against a number here; if that is the reference, declare it", c) for c in limits[:1]),
            *map(spot_step, hidden[:1]),
        ),
        {
            "model": wording.model(view, score.value.models),
            "score": view.code(score),
            "metric": wording.metric(view, score),
            "rival": wording.rival(view, score),
            "hint": "",
        },
    )


def _adopted(view: View) -> list[Score]:
    """Scores of what nobody knows, where one model learns: they can only be that model's."""
    models = {f.models for f in view.fits if _learned(view, f.models)}
    lost = [s for s in view.evaluations if _no_model(s) and not s.value.parts]
    if len(models) != 1 or not lost or len(lost) < len(view.evaluations):
        return []
    fit = view.fits[0]
    return [
        replace(s, value=s.value.but(models=fit.models), sure=max(s.sure, Certainty.PERHAPS)) for s in lost if s.order > fit.order
    ]


def _hollow(view: View, models: frozenset[Address]) -> bool:
    """Is it not known what a pipeline is made of (steps put together from a configuration that is not in the repository)?"""
    things = [t for m in models if (t := view.thing(m)) is not None]
    inner = [t for m in models for a in view.trace.inside.get(m, ()) if (t := view.thing(a)) is not None]
    return bool(things) and all(t.role == "pipeline" for t in things) and not any(t.role in ("model", "ensemble") for t in inner)


def _tells(view: View, score: Score) -> bool:
    """A score of training rows is reported as a result where it is asked for, not where the training loop counts along."""
    return view.seen(score) != "training" or (score.by in ("metric", "method") and not score.batch and not score.loops)


def _learned(view: View, models: frozenset[Address]) -> bool:
    return all(t.supervised is not False for m in models if (t := view.thing(m)) is not None)


def rival(view: View, scores: list[Score]) -> str:
    """The first kind of comparison that there is, by its name; "" for none."""
    return next((name for name, there in RIVALS.items() if there(view, scores)), "")


def _another_model(view: View, scores: list[Score]) -> bool:
    """Two models are scored apart from each other: no model is in both scores. The parts of one model don't count, nor does the
    same model made anew (for another fold, or for good)."""
    found: dict[frozenset[Address], list[Score]] = {}
    for score in [*scores, *view.evaluations]:
        if whole := frozenset(m for m in score.value.models if not _part(view, m)):
            found.setdefault(whole, []).append(score)
    return any(
        not a & b
        and _signature(view, a) != _signature(view, b)
        and not _candidates(view, a, b)
        and not _kept(view, a, b)
        and _comparable(found[a], found[b])
        for a in found
        for b in found
    )


def _comparable(ours: list[Score], others: list[Score]) -> bool:
    return any(not apart(one, other) for one in ours for other in others)


def _candidates(view: View, a: frozenset[Address], b: frozenset[Address]) -> bool:
    """Is one the candidate of a search, by a library or in a loop, and the other of the same class made with what was found?"""
    classes = [{t.cls for m in models if (t := view.thing(m)) is not None} for models in (a, b)]
    network = any("." not in cls or cls.startswith(NETWORKS) for cls in classes[0])
    kinds = ("search",) if network else SEARCHES
    searched = frozenset(m for s in view.selects if s.how in kinds for m in s.by.models)
    return classes[0] == classes[1] and bool(a & searched) != bool(b & searched)


def _kept(view: View, a: frozenset[Address], b: frozenset[Address]) -> bool:
    """Is one a model of this run that comes back from where it was kept: of the same class, or from a file that nobody knows?"""
    for mine, theirs in ((a, b), (b, a)):
        fits, later = view.fits_of(mine), view.fits_of(theirs)
        first = min((s.order for s in view.evaluations if s.value.models == theirs), default=0)
        if fits and not later and fits[0].order < first and (theirs <= view.revived(mine) or _unknown_file(view, theirs)):
            return True
    return False


def _unknown_file(view: View, models: frozenset[Address]) -> bool:
    """Is it loaded after a model of this run was saved, and nothing tells from where?"""
    things = [t for m in models if (t := view.thing(m)) is not None]
    return bool(view.saves) and bool(things) and all(LOADERS.search(t.cls) and not t.file for t in things)


def _signature(view: View, models: frozenset[Address]) -> frozenset[object]:
    """What tells models from others: where, how and from what file they are made, and how their rows are prepared."""
    things = [t for m in models if (t := view.thing(m)) is not None]
    held = dict.fromkeys(a for m in sorted(models) for a in sorted(view.trace.inside.get(m, ())))
    inner = [t for a in held if (t := view.thing(a)) is not None and t.role in METHOD_ROLES]
    made = {(t.at, t.cls, t.arguments, t.file if t.pretrained else "") for t in (*things, *inner)}
    rows = [f.rows for f in view.fits if f.models & models]
    prepared = {(r.columns, r.traits & PREPARED, frozenset((s.at, s.name) for s in r.stats)) for r in rows}
    return frozenset((*made, *prepared))


def _alternatives(view: View, scores: list[Score]) -> bool:
    """One of several models is fitted or asked at the same place, whichever it is in a run (`models[name].fit(X, y)`)."""
    seen: dict[object, set[frozenset[object]]] = {}
    events: list[Fit | Predict] = [*view.fits, *view.of(Predict)]
    for event in events:
        if event.sure is Certainty.PERHAPS and event.models and not any(_part(view, m) for m in event.models):
            kinds = {(t.at, t.cls) for m in event.models if (t := view.thing(m)) is not None}
            seen.setdefault((type(event), event.at, event.calls), set()).add(frozenset(kinds))
    return any(len(found) > 1 for found in seen.values())


def _part(view: View, model: Address) -> bool:
    thing = view.thing(model)
    return thing is not None and thing.part


def _chosen_model(view: View, scores: list[Score]) -> bool:
    """An option decides which model is made, or of which layers."""
    scored = {t.cls for s in scores for m in s.value.models if (t := view.thing(m)) is not None}
    if any(d.use == "weights" and names_method(d.chosen) for d in view.elsewhere(Draw)):
        return True
    return any(t.chosen and (t.cls not in scored if not t.part else names_method(t.chosen)) for t in methods(view))


def _offered(view: View, scores: list[Score]) -> bool:
    """An option picks from a registry, says which stored weights training begins with, or is declared with several methods."""
    begun = view.fits and view.trace.notes.get("checkpoints by option")
    return bool(begun or view.trace.notes.get("options used") or view.trace.notes.get("methods offered"))


def _as_it_was(view: View, scores: list[Score]) -> bool:
    """A model with the weights of others is scored before it learns anything here, and after."""
    for before in view.evaluations:
        fits = view.fits_of(before.value.models)
        if not fits or before.order > fits[0].order or {*before.loops} & {*fits[0].loops}:
            continue
        things = [t for m in before.value.models if (t := view.thing(m)) is not None]
        after = [s for s in scores if s.order > fits[0].order and s.value.models & before.value.models]
        if any(t.pretrained and t.file for t in things) and any(not apart(before, s) for s in after):
            return True
    return False


def _asked_otherwise(view: View, scores: list[Score]) -> bool:
    """A way of asking is a method: an option chooses the prompt of a language model."""
    return bool(view.trace.notes.get("options compared")) and any(p.text for p in view.of(Predict))


def _naive(view: View, scores: list[Score]) -> bool:
    """The same kind of score is computed for predictions that no model made: by a metric, or by hand on the scored rows."""
    if any(_no_model(s) and s.value.parts for s in view.evaluations):
        return True
    places = {s.at for s in scores if s.by == "hand"}
    held = {p for s in scores for p in s.value.parts}
    told: Any = view.trace.notes.get("differences", {})
    return any(place in places or parts & held for place, parts in told.items())


def _no_model(score: Score) -> bool:
    return not score.value.models and score.by in ("metric", "hand")


def _dummy(view: View, scores: list[Score]) -> bool:
    return any(t.baseline for t in methods(view))


def _reference(view: View, scores: list[Score]) -> bool:
    return any(c.reference for c in view.of(Compare))


def methods(view: View) -> list[Thing]:
    """The models that the run makes."""
    return [t for t in view.trace.things.values() if t.role in METHOD_ROLES]


RIVALS: dict[str, Callable[[View, list[Score]], bool]] = {
    "another model": _another_model,
    "one of several": _alternatives,
    "a model by option": _chosen_model,
    "an offered method": _offered,
    "another way of asking": _asked_otherwise,
    "the model as it was": _as_it_was,
    "a naive prediction": _naive,
    "a dummy": _dummy,
    "a known number": _reference,
}
