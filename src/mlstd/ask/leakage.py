"""Do held-out rows leak into what a model learns? Scores on training rows, statistics over held-out rows, choices by the test
set."""

from __future__ import annotations

from collections.abc import Iterator

from mlstd.ask.case import Case, Confidence, Evidence, spot_step, step, sureness, weakest
from mlstd.ask.view import View, seen_by
from mlstd.trace.events import Score, Select
from mlstd.trace.values.kinds import Address
from mlstd.trace.values.names import name_of
from mlstd.trace.values.parts import Part, among, overlaps


def trained_scores(view: View) -> Iterator[Case]:
    """Models whose every score is computed on rows that they were fitted on."""
    judged: set[frozenset[Address]] = set()
    for score in view.evaluations:
        models = score.value.models
        if not models or models in judged or not _supervised(view, models):
            continue
        judged.add(models)
        mine = [s for s in view.evaluations if s.value.models & models]
        if any(view.seen(s) != "training" for s in mine) or any(f.heldout is not None for f in view.fits if f.models & models):
            continue
        fits = [f for f in view.fits if f.models & models and f.order < score.order]
        if not fits or any(f.inner for f in fits):  # what a calibrator learns from held-out rows is another question
            continue
        hidden = [b for b in view.hiding("score") if b.models & models or not b.models]
        trust: Confidence = "medium" if hidden or not _identified(score.value.parts) else "high"
        yield Case(
            view.at(score),
            weakest([trust, sureness(score, fits[-1]), _guessed(score)]),
            (
                step("fitted on these rows here", fits[-1]),
                step("scored on the same rows here", score),
                *map(spot_step, hidden[:1]),
            ),
            {"model": view.label(models), "score": view.code(score), "rows": name_of(score.value.parts)},
        )


def _identified(parts: frozenset[Part]) -> bool:
    """Rows of one origin, even an unknown one, are the same rows wherever they turn up."""
    return bool(parts)


def _guessed(score: Score) -> Confidence:
    return "medium" if "guess" in score.value.traits or score.by == "guess" else "high"


def _supervised(view: View, models: frozenset[Address]) -> bool:
    return all(t.supervised is not False and not t.baseline for m in models if (t := view.thing(m)) is not None)


def unevaluated(view: View) -> Iterator[Case]:
    """Models that are fitted and kept and never scored on anything."""
    if view.evaluations or any(f.heldout is not None or f.how == "cross-validation" for f in view.fits):
        return
    fits = [f for f in view.fits if f.models and _supervised(view, f.models)]
    if not fits:
        return
    first = fits[0]
    hidden = [b for b in view.hiding("score") if b.models & first.models or not b.models]
    kept = [s for s in view.saves if s.models & first.models]
    trust: Confidence = "medium" if hidden or not kept else "high"
    saved = (step("saved here", kept[0]),) if kept else ()
    yield Case(
        view.at(first),
        weakest([trust, sureness(first)]),
        (step("fitted here", first), *saved, *map(spot_step, hidden[:1])),
        {"model": view.label(first.models)},
    )


def chosen_on_test(view: View) -> Iterator[Case]:
    """Choices by the score of the only held-out rows that are reported."""
    done: set[frozenset[Address]] = set()
    for select in view.selects:
        by, models = select.by, select.by.models
        if models in done or not by.parts or select.how == "search":
            continue
        fitted = frozenset(p for f in view.fits if f.models & models for p in f.rows.parts) if models else frozenset()
        if not fitted or seen_by(by.parts, fitted) in ("training", "partly"):
            continue
        related = [s for s in view.evaluations if (s.value.models & models) and s.by != "loss"] or [
            s for s in view.evaluations if s.value.models & models
        ]
        if any(_elsewhere(s, by.parts, fitted) for s in related):
            continue
        done.add(models)
        yield _chosen_case(view, select, models, fitted)


def _elsewhere(score: Score, chosen: frozenset[Part], fitted: frozenset[Part]) -> bool:
    """Is a score computed on rows that neither chose nor trained?"""
    if score.by == "cross-validation" or seen_by(score.value.parts, fitted) == "training":
        return False
    return not any(among(p, chosen) for p in score.value.parts) and overlaps(score.value.parts, chosen) != "yes"


def _chosen_case(view: View, select: Select, models: frozenset[Address], fitted: frozenset[Part]) -> Case:
    score = next((s for s in view.evaluations if s.value.models & models and s.value.parts <= select.by.parts), None)
    apart = overlaps(select.by.parts, fitted)
    hidden = [b for b in view.hiding("score") if b.models & models]
    trust: Confidence = "high" if apart == "no" and not hidden else "medium"
    evidence: list[Evidence] = [step("scored here", score)] if score is not None and score.order < select.order else []
    evidence.append(step("the choice is made here, by that score", select))
    return Case(
        view.at(select),
        weakest([trust, sureness(select), "medium" if "guess" in select.by.traits else "high"]),
        (*evidence, *map(spot_step, hidden[:1])),
        {"model": view.label(models), "choice": view.code(select), "rows": name_of(select.by.parts), "how": select.how},
    )
