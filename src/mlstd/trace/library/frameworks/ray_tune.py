"""Ray Tune runs the project's trainable once a trial, and picks by what the trials report.

A trainable is a function that reports (or returns) a dict of metrics, or a class with `setup` and `step`; the best trial's
metrics are what `get_best_trial` and its like give.
"""

from __future__ import annotations

from mlstd.trace.library.frameworks import given
from mlstd.trace.library.frameworks.framework import Framework
from mlstd.trace.library.randomness import draws
from mlstd.trace.library.site import Site
from mlstd.trace.machine import Machine
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.choose import with_traits
from mlstd.trace.values.collect import summary
from mlstd.trace.values.kinds import NONE, ClassValue, Const, Data, Entries, Partial, Ref, Unknown, Value

REPORTS = ("ray.tune.report", "ray.train.report", "ray.air.session.report", "ray.tune.track.log")
REPORTED = "what trials report"
BEST = ("get_best_trial", "get_best_config", "get_best_result")


class RayTune(Framework):
    """`tune.run(trainable, ...)`, `tune.Tuner(trainable, ...).fit()` and what they find."""

    def function(self, site: Site) -> Value | None:
        """`tune.run`, `tune.with_parameters`, and what a trial reports."""
        if site.name in REPORTS:
            site.machine.notes.setdefault(REPORTED, []).append((site.value("metrics"), site.arguments.named))
            return None
        if site.name in ("ray.tune.with_parameters", "ray.tune.with_resources"):
            trainable = site.arguments.get(0, "trainable")
            named = site.arguments.named if site.name.endswith("parameters") else {}
            kept = tuple((k, v) for k, v in named.items() if k != "trainable")
            return Partial(trainable, (), kept) if trainable is not None and kept else trainable
        if site.name != "ray.tune.run":
            return None
        asked = [site.value("metric"), *(_metric_of(site.machine, site.value(p)) for p in ("scheduler", "search_alg"))]
        return _search(site, site.value("run_or_experiment"), site.value("config"), _first(asked))

    def method(self, site: Site, name: str) -> Value | None:
        """`tuner.fit()`, `results.get_best_result(...)`."""
        machine, owner = site.machine, site.receiver
        if owner is None:
            return None
        if name == "fit" and given.is_a(machine, owner.address, "ray-tuner"):
            space, config = machine.load(owner.address, "@param_space"), machine.load(owner.address, "@tune_config")
            return _search(site, machine.load(owner.address, "@trainable"), space, _metric_of(machine, config))
        if given.is_a(machine, owner.address, "ray-results"):
            return _of_results(site, owner, name)
        return None


def _first(asked: list[Value | None]) -> Value | None:
    return next((a for a in asked if a is not None and a != NONE), None)


def _metric_of(machine: Machine, settings: Value | None) -> Value | None:
    """The metric that a scheduler, or the settings of a tuner, were made with."""
    return machine.load(settings.address, "@metric") if isinstance(settings, Ref) else None


def _search(site: Site, trainable: Value | None, config: Value | None, metric: Value | None) -> Value | None:
    """Run a trial, rehearsed and then recorded once; pick by what it reports if a metric says so."""
    machine = site.machine
    if trainable is None or isinstance(trainable, (Const, Unknown)):
        return None
    draws(site, "fit")
    space = config if isinstance(config, Ref) else Unknown("a choice of the search", site.at, "config")
    told: list[tuple[Value | None, dict[str, Value]]] = machine.notes.setdefault(REPORTED, [])

    def trial() -> None:
        told.clear()
        returned = _trial(site, trainable, space)
        if isinstance(returned, Ref):
            told.append((returned, {}))

    given.each_round(site, trial)
    results = machine.verbs.make(site, "ray-results")
    if isinstance(results, Ref):
        machine.store(results.address, "#told", _table(site, told))
        if metric is not None and metric != NONE:
            machine.store(results.address, "#metric", metric)
            _pick(site, results, metric)
    return results


def _trial(site: Site, trainable: Value, space: Value) -> Value:
    machine = site.machine
    if not isinstance(trainable, ClassValue):
        return machine.verbs.call(trainable, Arguments([space]), site.node)
    instance = machine.verbs.construct(trainable, Arguments(), site.node)
    returned: Value = NONE
    for name in ("setup", "step") if isinstance(instance, Ref) else ():
        method = given.own_method(machine, instance, name) if isinstance(instance, Ref) else None
        if method is not None:
            returned = machine.verbs.call(method, Arguments([space] if name == "setup" else []), site.node)
    return returned


def _table(site: Site, told: list[tuple[Value | None, dict[str, Value]]]) -> Ref:
    """All that trials report, by name."""
    machine = site.machine
    entries: dict[str, Value] = {}
    for metrics, named in told:
        held = machine.load(metrics.address, "{}") if isinstance(metrics, Ref) else None
        found = {str(k): v for k, v in held.items} if isinstance(held, Entries) else {}
        entries.update({name: best for name, v in {**found, **named}.items() if (best := summary(machine, [v])) is not None})
    return given.table(site, {k: with_traits(v, "best") for k, v in entries.items() if isinstance(v, Data)}, "reported")


def _pick(site: Site, results: Ref, metric: Value | None) -> None:
    """The best trial, by the metric that was asked for, else by all that was reported."""
    machine = site.machine
    told = machine.load(results.address, "#told")
    held = machine.load(told.address, "{}") if isinstance(told, Ref) else None
    entries = dict(held.items) if isinstance(held, Entries) else {}
    named = entries.get(metric.value) if isinstance(metric, Const) else None
    by = named if isinstance(named, Data) else summary(machine, list(entries.values()))
    if by is not None and by.kind == "score":
        given.select(site, by.but(traits=by.traits - {"best"}), "search", site.name)
        machine.store(results.address, "#picked", Const(True))


def _of_results(site: Site, owner: Ref, name: str) -> Value | None:
    """The best trial: its settings are a choice, its metrics the best ones."""
    machine = site.machine
    told = machine.load(owner.address, "#told")
    if name in ("get_dataframe", "dataframe"):
        return summary(machine, [told]) if told is not None else None
    if name not in BEST or told is None:
        return None
    if machine.load(owner.address, "#picked") is None:
        _pick(site, owner, site.value("metric"))
    chosen = Unknown("a choice of the search", site.at, "config")
    if name == "get_best_config":
        return chosen
    checkpoint = Unknown("a file of the best trial", site.at, "checkpoint")
    fields = {"last_result": told, "metrics": told, "config": chosen, "checkpoint": checkpoint}
    return given.result(site, fields, "best trial")
