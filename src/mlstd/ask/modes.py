"""Is a model with dropout or batch normalisation in the right mode when it learns, and when it is scored?"""

from __future__ import annotations

from collections.abc import Iterator

from mlstd.ask import wording
from mlstd.ask.case import Case, Confidence, spot_step, step, sureness, weakest
from mlstd.ask.view import View
from mlstd.trace.events import Certainty, Fit, Mode, OptimizerStep
from mlstd.trace.values.kinds import Address


def scored_in_training(view: View) -> Iterator[Case]:
    """Models whose predictions for held-out rows were made in training mode, each model once, with the parts of it."""
    done: set[Address] = set()
    for score in filter(view.taught, view.evaluations):
        models, seen = score.value.models, view.seen(score)
        if not score.training or models & done or seen in ("training", "partly") or (score.by == "loss" and seen != "held-out"):
            continue
        fits = [f for f in view.fits if f.models & models and f.order < score.order]
        if not fits and view.fits and not _comes_trained(view, models):
            continue  # a look at what a model gives that has not learned anything yet
        done |= models
        learned = (step("it learns here, in training mode", fits[-1]),) if fits else ()
        hidden = [b for b in view.hiding("score") if b.models & models]
        trust: Confidence = "medium" if seen == "unknown" or hidden or score.by == "guess" or not fits else "high"
        yield Case(
            view.at(score),
            weakest([trust, sureness(score)]),
            (*learned, step("and is scored here, still in training mode", score), *map(spot_step, hidden[:1])),
            {"model": wording.model(view, models), "score": view.code(score)},
        )


def _comes_trained(view: View, models: frozenset[Address]) -> bool:
    """Does a model have weights from elsewhere: loaded into it, or stored with it?"""
    loaded = view.trace.notes.get("overwritten")
    near = view.related(models)
    things = [t for m in near if (t := view.thing(m)) is not None]
    return any(t.pretrained or t.file for t in things) or (isinstance(loaded, set) and bool(near & loaded))


def trained_in_evaluation(view: View) -> Iterator[Case]:
    """Gradients that change the weights of a model in evaluation mode, each model once."""
    done: set[frozenset[Address]] = set()
    for fit in view.fits:
        if fit.how != "backward" or not fit.models or fit.models in done or not fit.loops or not _steps(view, fit):
            continue
        switch = _evaluating(view, fit)
        copied = any(t.copied for m in fit.models if (t := view.thing(m)) is not None)
        if switch is None or copied:
            continue
        done.add(fit.models)
        hidden = [b for b in view.hiding("fit") if b.models & fit.models]
        trust: Confidence = "medium" if hidden else "high"
        yield Case(
            view.at(fit),
            weakest([trust, sureness(fit, switch)]),
            (
                step("evaluation mode from here on", switch),
                step("and here it learns, with no `train()` between", fit),
                *map(spot_step, hidden[:1]),
            ),
            {"model": wording.model(view, fit.models), "code": view.code(fit), "switch": view.code(switch)},
        )


def _steps(view: View, fit: Fit) -> bool:
    """Does an optimizer use the gradients? An attack or a saliency map takes them and leaves the weights alone."""
    near = [s for s in view.of(OptimizerStep) if s.order > fit.order and s.loops and s.loops == fit.loops[: len(s.loops)]]
    return any(not s.models or s.models & fit.models for s in near)


def _evaluating(view: View, fit: Fit) -> Mode | None:
    """The `eval()` that holds when the model learns: the last switch before it, or the last one of the round before."""
    switches = [m for m in view.of(Mode) if _concerns(m, fit)]
    last = next((m for m in reversed(switches) if m.order < fit.order), None)
    if last is not None and last.mode == "eval":
        return last
    for depth in range(len(fit.loops), 0, -1):
        around = [m for m in switches if m.loops[:depth] == fit.loops[:depth]]
        if any(m.order < fit.order for m in around):
            return None
        if around and around[-1].mode == "eval":
            return around[-1]
    return None


def _concerns(switch: Mode, fit: Fit) -> bool:
    """A switch to training counts where it may happen, one to evaluation only where it surely switches all that learns."""
    if switch.mode != "eval":
        return bool(switch.models & fit.models)
    return switch.minds and fit.models <= switch.models and switch.sure is Certainty.SURELY
