"""What does a Lightning module log, who records it, and what do callbacks choose by it?"""

from __future__ import annotations

from dataclasses import dataclass, field

from mlstd.trace.events import Average, Certainty, Record, Select, Show
from mlstd.trace.library import averages
from mlstd.trace.library.frameworks import hooks
from mlstd.trace.library.reduce import learned_from, reduced
from mlstd.trace.library.site import Site
from mlstd.trace.machine import Machine
from mlstd.trace.values.collect import data_in, references, summary
from mlstd.trace.values.kinds import NONE, Choice, Const, Data, Entries, Items, Ref, Text, Tuple, Value


@dataclass(slots=True)
class Run:
    """One call of the trainer: who takes part."""

    site: Site
    trainer: Ref
    module: Ref
    data: Ref | None
    callbacks: list[Ref] = field(default_factory=list)

    @property
    def machine(self) -> Machine:
        """The dry run."""
        return self.site.machine

    def hook(self, name: str, *given: Value) -> Value | None:
        """A hook of the callbacks, then of the module; what the module's gives back."""
        for callback in self.callbacks:
            hooks.run(self.machine, callback, name, (self.trainer, self.module, *given), self.site.node)
        return hooks.run(self.machine, self.module, name, given, self.site.node)

    def ask(self, name: str, *given: Value) -> Value | None:
        """A hook of the data module, else of the module."""
        for owner in (self.data, self.module):
            found = hooks.run(self.machine, owner, name, given, self.site.node)
            if found is not None:
                return found
        return None


def log(site: Site, name: str) -> Value:
    """`self.log("val_acc", value)`: kept for callbacks, recorded by the trainer's logger, shown in the progress bar if asked."""
    machine, module = site.machine, site.receiver
    assert module is not None
    values = _named(site, name)
    for label, value in values:
        machine.store(module.address, f"#log:{label}", value)
    found = tuple(reduced(machine, d, site.node) for _, value in values for d in data_in(machine, value))
    if site.bound.get("prog_bar") == Const(True):
        machine.tape.add(Show(**machine.common(site.at, site.code), values=found, name="the progress bar"))
    _averaged(site, found)
    recorded = None if site.bound.get("logger") == Const(False) else kept(machine, module)
    if recorded is not None:
        with machine.under(recorded):
            machine.tape.add(Record(**machine.common(site.at, site.code), values=found, records="metrics", name=site.name))
    return NONE


def _averaged(site: Site, found: tuple[Data, ...]) -> None:
    """What an evaluation logs batch by batch is averaged over the epoch, by the sizes of the batches: F1 is no such mean."""
    machine = site.machine
    if site.bound.get("reduce_fx") in (None, Const("mean")) and site.bound.get("on_epoch") != Const(False):
        for score in found:
            if {"batch", averages.INDIVISIBLE} <= score.traits and "training mode" not in score.traits:
                fitted = learned_from(machine, score)
                machine.tape.add(Average(**machine.common(site.at, site.code), value=score, fitted=fitted))


def _named(site: Site, name: str) -> list[tuple[str, Value]]:
    """What is logged, by name; "*" stands for what is not known of a name."""
    machine = site.machine
    if name == "log":
        label, value = site.value("name"), site.value("value")
        return [(_text(label), _of_metric(machine, value))] if value is not None else []
    given = site.value("dictionary")
    held = machine.load(given.address, "{}") if isinstance(given, Ref) else None
    if isinstance(held, Entries):
        found = [(str(key), _of_metric(machine, value)) for key, value in held.items]
        return found + ([("*", _of_metric(machine, held.rest))] if held.rest is not None else [])
    return [("*", _of_metric(machine, given))] if given is not None else []


def _text(value: Value | None) -> str:
    return str(value.value) if isinstance(value, Const) else value.pattern if isinstance(value, Text) else "*"


def _of_metric(machine: Machine, value: Value | None) -> Value:
    """A metric object that is logged stands for the score that it has gathered."""
    if isinstance(value, Ref) and not data_in(machine, value):
        held = [v for a in references(machine, [value], instances=True) for s, v in machine.slots(a).items() if s == "#score"]
        found = summary(machine, held)
        return found if found is not None else value
    return value if value is not None else NONE


def kept(machine: Machine, module: Ref) -> Certainty | None:
    """How sure is it that the trainer's logger writes what is logged? None: it has none."""
    trainer = machine.load(module.address, "trainer")
    logger = machine.load(trainer.address, "@logger") if isinstance(trainer, Ref) else None
    answers = {_writes(machine, o) for o in (logger.options if isinstance(logger, Choice) else (logger,))}
    if answers == {False}:
        return None
    return Certainty.SURELY if answers == {True} else Certainty.PERHAPS


def _writes(machine: Machine, logger: Value | None) -> bool | None:
    """A trainer without a word about its logger has one; `False` and an empty list are none."""
    if logger is None or isinstance(logger, Const):
        return logger is None or logger.value is not False
    held = machine.load(logger.address, "[]") if isinstance(logger, Ref) else None
    if isinstance(held, Items):
        return True if held.items else None if held.rest is not None else False
    return True if isinstance(logger, (Ref, Tuple)) else None


def logged(run: Run) -> dict[str, Value]:
    """Everything that the module has logged so far."""
    slots = run.machine.slots(run.module.address)
    return {slot.removeprefix("#log:"): value for slot, value in slots.items() if slot.startswith("#log:")}


def publish(run: Run) -> None:
    """`trainer.callback_metrics` and `trainer.logged_metrics` hold what was logged."""
    machine, known = run.machine, logged(run)
    made = machine.allocate("dict", run.site.node, key="logged")
    machine.store(made.address, "{}", Entries(tuple(known.items()), summary(machine, list(known.values()))))
    for name in ("callback_metrics", "logged_metrics"):
        machine.store(run.trainer.address, name, Ref(made.address))


def watch(run: Run, rows: Data, heldout: Data | None) -> None:
    """Early stopping and checkpoints choose among the epochs by what they monitor."""
    machine, site = run.machine, run.site
    for callback in run.callbacks:
        kind = hooks.kind_name(machine, callback)
        if kind not in ("lightning_early_stopping", "lightning_checkpoint"):
            continue
        monitor = machine.load(callback.address, "@monitor")
        kept = machine.load(callback.address, "@save_top_k")
        if monitor is None or monitor == NONE or (isinstance(kept, Const) and kept.value in (0, -1)):
            continue
        score = _monitored(run, _text(monitor), rows, heldout)
        how = "stop" if kind == "lightning_early_stopping" else "callback"
        machine.tape.add(
            Select(**machine.common(site.at, site.code), by=score, how=how, name=machine.things[callback.address].label)
        )
        machine.store(callback.address, "best_model_score", score)
        machine.store(callback.address, "best_score", score)
        if how == "callback":
            machine.store(run.trainer.address, "checkpoint_callback", callback)


def _monitored(run: Run, name: str, rows: Data, heldout: Data | None) -> Data:
    """The score of a name that was logged; of another name, a score on the rows that the name tells of."""
    known = logged(run)
    for label in (name, name.removesuffix("_epoch"), name.removesuffix("_step")):
        found = next(iter(data_in(run.machine, known.get(label))), None)
        if found is not None:
            return found
    for label, value in known.items():
        stem = label.partition("*")[2] if "*" in label else ""
        if stem and name.endswith(stem):
            found = next((d for d in data_in(run.machine, value)), None)
            if found is not None and not (heldout is not None and "val" in name and found.parts == rows.parts):
                return found
    chosen = heldout if heldout is not None and "train" not in name else rows
    return Data("score", chosen.parts, frozenset((run.module.address,)), chosen.stats, name, at=run.site.at)


def keep_arguments(site: Site) -> None:
    """`self.save_hyperparameters()`: what `__init__` was given is in `self.hparams`."""
    machine, owner = site.machine, site.receiver
    assert owner is not None
    frame = next(
        (f for f in reversed(machine.frames) if f.receiver == owner and f.function is not None and f.function.name == "__init__"),
        None,
    )
    if frame is None or frame.function is None:
        return
    made = machine.allocate("dict", site.node, key="hparams")
    held: dict[str, Value] = {}
    first = site.arguments.get(0)
    if isinstance(first, Ref) and machine.heap[first.address].kind in ("thing", "dict"):
        machine.store(owner.address, "hparams", first)
        return
    for parameter in frame.function.node.parameters[1:]:
        value = machine.load(frame.scope, parameter.name)
        inner = machine.load(value.address, "{}") if parameter.stars == 2 and isinstance(value, Ref) else None
        if isinstance(inner, Entries):
            held.update({str(k): v for k, v in inner.items})
        elif value is not None and parameter.stars == 0:
            held[parameter.name] = value
    machine.store(made.address, "{}", Entries(tuple(held.items())))
    for key, value in held.items():
        machine.store(made.address, key, value)
    machine.notes[("namespace", made.address)] = True
    machine.store(owner.address, "hparams", Ref(made.address))
