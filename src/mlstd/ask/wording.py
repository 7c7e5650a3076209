"""What does the reader call the things of a verdict, and which line of their own code would satisfy the rule?

The names come from the code: what a model or a score is assigned to, what was handed to the fit, which tracker is imported.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from mlstd.ask.code import call_at, called
from mlstd.ask.source import nodes, place
from mlstd.ask.view import View
from mlstd.lower import ir
from mlstd.place import Place
from mlstd.trace.events import AnyEvent, Fit, Predict, Record, Score, Thing
from mlstd.trace.values.kinds import Address
from mlstd.trace.values.names import name_of
from mlstd.trace.values.parts import Part, contains
from mlstd.trace.values.text import source

ESTIMATORS = ("sklearn.", "xgboost.", "lightgbm.", "catboost.", "imblearn.")
ERRORS = ("MSE", "MAE", "RMSE", "R2", "r2", "MAPE", "error", "mean squared", "mean absolute", "squared", "deviance")
TRACKERS = {
    "mlflow": 'mlflow.log_metric("{key}", {value})',
    "wandb": 'wandb.log({{"{key}": {value}}})',
    "torch.utils.tensorboard": 'writer.add_scalar("{key}", {value})',
    "tensorboardX": 'writer.add_scalar("{key}", {value})',
}
SETTINGS = {
    "mlflow": "mlflow.log_params({settings})",
    "wandb": "wandb.config.update({settings})",
    "neptune": 'run["parameters"] = {settings}',
    "comet": "experiment.log_parameters({settings})",
}
OPTIONS = "vars(args)"
SAID = {**dict.fromkeys(("evaluate", "forward", "update", "compute"), "score"), "ranking": "ranking score"}  # methods, no metrics
LOADED = ("load", "load_model", "loads")
HANDMADE = "counted by hand"
SHORT = 60  # a longer call is left out of the advice


@lru_cache(maxsize=1)
def _assigned(view: View) -> tuple[tuple[Place, str], ...]:
    """What plain assignments bind to a name: the places of the values, with the names."""
    return tuple(
        (place(path, unit, node.value), source(node.targets[0]))
        for path, unit, node in nodes(view)
        if isinstance(node, ir.Assign)
        and node.value is not None
        and len(node.targets) == 1
        and isinstance(node.targets[0], (ir.Name, ir.Attribute))
    )


def name_at(view: View, at: Place | None) -> str:
    """The name that the value which begins at this place is given; "" for none."""
    if at is None:
        return ""
    start = (at.path, at.cell, at.line, at.column)
    return next((name for p, name in _assigned(view) if (p.path, p.cell, p.line, p.column) == start), "")


def model(view: View, models: frozenset[Address]) -> str:
    """A model by its name in the code and its class: "`clf` (RandomForestClassifier)"."""
    things = [t for m in sorted(models) if (t := view.thing(m)) is not None]
    thing = _whole(view, next((t for t in things if t.role not in ("layer", "thing")), None))
    if thing is None:
        return "the model" if things else view.label(models)
    label = view.label(frozenset((thing.address,)))
    if any(p.text and thing.address in p.models for p in view.of(Predict)):
        return label  # a language model goes by the name that it is asked by
    label = label.rpartition(".")[2]
    if label[:1].islower() and "_" in label and thing.cls.count(".") > 1:  # `AutoModel.from_pretrained`
        label = thing.cls.split(".")[-2]
    name = name_at(view, thing.at).removeprefix("self.")
    if label in LOADED:
        origin = f"loaded from {thing.file.replace(chr(92), '/').rpartition('/')[2] or 'a file'}"
        return f"`{name}` ({origin})" if name else f"the model {origin}"
    if thing.cls.isidentifier() and not thing.home:  # what nobody knows: the name of some call would only mislead
        return f"`{name}`" if name else "the model"
    return f"`{name}` ({label})" if name and name != label else label


def _whole(view: View, thing: Thing | None) -> Thing | None:
    """The network that a part of it stands for, if it is a part of one alone."""
    outer = [t for t in view.trace.things.values() if thing is not None and thing.address in t.inside and t.role == "model"]
    whole = [t for t in outer if not any(t.address in other.inside for other in outer)]
    return whole[0] if thing is not None and thing.part and len(whole) == 1 else thing


def rows(parts: Iterable[Part]) -> str:
    """Rows in a sentence: "the test part of CIFAR10"."""
    held = frozenset(parts)
    whole = [p for p in held if not any(p != q and contains(q, p) for q in held)]
    return re.sub(r"^(?=(\w+ part of|part \d))", "the ", name_of(whole))


def metric(view: View, score: Score) -> str:
    """A metric in words; of one that the code counts by itself also where."""
    names = ", ".join(dict.fromkeys(SAID.get(name, name) for name in score.metric.split(", ")))
    names = re.sub(r"\bcross-validation\b", "cross-validated score", names)
    if " by hand" not in names:
        plain = names.removesuffix("_score").replace("_", " ")
        return "score" if plain in ("", "evaluate", "corpus") else plain
    where = elsewhere(view, score) or f" ({_line(score.at)})"
    return f"{names.replace(' by hand', '')} {HANDMADE}{where}"


def elsewhere(view: View, event: AnyEvent) -> str:
    """Where something stands that is in another file than the entry: " (models/net.py, line 40)"."""
    return f" ({event.at.path}, {_line(event.at)})" if event.at.path != view.trace.entry else ""


def _line(at: Place) -> str:
    return f"line {at.line}" if at.cell is None else f"cell {at.cell}, line {at.line}"


def result(view: View, score: Score) -> str:
    """A score in words, with the code that gives it: "accuracy that `model.score(X, y)` gives"."""
    told = metric(view, score)
    return told if HANDMADE in told else f"{told} that `{view.code(score)}` gives"


def track(view: View, score: Score) -> str:
    """A line that writes this score down, with the tracker that the code has already."""
    key = metric(view, score).partition(f" {HANDMADE}")[0].partition(",")[0]
    name, call, value = name_at(view, score.at), call_at(view, score.at), "..."
    fits = call is not None and called(call) in ("fit", "fit_generator")
    number = score.by in ("metric", "method", "cross-validation") and not fits
    if name and number:
        value = name if score.reduces and score.by != "cross-validation" else f"{name}.tolist()"
    elif number and score.by != "cross-validation" and score.reduces and len(view.code(score)) <= SHORT:
        value = view.code(score)  # as it stands in the code, in a print
    keras = fits and (imports(view, "keras") or imports(view, "tensorflow"))
    history = f"{name or 'history'}.history" if keras else value
    own = next((line for name, line in TRACKERS.items() if imports(view, name)), None)
    if own is not None:
        return f"`{own.format(key=key, value=value)}`"
    what = history if history != value else f'{{"{key}": {value}}}'
    if call is not None and called(call) == "classification_report" and len(view.code(score)) <= SHORT:
        what = f"{view.code(score)[:-1]}, output_dict=True)"
    return f'`json.dump({what}, open("metrics.json", "w"))`, or a line to a tracker'


def settings(view: View, record: Record) -> str:
    """A line that writes down how the run was set up, with the tracker that takes its metrics."""
    read = any(isinstance(n, ir.Name) and n.id == "args" for _, _, n in nodes(view))
    given = OPTIONS if read else '{"learning_rate": ..., "epochs": ...}'
    own = next((line for name, line in SETTINGS.items() if name in record.name or imports(view, name)), None)
    return own.format(settings=given) if own is not None else f'json.dump({given}, open("settings.json", "w"))'


def imports(view: View, name: str) -> bool:
    """Does the closure use this library?"""
    return any(library == name or library.startswith(f"{name}.") for library in view.trace.libraries)


def rival(view: View, score: Score) -> str:
    """A naive method that could be scored on the same rows in the same way."""
    if any(p.text and p.models & score.value.models for p in view.of(Predict)):
        return "score a smaller model, a plain prompt or always the most frequent answer on the same questions"
    fit = next(iter(view.fits_of(score.value.models)), None)
    numbers = any(word in score.metric for word in ERRORS)
    thing = next((t for m in score.value.models if (t := view.thing(m)) is not None), None)
    if thing is not None and thing.forecasts:
        return "score the last known value (or that of a season ago) as a forecast of the same rows"
    if thing is not None and thing.cls.startswith(ESTIMATORS) and fit is not None and fit.how != "backward":
        naive = "DummyRegressor" if numbers or thing.cls.endswith(("Regressor", "Regression")) else "DummyClassifier"
        naive = "DummyClassifier" if thing.cls.endswith("LogisticRegression") else naive
        return f"fit `{naive}().fit({_arguments(view, fit)})` beside it and score it in the same way"
    if numbers or "loss" in score.metric:
        return "score the mean of the training targets (or the last value) as a prediction of the same rows"
    return "count on the same rows how often the most frequent class of the training rows is right"


def _arguments(view: View, fit: Fit) -> str:
    """What the fit was handed: rows and target, as they stand in the code."""
    call = call_at(view, fit.at)
    call = call if call is not None and called(call) == "fit" else None
    given = [source(a.value) for a in call.arguments if a.name in (None, "X", "y") and not a.stars] if call is not None else []
    return ", ".join(given[:2]) if len(given) > 1 else "X_train, y_train"
