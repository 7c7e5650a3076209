"""What does an Ignite engine do? Its process function runs on the batches, its handlers at the events they were registered
for."""

from __future__ import annotations

from mlstd.lower import ir
from mlstd.trace.events import Fit, Record, Select
from mlstd.trace.library.frameworks import hooks
from mlstd.trace.library.frameworks.framework import Framework
from mlstd.trace.library.models import learn
from mlstd.trace.library.reduce import emit
from mlstd.trace.library.site import Site, models_in
from mlstd.trace.machine import Machine, Object
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.collect import data_in, summary
from mlstd.trace.values.kinds import (
    NONE,
    Bound,
    ClassValue,
    Const,
    Data,
    Entries,
    FunctionValue,
    Items,
    Partial,
    Ref,
    Tuple,
    Value,
)

ENGINES = ("ignite_engine", "ignite_trainer", "ignite_evaluator")
LOGGER = "ignite_logger"
CHOOSERS = ("ignite_checkpoint", "ignite_early_stopping")
CODE = (FunctionValue, Bound, Partial)


class Ignite(Framework):
    """Engines, their handlers and their metrics."""

    def made(self, site: Site, made: Object) -> None:
        """`setup_tb_logging(folder, trainer, optimizer, evaluators)` records what its engines tell."""
        if made.info is not None and made.info.kind_name == LOGGER and ".setup_" in made.info.name:
            _recorded(site)

    def method(self, site: Site, name: str) -> Value | None:
        """`run`, `add_event_handler`, `metric.attach`."""
        machine, owner = site.machine, site.receiver
        kind = hooks.kind_name(machine, owner)
        if owner is not None and kind in ENGINES:
            if name == "run":
                return _run(site, owner, kind)
            if name == "add_event_handler":
                handler = site.arguments.get(1, "handler")
                _register(machine, owner, handler, tuple(site.arguments.positional[2:]), site.node)
                return NONE
        if kind == "ignite_parallel" and name == "run":
            function, *rest = site.arguments.positional
            given = Arguments([machine.unknown(site.node, "the rank of a process"), *rest], site.arguments.named)
            machine.verbs.call(function, given, site.node)
            return NONE
        if kind == LOGGER and name in ("attach", "attach_output_handler"):
            _recorded(site)
        engine = site.arguments.get(0, "engine")
        if owner is not None and name == "attach" and isinstance(engine, Ref) and hooks.kind_name(machine, engine) in ENGINES:
            machine.store(engine.address, f"#metric:{_text(site.arguments.get(1, 'name'))}", owner)
            return NONE
        return None

    def decorated(self, machine: Machine, owner: Ref, name: str, given: Arguments | None, wrapped: Value, node: ir.Node) -> None:
        """`@trainer.on(Events.EPOCH_COMPLETED)`."""
        if name == "on" and hooks.kind_name(machine, owner) in ENGINES:
            _register(machine, owner, wrapped, tuple(given.positional[1:]) if given is not None else (), node)


def _recorded(site: Site) -> None:
    machine = site.machine
    machine.tape.add(Record(**machine.common(site.at, site.code), values=(), records="everything", name=site.name))


def _text(value: Value | None) -> str:
    return str(value.value) if isinstance(value, Const) else "*"


def _register(machine: Machine, owner: Ref, handler: Value | None, given: tuple[Value, ...], node: ir.Node) -> None:
    chooses = hooks.kind_name(machine, handler) in CHOOSERS
    if handler is None or not (isinstance(handler, CODE) or chooses):
        return
    held = machine.load(owner.address, "#handlers")
    known = held.items if isinstance(held, Items) else ()
    new = handler if chooses else Partial(handler, (owner, *given))
    machine.store(owner.address, "#handlers", Items((*known, new) if new not in known else known))


def _run(site: Site, engine: Ref, kind: str) -> Value:
    """The batches of the data go through the process function; then the handlers run."""
    machine = site.machine
    loader = site.arguments.get(0, "data")
    batch, rows = hooks.batch_of(machine, loader if loader is not None else NONE, site.node)
    state = _state(site, engine)
    with hooks.repeated(machine, site.at):
        if kind == "ignite_evaluator":
            output = _evaluate(site, engine, batch)
        else:
            output = _train(site, engine, batch, rows)
        machine.store(state.address, "output", output)
        metrics = _metrics(site, engine, rows, output)
        table = machine.allocate("dict", site.node, key="metrics")
        machine.store(table.address, "{}", Entries(tuple(metrics.items()), summary(machine, list(metrics.values()))))
        machine.store(state.address, "metrics", Ref(table.address))
        held = machine.load(engine.address, "#handlers")
        for handler in held.items if isinstance(held, Items) else ():
            if isinstance(handler, Ref):
                _choose(site, engine, handler, metrics)
            else:
                machine.verbs.call(handler, Arguments(), site.node)
    return state


def _choose(site: Site, engine: Ref, handler: Ref, metrics: dict[str, Value]) -> None:
    """A checkpoint keeps, or early stopping stops, by what its score function makes of the engine's metrics."""
    machine = site.machine
    function, name = (machine.load(handler.address, f"@{slot}") for slot in ("score_function", "score_name"))
    if function is None or function == NONE:
        return
    made = machine.verbs.call(function, Arguments([engine]), site.node) if isinstance(function, CODE) else None
    found = [d for v in (made, metrics.get(_text(name)), *metrics.values()) for d in data_in(machine, v) if d.kind == "score"]
    if found:
        how = "stop" if hooks.kind_name(machine, handler) == "ignite_early_stopping" else "callback"
        label = machine.things[handler.address].label
        machine.tape.add(Select(**machine.common(site.at, site.code), by=found[0], how=how, name=label))


def _state(site: Site, engine: Ref) -> Ref:
    machine = site.machine
    made = machine.allocate("dict", site.node, key="state")
    machine.store(made.address, "{}", Entries())
    machine.notes[("namespace", made.address)] = True
    machine.store(engine.address, "state", Ref(made.address))
    return Ref(made.address)


def _train(site: Site, engine: Ref, batch: Value, rows: Data) -> Value:
    """A supervised trainer fits; a process function does what it does."""
    machine = site.machine
    function = machine.load(engine.address, "@process_function")
    if isinstance(function, CODE):
        with machine.muted():  # every round but the first finds a model that has seen the rows
            machine.verbs.call(function, Arguments([engine, batch]), site.node)
        return machine.verbs.call(function, Arguments([engine, batch]), site.node)
    model = machine.load(engine.address, "@model")
    models = models_in(machine, model)
    if not models:
        return NONE
    for found in hooks.instances(machine, model):
        hooks.set_mode(machine, found, "train")
        learn(machine, hooks.inner_models(machine, found), rows)
    x, y = batch.items[:2] if isinstance(batch, Tuple) and len(batch.items) > 1 else (batch, batch)
    predicted = machine.verbs.call(model, Arguments([x]), site.node) if model is not None else NONE
    loss = machine.load(engine.address, "@loss_fn")
    value = machine.verbs.call(loss, Arguments([predicted, y]), site.node) if loss is not None else NONE
    machine.tape.add(Fit(**machine.common(site.at, site.code), models=models, rows=rows, how="fit"))
    return value


def _evaluate(site: Site, engine: Ref, batch: Value) -> Value:
    machine = site.machine
    model = machine.load(engine.address, "@model")
    for found in hooks.instances(machine, model):
        hooks.set_mode(machine, found, "eval")
    x, y = batch.items[:2] if isinstance(batch, Tuple) and len(batch.items) > 1 else (batch, batch)
    predicted = machine.verbs.call(model, Arguments([x]), site.node) if model is not None else NONE
    return Tuple((predicted, y))


def _metrics(site: Site, engine: Ref, rows: Data, output: Value) -> dict[str, Value]:
    """The score of every metric of the engine, over what its process function gave."""
    machine = site.machine
    given = machine.load(engine.address, "@metrics")
    held = machine.load(given.address, "{}") if isinstance(given, Ref) else None
    named: dict[str, Value] = {str(k): v for k, v in held.items} if isinstance(held, Entries) else {}
    for slot, value in machine.slots(engine.address).items():
        if slot.startswith("#metric:"):
            named[slot.removeprefix("#metric:")] = value
    found = summary(machine, [output])
    models = found.models if found is not None else frozenset()
    result: dict[str, Value] = {}
    for name, metric in named.items():
        value = Data(
            "score", rows.parts, models, rows.stats, _label(machine, metric) or name, at=site.at, traits=rows.traits & {"guess"}
        )
        if models:
            emit(machine, value, "framework", value.metric, site.at, site.code)
        result[name] = value
    return result


def _label(machine: Machine, metric: Value) -> str:
    if isinstance(metric, Ref) and metric.address in machine.things:
        return machine.things[metric.address].cls.rpartition(".")[2].lower()
    return metric.node.name.lower() if isinstance(metric, ClassValue) else ""
