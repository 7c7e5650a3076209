"""Does the split that is reported also choose: the epoch, the checkpoint, the hyperparameters, the threshold?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mlstd.ask import wording
from mlstd.ask.case import Case, Confidence, Evidence, spot_step, step, sureness, weakest
from mlstd.ask.view import View, seen_by
from mlstd.trace.events import Compare, Fit, Score, Select
from mlstd.trace.values.kinds import Address
from mlstd.trace.values.parts import Part, among, cut_anew, independent, overlaps

Parts = frozenset[Part]
DOES = {
    "best": "keeps {model} where its score on {rows} is best",
    "extreme": "takes the best score of {model} on {rows}",
    "stop": "stops the training of {model} by its score on {rows}",
    "search": "chooses the hyperparameters of {model} by its score on {rows}",
    "callback": "takes the epoch of {model} whose score on {rows} is best",
    "maximum": "takes the best score of {model} on {rows}",
    "threshold": "sets the threshold of {model} by its score on {rows}",
}
"""What a choice does, in words, by its kind."""


def chosen_on_test(view: View) -> Iterator[Case]:
    """Choices by the score of the only held-out rows that are reported."""
    done: set[frozenset[Address]] = set()
    told: set[object] = set()
    for select in view.selects:
        models = select.by.models
        way = (*select.calls, select.at)
        if models in done or way in told:
            done.add(models)
            continue
        fits = view.fits_of(models)
        fitted = frozenset(p for f in fits for p in f.rows.parts)
        chosen = _heldout(view, select, fitted) if _among_fits(select, fits) else frozenset()
        choosing = chosen.union(*(_heldout(view, s, fitted) for s in _rivals(view, select)))
        others = [s for s in _related(view, select) if _elsewhere(view, s, choosing, fitted)]
        if not chosen or any(s.by != "cross-validation" for s in others):
            continue  # rows that make another choice of the same model are no judge of this one
        done.add(models)
        case = _case(view, select, chosen, fitted)
        case = replace(case, confidence=weakest([case.confidence, "medium"])) if others else case
        if (words := (case.at, *case.facts.values())) not in told:
            yield case
        told |= {way, words}
    yield from _best_of_searches(view, done)


def _among_fits(select: Select, fits: list[Fit]) -> bool:
    """Does a model learn between one such comparison and the next? A loop that is left within a metric's own code, or the largest
    number that it keeps for itself, chooses no model."""
    if select.how == "stop":
        return not select.loops or any(select.loops[-1] in f.loops for f in fits)
    return select.how != "extreme" or any(f.calls[: len(select.calls)] == select.calls for f in fits)


def _rivals(view: View, select: Select) -> list[Select]:
    """Other places that keep the same model where another score of it beats an earlier one."""
    beaten = {(c.at.path, c.at.cell, c.at.line) for c in view.of(Compare)}
    same = [s for s in view.selects if s.by.models == select.by.models and s.how == select.how == "best"]
    return [s for s in same if (s.at.path, s.at.cell, s.at.line) in beaten]


def _best_of_searches(view: View, done: set[frozenset[Address]]) -> Iterator[Case]:
    """Searches whose best cross-validated score is all that is recorded of them: it was chosen for being the best."""
    for select in (s for s in view.selects if s.how == "search" and s.by.metric == "cross-validation"):
        models = select.by.models
        report = next((e for e in view.records if any(v == select.by for v in e.values)), None)
        others = [s for s in view.evaluations if s.value != select.by]
        if models in done or report is None or any(s.value.models & view.again(models) for s in others):
            continue
        done.add(models)
        yield Case(
            view.at(report),
            weakest(["medium", sureness(select, report)]),
            (step("the best candidate is picked here, by its score", select), step("and that score is recorded here", report)),
            _facts(view, select, select.by.parts),
        )


def _facts(view: View, select: Select, rows: Parts) -> dict[str, str]:
    """What a message needs."""
    does = DOES.get(select.how, "chooses by the score of {model} on {rows}")
    told = does.format(model=wording.model(view, select.by.models), rows=wording.rows(rows))
    return {"choice": view.code(select), "does": told}


def _heldout(view: View, select: Select, fitted: Parts) -> Parts:
    """The held-out rows whose score chooses; none where the training rows choose (by cross-validation, too).

    Rows that take part in every fit and every score (a graph, a table of features) say nothing: the others decide.
    """
    parts, models = select.by.parts, select.by.models
    if not fitted or _cross_validated(view, select):
        return frozenset()
    if models and all((t := view.thing(m)) is not None and t.forecasts for m in models):
        return parts  # a forecast is of rows that come after those that the model has seen
    seen = seen_by(parts, fitted)
    if seen == "partly":  # what was never scored in this run, an earlier one has left in a checkpoint
        scored = {p for s in view.scores for p in s.value.parts}
        return frozenset(p for p in parts if not among(p, fitted) and p in scored)
    return frozenset() if seen in ("training", "including") else parts


def _cross_validated(view: View, select: Select) -> bool:
    if select.by.metric == "cross-validation":
        return True
    same = [s for s in view.scores if s.value.models == select.by.models and s.value.parts == select.by.parts]
    return any(s.by == "cross-validation" for s in same)


def _related(view: View, select: Select) -> list[Score]:
    """The scores of what could be the same model; losses only where there is nothing better. Models that the same code chooses
    among in another run of it are not the same."""
    own = view.related(select.by.models)
    others = (s.by.models for s in view.selects if s.at == select.at and not s.by.models & own)
    near = view.again(select.by.models) - frozenset().union(*others)
    revived = view.revived(select.by.models)
    mine = [s for s in view.evaluations if s.value.models & near or (s.order > select.order and s.value.models & revived)]
    if _in_search(view, select):  # what was found is used by a model that is made afterwards, of whichever class
        mine += [s for s in view.evaluations if s.order > select.order and s not in mine]
    return [s for s in mine if s.by != "loss"] or mine


def _in_search(view: View, select: Select) -> bool:
    """Is the choice a search's own, or made for each of its candidates?"""
    return any(s.how == "search" and s.at in (select.at, *select.calls) for s in view.selects)


def _elsewhere(view: View, score: Score, chosen: Parts, fitted: Parts) -> bool:
    """Is a score computed on rows that neither chose nor trained?"""
    parts = score.value.parts
    if score.by == "cross-validation":
        return "best" not in score.value.traits  # the best score of a search was chosen for being the best
    if seen_by(parts, fitted) in ("training", "including"):
        return False
    if _adds(parts, chosen | fitted):
        return True
    if any(among(p, chosen) for p in parts) or overlaps(parts, chosen) == "yes":
        return False
    anew = ((p, q) for p in parts for q in chosen if independent(p, q))
    told = bool(view.fits_of(score.value.models))  # another side of a split made anew is overlap, where a fit is known
    return all(told and cut_anew(p, q) and not _same_side(p, q) for p, q in anew)


def _same_side(one: Part, other: Part) -> bool:
    """Are both the same piece of a split, as the code calls it, though it was cut twice?"""
    return [s.key for s in one.steps if s.kind == "split"] == [s.key for s in other.steps if s.kind == "split"]


def _adds(parts: Parts, before: Parts) -> bool:
    """Do rows come with something from a file that neither a fit nor a choice has seen: the labels of other rows?"""
    known = {p.origin for p in before if p.origin.known}
    return bool(known) and any(p.origin.known and p.origin not in known for p in parts)


def _another_test(view: View, select: Select, chosen: Parts) -> bool:
    """Is another model scored later on rows that chose nothing here? Then this choice may be a step on the way to that one."""
    later = [s for s in view.evaluations if s.order > select.order and s.by != "loss" and not s.value.models & select.by.models]
    apart = [s for s in later if s.value.parts and overlaps(s.value.parts, chosen) == "no" and view.seen(s) == "held-out"]
    return any(s.value.models and not any(independent(p, q) for p in s.value.parts for q in chosen) for s in apart)


def _by_folds(select: Select) -> bool:
    """Does a search go by folds that the code makes itself? Its best score may be meant for the search alone."""
    return select.how == "search" and all(any(s.kind == "fold" for s in p.steps) for p in select.by.parts)


def _case(view: View, select: Select, chosen: Parts, fitted: Parts) -> Case:
    models = select.by.models
    near = view.again(models)
    score = next((s for s in view.evaluations if s.value.models & near and s.value.parts <= select.by.parts), None)
    hidden = [b for b in view.hiding("score") if b.models & near]
    unsure = chosen != select.by.parts or overlaps(chosen, fitted) != "no" or hidden
    trust: Confidence = "medium" if unsure or _by_folds(select) or _another_test(view, select, chosen) else "high"
    evidence: list[Evidence] = [step("scored here", score)] if score is not None and score.order < select.order else []
    evidence.append(step("the choice is made here, by that score", select))
    return Case(
        view.at(select),
        weakest([trust, sureness(select), "medium" if "guess" in select.by.traits else "high"]),
        (*evidence, *map(spot_step, hidden[:1])),
        _facts(view, select, chosen),
    )
