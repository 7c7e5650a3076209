"""Keras: `fit` runs callbacks that stop, keep the best, and write down, and shows its metrics while it runs.

- *compile* says which metrics `fit` and `evaluate` report.
- *Callbacks* see the metrics of each epoch; one that monitors `val_...` picks the epoch by the held-out rows.
- A *checkpoint* of the best epoch counts as a choice only where its file is loaded again.
- A *wrapper* for scikit-learn builds its network at each fit.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from mlstd.trace.library import effects, models
from mlstd.trace.library.frameworks import given
from mlstd.trace.library.frameworks.framework import Framework
from mlstd.trace.library.frameworks.keras_data import FLOWS, directory, flow, windows
from mlstd.trace.library.site import Site, models_in
from mlstd.trace.machine import Machine, constant
from mlstd.trace.values.kinds import NONE, Address, ClassValue, Const, Data, Ref, Text, Unknown, Value

BAR = "Keras' progress bar"
HOOKS_BEFORE = ("on_train_begin",)
HOOKS_EACH = ("on_epoch_begin", "on_epoch_end")
HOOKS_AFTER = ("on_train_end",)
SAVES = ("save", "save_weights", "export", "save_model")
LOADS = ("load_weights", "load_model")
SHORT = {  # metric classes, as people say them
    "mean squared error": "mse",
    "mean absolute error": "mae",
    "root mean squared error": "RMSE",
    "mean absolute percentage error": "mape",
    "mean io u": "mean IoU",
}


@dataclass(frozen=True, slots=True)
class Run:
    """One `fit`: its models, the scores of its training rows and of those held out, and both as the `logs` of callbacks."""

    models: frozenset[Address]
    seen: Data
    held: Data | None
    logs: Ref

    @property
    def scores(self) -> tuple[Data, ...]:
        """What is known after each epoch."""
        return (self.seen,) if self.held is None else (self.seen, self.held)


class Keras(Framework):
    """What Keras does beyond single calls."""

    def method(self, site: Site, name: str) -> Value | None:
        """Methods of models, wrappers and image generators."""
        machine = site.machine
        assert site.receiver is not None
        if name == "fit":
            _build(site, site.receiver)
        if name in FLOWS and given.is_a(machine, site.receiver.address, "keras_image_generator"):
            return flow(site)
        handler = METHODS.get(name)
        if handler is None or not given.is_a(machine, site.receiver.address, "keras_model"):
            return None
        return handler(site)

    def function(self, site: Site) -> Value | None:
        """Loading, saving, folders of images, and cross-validation of a wrapped network."""
        if site.effect.cross_validated:
            for value in site.arguments.all():
                _build(site, value)
            return None
        if not site.name.startswith("keras."):
            return None
        last = site.name.rpartition(".")[2]
        if last == "load_model":
            return _load(site)
        if last == "save_model":
            _remember(site, site.value("filepath"), site.models("model"))
        if last == "timeseries_dataset_from_array":
            return windows(site)
        return directory(site) if last.endswith("_dataset_from_directory") else None


# ------------------------------------------------------------------ compile, fit, evaluate


def _add(site: Site) -> Value:
    """One more layer is a part of the model."""
    layer = site.value("layer")
    if site.receiver is not None and isinstance(layer, Ref):
        site.machine.store(site.receiver.address, f"layer {layer.address}", layer)
    return NONE


def _compile(site: Site) -> Value:
    """Keep what will be reported."""
    assert site.receiver is not None
    site.machine.store(site.receiver.address, "#metrics", site.value("metrics") or NONE)
    return NONE


def reported(machine: Machine, model: Address) -> str:
    """The metrics that a model was compiled with, as people call them; its loss if there are none; "" if that is not known."""
    kept = machine.load(model, "#metrics")
    if kept is None:
        return ""
    names = [_metric_name(machine, value) for value in given.members(machine, kept)]
    return ", ".join(dict.fromkeys(n for n in names if n)) or ("loss" if not names else "")


def _metric_name(machine: Machine, value: Value) -> str:
    thing = machine.things.get(value.address) if isinstance(value, Ref) else None
    name = given.word(value) or (thing.cls if thing is not None else given.called(value))
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.rpartition(".")[2]).replace("_", " ").lower()
    return "accuracy" if words.endswith("accuracy") or words == "acc" else SHORT.get(words, words)


def _with_metric(site: Site) -> None:
    """The call reports the metrics of `compile`."""
    assert site.receiver is not None
    metric = reported(site.machine, site.receiver.address)
    if metric:
        site.effect = msgspec.structs.replace(site.effect, metric=metric)


def _fit(site: Site) -> Value:
    """The fit, its progress bar, its callbacks."""
    machine = site.machine
    _with_metric(site)
    rows, heldout = models.divided(site)
    about = site.models()
    hold = models.heldout_score(site, about, heldout) if heldout is not None else None
    callbacks = given.members(machine, site.value("callbacks"))
    seen = Data("score", rows.parts, about, rows.stats, "training metric", at=site.at, traits=frozenset(("history",)))
    before = models.history(site, rows, heldout, about)
    logs = machine.load(before.address, "history") if isinstance(before, Ref) else None
    run = Run(about, seen, hold, logs if isinstance(logs, Ref) else given.table(site, {}, "logs"))
    own = [c for c in callbacks if isinstance(c, Ref) and machine.heap[c.address].cls is not None]
    _hooks(site, own, run, HOOKS_BEFORE)
    fitted = effects.perform(site)
    given.show(site, run.scores, BAR, given.flag(site.value("verbose"), True))
    for callback in callbacks:
        _callback(site, callback, run)
    if own:
        given.each_round(site, lambda: _hooks(site, own, run, HOOKS_EACH))
    _hooks(site, own, run, HOOKS_AFTER)
    return fitted


def _evaluate(site: Site) -> Value:
    """A score that the progress bar shows, too."""
    _with_metric(site)
    value = effects.perform(site)
    default = not site.name.endswith("_generator")
    if isinstance(value, Data):
        given.show(site, (value,), BAR, given.flag(site.value("verbose"), default))
        entries: dict[str, Value] = dict.fromkeys((*value.metric.split(", "), "loss"), value)
        return given.table(site, entries, "scores", value) if given.flag(site.value("return_dict")) else value
    return value


# ------------------------------------------------------------------ callbacks


def _callback(site: Site, callback: Value, run: Run) -> None:
    """What a callback of a library does with the metrics of each epoch."""
    machine = site.machine
    if not isinstance(callback, Ref) or machine.heap[callback.address].info is None:
        return
    info = machine.heap[callback.address].info
    assert info is not None
    name = info.name.rpartition(".")[2]
    if given.is_a(machine, callback.address, "keras_early_stopping"):
        _stop(site, callback, run, name)
    elif given.is_a(machine, callback.address, "keras_checkpoint"):
        _keep_best(site, callback, run)
    elif info.kind.records_itself or info.init.effect == "record":
        given.record(site, run.scores, info.init.records or "metrics", name)
    elif given.is_a(machine, callback.address, "keras_lambda_callback"):
        for hook in HOOKS_EACH + HOOKS_AFTER:
            function = machine.load(callback.address, f"@{hook}")
            if isinstance(function, given.CODE):
                given.run(site, function, *_hook_arguments(site, hook, run))


def monitors(machine: Machine, callback: Ref) -> bool | None:
    """Does a callback watch the held-out rows? None: what it watches is not known."""
    watched = machine.load(callback.address, "@monitor")
    if watched is None or (isinstance(watched, Const) and isinstance(watched.value, str)):
        return str(constant(watched) or "val_loss").startswith("val")
    return None


def _stop(site: Site, callback: Ref, run: Run, name: str) -> None:
    """Early stopping picks the epoch by what it monitors."""
    watched = monitors(site.machine, callback)
    if run.held is not None and watched is not False:
        given.select(site, run.held, "stop", name, watched)


def _keep_best(site: Site, callback: Ref, run: Run) -> None:
    """A checkpoint of the best epoch: a choice once it is loaded."""
    machine = site.machine
    best = given.flag(machine.load(callback.address, "@save_best_only"))
    watched = monitors(machine, callback)
    by = run.held if best is not False and watched is not False else None
    _remember(site, machine.load(callback.address, "@filepath"), run.models, by, None if best is None else watched)


def _hooks(site: Site, callbacks: list[Ref], run: Run, hooks: tuple[str, ...]) -> None:
    """The methods of the project's own callbacks."""
    machine = site.machine
    for callback in callbacks:
        if site.receiver is not None:
            machine.store(callback.address, "model", site.receiver)
        for hook in hooks:
            method = given.own_method(machine, callback, hook)
            if method is not None and machine.state is not None:
                given.run(site, method, *_hook_arguments(site, hook, run))


def _hook_arguments(site: Site, hook: str, run: Run) -> list[Value]:
    logs: Value = run.logs if hook.endswith("_end") else NONE
    return [logs] if hook.startswith("on_train") else [Unknown("the epoch", site.at, "epoch"), logs]


# ------------------------------------------------------------------ files


@dataclass(frozen=True, slots=True)
class Saved:
    """A file that this run wrote: whose weights are in it, and the score that picked them, if one did."""

    models: frozenset[Address]
    by: Data | None
    sure: bool | None


def _files(machine: Machine) -> dict[object, Saved]:
    files: dict[object, Saved] = machine.notes.setdefault(("keras", "files"), {})
    return files


def _key(path: Value | None) -> object:
    """What identifies a path: two equal keys are the same file."""
    match path:
        case Const(value=value):
            return value
        case Text(pattern=pattern):
            return pattern
        case Unknown(at=at, hint=hint):
            return (at, hint)
        case _:
            return path


def _remember(
    site: Site, path: Value | None, written: frozenset[Address], by: Data | None = None, sure: bool | None = True
) -> None:
    if path is not None and path != NONE:
        _files(site.machine)[_key(path)] = Saved(written, by, sure)


def _saved(site: Site) -> Value:
    """A model is written, to be found again under its path."""
    _remember(site, site.value(site.effect.path), site.models())
    return effects.perform(site)


def _load(site: Site) -> Value | None:
    """A file of this run holds a model of this run; the best epoch's file makes that epoch the one that is used."""
    machine = site.machine
    path = site.value("filepath")
    files = _files(machine)
    found, sure = files.get(_key(path)), True
    if found is None and not isinstance(
        path, Const
    ):  # a path made up at run time: one of the checkpoints, as far as anybody knows
        found, sure = next((f for f in files.values() if f.by is not None), None), False
    if found is None:
        return None
    if found.by is not None:
        given.select(site, found.by, "callback", "ModelCheckpoint", found.sure if sure else None)
    if site.receiver is not None:
        for model in found.models:
            for facts in ("#fits", "#stats"):
                machine.add_facts(site.receiver.address, facts, machine.facts(model, facts))
        return NONE
    return Ref(min(found.models)) if found.models and sure else None


# ------------------------------------------------------------------ wrappers


def _build(site: Site, value: Value) -> None:
    """A network behind scikit-learn's interface is built when it is fitted."""
    machine = site.machine
    for address in given.inside(machine, value, "keras_estimator"):
        for slot in ("@build_fn", "@model"):
            function = machine.load(address, slot)
            if isinstance(function, (*given.CODE, ClassValue)):
                built = given.run(site, function)
                for model in models_in(machine, built):
                    machine.store(address, "#metrics", machine.load(model, "#metrics") or NONE)


METHODS: dict[str, Callable[[Site], Value | None]] = {
    "add": _add,
    "compile": _compile,
    "fit": _fit,
    "fit_generator": _fit,
    "evaluate": _evaluate,
    "evaluate_generator": _evaluate,
    **dict.fromkeys(SAVES, _saved),
    **dict.fromkeys(LOADS, _load),
}
