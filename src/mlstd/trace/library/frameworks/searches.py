"""Optuna, Hyperopt, scikit-optimize, bayes_opt, Keras Tuner: a search runs the project's objective and keeps the best trial.

The score that the objective returns is what the search picks by; `best_value` and its like are that score. Keras Tuner builds the
project's network, fits it with the arguments of `search`, and picks by the held-out rows.
"""

from __future__ import annotations

from mlstd.trace.library import models
from mlstd.trace.library.frameworks import given
from mlstd.trace.library.frameworks.framework import Framework
from mlstd.trace.library.frameworks.keras import reported
from mlstd.trace.library.randomness import draws, draws_of_object
from mlstd.trace.library.site import Site, models_in
from mlstd.trace.machine import Machine
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.choose import with_traits
from mlstd.trace.values.collect import data_in
from mlstd.trace.values.join import unite
from mlstd.trace.values.kinds import NONE, Bound, Const, Data, Entries, Items, Ref, Unknown, Value

MINIMISERS = ("hyperopt.fmin", "skopt.gp_minimize", "skopt.forest_minimize", "skopt.gbrt_minimize", "skopt.dummy_minimize")


class Searches(Framework):
    """What hyperparameter searches do."""

    def method(self, site: Site, name: str) -> Value | None:
        """`study.optimize(objective)`, `optimizer.maximize()`, `tuner.search(...)` and its best models."""
        machine, owner = site.machine, site.receiver
        if owner is None:
            return None
        if name == "optimize" and given.is_a(machine, owner.address, "optuna-study"):
            return _study(site, owner)
        if name == "maximize" and given.is_a(machine, owner.address, "bayes-optimizer"):
            return _maximize(site, owner)
        if name == "search" and given.is_a(machine, owner.address, "keras-tuner"):
            return _tune(site, owner)
        if name == "get_best_models" and given.is_a(machine, owner.address, "keras-tuner"):
            return machine.load(owner.address, "#best")
        return None

    def function(self, site: Site) -> Value | None:
        """`fmin(objective, space)`, `gp_minimize(objective, dimensions)`."""
        if site.name not in MINIMISERS:
            return None
        draws(site, "fit")
        best = search(site, site.value(site.effect.calls), Arguments([_candidate(site)]))
        if best is not None:
            for trials in given.inside(site.machine, site.value("trials"), "hyperopt-trials"):
                _leave(site, Ref(trials), best)
        unknown = _chosen(site, "best parameters")
        if site.name == "hyperopt.fmin":
            return unknown
        return given.result(site, {"x": unknown, "fun": best if best is not None else unknown}, "best")


def _chosen(site: Site, what: str) -> Unknown:
    """What a search chooses is known to nobody."""
    return Unknown("a choice of the search", site.at, what)


def _candidate(site: Site) -> Value:
    """What one trial tries: of a space that is a dict, what is fixed in it stays, and all else is chosen."""
    space = site.value("space")
    held = site.machine.load(space.address, "{}") if isinstance(space, Ref) else None
    if not isinstance(held, Entries) or held.rest is not None:
        return _chosen(site, "params")
    return given.table(site, {str(k): v if isinstance(v, Const) else _chosen(site, str(k)) for k, v in held.items}, "params")


def _study(site: Site, owner: Ref) -> Value:
    """Optuna hands each trial to the objective."""
    trial = site.machine.verbs.make(site, "optuna-trial")
    best = search(site, site.value("func"), Arguments([trial]))
    if best is not None:
        _leave(site, owner, best)
    return NONE


def _maximize(site: Site, owner: Ref) -> Value:
    """bayes_opt hands over one named number for each bounded parameter."""
    machine = site.machine
    draws_of_object(site, owner.address, "fit")
    bounds = machine.load(owner.address, "@pbounds")
    held = machine.load(bounds.address, "{}") if isinstance(bounds, Ref) else None
    names = [str(key) for key, _ in held.items] if isinstance(held, Entries) else []
    best = search(site, machine.load(owner.address, "@f"), Arguments([], {name: _chosen(site, name) for name in names}))
    if best is not None:
        _leave(site, owner, best)
    return NONE


def search(site: Site, objective: Value | None, arguments: Arguments) -> Data | None:
    """Run an objective in every trial and pick by the score that it returns; that score, as the best. None if it returns no
    score."""
    machine = site.machine
    if objective is None or isinstance(objective, (Const, Unknown)):
        return None
    returned: list[Value] = []
    given.each_round(site, lambda: returned.append(machine.verbs.call(objective, arguments, site.node)))
    score = _score(machine, returned[-1]) if returned else None
    if score is None:
        return None
    given.select(site, score, "search", site.name)
    return with_traits(score, "best")


def _score(machine: Machine, returned: Value) -> Data | None:
    """The score in what an objective returns: a number, a dict with a `loss`, several objectives."""
    held = machine.load(returned.address, "{}") if isinstance(returned, Ref) else None
    if isinstance(held, Entries):
        returned = next((v for k, v in held.items if k == "loss"), returned)
    scores = [d for d in data_in(machine, returned) if d.kind == "score"]
    if not scores:
        return None
    united = scores[0]
    for other in scores[1:]:
        united = unite(united, other)
    return united


def _leave(site: Site, owner: Ref, best: Data) -> None:
    """What a search keeps of its best trial."""
    machine = site.machine
    trial = given.result(site, {"value": best, "values": best, "params": _chosen(site, "params")}, "best trial")
    machine.store(owner.address, "#score", best)
    for name, value in (
        ("best_value", best),
        ("best_values", best),
        ("max", given.table(site, {"target": best}, "max")),
        ("best_trial", trial),
    ):
        machine.store(owner.address, name, value)


# ------------------------------------------------------------------ Keras Tuner


def _tune(site: Site, owner: Ref) -> Value | None:
    """Build, fit, pick."""
    machine = site.machine
    model = _built(site, owner)
    if model is None:
        return None
    given.each_round(site, lambda: _fit(site, model))
    machine.store(owner.address, "#best", _best(site, model))
    built = models_in(machine, model)
    for address in built:
        machine.describe(address, plural=True)  # every trial builds another
    _, heldout = models.divided(site)
    if heldout is not None:
        score = models.heldout_score(site, built, heldout)
        kept = score.but(metric=next((m for a in built if (m := reported(machine, a))), score.metric))
        models.keep_trials(site, kept)
        given.select(site, score, "search", site.name)
    return NONE


def _fit(site: Site, model: Ref) -> None:
    """The tuner hands its arguments on to the network's own fit."""
    site.machine.verbs.call(Bound(model, "fit"), site.arguments, site.node)


def _best(site: Site, model: Ref) -> Ref:
    made = site.machine.allocate("list", site.node, key="best models")
    site.machine.store(made.address, "[]", Items((model,)))
    return Ref(made.address)


def _built(site: Site, owner: Ref) -> Ref | None:
    """The network that the tuner's function, or its HyperModel, builds."""
    machine = site.machine
    build = machine.load(owner.address, "@hypermodel")
    if isinstance(build, Ref):
        build = given.own_method(machine, build, "build")
    elif isinstance(build, given.CODE):
        machine.store(owner.address, "hypermodel", given.result(site, {"build": build}, "hypermodel"))
    if build is None or not isinstance(build, given.CODE):
        return None
    built = given.run(site, build, _chosen(site, "hp"))
    return built if isinstance(built, Ref) and models_in(machine, built) else None
