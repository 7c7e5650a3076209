"""How does an experiment in TensorFlow run? Gradient tapes and optimizers, data pipelines, and the graphs of TensorFlow 1.

In a graph nothing happens until `session.run`: a placeholder is rows that nobody knows yet, variables stand for the model, and a
run puts the rows that it is fed in the place of the placeholders; fetching a step of an optimizer is a fit, fetching a score a
score.
"""

from __future__ import annotations

from mlstd.knowledge.schema import Effect
from mlstd.lower import ir
from mlstd.trace.events import Predict, Thing
from mlstd.trace.library.frameworks import gradients, hooks
from mlstd.trace.library.frameworks.framework import Framework
from mlstd.trace.library.randomness import draws, reach
from mlstd.trace.library.reduce import emit
from mlstd.trace.library.site import Site, models_in, unknown_rows
from mlstd.trace.machine import Machine
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.choose import narrowed
from mlstd.trace.values.collect import data_in, summary
from mlstd.trace.values.kinds import (
    NONE,
    Address,
    Bound,
    Const,
    Data,
    Entries,
    FunctionValue,
    Items,
    Partial,
    Ref,
    Tuple,
    Unknown,
    Value,
)
from mlstd.trace.values.parts import Origin, Part, Step

HELD, STEP, SUMMARY = "placeholder", "train step", "summary"
VARIABLES = ("tensorflow.Variable", "tensorflow.get_variable")
LAYERS = ("tensorflow.layers.", "tensorflow.contrib.layers.", "tensorflow.contrib.slim.")
COMPARED = {"equal": "==", "not_equal": "!=", "subtract": "-", "squared_difference": "-", "eq": "==", "ne": "!="}
CODE = (FunctionValue, Bound, Partial)


class TensorFlow(Framework):
    """Tapes, optimizers, sessions, estimators, data pipelines."""

    def method(self, site: Site, name: str) -> Value | None:
        """A method of one of TensorFlow's objects."""
        kind = hooks.kind_name(site.machine, site.receiver)
        if kind == "tf_tape" and name in ("gradient", "jacobian"):
            loss, sources = site.arguments.get(0, "target"), site.arguments.get(1, "sources")
            return gradients.gradient(site.machine, loss, sources, Unknown("a gradient", site.at))
        if site.kind is not None and site.kind.role == "optimizer":
            return _optimizer(site, name)
        if kind == "tf_session" and name == "run":
            return fetched(site.machine, site.arguments.get(0, "fetches"), site.arguments.get(1, "feed_dict"), site.node)
        if kind == "tf_dataset" and name in ("take", "skip", "shard"):
            return _some(site, name)
        if kind == "tf_estimator" and name in ("train", "evaluate", "predict", "fit"):
            return _estimator(site)
        return None

    def function(self, site: Site) -> Value | None:
        """A function that builds a graph."""
        name = site.name
        if name in ("tensorflow.placeholder", "tensorflow.sparse_placeholder", "tensorflow.placeholder_with_default"):
            origin = Origin(f"{HELD}@{site.at}", known=False, at=site.at)
            return Data("rows", frozenset((Part(origin),)), at=site.at)
        if name == "tensorflow_datasets.load":
            return _with_info(site)
        if name.endswith("Dataset.from_generator"):
            return _generated(site)
        if name in VARIABLES:
            return _variable(site)
        if name in ("tensorflow.estimator.TrainSpec", "tensorflow.estimator.EvalSpec"):
            return _given_by(site)
        if name == "tensorflow.estimator.train_and_evaluate":
            return _trained_and_evaluated(site)
        if name.startswith(LAYERS) and site.effect.returns == "scores":
            return _layer(site)
        if name.rpartition(".")[2] in COMPARED and len(site.arguments.positional) > 1:
            left, right = site.arguments.positional[:2]
            return site.machine.verbs.combine(COMPARED[name.rpartition(".")[2]], left, right, site.node)
        if name.startswith("tensorflow.summary.") or site.effect.effect == "score":
            return _in_graph(site)
        return None


# ------------------------------------------------------------------ optimizers


def _optimizer(site: Site, name: str) -> Value | None:
    """`apply_gradients` of what a tape gave, `minimize` of a loss: now, or in a graph when a session runs it."""
    if name == "apply_gradients":
        data = gradients.gradients_in(site.machine, site.arguments.all())
        if data is not None and waits(data):
            return data.but(traits=data.traits - {gradients.TRAIT} | {STEP})
        return NONE if gradients.apply(site, models_in(site.machine, site.value("grads_and_vars"))) else None
    if name == "compute_gradients":
        return gradients.gradient(
            site.machine, site.arguments.get(0, "loss"), site.arguments.get(1, "var_list"), Unknown("a gradient", site.at)
        )
    if name != "minimize":
        return None
    loss = site.arguments.get(0, "loss")
    if isinstance(loss, CODE):
        loss = site.machine.verbs.call(loss, Arguments(), site.node)
    data = summary(site.machine, [loss] if loss is not None else [])
    if data is not None and (waits(data) or not _eager(site.machine)):
        return Data("statistic", data.parts, data.models, data.stats, STEP, at=site.at, traits=frozenset((STEP,)))
    return NONE if gradients.minimised(site, loss, models_in(site.machine, site.value("var_list"))) else None


def waits(data: Data) -> bool:
    """Does a value depend on what a session will feed?"""
    return any(part.origin.name.startswith(HELD) for part in data.parts)


def _eager(machine: Machine) -> bool:
    """Is there no session in sight, so that everything happens at once?"""
    return not any(
        name.rpartition(".")[2] in ("Session", "InteractiveSession", "MonitoredTrainingSession", "placeholder")
        for name in machine.libraries
    )


# ------------------------------------------------------------------ graphs


def _graph(machine: Machine) -> Address:
    """The model that the variables made here belong to: that of the object whose method runs, else the script's."""
    owner = next((f.receiver.address for f in reversed(machine.frames) if isinstance(f.receiver, Ref)), 0)
    key = f"tensorflow graph {owner}"
    if key not in machine.notes:
        made = machine.allocate("thing", None, key=key)
        at = machine.heap[owner].at if owner else None
        cls = machine.heap[owner].cls if owner else None
        label = cls.node.name if cls is not None else "the graph"
        machine.things[made.address] = Thing(made.address, label, "model", at, label)
        machine.notes[key] = made.address
    return int(machine.notes[key])


def _variable(site: Site) -> Value | None:
    """Weights: a variable that starts with random numbers or by an initializer; a counter or a constant is none."""
    initial = site.arguments.get(0, "initial_value") if site.name.endswith(".Variable") else None
    fixed = site.arguments.named.get("trainable") == Const(False) or isinstance(initial, (Const, Data))
    if fixed:
        return None
    model = _graph(site.machine)
    draws(site, "weights", addresses=frozenset((model,)))
    reach(site.machine, site.arguments.all())
    return Data("prediction", models=frozenset((model,)), at=site.at)


def _layer(site: Site) -> Value:
    """A layer function of TensorFlow 1: its output depends on weights of its own."""
    model = _graph(site.machine)
    draws(site, "weights", addresses=frozenset((model,)))
    given = site.data(("inputs",)) or unknown_rows([], site.at)
    return Data("prediction", given.parts, given.models | {model}, given.stats, "", "scores", site.at, given.traits)


def _in_graph(site: Site) -> Value | None:
    """A score or a summary of what a session will feed happens when the session runs it; None outside a graph."""
    machine = site.machine
    last = site.name.rpartition(".")[2]
    if site.name.startswith("tensorflow.summary.") and last in ("merge_all", "merge"):
        return summary(machine, [*site.arguments.all(), *machine.notes.get("summaries", ())])
    data = summary(machine, site.arguments.all())
    if data is None or not waits(data):
        return None
    if site.name.startswith("tensorflow.summary."):
        machine.notes["summaries"] = [*machine.notes.get("summaries", ()), data]
        return data
    from mlstd.trace.library import effects

    with machine.muted():
        return effects.perform(site)


def fetched(machine: Machine, fetches: Value | None, fed: Value | None, node: ir.Node) -> Value:
    """`session.run(fetches, feed_dict=...)`: what was built happens now, on the rows that are fed."""
    if isinstance(fetches, Tuple):
        return Tuple(tuple(fetched(machine, one, fed, node) for one in fetches.items))
    listed = machine.load(fetches.address, "[]") if isinstance(fetches, Ref) else None
    if isinstance(listed, Items):
        rest = (listed.rest,) if listed.rest is not None else ()
        return Tuple(tuple(fetched(machine, one, fed, node) for one in (*listed.items, *rest)))
    named = machine.load(fetches.address, "{}") if isinstance(fetches, Ref) else None
    if isinstance(named, Entries):
        made = machine.allocate("dict", node, key="fetched")
        machine.store(made.address, "{}", Entries(tuple((k, fetched(machine, v, fed, node)) for k, v in named.items)))
        return Ref(made.address)
    found = data_in(machine, fetches)
    return (
        _happens(machine, _filled(machine, found[0], fed, node), node)
        if found
        else Unknown("what a session gives", machine.here(node))
    )


def _filled(machine: Machine, data: Data, fed: Value | None, node: ir.Node) -> Data:
    """The fetched value with the fed rows in the place of the placeholders."""
    if not waits(data):
        return data
    kept = frozenset(p for p in data.parts if not p.origin.name.startswith(HELD))
    rows = next(
        (d for d in [summary(machine, [fed] if fed is not None else [], instances=True)] if d is not None and d.kind == "rows"),
        None,
    )
    rows = rows or unknown_rows([fed] if fed is not None else [], machine.here(node))
    return Data(
        data.kind,
        kept | rows.parts,
        data.models,
        data.stats | rows.stats,
        data.metric,
        data.form,
        machine.here(node),
        data.traits | rows.traits - {"item"},
    )


def _happens(machine: Machine, data: Data, node: ir.Node) -> Value:
    at = machine.here(node)
    if STEP in data.traits:
        rows = Data("rows", data.parts, stats=data.stats, traits=data.traits - {STEP})
        site = Site(machine, node, "session.run", Effect(), Arguments())
        gradients.fit(machine, site, data.models, rows)
        return NONE
    if data.kind == "score":
        emit(machine, data, "loss" if "loss" in data.metric else "metric", data.metric, at, "")
    elif data.kind == "prediction" and data.parts:
        rows = Data("rows", data.parts, stats=data.stats)
        machine.tape.add(Predict(**machine.common(at), models=data.models, rows=rows))
    return data


# ------------------------------------------------------------------ pipelines, estimators


def _with_info(site: Site) -> Value | None:
    """`load(..., with_info=True)`: the data sets, and what is known of them."""
    from mlstd.trace.library import effects

    if site.value("with_info") != Const(True):
        return None
    return Tuple((effects.perform(site), Unknown("what is known of a data set", site.at, "info")))


def _generated(site: Site) -> Value:
    """`Dataset.from_generator(f)`: the rows that f yields."""
    machine, function = site.machine, site.arguments.get(0, "generator")
    yielded = machine.verbs.call(function, Arguments(), site.node) if isinstance(function, CODE) else function
    rows = summary(machine, [machine.verbs.iterate(yielded, site.node).element] if yielded is not None else [], instances=True)
    made = machine.verbs.make(site, "tf_dataset")
    if isinstance(made, Ref):
        held = (
            rows if rows is not None and rows.kind == "rows" else unknown_rows([yielded] if yielded is not None else [], site.at)
        )
        machine.store(made.address, "#rows", held.but(traits=held.traits - {"item"}))
    return made


def _some(site: Site, name: str) -> Value | None:
    """`take(n)` and `skip(n)` have no row in common; `shard(n, i)` has with another index."""
    machine, receiver = site.machine, site.receiver
    rows = machine.load(receiver.address, "#rows") if receiver is not None else None
    if receiver is None or not isinstance(rows, Data):
        return None
    count = site.arguments.get(0)
    written = (
        str(count.value)
        if isinstance(count, Const)
        else f"?{count.at}"
        if isinstance(count, Unknown) and count.at is not None
        else f"?{site.at}"
    )
    if name == "shard":
        index = site.arguments.get(1)
        step = Step("split", f"shards of {written}", str(index.value)) if isinstance(index, Const) else Step("some", str(site.at))
    else:
        step = Step("slice", "", f":{written}" if name == "take" else f"{written}:")
    made = machine.allocate("thing", site.node, key=name)
    made.info = machine.heap[receiver.address].info
    machine.store(made.address, "#rows", narrowed(rows, step))
    return Ref(made.address)


def _given_by(site: Site) -> Data | None:
    """The rows that an `input_fn` gives; None where it is no code of the project's."""
    machine, function = site.machine, site.arguments.get(0, "input_fn")
    if not isinstance(function, CODE):
        return None
    return summary(machine, [machine.verbs.call(function, Arguments(), site.node)], instances=True)


def _trained_and_evaluated(site: Site) -> Value | None:
    """`train_and_evaluate(estimator, train_spec, eval_spec)` trains on the rows of one, and scores those of the other."""
    machine, estimator = site.machine, site.value("estimator")
    if not isinstance(estimator, Ref):
        return None
    for name, spec in (("train", site.value("train_spec")), ("evaluate", site.value("eval_spec"))):
        machine.verbs.call(Bound(estimator, name), Arguments([spec or NONE]), site.node)
    return Unknown("what an estimator has done", site.at)


def _estimator(site: Site) -> Value | None:
    """`estimator.train(input_fn)`: the rows are those that the function gives."""
    from mlstd.trace.library import effects

    machine, rows = site.machine, _given_by(site)
    if rows is None:
        return None
    named = {k: v for k, v in site.arguments.named.items() if k != "input_fn"}
    return effects.perform(
        Site(
            machine,
            site.node,
            site.name,
            site.effect,
            Arguments([rows, *site.arguments.positional[1:]], named),
            site.receiver,
            site.kind,
        )
    )
