"""Metric objects: `update` accumulates, `compute` (`result`) gives the score of everything since the last reset.

An update alone is no score: nobody sees it. A call with predictions and truth gives the batch's score, and accumulates as well.
"""

from __future__ import annotations

from typing import Any

import msgspec

from mlstd.trace.events import Update
from mlstd.trace.library import effects
from mlstd.trace.library.frameworks.framework import Framework
from mlstd.trace.library.reduce import emit
from mlstd.trace.library.site import Site
from mlstd.trace.values.collect import summary
from mlstd.trace.values.join import unite
from mlstd.trace.values.kinds import NONE, Const, Data, Tuple, Value

UPDATES = ("update", "update_state", "add_batch", "add", "update_state_batch")
RESULTS = ("compute", "result", "compute_all", "get_metric_value")
CURVES = ("roc_curve", "precision_recall_curve", "det_curve")
RESETS = ("reset", "reset_state", "reset_states")


class Metrics(Framework):
    """What accumulating metric objects do."""

    def method(self, site: Site, name: str) -> Value | None:
        """`update`, `compute`, `reset`."""
        if site.kind is None or site.kind.role != "metric" or site.receiver is None:
            return None
        if name in RESETS:
            site.machine.store(site.receiver.address, "#score", NONE)
            return NONE
        if name in UPDATES:
            _accumulate(site)
            _taken_in(site)
            return NONE
        if name == "forward":
            return self.called(site)
        return _result(site) if name in RESULTS else None

    def function(self, site: Site) -> Value | None:
        """`fpr, tpr, thresholds = roc_curve(...)`: the thresholds say nothing about how good the predictions are."""
        if site.name.rpartition(".")[2] not in CURVES or not site.name.startswith("sklearn."):
            return None
        value = effects.perform(site)
        if not isinstance(value, Data):
            return None
        limits = Data("statistic", value.parts, value.models, metric="threshold", at=site.at, traits=frozenset(("threshold",)))
        return Tuple((value, value, limits))

    def called(self, site: Site) -> Value | None:
        """`metric(prediction, truth)`: the score of the batch."""
        if site.kind is None or site.kind.role != "metric" or site.receiver is None:
            return None
        _accumulate(site)
        site.machine.notes.setdefault("accumulated", set()).add(site.at)
        return _direct(site)


def _named(site: Site) -> str:
    """What the metric is called: as its library's knowledge says, else by its class, else by what was loaded."""
    if site.effect.metric:
        return site.effect.metric
    assert site.receiver is not None
    machine = site.machine
    path = machine.load(site.receiver.address, "@path")
    if isinstance(path, Const) and isinstance(path.value, str):
        return path.value
    thing = machine.things.get(site.receiver.address)
    return thing.cls.rpartition(".")[2].lower() if thing is not None else "metric"


def _accumulate(site: Site) -> None:
    """Take in what is known of truth and predictions; a number (a mean of losses) is taken as the score that it is."""
    machine = site.machine
    assert site.receiver is not None
    new = summary(machine, site.arguments.all(), instances=True)
    if new is None:
        return
    metric = _named(site) if new.kind != "score" else new.metric
    value = Data("score", new.parts, new.models, new.stats, metric, new.form, site.at, new.traits - {"batch", "loss", "hits"})
    held = machine.load(site.receiver.address, "#score")
    machine.store(site.receiver.address, "#score", unite(held, value) if isinstance(held, Data) else value)
    if new.kind != "score":
        machine.store(site.receiver.address, "#needs", Const(site.effect.needs))


def _taken_in(site: Site) -> None:
    """Put on the tape what `update` was given: a slip of its arguments shows nowhere else."""
    machine, effect = site.machine, site.effect
    truth, guess = (site.data((p,)) if p else None for p in (effect.truth, effect.prediction))
    if truth is None or guess is None:
        return
    swapped = truth.kind == "prediction" and guess.kind == "rows"
    predicted = truth if swapped else guess
    value = predicted.but(kind="score", metric=_named(site))
    told: dict[str, Any] = {"metric": value.metric, "form": predicted.form, "needs": effect.needs, "symmetric": effect.symmetric}
    machine.tape.add(Update(**machine.common(site.at, site.code), value=value, swapped=swapped, **told))


def _direct(site: Site) -> Value:
    """The score of what is handed over."""
    if site.effect.truth and site.effect.prediction and not site.effect.metric:
        site.effect = msgspec.structs.replace(site.effect, metric=_named(site))
    return effects.perform(site)


def _result(site: Site) -> Value:
    """The score of all that was accumulated; of what is handed over, where something is."""
    machine = site.machine
    assert site.receiver is not None
    if summary(machine, site.arguments.all(), instances=True) is not None:
        return _direct(site)
    held = machine.load(site.receiver.address, "#score")
    if not isinstance(held, Data):
        return effects.perform(site)
    value = held.but(at=site.at)
    needs = machine.load(site.receiver.address, "#needs")
    if needs is None:
        return value
    emit(machine, value, "metric", value.metric, site.at, site.code, needs=needs.value if isinstance(needs, Const) else "any")
    return value
