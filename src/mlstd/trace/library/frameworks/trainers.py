"""Hugging Face's Trainer and its kin: one object holds model, arguments and data, and runs fit, evaluation and the project's
metrics.

- *Making* it seeds every generator (`TrainingArguments.seed`, 42 unless told otherwise), and only then calls `model_init`. -
*train* fits; it evaluates along the way when the arguments name an evaluation strategy, and logs what it finds. -
*load_best_model_at_end* picks the checkpoint by the evaluation rows, early stopping the step. - *compute_metrics* is code of the
project, run on predictions and labels.
"""

from __future__ import annotations

from mlstd.trace.events import Draw, Fit, Seed
from mlstd.trace.library import models, modes
from mlstd.trace.library.frameworks import given
from mlstd.trace.library.frameworks.framework import Framework
from mlstd.trace.library.reduce import emit
from mlstd.trace.library.site import Site, models_in, unknown_rows
from mlstd.trace.machine import Machine, Object
from mlstd.trace.values.choose import with_traits
from mlstd.trace.values.collect import data_in, summary
from mlstd.trace.values.kinds import NONE, Address, Const, Data, Entries, Ref, Unknown, Value

TRAINER = "hf_trainer"
ARGUMENTS = "hf_training_arguments"
LOG = "the Trainer's log"
STRATEGIES = ("evaluation_strategy", "evaluate_during_training", "eval_strategy")  # the last has a default
BATCHES = "train_dataloader"


class Trainers(Framework):
    """What trainers do beyond single calls."""

    def made(self, site: Site, made: Object) -> None:
        """A trainer seeds; arguments that a parser makes are options."""
        machine = site.machine
        if given.is_a(machine, made.address, ARGUMENTS) and not site.arguments.all():
            for slot, value in machine.slots(made.address).items():
                if slot.startswith("@") and isinstance(value, Const):
                    machine.store(made.address, slot, Const(value.value, slot[1:]))
        if given.is_a(machine, made.address, ARGUMENTS) and "report_to" in site.arguments.named:
            machine.notes["report_to", made.address] = True
        if given.is_a(machine, made.address, TRAINER):
            _construct(site, made)

    def method(self, site: Site, name: str) -> Value | None:
        """`train`, `evaluate`, `predict`, `hyperparameter_search`."""
        machine, owner = site.machine, site.receiver
        if owner is None or not given.is_a(machine, owner.address, TRAINER):
            return None
        if name == "train":
            return _train(site, owner)
        if name == "evaluate":
            return _evaluate(site, owner)
        if name in ("predict", "prediction_loop", "evaluation_loop"):
            return _predict(site, owner)
        if name == "hyperparameter_search":
            return _search(site, owner)
        if name == "compute_loss":
            return _loss(site, owner)
        if name == "add_callback":
            return _add_callback(site, owner)
        return None


# ------------------------------------------------------------------ making


def _construct(site: Site, made: Object) -> None:
    """Seed, then take the model or make it."""
    machine = site.machine
    machine.tape.add(Seed(**machine.common(site.at, site.code), generators=("python", "numpy", "torch"), name=site.name))
    model = machine.load(made.address, "@model")
    init = machine.load(made.address, "@model_init")
    if (model is None or model == NONE) and isinstance(init, given.CODE):
        model = given.run(site, init)
        machine.store(made.address, "@model", model)
    if model is not None and model != NONE:
        machine.store(made.address, "model", model)


def _kept(machine: Machine, owner: Ref, name: str) -> Value | None:
    """What a trainer, or its arguments, were made with; an attribute set since then wins."""
    for slot in (name, f"@{name}"):
        value = machine.load(owner.address, slot)
        if value is not None and value != NONE:
            return value
    return None


def _option(machine: Machine, owner: Ref, *names: str) -> Value | None:
    """An option in the trainer's arguments, or in its own (newer trainers of other packages take them directly)."""
    arguments = _kept(machine, owner, "args")
    for holder in (arguments, owner):
        for name in names:
            value = _kept(machine, holder, name) if isinstance(holder, Ref) else None
            if value is not None:
                return value
    return None


def _models(site: Site, owner: Ref) -> frozenset[Address]:
    """The model, or the trainer in its place where nobody knows the model."""
    return models_in(site.machine, _kept(site.machine, owner, "model")) or frozenset((owner.address,))


def _rows(site: Site, value: Value | None) -> Data | None:
    """The rows behind a data set."""
    if value is None or value == NONE:
        return None
    return summary(site.machine, [value], instances=True) or unknown_rows([value], site.at)


def evaluates(machine: Machine, owner: Ref) -> bool | None:
    """Does `train` evaluate along the way? None: an unknown option decides."""
    if isinstance(_kept(machine, owner, "args"), Unknown):
        return None
    value = _option(machine, owner, *STRATEGIES)
    if isinstance(value, Const):
        return value.value not in ("no", False)
    if value is None:
        return False
    return True if getattr(value, "name", "").endswith((".STEPS", ".EPOCH")) else None


def _reports(machine: Machine, owner: Ref) -> bool:
    """Are metrics handed to a tracker? Only `report_to="none"` says no: what trackers are installed, they get."""
    value = _option(machine, owner, "report_to")
    arguments = _kept(machine, owner, "args")
    if isinstance(value, Const) and isinstance(arguments, Ref):
        return value.value != "none" or ("report_to", arguments.address) not in machine.notes
    return value is None or given.members(machine, value) not in ([], [Const("none")])


def _keeps(machine: Machine, owner: Ref) -> bool:
    """Is the log of a training written: handed to a tracker, or kept in the checkpoints, as it is unless none are saved?"""
    saved = _option(machine, owner, "save_strategy")
    return saved != Const("no") or _reports(machine, owner)


# ------------------------------------------------------------------ train


def _train(site: Site, owner: Ref) -> Value:
    """The fit, its own loss, what it evaluates along the way, what it picks."""
    machine, about = site.machine, _models(site, owner)
    rows = (
        _rows(site, _kept(machine, owner, "train_dataset"))
        or _rows(site, _kept(machine, owner, BATCHES))
        or unknown_rows([owner], site.at)
    )
    along = evaluates(machine, owner)
    heldout = _rows(site, _kept(machine, owner, "eval_dataset")) if along is not False else None
    _mode(machine, about, "train")
    _own_loss(site, owner, rows)
    models.learn(machine, about, rows)
    machine.tape.add(Fit(**machine.common(site.at, site.code), models=about, rows=rows, how="fit", heldout=heldout))
    common = machine.common(site.at, site.code)
    machine.tape.add(Draw(**common, generator="torch", name=site.name, use="fit", own_seed=True, addresses=about, rows=rows))
    seen = Data("score", rows.parts, about, rows.stats, "training loss", at=site.at, traits=frozenset(("history",)))
    if heldout is not None:
        with given.perhaps(machine, along):
            given.each_round(site, lambda: _along(site, owner, heldout, seen))
            _pick(site, owner, about, heldout)
    else:
        given.record(site, (seen,), "everything", LOG)
    return given.result(
        site, {"global_step": Unknown("a number of steps", site.at), "training_loss": seen, "metrics": seen}, "trained"
    )


def _mode(machine: Machine, about: frozenset[Address], mode: str) -> None:
    """The trainer switches its model."""
    for model in about:
        for part in modes.inside(machine, model):
            machine.store(part, "#mode", Const(mode))


def _own_loss(site: Site, owner: Ref, rows: Data) -> None:
    """A `compute_loss` that the project defines itself runs on a batch."""
    method = given.own_method(site.machine, owner, "compute_loss")
    model = _kept(site.machine, owner, "model")
    if method is not None and model is not None:
        given.run(site, method, model, with_traits(rows, "batch"))


def _along(site: Site, owner: Ref, heldout: Data, seen: Data) -> None:
    """An evaluation during the fit: logged, and handed to the callbacks."""
    own = given.own_method(site.machine, owner, "evaluate")
    metrics = given.run(site, own) if own is not None else _scores(site, owner, heldout, "framework")
    scores = _all_scores(site.machine, metrics)
    given.show(site, scores, LOG)
    given.record(site, (*scores, seen), "everything", LOG, _keeps(site.machine, owner))
    for callback in given.members(site.machine, _kept(site.machine, owner, "callbacks")):
        _callback(site, callback, metrics)


def _callback(site: Site, callback: Value, metrics: Value) -> None:
    """A callback of the project sees the metrics."""
    if not isinstance(callback, Ref):
        return
    unknown = [Unknown("what the trainer hands over", site.at, name) for name in ("args", "state", "control")]
    for hook, name in (("on_evaluate", "metrics"), ("on_log", "logs")):
        method = given.own_method(site.machine, callback, hook)
        if method is not None:
            given.run(site, method, *unknown, **{name: metrics})


def _pick(site: Site, owner: Ref, about: frozenset[Address], heldout: Data) -> None:
    """The best checkpoint, or the step at which it stopped getting better."""
    machine = site.machine
    by = Data("score", heldout.parts, about, heldout.stats, _watched(machine, owner), at=site.at)
    best = given.flag(_option(machine, owner, "load_best_model_at_end"))
    if best is not False:
        arguments = machine.object(_kept(machine, owner, "args") or NONE)
        given.select(site, by, "callback", "load_best_model_at_end", best, arguments.at if arguments is not None else None)
    for callback in given.members(machine, _kept(machine, owner, "callbacks")):
        if isinstance(callback, Ref) and given.is_a(machine, callback.address, "hf_early_stopping"):
            given.select(site, by, "stop", "EarlyStoppingCallback")


def _watched(machine: Machine, owner: Ref) -> str:
    return given.word(_option(machine, owner, "metric_for_best_model")).removeprefix("eval_") or "loss"


def _add_callback(site: Site, owner: Ref) -> Value:
    """One more callback."""
    machine = site.machine
    old = given.members(machine, _kept(machine, owner, "callbacks"))
    added = given.members(machine, site.value("callback"))
    machine.store(owner.address, "@callbacks", given.result(site, {str(n): v for n, v in enumerate([*old, *added])}, "callbacks"))
    return NONE


# ------------------------------------------------------------------ evaluate, predict


def _predicted(site: Site, owner: Ref, rows: Data) -> Data:
    """The model's output for the rows, computed in evaluation mode."""
    machine, about = site.machine, _models(site, owner)
    _mode(machine, about, "eval")
    return models.prediction(machine, with_traits(rows), about, site)


def _scores(site: Site, owner: Ref, rows: Data, by: str) -> Value:
    """What the project's `compute_metrics` makes of predictions and labels; without one, the loss."""
    machine, about = site.machine, _models(site, owner)
    predicted = _predicted(site, owner, rows)
    metric = given.word(_kept(machine, owner, "metric")) or "loss"
    loss = Data("score", rows.parts, about, rows.stats, metric, at=site.at)
    computed = _computed(site, owner, predicted, rows)
    if computed is None:
        emit(machine, loss, by, metric, site.at, site.code, automatic=True)
        return given.table(site, {"eval_loss": loss}, "metrics", loss)
    scores = _all_scores(machine, computed)
    if not scores:
        unknown = loss.but(metric="compute_metrics", traits=frozenset(("guess",)))
        emit(machine, unknown, by, unknown.metric, site.at, site.code, automatic=True)
        return given.table(site, {"eval_loss": loss}, "metrics", unknown)
    return given.table(site, {"eval_loss": loss, **_prefixed(machine, computed)}, "metrics", summary(machine, list(scores)))


def _computed(site: Site, owner: Ref, predicted: Data, rows: Data) -> Value | None:
    """What the project's own metric gives: `compute_metrics(eval_prediction)`, or SetFit's `metric(predictions, labels)`."""
    machine = site.machine
    compute, metric = _kept(machine, owner, "compute_metrics"), _kept(machine, owner, "metric")
    if compute is not None and not isinstance(compute, Const):
        return given.run(site, compute, given.result(site, {"predictions": predicted, "label_ids": rows}, "eval prediction"))
    if isinstance(metric, given.CODE):
        return given.run(site, metric, predicted.but(form="labels"), rows)
    return None


def _prefixed(machine: Machine, computed: Value) -> dict[str, Value]:
    """The metrics under the names that the trainer gives them."""
    held = machine.load(computed.address, "{}") if isinstance(computed, Ref) else None
    items = held.items if isinstance(held, Entries) else ()
    return {f"eval_{name}": value for name, value in items if isinstance(name, str)}


def _evaluate(site: Site, owner: Ref) -> Value:
    """`evaluate()`: printed, and handed to the trackers."""
    machine = site.machine
    named = site.value(site.effect.rows[0]) if site.effect.rows else None
    rows = _rows(site, named) or _rows(site, _kept(machine, owner, "eval_dataset")) or unknown_rows([owner], site.at)
    metrics = _scores(site, owner, rows, "method")
    if not given.is_a(machine, owner.address, "setfit_trainer"):  # SetFit hands its metrics back and writes them nowhere
        scores = _all_scores(machine, metrics)
        given.show(site, scores, LOG)
        given.record(site, scores, "everything", LOG, _reports(machine, owner))
    return metrics


def _all_scores(machine: Machine, metrics: Value) -> tuple[Data, ...]:
    return tuple(dict.fromkeys(d for d in data_in(machine, metrics) if d.kind == "score"))


def _predict(site: Site, owner: Ref) -> Value:
    """`predict(rows)`: predictions, labels and, where the project computes some, metrics."""
    parameter = site.effect.rows[0] if site.effect.rows else "test_dataset"
    rows = _rows(site, site.value(parameter)) or unknown_rows([owner], site.at)
    compute = _kept(site.machine, owner, "compute_metrics")
    if compute is None or isinstance(compute, Const):
        predicted = _predicted(site, owner, rows)
        loss = Data("score", rows.parts, predicted.models, rows.stats, "loss", at=site.at)
        return given.result(
            site, {"predictions": predicted, "label_ids": rows, "metrics": given.table(site, {}, "metrics", loss)}, "predicted"
        )
    metrics = _scores(site, owner, rows, "method")
    predicted = Data("prediction", rows.parts, _models(site, owner), rows.stats, at=site.at)
    return given.result(site, {"predictions": predicted, "label_ids": rows, "metrics": metrics}, "predicted")


def _loss(site: Site, owner: Ref) -> Value:
    """`super().compute_loss(model, inputs)`: the model's own loss."""
    rows = _rows(site, site.value("inputs")) or unknown_rows([owner], site.at)
    about = models_in(site.machine, site.value("model")) or _models(site, owner)
    return Data("score", rows.parts, about, rows.stats, "loss", at=site.at, traits=rows.traits | {"loss"})


def _search(site: Site, owner: Ref) -> Value:
    """`hyperparameter_search()`: a fresh model each trial, picked by the evaluation rows."""
    machine = site.machine
    init = _kept(machine, owner, "model_init")

    def trial() -> None:
        if isinstance(init, given.CODE):
            machine.store(owner.address, "model", given.run(site, init))
        _train(site, owner)

    given.each_round(site, trial)
    heldout = _rows(site, _kept(machine, owner, "eval_dataset"))
    if heldout is not None:
        by = Data("score", heldout.parts, _models(site, owner), heldout.stats, _watched(machine, owner), at=site.at)
        given.select(site, by, "search", "hyperparameter_search")
    return Unknown("the best trial", site.at, "best_run")
