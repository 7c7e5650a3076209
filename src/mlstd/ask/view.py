"""The trace, sorted for asking: its events by kind, what is an evaluation, what a score was computed on."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, TypeAlias, TypeVar

from mlstd.lower import ir
from mlstd.place import Place
from mlstd.trace.events import (
    OBJECTIVES,
    TRAINING_STEPS,
    AnyEvent,
    BlindSpot,
    Certainty,
    Draw,
    Fit,
    Hidden,
    Load,
    Mode,
    OptimizerStep,
    Predict,
    Record,
    Save,
    Score,
    Seed,
    Select,
    Show,
    Split,
    Thing,
    Transform,
    Update,
)
from mlstd.trace.run import Trace
from mlstd.trace.values.kinds import Address, Data
from mlstd.trace.values.parts import Part, among, contains, overlaps

E = TypeVar("E")
Seen: TypeAlias = Literal["training", "including", "held-out", "partly", "unknown"]
_EXTREME = re.compile(r"\b(?:a|nan)?(min|max)\(")


@dataclass(eq=False)
class View:
    """A trace with its indexes. `modules` are the files of the closure, lowered; `siblings` what other entries of the project
    do."""

    trace: Trace
    modules: dict[str, ir.Module] = field(default_factory=dict)

    def of(self, kind: type[E]) -> list[E]:
        """The events of a kind, in order, without those that only another choice of options would bring."""
        return [e for e in self.trace.events if isinstance(e, kind) and (self._idle or e.sure is not Certainty.NOT_BY_DEFAULT)]

    @cached_property
    def _idle(self) -> bool:
        """Does a plain run do nothing at all, because an option must say what to do (`--train`)? Then that is what is judged."""
        return not any(isinstance(e, (Fit, Score)) and e.sure is not Certainty.NOT_BY_DEFAULT for e in self.trace.events)

    def elsewhere(self, kind: type[E]) -> list[E]:
        """The events of a kind that another choice of options would bring."""
        found: list[E] = [e for e in self.trace.events if isinstance(e, kind) and e.sure is Certainty.NOT_BY_DEFAULT]
        return [e for e in found if getattr(e, "chosen", "") not in self._jobs] if self._idle else found

    @cached_property
    def _jobs(self) -> frozenset[str]:
        """The options that make an idle run fit or score."""
        return frozenset(e.chosen for e in self.trace.events if isinstance(e, (Fit, Score)))

    @cached_property
    def scores(self) -> list[Score]:
        """All scores."""
        return self.of(Score)

    @cached_property
    def updates(self) -> list[Update]:
        """What metric objects take in."""
        return self.of(Update)

    @cached_property
    def fits(self) -> list[Fit]:
        """All fits of models (a transformer's statistics are not among them; nor are gradients that change no weights)."""
        return [f for f in self.of(Fit) if not self._only_gradients(f)]

    def _only_gradients(self, fit: Fit) -> bool:
        """Is a gradient taken in evaluation mode, with no optimizer's step near it? So do attacks, and studies of influence."""
        if fit.how != "backward" or not fit.models:
            return False
        modes = [m.mode for m in self.of(Mode) if m.order < fit.order and m.models & fit.models]
        near = fit.loops[:1]
        return modes[-1:] == ["eval"] and not any(s.loops[:1] == near for s in self.of(OptimizerStep))

    @cached_property
    def splits(self) -> list[Split]:
        """All splits."""
        return self.of(Split)

    @cached_property
    def transforms(self) -> list[Transform]:
        """All statistics that were fitted."""
        return self.of(Transform)

    @cached_property
    def seeds(self) -> list[Seed]:
        """All seedings."""
        other = self.elsewhere(Seed)
        return [s for s in self.of(Seed) if s not in other]

    @cached_property
    def draws(self) -> list[Draw]:
        """All draws."""
        return self.of(Draw)

    @cached_property
    def selects(self) -> list[Select]:
        """All choices by a score. Who takes the least and the greatest of the same scores tells how far they lie apart."""
        found = self.of(Select)
        ends = {(_chooser(s), end.group(1)) for s in found if (end := _EXTREME.search(s.code))}
        spans = {chooser for chooser, name in ends if name == "min" and (chooser, "max") in ends}
        return [s for s in found if _chooser(s) not in spans or not _EXTREME.search(s.code)]

    @cached_property
    def records(self) -> list[Record]:
        """All records."""
        return self.of(Record)

    @cached_property
    def shows(self) -> list[Show]:
        """All that is shown."""
        return self.of(Show)

    @cached_property
    def saves(self) -> list[Save]:
        """All models that are written to disk."""
        return self.of(Save)

    @cached_property
    def used(self) -> frozenset[Address]:
        """The models that learn, predict, are scored or saved, or go where the run could not follow."""
        named: list[Fit | Predict | Save | BlindSpot] = [*self.fits, *self.of(Predict), *self.saves, *self.trace.blind_spots]
        return frozenset().union(*(e.models for e in named), *(s.value.models for s in self.scores))

    @cached_property
    def loads(self) -> list[Load]:
        """All loads."""
        return self.of(Load)

    def thing(self, address: Address) -> Thing | None:
        """What stands at an address."""
        return self.trace.things.get(address)

    def label(self, models: frozenset[Address]) -> str:
        """What the reader calls these models."""
        things = [t for m in sorted(models) if (t := self.thing(m)) is not None]
        names = [t.label or t.cls.rpartition(".")[2] for t in things]
        return names[0] if names else "the model"

    def related(self, models: frozenset[Address]) -> frozenset[Address]:
        """These models, those inside them and those that they are inside of: who fits or scores one, fits or scores the other."""
        inner = frozenset().union(*(t.inside for m in models if (t := self.thing(m)) is not None))
        outer = frozenset(a for m in models for a in self._around.get(m, ()))
        return models | inner | outer

    def again(self, models: frozenset[Address]) -> frozenset[Address]:
        """What could be the same model made again: of the same class of the project, or of one that a loop makes again."""
        near = self.related(models)
        things = [t for m in near if (t := self.thing(m)) is not None]
        classes = {t.cls: t.plural for t in things}
        alike = [t for t in self.trace.things.values() if t.cls in classes]
        others = [t for t in alike if "." not in t.cls or t.plural or classes[t.cls]]
        return near | frozenset(t.address for t in others)

    def revived(self, models: frozenset[Address]) -> frozenset[Address]:
        """Models of the same classes that learn nothing in this run: their weights can only be those of these models, from a
        file or through layers that they share."""
        classes = {t.cls for m in self.related(models) if (t := self.thing(m)) is not None and t.role == "model"}
        alike = (t for t in self.trace.things.values() if t.cls in classes and not t.file and t.role == "model")
        return frozenset(t.address for t in alike if not self.fits_of(frozenset((t.address,))))

    def akin(self, models: frozenset[Address]) -> frozenset[Address]:
        """These models and all others of their classes."""
        near = self.related(models)
        classes = {t.cls for m in near if (t := self.thing(m)) is not None}
        return near | frozenset(t.address for t in self.trace.things.values() if t.cls in classes)

    def fits_of(self, models: frozenset[Address]) -> list[Fit]:
        """The fits of these models, or of what is inside or around them."""
        near = self.related(models)
        return [f for f in self.fits if f.models & near]

    @cached_property
    def _around(self) -> dict[Address, set[Address]]:
        found: dict[Address, set[Address]] = {}
        for address, thing in self.trace.things.items():
            for inner in thing.inside:
                found.setdefault(inner, set()).add(address)
        return found

    @cached_property
    def owners(self) -> dict[Address, set[Address]]:
        """The models that hold each object, all of its holders together."""
        found: dict[Address, set[Address]] = {}
        for model, inside in self.trace.inside.items():
            for inner in inside:
                found.setdefault(inner, set()).add(model)
        return found

    def hiding(self, what: Hidden) -> list[BlindSpot]:
        """The blind spots that could hide something."""
        return [b for b in self.trace.blind_spots if what in b.hides and b.sure is not Certainty.NOT_BY_DEFAULT]

    # ------------------------------------------------------------ evaluation

    @cached_property
    def evaluations(self) -> list[Score]:
        """Scores that tell how good a model is: metrics, hits counted by hand, a loss on rows that it does not learn from."""
        return [s for s in self.scores if self._evaluates(s)]

    def _evaluates(self, score: Score) -> bool:
        if score.metric == "loss" and any(begins < score.order < ends for begins, ends in self._training_steps):
            return False
        if self.drives(score):
            return False
        if score.by == "loss":
            return bool(score.value.models) and self.seen(score) != "training"
        return True

    @cached_property
    def _objectives(self) -> frozenset[object]:
        """What gradients are taken of, by its place and its rows: who learns from a number does not evaluate by it."""
        found: Any = self.trace.notes.get(OBJECTIVES, ())
        return frozenset(found)

    def drives(self, score: Score) -> bool:
        """Is a score what a model learns by, on these very rows?"""
        return (score.value.at, score.value.parts) in self._objectives

    def taught(self, score: Score) -> bool:
        """Is any of a score's models more than freshly drawn weights, in a run that teaches none of its models anything and loads
        none? Such a run only tries out the code of a model."""
        if score.by not in ("loss", "metric", "hand", "guess") or self.fits or not score.value.models or self._loaded:
            return True
        fresh = {a for d in self.draws if d.use == "weights" for a in d.addresses}
        return not all(fresh & {m, *self.trace.inside.get(m, ())} for m in score.value.models)

    @cached_property
    def _loaded(self) -> bool:
        """Does the run load what was learned earlier, or go where nobody sees what it learns?"""
        known = any(load.pretrained for load in self.loads) or any(t.pretrained or t.file for t in self.trace.things.values())
        return known or bool(self.hiding("fit"))

    @cached_property
    def _training_steps(self) -> list[tuple[int, int]]:
        """From where to where a framework runs the code of a training step: a loss there is what the model learns from."""
        found: Any = self.trace.notes.get(TRAINING_STEPS, [])
        return list(found)

    def seen(self, score: Score) -> Seen:
        """Had the models of a score learned from the rows that it is computed on? A cross-validation's folds are held out."""
        if score.by == "cross-validation":
            return "held-out"
        inside = frozenset(p for f in self.learned_before(score) for p in f.rows.parts)
        return seen_by(score.value.parts, score.fitted | inside)

    def learned_before(self, score: Score) -> list[Fit]:
        """What the models of a score had learned from by then; a fit that begins anew makes them forget what came before it."""
        fits = [f for f in self.fits_of(score.value.models) if f.order < score.order]
        anew = [f.order for f in fits if f.anew and f.models == score.value.models and f.sure is Certainty.SURELY]
        return [f for f in fits if f.order >= max(anew, default=0)]

    def reported(self, score: Score) -> Show | Record | None:
        """The event that shows or records a score: the first one after it that tells of this very number, if there is one."""
        found = [e for e in self.trace.events if isinstance(e, (Show, Record)) and any(same(score.value, v) for v in e.values)]
        return next(
            (e for e in found if e.order > score.order and any(v.at == score.at for v in e.values)), next(iter(found), None)
        )

    def at(self, event: AnyEvent) -> Place:
        """Where the entry's reader meets an event: its own place, or the entry's line that leads to it."""
        scripts = (self.trace.entry,) if event.order > self.trace.began else self.trace.earlier
        if event.at.path in scripts:
            return event.at
        return next((p for p in reversed(event.calls) if p.path in scripts), event.at)

    def code(self, event: AnyEvent) -> str:
        """The code of an event, for a message."""
        return event.code or "this line"


def _chooser(select: Select) -> tuple[object, ...]:
    """By what a choice is made, and how the run comes to it."""
    return select.by.models, select.by.parts, select.by.metric, select.calls


def seen_by(parts: frozenset[Part], fitted: frozenset[Part]) -> Seen:
    """Were rows learned from? "training": all of them, surely; "including": those and more; "held-out": surely
    none of them."""
    parts, fitted = _rows_alone(parts), _rows_alone(fitted)
    if not fitted:
        return "held-out" if parts else "unknown"
    inside = [among(p, fitted) for p in parts]
    if parts and all(inside):
        return "training"
    if any(inside):
        return "partly"
    if parts and all(any(contains(p, f) for f in fitted) for p in parts):
        return "including"
    return "held-out" if overlaps(parts, fitted) == "no" else "unknown"


def _rows_alone(parts: frozenset[Part]) -> frozenset[Part]:
    """Without positions drawn by chance, where there are rows beside them: those tell which rows, not whose."""
    return frozenset(p for p in parts if not p.origin.name.startswith("positions@")) or parts


def same(score: Data, other: Data) -> bool:
    """Is `other` this score, or computed from it: does it tell of the same models on the same rows?"""
    return (
        other.kind == "score"
        and score.parts <= other.parts
        and score.models <= other.models
        and (score.metric in other.metric or not score.metric)
    )


def known(parts: frozenset[Part]) -> bool:
    """Is it known of all rows where they come from?"""
    return bool(parts) and all(p.origin.known for p in parts)
