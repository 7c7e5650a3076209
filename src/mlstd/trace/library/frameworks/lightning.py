"""What does a Lightning trainer do? It runs the hooks of a module and a data module: fit with validation, test, predict.

Modes are set as the trainer sets them. What the module logs goes to the trainer's logger, and is what callbacks monitor.
"""

from __future__ import annotations

from mlstd.trace.events import TRAINING_STEPS, Fit, Hidden, Record, Show
from mlstd.trace.library.frameworks import hooks
from mlstd.trace.library.frameworks.framework import Framework
from mlstd.trace.library.frameworks.lightning_logs import Run, keep_arguments, kept, log, logged, publish, watch
from mlstd.trace.library.models import learn, prediction
from mlstd.trace.library.randomness import draws_of_object
from mlstd.trace.library.reduce import emit
from mlstd.trace.library.site import Site, unknown_rows
from mlstd.trace.machine import Machine
from mlstd.trace.values.collect import data_in, references, summary
from mlstd.trace.values.kinds import COUNTER, NONE, Const, Data, Entries, Items, Ref, Tuple, Unknown, Value

TRAINER, MODULE, DATA = "lightning_trainer", "lightning_module", "lightning_data_module"
STAGES = {
    "validation": "validate",
    "test": "test",
    "predict": "predict",
}  # hooks are named by the first, `setup(stage)` by the second
UNSEEN_STEPS: frozenset[Hidden] = frozenset(("fit", "score", "record", "show", "select", "baseline"))
LOADERS = {"validation": "val_dataloader", "test": "test_dataloader", "predict": "predict_dataloader"}


class Lightning(Framework):
    """Trainers and modules of Lightning."""

    def method(self, site: Site, name: str) -> Value | None:
        """A method of a trainer runs hooks; what a module logs is kept."""
        kind = hooks.kind_name(site.machine, site.receiver)
        if kind == TRAINER and name in ("fit", "validate", "test", "predict"):
            return _trainer(site, name)
        if kind == MODULE and name in ("log", "log_dict"):
            return log(site, name)
        if kind in (MODULE, DATA) and name == "save_hyperparameters":
            keep_arguments(site)
        return None

    def function(self, site: Site) -> Value | None:
        """`Trainer.add_argparse_args(parser)` gives the parser back."""
        return site.arguments.get(0, "parent_parser") if site.name.endswith(".add_argparse_args") else None


def _trainer(site: Site, name: str) -> Value | None:
    """Run a trainer's method for every module that may be meant; None if the project's module is not known."""
    machine, trainer = site.machine, site.receiver
    assert trainer is not None
    given = site.value("model")
    modules = hooks.instances(machine, given if given is not None and given != NONE else machine.load(trainer.address, "model"))
    modules = [m for m in modules if machine.heap[m.address].kind == "instance"]
    result: Value | None = None
    for module in modules:
        run = Run(site, trainer, module, _data_module(site, trainer))
        _attach(run)
        result = _fit(run) if name == "fit" else _evaluate_by_call(run, {v: k for k, v in STAGES.items()}[name])
    return result


def _data_module(site: Site, trainer: Ref) -> Ref | None:
    """The data module: given by name or in the place of the loaders, else the one of an earlier call."""
    loaders = [site.value(p) for p in ("train_dataloaders", "train_dataloader", "dataloaders")]
    for value in (site.value("datamodule"), *loaders):
        for found in hooks.instances(site.machine, value):
            if hooks.kind_name(site.machine, found) == DATA:
                return found
    known = site.machine.load(trainer.address, "datamodule")
    return known if isinstance(known, Ref) and not any(v is not None and v != NONE for v in loaders) else None


def _attach(run: Run) -> None:
    """Trainer, module and data module know each other from now on."""
    machine = run.machine
    for owner in (run.module, run.data):
        if owner is not None:
            machine.store(owner.address, "trainer", run.trainer)
    machine.store(run.trainer.address, "model", run.module)
    if run.data is not None:
        machine.store(run.trainer.address, "datamodule", run.data)
    logger = machine.load(run.trainer.address, "@logger")
    if isinstance(logger, Ref):
        machine.store(run.module.address, "logger", logger)
    own = hooks.run(machine, run.module, "configure_callbacks", (), run.site.node)
    held = [v for slot, v in machine.slots(run.trainer.address).items() if slot.startswith("@")]
    found = references(machine, [*held, *([own] if own is not None else [])])
    run.callbacks = [Ref(a) for a in found if machine.heap[a].info is not None and "callback" in _role(machine, a)]


def _role(machine: Machine, address: int) -> str:
    info = machine.heap[address].info
    return info.kind.role if info is not None else ""


# ------------------------------------------------------------------ fit


def _fit(run: Run) -> Value:
    """Prepare, train, validate; callbacks watch what is logged."""
    machine, site = run.machine, run.site
    _prepare(run, "fit")
    run.hook("configure_model")
    run.hook("configure_optimizers")
    train = _loader(run, "train_dataloaders") or _loader(run, "train_dataloader") or run.ask("train_dataloader")
    held = None if _limited(run, "limit_val_batches") else _loader(run, "val_dataloaders") or run.ask("val_dataloader")
    if hooks.method_of(machine, run.module, "validation_step") is None:
        held = None
    batches = [hooks.batch_of(machine, loader, site.node) for loader in hooks.each(machine, held)] if held is not None else []
    heldout = summary(machine, [rows for _, rows in batches])
    for name in ("on_fit_start", "on_train_start"):
        run.hook(name)
    with hooks.repeated(machine, site.at):
        rows = _train(run, train, heldout)
        if batches:
            _evaluate(run, "validation", batches)
        hooks.set_mode(machine, run.module, "train")
        run.hook("on_train_epoch_end")
        watch(run, rows, heldout)
    for name in ("on_train_end", "on_fit_end"):
        run.hook(name)
    run.ask("teardown", Const("fit"))
    publish(run)
    return NONE


def _prepare(run: Run, stage: str) -> None:
    """`prepare_data` and `setup(stage)` of data module and module."""
    for owner in (run.data, run.module):
        hooks.run(run.machine, owner, "prepare_data", (), run.site.node)
        hooks.run(run.machine, owner, "setup", (Const(stage),), run.site.node)


def _loader(run: Run, parameter: str) -> Value | None:
    """Loaders given to the call; a data module in their place is none."""
    value = run.site.value(parameter)
    return None if value is None or value in (NONE, run.data) else value


def _limited(run: Run, name: str) -> bool:
    limit = run.machine.load(run.trainer.address, f"@{name}")
    return isinstance(limit, Const) and limit.value is not None and limit.value == 0


def _train(run: Run, loader: Value | None, heldout: Data | None) -> Data:
    """One epoch of training steps: the models behind the loss learn from the rows of the loader."""
    machine, site = run.machine, run.site
    batch, rows = _joined_batch(run, loader)
    hooks.set_mode(machine, run.module, "train")
    inside = hooks.inner_models(machine, run.module)
    learn(machine, inside, rows)  # every epoch but the first finds a model that has seen the rows
    run.hook("on_train_epoch_start")
    begins = machine.tape.next()
    step = hooks.run(
        machine, run.module, "training_step", (batch, _counter(run)), site.node, optimizer_idx=Const(0), dataloader_idx=Const(0)
    )
    machine.notes.setdefault(TRAINING_STEPS, []).append((begins, machine.tape.next()))
    if step is None and hooks.method_of(machine, run.module, "training_step") is None:
        cls = machine.heap[run.module.address].cls
        reason = "has its steps from a class that is not in the repository"
        models = frozenset((run.module.address,))
        machine.cannot_see(site.node, cls.node.name if cls is not None else "the module", reason, UNSEEN_STEPS, (), models)
    losses = [d for d in data_in(machine, step) if d.kind == "score"]
    models = frozenset((run.module.address,)).union(*(d.models & inside for d in losses))
    machine.tape.add(Fit(**machine.common(site.at, site.code), models=models, rows=rows, how="fit", heldout=heldout))
    if "guess" in rows.traits:
        draws_of_object(site, run.trainer.address, "fit", rows)
    run.hook("on_train_batch_end", step or NONE, batch, _counter(run))
    hooks.run(machine, run.module, "training_epoch_end", (_outputs(run, step, "train"),), site.node)
    return rows


def _joined_batch(run: Run, loader: Value | None) -> tuple[Value, Data]:
    """A batch of the training loader; several loaders give a batch each at once."""
    machine, site = run.machine, run.site
    if loader is None:
        rows = unknown_rows([], site.at)
        return rows, rows
    pairs = [hooks.batch_of(machine, one, site.node) for one in hooks.each(machine, loader)]
    if len(pairs) == 1:
        return pairs[0]
    rows = summary(machine, [rows for _, rows in pairs]) or unknown_rows([loader], site.at)
    return Tuple(tuple(batch for batch, _ in pairs)), rows


def _counter(run: Run) -> Value:
    return Unknown(COUNTER, run.site.at)


def _outputs(run: Run, step: Value | None, key: str) -> Value:
    """What the steps of an epoch gave back, as a list."""
    made = run.machine.allocate("list", run.site.node, key=f"outputs of {key}")
    run.machine.store(made.address, "[]", Items((), step if step is not None else NONE))
    return Ref(made.address)


# ------------------------------------------------------------------ evaluation


def _evaluate(run: Run, stage: str, batches: list[tuple[Value, Data]]) -> None:
    """One epoch of validation, test or prediction steps, in evaluation mode."""
    machine, site = run.machine, run.site
    hooks.set_mode(machine, run.module, "eval")
    for name in (f"on_{stage}_start", f"on_{stage}_epoch_start"):
        run.hook(name)
    outputs: Value | None = None
    with hooks.repeated(machine, site.at):
        for number, (batch, _) in enumerate(batches):
            outputs = hooks.run(
                machine, run.module, f"{stage}_step", (batch, _counter(run)), site.node, dataloader_idx=Const(number)
            )
            run.hook(f"on_{stage}_batch_end", outputs or NONE, batch, _counter(run))
    hooks.run(machine, run.module, f"{stage}_epoch_end", (_outputs(run, outputs, stage),), site.node)
    for name in (f"on_{stage}_epoch_end", f"on_{stage}_end"):
        run.hook(name)


def _evaluate_by_call(run: Run, stage: str) -> Value | None:
    """`trainer.validate`, `trainer.test`, `trainer.predict`; None where the module has no such step of its own."""
    machine, site = run.machine, run.site
    _prepare(run, STAGES[stage])
    loader = _loader(run, "dataloaders") or _loader(run, "test_dataloaders") or run.ask(LOADERS[stage])
    step = hooks.method_of(machine, run.module, f"{stage}_step")
    pairs = [hooks.batch_of(machine, one, site.node) for one in hooks.each(machine, loader)] if loader is not None else []
    if not pairs:
        pairs = [(rows, rows) for rows in (unknown_rows([v for v in (loader, run.data) if v is not None], site.at),)]
    rows = summary(machine, [rows for _, rows in pairs])
    assert rows is not None
    if stage == "predict":
        return _predicted(run, pairs, rows)
    before = logged(run)
    if step is None:
        _score(run, rows, stage)
    else:
        _evaluate(run, stage, pairs)
    publish(run)
    new = {name: value for name, value in logged(run).items() if before.get(name) != value}
    shown = tuple(d for value in new.values() for d in data_in(machine, value))
    machine.tape.add(Show(**machine.common(site.at, site.code), values=shown, name=site.name))
    return _table(run, new, rows, stage)


def _predicted(run: Run, pairs: list[tuple[Value, Data]], rows: Data) -> Value:
    """Predictions for all rows: of `predict_step`, else of the module's `forward`."""
    machine, site = run.machine, run.site
    hooks.set_mode(machine, run.module, "eval")
    batch = pairs[0][0]
    result = hooks.run(machine, run.module, "predict_step", (batch, _counter(run)), site.node, dataloader_idx=Const(0))
    if result is None:
        result = prediction(machine, rows, frozenset((run.module.address,)), site)
    return _outputs(run, result, "predict")


def _score(run: Run, rows: Data, stage: str) -> None:
    """The score that a module gets whose step is not the project's own."""
    machine, site = run.machine, run.site
    value = Data(
        "score",
        rows.parts,
        frozenset((run.module.address,)),
        rows.stats,
        f"{stage} score",
        at=site.at,
        traits=rows.traits & {"guess"},
    )
    emit(machine, value, "framework", value.metric, site.at, site.code, automatic=True)
    machine.store(run.module.address, f"#log:{stage}", value)
    recorded = kept(machine, run.module)
    if recorded is not None:
        with machine.under(recorded):
            machine.tape.add(Record(**machine.common(site.at, site.code), values=(value,), records="metrics", name=site.name))


def _table(run: Run, new: dict[str, Value], rows: Data, stage: str) -> Value:
    """What `trainer.test` gives back: a list with a dict of what was logged."""
    machine, site = run.machine, run.site
    rest = summary(machine, list(new.values())) or Data(
        "score", rows.parts, frozenset((run.module.address,)), rows.stats, f"{stage} score", at=site.at
    )
    table = machine.allocate("dict", site.node, key="results")
    machine.store(table.address, "{}", Entries(tuple(new.items()), rest))
    made = machine.allocate("list", site.node, key="results")
    machine.store(made.address, "[]", Items((Ref(table.address),)))
    return Ref(made.address)
