"""Is a model with dropout or batch normalisation in the right mode when it learns, and when it is scored?"""

from __future__ import annotations

from collections.abc import Iterator

from mlstd.ask import wording
from mlstd.ask.case import Case, Confidence, Evidence, spot_step, step, sureness, weakest
from mlstd.ask.view import View
from mlstd.place import Place
from mlstd.trace.events import Certainty, Fit, Mode, OptimizerStep, Score
from mlstd.trace.values.kinds import Address


def scored_in_training(view: View) -> Iterator[Case]:
    """Models whose predictions for held-out rows were made in training mode, each model once, with the parts of it."""
    done, places = set[Address](), set[Place]()
    for score in filter(view.taught, view.evaluations):
        models, seen, switch = score.value.models, view.seen(score), _last(view, score)
        told = switch is not None and switch.mode == "eval"
        unclear = (score.by == "loss" and seen != "held-out") or (score.metric == "loss" and _learns(view, score))
        evaluates = told or not unclear
        again = models & done or score.at in places
        if not score.training or again or seen in ("training", "partly") or not evaluates:
            continue
        fits = [f for f in view.fits if f.models & models and f.order < score.order]
        if not fits and view.fits and not _comes_trained(view, models):
            continue  # a look at what a model gives that has not learned anything yet
        done |= models
        places.add(score.at)
        hidden = [b for b in view.hiding("score") if b.models & models]
        trust: Confidence = "medium" if seen == "unknown" or hidden or score.by == "guess" or not fits else "high"
        why, facts = _why(view, score, switch)
        yield Case(
            view.at(score),
            weakest([trust, sureness(score)]),
            (
                *((step("it learns here, in training mode", fits[-1]),) if fits else ()),
                *why,
                step("and is scored here, still in training mode", score),
                *map(spot_step, hidden[:1]),
            ),
            {"model": wording.model(view, models), "score": view.code(score), **facts},
        )


def _comes_trained(view: View, models: frozenset[Address]) -> bool:
    """Does a model have weights from elsewhere: loaded into it, or stored with it?"""
    loaded = view.trace.notes.get("overwritten")
    near = view.related(models)
    things = [t for m in near if (t := view.thing(m)) is not None]
    return any(t.pretrained or t.file for t in things) or (isinstance(loaded, set) and bool(near & loaded))


def _learns(view: View, score: Score) -> bool:
    """Is it a loss that the model learns from at once?"""
    after = [f for f in view.fits if f.order > score.order and f.models & view.related(score.value.models)]
    mine = (f for f in after if f.how == "backward" and f.loops == score.loops)
    return any(f.at in score.loops for f in after) or any(f.rows.parts & score.value.parts for f in mine)


def _last(view: View, score: Score) -> Mode | None:
    """What the mode of a score's models was switched to last before it."""
    return next((m for m in reversed(view.of(Mode)) if m.order < score.order and m.models & score.value.models), None)


def _why(view: View, score: Score, switch: Mode | None) -> tuple[tuple[Evidence, ...], dict[str, str]]:
    """Why the models are in training mode: evidence, and the facts of the message."""
    models = score.value.models
    near = view.related(models).union(*(view.trace.inside.get(m, ()) for m in models))
    by_itself = switch is None and any(f.how == "fit" for f in view.fits_of(models))  # a framework's loop switches
    ruled = by_itself or (switch is not None and switch.mode == "eval")
    if ruled and (cause := _unreached(view, near)) is not None:
        return cause
    minding = [t for m in sorted(near) if (t := view.thing(m)) is not None and t.dropout and t.role == "layer"]
    names = list(dict.fromkeys(t.cls.rpartition(".")[2] for t in minding if "." in t.cls))[:3]
    thing = next((t for m in sorted(models) if (t := view.thing(m)) is not None), None)
    name = wording.name_at(view, thing.at if thing is not None else None) or "model"
    facts = {
        "parts": f"its {' and '.join(names)} still" if names else "its dropout or batch normalisation still",
        "why": f"`{view.code(switch)}` was called last" if switch is not None else "`eval()` is never called before",
        "mend": f"`{name}.eval()` before it predicts held-out rows, and `{name}.train()` before it learns on",
    }
    return ((step("put into training mode here", switch),) if switch is not None else ()), facts


def _unreached(view: View, near: frozenset[Address]) -> tuple[tuple[Evidence, ...], dict[str, str]] | None:
    """The layer or function in a model that no `eval()` reaches, with what would mend that."""
    causes = view.trace.notes.get("unruled")
    found = next((causes[m] for m in sorted(near) if m in causes), None) if isinstance(causes, dict) else None
    if found is None:
        return None
    at, name, attribute = found
    short = name.rpartition(".")[2]
    if attribute:
        why = f"`self.{attribute}` is a plain list, which `eval()` does not look into"
        mend = f"let torch know the layers: `self.{attribute} = nn.ModuleList(self.{attribute})`"
    elif short[:1].islower():
        why = f"`{short}` is not told of the mode, whatever `eval()` says"
        mend = f"tell it: `{short}(..., training=self.training)`"
    else:
        why = f"`forward` makes a new {short} each time, which `eval()` cannot reach"
        mend = f"make it once, in `__init__`: `self.drop = {short}(...)`, and call `self.drop(x)` in `forward`"
    evidence = (Evidence("this stays in training mode", at),)
    return evidence, {"parts": f"its {short} still", "why": why, "mend": mend}


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
