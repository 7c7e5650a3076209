"""XGBoost, LightGBM, CatBoost: held-out rows given to a fit are scored in every round, and early stopping picks the round by
them.

- *Evaluation sets* are a list of data sets, of pairs (X, y) or of pairs (data, name); training rows among them hold nothing out.
- *Early stopping* is an argument of the fit, of the constructor, a parameter in a dict, or a callback; CatBoost keeps the best
round by default whenever it has an evaluation set. Without early stopping an evaluation set is only watched. - `train` and `cv`
of the native interfaces make the model that they fit.
"""

from __future__ import annotations

from mlstd.trace.library import effects, models
from mlstd.trace.library.frameworks import given
from mlstd.trace.library.frameworks.capture import taken_in
from mlstd.trace.library.frameworks.framework import Framework
from mlstd.trace.library.site import Site
from mlstd.trace.machine import Machine
from mlstd.trace.values.collect import summary
from mlstd.trace.values.kinds import NONE, Const, Data, Entries, Items, Ref, Tuple, Value
from mlstd.trace.values.parts import among

LIBRARIES = {"xgboost": "XGBoost", "lightgbm": "LightGBM", "catboost": "CatBoost"}
BOOSTERS = {"xgboost": "xgb-booster", "lightgbm": "lgb-booster", "catboost": "catboost-regressor"}
STOPPING = ("early_stopping_rounds", "early_stopping_round", "n_iter_no_change", "od_wait", "od_type", "od_pval")
STOPPERS = ("early_stopping", "EarlyStopping", "early_stop")


class Boosters(Framework):
    """What gradient boosting does beyond single calls."""

    def method(self, site: Site, name: str) -> Value | None:
        """`fit` of the estimators."""
        library = _library(site)
        if name != "fit" or not library:
            return None
        return _fit(site, library)

    def function(self, site: Site) -> Value | None:
        """`train` and `cv`."""
        library, _, last = site.name.partition(".")
        if library not in LIBRARIES or last not in ("train", "cv"):
            return None
        booster = site.machine.verbs.make(site, BOOSTERS[library])
        site.receiver = booster if isinstance(booster, Ref) else None
        if last == "cv":
            site.kind = site.machine.knowledge.kind(BOOSTERS[library])
            return effects.perform(site)
        _fit(site, library)
        return booster


def _library(site: Site) -> str:
    """The boosting library that the object belongs to, "" if none."""
    made = site.machine.heap[site.receiver.address] if site.receiver is not None else None
    root = made.info.name.partition(".")[0] if made is not None and made.info is not None else ""
    return root if root in LIBRARIES else ""


def _fit(site: Site, library: str) -> Value:
    """The fit; what it prints; and the choice of the round, if it makes one."""
    machine = site.machine
    heldout = _hold_out(site)
    fitted = models.fit(site)
    if heldout is None or site.receiver is None:
        return fitted
    value = models.heldout_score(site, site.models(), heldout)
    stops = stopping(site, library)
    _keep_results(site, value, stops)
    given.show(site, (value,), f"{LIBRARIES[library]}'s log", _prints(site, library))
    taken_in(site, (value,))
    if site.kind is not None and site.kind.records_itself:
        given.record(site, (value,), "metrics", "catboost_info", given.flag(_parameter(site, ("allow_writing_files",)), True))
    if stops is not False:
        given.select(site, value, "stop", "early stopping" if library != "catboost" else "use_best_model", stops)
    for callback in given.members(machine, site.value("callbacks")):
        info = machine.heap[callback.address].info if isinstance(callback, Ref) else None
        if info is not None and (info.kind.records_itself or info.init.effect == "record"):
            given.record(site, (value,), "metrics", info.name.rpartition(".")[2])
    return fitted


def _hold_out(site: Site) -> Data | None:
    """The rows that the fit holds out: the last evaluation set that is not the training rows again."""
    machine = site.machine
    training = site.rows().parts
    found: Data | None = None
    for parameter in site.effect.heldout:
        value = site.value(parameter)
        if value is None or value == NONE:
            continue
        sets = [summary(machine, [v], instances=True) for v in evaluation_sets(machine, value)]
        told = [s for s in sets if s is not None and not all(among(p, training) for p in s.parts)]
        found = told[-1] if told else found
        site.bound[parameter] = found if found is not None else NONE
    return found


def evaluation_sets(machine: Machine, value: Value) -> list[Value]:
    """The data sets in `[(X, y), ...]`, `(X, y)`, `[data, ...]`, `[(data, "name"), ...]`; a set given twice is two."""
    if isinstance(value, Tuple):
        nested = value.items and all(isinstance(item, Tuple) for item in value.items)
        return list(value.items) if nested else [value]
    if isinstance(value, Ref):
        items = _listed(machine, value)
        return items if items is not None else [value]
    return [value]


def _listed(machine: Machine, value: Ref) -> list[Value] | None:
    """The items of a list; a list that is itself a pair (features, target) is one set."""
    held = machine.load(value.address, "[]")
    if not isinstance(held, Items):
        return None
    items = [*held.items, *([held.rest] if held.rest is not None else [])]
    plain = len(items) == 2 and all(isinstance(item, Data) for item in items)
    return [Tuple(tuple(items))] if plain else items


def stopping(site: Site, library: str) -> bool | None:
    """Does the fit pick its round by the held-out rows? None: that is decided by something unknown."""
    if library == "catboost":
        return given.flag(_parameter(site, ("use_best_model",)), True)
    told = _parameter(site, STOPPING)
    if told is not None:
        return given.flag(told)
    for callback in given.members(site.machine, site.value("callbacks")):
        thing = site.machine.things.get(callback.address) if isinstance(callback, Ref) else None
        name = thing.cls if thing is not None else given.called(callback)
        if name.rpartition(".")[2] in STOPPERS:
            return True
    return False


def _parameter(site: Site, names: tuple[str, ...]) -> Value | None:
    """A parameter that was set: in the call, in the constructor, in a dict of parameters."""
    machine = site.machine
    for name in names:
        value = site.value(name)
        if value is not None and value != NONE:
            return value
    for holder in ("params", "*"):
        value = site.value(holder)
        held = machine.load(value.address, "{}") if isinstance(value, Ref) else None
        if isinstance(held, Entries):
            for key, inner in held.items:
                if key in names and inner != NONE:
                    return inner
    return None


def _prints(site: Site, library: str) -> bool | None:
    """Does the fit print its metrics? XGBoost and CatBoost do unless told otherwise, LightGBM only where it is told to."""
    if library == "lightgbm":
        names = [given.called(c).rpartition(".")[2] for c in given.members(site.machine, site.value("callbacks"))]
        return "log_evaluation" in names or "print_evaluation" in names or given.flag(_parameter(site, ("verbose_eval",)))
    silent = _parameter(site, ("silent",))
    quiet = _parameter(site, ("logging_level",)) == Const("Silent") or (silent is not None and given.flag(silent) is True)
    return False if quiet else given.flag(_parameter_or_none(site, ("verbose_eval", "verbose")), True)


def _parameter_or_none(site: Site, names: tuple[str, ...]) -> Value | None:
    """A parameter that the call or the constructor gave, or a dict of parameters."""
    given_here = next((site.arguments.named[n] for n in names if n in site.arguments.named), None)
    return given_here if given_here is not None else _parameter(site, names)


def _keep_results(site: Site, value: Data, stops: bool | None) -> None:
    """`best_score`, `evals_result()` and the dict that `evals_result=` fills."""
    machine = site.machine
    assert site.receiver is not None
    best = value.but(traits=value.traits | {"best"}) if stops else value
    machine.store(site.receiver.address, "#score", best)
    machine.store(site.receiver.address, "history", value.but(traits=value.traits | {"history"}))
    filled = site.value("evals_result")
    if isinstance(filled, Ref) and machine.heap[filled.address].kind == "dict":
        machine.store(filled.address, "{}", Entries((), value))
