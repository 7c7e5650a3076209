"""Is a model scored at all, and on rows that it has not learned from?

A verdict of absence looks at all that could be the same model: the objects inside it and around it, and the others of its class
(a network that is loaded again, a fresh estimator for every round).
"""

from __future__ import annotations

from collections.abc import Iterator

from mlstd.ask import wording
from mlstd.ask.case import Case, Confidence, Evidence, spot_step, step, sureness, weakest
from mlstd.ask.siblings import file_name
from mlstd.ask.view import View, seen_by
from mlstd.place import Place
from mlstd.trace.events import Fit, Mode, Predict, Score
from mlstd.trace.values.kinds import Address, Data
from mlstd.trace.values.parts import Part, among, contains

LEARNED = ("training", "including")


def trained_scores(view: View) -> Iterator[Case]:
    """Models whose every score is computed on rows that they were fitted on."""
    judged: set[frozenset[Address]] = set()
    for models in (s.value.models for s in view.evaluations):
        if not models or models in judged or not _supervised(view, models):
            continue
        judged.add(models)
        told = _told(view, view.akin(models))
        if not all(_on_learned(view, s) for s in told) or _own_heldout(view, models):
            continue
        mine = [s for s in told if s.value.models == models and _one_place(view, s.value.parts)]
        after = ((s, [f for f in view.fits_of(models) if f.order < s.order]) for s in mine)
        score, fits = next(((s, fits) for s, fits in after if fits), (None, []))
        if score is not None and not any(f.inner for f in fits):  # what a calibrator learns is another question
            yield _trained_case(view, score, fits[-1])


def _on_learned(view: View, score: Score) -> bool:
    """Is a score computed on rows that its model has learned from, or (before it learns anything) will learn from?"""
    if view.seen(score) in LEARNED:
        return True
    fits = view.fits_of(score.value.models)
    later = frozenset(p for f in fits for p in f.rows.parts)
    untaught = not score.fitted and all(f.order > score.order for f in fits)
    return untaught and bool(later) and seen_by(score.value.parts, later) in LEARNED


def _trained_case(view: View, score: Score, fit: Fit) -> Case:
    models = score.value.models
    hidden = [b for b in view.hiding("score") if b.models & view.akin(models) or not b.models]
    return Case(
        view.at(score),
        weakest(["medium" if hidden else "high", sureness(score, fit), _guessed(score)]),
        (step("fitted on these rows here", fit), step("scored on the same rows here", score), *map(spot_step, hidden[:1])),
        {"model": wording.model(view, models), "score": view.code(score), "rows": wording.rows(score.value.parts)},
    )


def trained_elsewhere(view: View, file: str, parts: frozenset[Part], at: Place) -> Iterator[Case]:
    """A loaded model whose every score is computed on rows that another experiment fitted it on, before it saved it to `file`."""
    loaded = frozenset(a for a, t in view.trace.things.items() if t.file and file_name(f"file:{t.file}") == file)
    told = [s for s in view.evaluations if s.value.models & loaded]
    if not told or view.fits_of(loaded) or any(seen_by(s.value.parts, parts) not in LEARNED for s in told):
        return
    score = told[0]
    if _one_place(view, score.value.parts):
        yield Case(
            view.at(score),
            weakest([sureness(score), _guessed(score)]),
            (Evidence(f"fitted on these rows by {at.path}", at), step("scored on the same rows here", score)),
            {"model": wording.model(view, loaded), "score": view.code(score), "rows": wording.rows(score.value.parts)},
        )


def _one_place(view: View, parts: frozenset[Part]) -> bool:
    """Were these rows read at a known place, and are they no mixture of rows and of pieces of them, of which nobody knows
    which is which? Whichever file it is, what was read once is the same rows."""
    read = {p.origin for load in view.loads for p in load.rows.parts}
    placed = bool(parts) and all(p.origin.known or p.origin in read for p in parts)
    return placed and not any(a != b and contains(a, b) for a in parts for b in parts)


def _told(view: View, models: frozenset[Address]) -> list[Score]:
    """The scores of some models that anybody is told: what a framework computes by itself and keeps to itself is none."""
    mine = [s for s in view.evaluations if s.value.models & models]
    explicit = any(not s.automatic for s in mine)
    return [s for s in mine if not (explicit and s.automatic and view.reported(s) is None)]


def _own_heldout(view: View, models: frozenset[Address]) -> bool:
    """Does a fit score its models on rows that it holds out, in a way that mlstd has no score of, or on batches of which nobody
    knows which they are?"""
    told = frozenset(m for s in view.scores if s.automatic for m in s.value.models)
    return any(f.heldout is not None and (not f.models & told or "batch" in f.heldout.traits) for f in view.fits_of(models))


def _guessed(score: Score) -> Confidence:
    return "medium" if "guess" in score.value.traits or score.by == "guess" else "high"


def _supervised(view: View, models: frozenset[Address]) -> bool:
    return all(t.supervised is not False and not t.baseline for m in models if (t := view.thing(m)) is not None)


def unevaluated(view: View) -> Iterator[Case]:
    """Models that are fitted and kept and never scored on anything."""
    if any(_evaluates(view, s) for s in view.scores):
        return
    if any(f.heldout is not None or f.how == "cross-validation" for f in view.fits):
        return
    fits = [f for f in view.fits if _supervised(view, f.models)]
    if not fits or not all(f.models for f in view.fits):
        return
    first = next((f for f in fits if not any(f.models & g.rows.models for g in fits)), fits[0])
    related = view.related(first.models)
    kept = [s for s in view.saves if s.models & related]
    hidden = [b for b in view.hiding("score") if b.models & related or not b.models]
    tracked = [v for r in view.records if r.records == "metrics" for v in r.values]
    told = [*tracked, *(d for b in hidden for d in b.given)]
    if any(b.models & related for b in hidden) or _of_new_rows(view, first, told) or not (kept or _used(view, first)):
        return
    saved = (step("saved here", kept[0]),) if kept else ()
    doubt = not kept or hidden or _adversarial(view) or _asked(view, first)
    yield Case(
        view.at(first),
        weakest(["medium" if doubt else "high", sureness(first)]),
        (step("fitted here", first), *saved, *map(spot_step, hidden[:1])),
        {"model": wording.model(view, first.models)},
    )


def _of_new_rows(view: View, fit: Fit, told: list[Data]) -> bool:
    """Is what a model makes of rows that it did not learn from written down as a metric, or handed to what the run could not
    follow? A network may well give its loss itself."""
    mine = [d for d in told if d.kind == "prediction" and d.models & view.related(fit.models)]
    return any(seen_by(d.parts, fit.rows.parts) not in LEARNED for d in mine)


def _adversarial(view: View) -> bool:
    """Do models learn against each other? Generative models are judged by their samples, which no score stands for."""
    groups = {f.models for f in view.fits if f.how == "backward"}
    return len(groups) > 1 and any(len(g) > 1 for g in groups)


def _used(view: View, fit: Fit) -> bool:
    """Is a fitted model that is not saved put to use: by a trainer that keeps it, or for predictions on rows it did not see?"""
    if any(t.role == "trainer" for t in view.trace.things.values()):
        return True
    return _asked(view, fit)


def _asked(view: View, fit: Fit) -> bool:
    """Does a model predict on rows that it did not learn from? Something may be made of that which is a score."""
    predicted = [p for p in view.of(Predict) if p.models & fit.models and p.order > fit.order]
    return any(not all(among(part, fit.rows.parts) for part in p.rows.parts) for p in predicted)


def _evaluates(view: View, score: Score) -> bool:
    """Could this score be an evaluation? A loss is none only where a model learns from it."""
    if score in view.evaluations or not score.value.models or (score.by != "loss" and view.drives(score)):
        return True
    modes = [m.mode for m in view.of(Mode) if m.order < score.order and m.models & score.value.models]
    return modes[-1:] == ["eval"]
