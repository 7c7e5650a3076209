"""How do models learn, predict, and get their scores?"""

from __future__ import annotations

from mlstd.trace.events import Fit, OptimizerStep, Predict, Record, Select, Transform
from mlstd.trace.library import averages, modes, passes, prompts
from mlstd.trace.library.columns import leaked
from mlstd.trace.library.randomness import draws, draws_of_object, random_parts, reach
from mlstd.trace.library.reduce import emit
from mlstd.trace.library.site import MODEL_ROLES, Site, models_in, unknown_rows
from mlstd.trace.machine import Machine
from mlstd.trace.values.choose import FORMS, narrowed
from mlstd.trace.values.collect import references, summary
from mlstd.trace.values.join import unite
from mlstd.trace.values.kinds import Address, Const, Data, Entries, Facts, Form, Ref, Stat, Unknown, Value
from mlstd.trace.values.parts import Step

FORGETFUL = frozenset(("sklearn", "imblearn", "xgboost", "lightgbm", "catboost"))


def fit(site: Site) -> Value:
    """A model learns from rows; held-out rows given along are scored by the call itself."""
    machine = site.machine
    rows, heldout = divided(site)
    models = site.models()
    if not models:
        if site.kind is not None and site.kind.role not in MODEL_ROLES:
            return _step(site)
        models = _made(site)
    inner = _inside(machine, models) if site.receiver is not None else frozenset()
    _targets(site)
    _clusters(site, models, rows)
    random_parts(site, models, rows)
    reach(machine, site.values((*site.effect.rows, *site.effect.target)))
    anew = _forgets(site, models)
    for model in models if anew else ():
        machine.store(model, "#fits", Facts())
    learn(machine, models, rows)
    machine.tape.add(
        Fit(
            **machine.common(site.at, site.code),
            models=models,
            rows=rows,
            how="fit",
            heldout=heldout,
            features=site.data(site.effect.rows),
            leaked=leaked(site),
            inner=inner,
            anew=anew,
        )
    )
    draws(site, "fit", rows, models)
    if heldout is not None:
        value = heldout_score(site, models, heldout)
        emit(machine, value, "framework", value.metric, site.at, site.code, automatic=True)
        keep_trials(site, value)
        if site.value("log_tensorboard") == Const(True):
            machine.tape.add(Record(**machine.common(site.at, site.code), values=(value,), records="metrics", name="TensorBoard"))
    _search(site, models, rows, heldout)
    return _result(site, rows, heldout, models)


def _forgets(site: Site, models: frozenset[Address]) -> bool:
    """Does a `fit` begin anew, as those of scikit-learn and of boosting do unless they are told to go on?"""
    warm = any(site.value(p) not in (None, Const(None), Const(False)) for p in ("warm_start", "xgb_model", "init_model"))
    cls = site.machine.things[min(models)].cls if len(models) == 1 and min(models) in site.machine.things else ""
    return site.name.endswith(".fit") and not warm and cls.partition(".")[0] in FORGETFUL


def _step(site: Site) -> Value:
    """An optimizer's step: the gradient has told already from which rows is learned."""
    machine = site.machine
    kept = list(machine.slots(site.receiver.address).values()) if site.receiver is not None else []
    about = frozenset().union(*(models_in(machine, v) for v in kept)) if kept else frozenset()
    machine.tape.add(OptimizerStep(**machine.common(site.at, site.code), models=about))
    return Const(None)


def _made(site: Site) -> frozenset[Address]:
    """The model that a fit is about when it is handed none: its receiver, or the one that it makes (`auto_arima(y)`)."""
    if site.receiver is None and site.effect.returns.startswith("kind:"):
        made = site.machine.verbs.make(site, site.effect.returns.removeprefix("kind:"))
        site.receiver = made if isinstance(made, Ref) else None
    return frozenset((site.receiver.address,)) if site.receiver is not None else frozenset()


def _inside(machine: Machine, models: frozenset[Address]) -> frozenset[Address]:
    """The models that these were made with, if they had learned before: what a calibrator is put upon."""
    kept = [v for m in models for slot, v in machine.slots(m).items() if slot.startswith("@")]
    return frozenset(
        a for a in references(machine, kept) if a not in models and is_model(machine, a) and machine.facts(a, "#fits")
    )


def _clusters(site: Site, models: frozenset[Address], rows: Data) -> None:
    """What clusters or outliers are found in rows are statistics of these rows, for whoever takes them as a feature."""
    machine = site.machine
    for model in models:
        thing = machine.things.get(model)
        if thing is not None and thing.supervised is False:
            name = thing.cls.rpartition(".")[2]
            machine.store(model, "#clusters", Facts(frozenset((Stat(site.at, rows.parts, "values", name),))))
            machine.tape.add(Transform(**machine.common(site.at, site.code), rows=rows, name=name, learned="values"))


def _targets(site: Site) -> None:
    """Remember which column is learned, as far as it has a name."""
    target = site.data(site.effect.target) if site.effect.target else None
    if target is not None and target.columns:
        site.machine.notes.setdefault("targets", set()).update(target.columns)


def divided(site: Site) -> tuple[Data, Data | None]:
    """The rows that a fit learns from, and those that it holds out to score itself."""
    effect, rows = site.effect, site.rows()
    held = site.values(effect.heldout)
    heldout = (site.data(effect.heldout) or unknown_rows(held, site.at)) if held else None
    return _fraction(site, rows, heldout) if effect.heldout_fraction else (rows, heldout)


def keep_trials(site: Site, score: Data) -> None:
    """A search may write every trial with its score to a file by itself."""
    if site.kind is not None and site.kind.role == "search" and site.kind.records_itself:
        common = site.machine.common(site.at, site.code)
        site.machine.tape.add(Record(**common, values=(score,), records="metrics", name=site.name, settings=True))


def heldout_score(site: Site, models: frozenset[Address], heldout: Data) -> Data:
    """How good the models are on the rows that a fit holds out."""
    return Data("score", heldout.parts, models, heldout.stats, site.effect.metric or "validation score", at=site.at)


def learn(machine: Machine, models: frozenset[Address], rows: Data) -> None:
    """From now on the models have seen these rows, and the statistics that the rows carry."""
    for model in models:
        machine.add_facts(model, "#fits", rows.parts)
        machine.add_facts(model, "#stats", rows.stats)


def _fraction(site: Site, rows: Data, heldout: Data | None) -> tuple[Data, Data | None]:
    """`validation_split=0.2` holds out a part of the rows by itself."""
    value = site.value(site.effect.heldout_fraction)
    if value is None or (isinstance(value, Const) and not value.value):
        return rows, heldout
    train, held = (narrowed(rows, Step("split", f"{site.at}", name)) for name in ("train", "validation"))
    return train, held if heldout is None else unite(held, heldout)


def _search(site: Site, models: frozenset[Address], rows: Data, heldout: Data | None) -> None:
    """A search scores its candidates on the rows that it is given for that, or by cross-validation, and keeps the best."""
    machine = site.machine
    for model in models:
        if machine.things[model].role != "search" if model in machine.things else True:
            continue
        best = frozenset(("best",))
        value = Data("score", rows.parts, models, metric="cross-validation", at=site.at, traits=best)
        if heldout is not None:
            value = heldout_score(site, models, heldout).but(traits=best)
        machine.store(model, "#search", value)
        machine.tape.add(Select(**machine.common(site.at, site.code), by=value, how="search", name=site.name))


def _result(site: Site, rows: Data, heldout: Data | None, models: frozenset[Address]) -> Value:
    returns = site.effect.returns
    if returns == "history":
        return history(site, rows, heldout, models)
    if returns == "score":
        return Data("score", rows.parts, models, metric="training loss", at=site.at)
    if returns in ("none", "unknown"):
        return Const(None)
    if returns == "model" and site.receiver is None:
        return Ref(min(models)) if models else site.unknown("a fitted model")
    return site.receiver if site.receiver is not None else Const(None)


def history(site: Site, rows: Data, heldout: Data | None, models: frozenset[Address]) -> Value:
    """What Keras keeps of a fit: metrics by epoch, of the training rows and (`val_...`) of the held-out ones."""
    machine = site.machine
    seen = Data("score", rows.parts, models, metric="training metric", at=site.at, traits=frozenset(("history",)))
    entries: list[tuple[object, Value]] = [
        (name, seen) for name in ("loss", "accuracy", "acc", "auc", "mse", "mae", "mean_absolute_error")
    ]
    held: Data | None = None
    if heldout is not None:
        held = Data("score", heldout.parts, models, metric="validation metric", at=site.at, traits=frozenset(("history",)))
        entries += [(f"val_{name}", held) for name, _ in list(entries)]
    table = machine.allocate("dict", site.node, key="history table")
    machine.store(table.address, "{}", Entries(tuple(entries), held if held is not None else seen))
    made = machine.allocate("thing", site.node, key="history")
    machine.store(made.address, "history", Ref(table.address))
    return Ref(made.address)


def predict(site: Site) -> Value:
    """A model's output for rows."""
    machine = site.machine
    rows, models = site.rows(), site.models()
    if not models and site.receiver is not None:
        models = frozenset((site.receiver.address,))
    asked = prompts.asked(site) if site.effect.returns == "text" else None
    if asked is not None:
        rows = prompts.with_shots(machine, rows, site.values(site.effect.rows))
        if option := prompts.option_of(site):
            machine.notes.setdefault("options used", {})[option] = site.at
        models = prompts.named(site, asked.model) if asked.model and asked.hosted else models
    if asked is None or not asked.hosted:  # what a hosted model draws from, no seed of the run reaches
        draws(site, "sample", rows)
    value = prediction(machine, rows, models, site, asked)
    if site.effect.cross_validated:
        random_parts(site, models, rows)
        machine.tape.add(Fit(**machine.common(site.at, site.code), models=models, rows=rows, how="cross-validation"))
        return Data("prediction", value.parts, models, value.stats, "", value.form, site.at, value.traits | {"cross-validated"})
    return value


def prediction(machine: Machine, rows: Data, models: frozenset[Address], site: Site, asked: prompts.Asked | None = None) -> Data:
    """The prediction of some models for rows, put on the tape. `asked`: what a language model is asked."""
    told = prompts.fields(asked) if asked is not None else {}
    machine.tape.add(Predict(**machine.common(site.at, site.code), models=models, rows=rows, **told))
    form = _form(site)
    stats = rows.stats.union(*(machine.facts(m, "#clusters") for m in models))
    made = Data("prediction", rows.parts, models | rows.models, stats, "", form, site.at, rows.traits - {"loss", "hits"})
    return modes.marked(machine, made, models)


def _form(site: Site) -> Form:
    """Labels, probabilities or scores: as the method says; `predict` of a model made of models does as those inside it do."""
    method = site.value("method") if site.effect.cross_validated else None
    if isinstance(method, Const) and method.value != "predict":
        return "probabilities" if str(method.value).startswith("predict") else "scores"
    form = FORMS.get(site.effect.returns, "")
    if form != "labels" or site.receiver is None or site.kind is None or site.kind.role == "model":
        return form
    made = [site.machine.heap[a] for a in references(site.machine, list(site.machine.slots(site.receiver.address).values()))]
    inner = [m.info.kind for m in made if m.info is not None and m.info.kind.role == "model"]
    told = {k.methods["predict"].returns for k in inner if "predict" in k.methods}
    return "labels" if told == {"labels"} else ""


def score(site: Site) -> Value:
    """A number that says how good predictions are."""
    effect = site.effect
    if effect.cross_validated:
        return _cross_validated(site)
    if effect.truth and effect.prediction:
        return _metric(site)
    return _own_score(site)


def _cross_validated(site: Site) -> Value:
    """`cross_val_score`: fits and scores on folds, so that every score is held out."""
    machine, rows, models = site.machine, site.rows(), site.models()
    random_parts(site, models, rows)
    splitter = next(
        (a for a in references(machine, site.arguments.all()) if a in machine.things and machine.things[a].role == "splitter"),
        None,
    )
    if splitter is None:
        draws(site, "split", rows)
    else:
        draws_of_object(site, splitter, "split", rows)
    machine.tape.add(Fit(**machine.common(site.at, site.code), models=models, rows=rows, how="cross-validation"))
    value = Data("score", rows.parts, models, rows.stats, _metric_name(site) or "cross-validation", at=site.at)
    emit(machine, value, "cross-validation", value.metric, site.at, site.code)
    return value


def _metric_name(site: Site) -> str:
    named = site.value("scoring")
    if isinstance(named, Const) and isinstance(named.value, str):
        return named.value
    return site.effect.metric


def _metric(site: Site) -> Value:
    """A metric of truth and predictions. Which is which shows in the values: the one that a model made is the prediction."""
    machine, effect = site.machine, site.effect
    truth = site.data((effect.truth,))
    guess = site.data((effect.prediction,))
    given = [d for d in (truth, guess) if d is not None]
    united = summary(machine, list(given))
    swapped = truth is not None and guess is not None and truth.kind == "prediction" and guess.kind == "rows"
    predicted = truth if swapped else guess
    traits = frozenset() if united is None else united.traits & (averages.BATCH | {"cross-validated", "guess", modes.TRAINING})
    value = Data(
        "score",
        united.parts if united is not None else frozenset(),
        frozenset().union(*(d.models for d in given)),
        united.stats if united is not None else frozenset(),
        effect.metric or site.name.rpartition(".")[2],
        predicted.form if predicted is not None else "",
        site.at,
        traits | passes.mixed(truth, guess) | _stage(site) | ({"loss"} if _is_loss(site) else set()),
    )
    by = "loss" if "loss" in value.traits else "cross-validation" if "cross-validated" in traits else "metric"
    emit(
        machine, value, by, value.metric, site.at, site.code,
        needs=effect.needs, swapped=swapped, symmetric=effect.symmetric, reduces=effect.reduces, additive=effect.additive,
    )  # fmt: skip
    return value


def _is_loss(site: Site) -> bool:
    """Is it made to be differentiated: an object, or a function that measures nothing else?"""
    return site.effect.metric == "loss" or (site.kind is not None and site.kind.role == "loss")


def _stage(site: Site) -> frozenset[str]:
    """Is the number a mean over the rows, or a count; and could it be put together from the numbers of parts?"""
    counts = site.value("reduction") == Const("sum") or site.value("normalize") == Const(False) or not site.effect.reduces
    return frozenset(() if counts else ("mean",)) | frozenset(() if site.effect.additive else (averages.INDIVISIBLE,))


def _own_score(site: Site) -> Value:
    """`model.score(X, y)`, `model.evaluate(...)`, `trainer.evaluate()`."""
    machine, models = site.machine, site.models()
    if not models and site.receiver is not None:
        models = frozenset((site.receiver.address,))
    parameters = (*site.effect.rows, *site.effect.target)
    given = site.values(parameters)
    rows = site.rows() if given else (site.data(site.effect.heldout) or site.rows())
    value = Data(
        "score",
        rows.parts,
        models | rows.models,
        rows.stats,
        site.effect.metric or "score",
        at=site.at,
        traits=rows.traits & {"batch", "guess"},
    )
    records = site.kind is not None and site.kind.records_itself
    emit(machine, value, "method", value.metric, site.at, site.code, automatic=records, reduces=site.effect.reduces)
    if site.effect.returns == "none" and site.receiver is not None:
        machine.store(site.receiver.address, "#score", value)  # it is kept, and asked for later
    return value


def adapted(machine: Machine, model: Address, given: list[Value]) -> Ref:
    """A model that a call has put adapters into: with other ones, it is another method."""
    by = [machine.things[a] for a in references(machine, given) if a in machine.things and a != model]
    told = [(t.cls.rpartition(".")[2], repr(t.arguments)) for t in by]
    told += [("adapter", f"{v.hint} {v.at}") for v in given if isinstance(v, Unknown)]
    if model in machine.things:
        machine.describe(model, arguments=tuple(sorted({*machine.things[model].arguments, *told})))
    return Ref(model)


def is_model(machine: Machine, address: Address) -> bool:
    """Is there a model at this address?"""
    return address in machine.things and machine.things[address].role in MODEL_ROLES
