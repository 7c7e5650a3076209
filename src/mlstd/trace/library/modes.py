"""Is a model in training mode? Dropout and batch normalisation do something else there than in evaluation.

A model's mode is that of every layer in it. No `eval()` reaches a layer that is made while the model runs (`nn.Dropout` in
`forward`), a function that is not told of the mode (`F.dropout(x)`), and a layer that only a plain list holds: they are always in
training mode.
"""

from __future__ import annotations

from mlstd.lower import ir
from mlstd.place import Place
from mlstd.trace.events import Mode
from mlstd.trace.library.site import Site
from mlstd.trace.machine import Machine
from mlstd.trace.values.choose import with_traits
from mlstd.trace.values.collect import references
from mlstd.trace.values.kinds import Address, Choice, Const, Data, Ref, Tuple, Value

TRAINING = "training mode"
LOST = "#lost"  # the attribute whose plain list hides a layer
UNRULED = "unruled"  # what no `eval()` reaches: by the model that runs it, where it stands, what it is and why
REGISTERING = ("add_module", "register_module")
MODES = {"the model is in training mode": True, "the model is in evaluation mode": False}
WEIGHTLESS = "modules without weights"  # the note of the losses of one's own
RUNNING = ("forward", "call", "__call__")


def made(machine: Machine, address: Address) -> None:
    """A layer or model was made: a part of every model that is being built at this moment."""
    for frame in reversed(machine.frames):
        if not (isinstance(frame.receiver, Ref) and frame.receiver.address in machine.things):
            continue  # `__call__` of an objective runs no model
        if frame.function is not None and frame.function.name in RUNNING:
            machine.store(address, "#fresh", Const(True))
            return
        machine.notes.setdefault(("inside", frame.receiver.address), {})[address] = None


def in_forward(machine: Machine) -> bool:
    """Does a model compute its output just now? What it adds and multiplies there is no score."""
    return any(
        f.function is not None
        and f.function.name in RUNNING
        and isinstance(f.receiver, Ref)
        and f.receiver.address in machine.things
        and f.receiver.address not in machine.notes.get(WEIGHTLESS, ())
        for f in machine.frames
    )


def in_model(machine: Machine) -> bool:
    """Does a method of a model run, whether or not by a call of the model?"""
    return in_forward(machine) or at_work(machine) is not None


def at_work(machine: Machine) -> tuple[Address, list[Value]] | None:
    """The project's model one of whose own methods runs, where that is not the code by which it is called, nor makes it; and
    what that method was given."""
    running = [
        (f, f.function, f.receiver.address)
        for f in machine.frames
        if f.function is not None and isinstance(f.receiver, Ref) and _is_model(machine, f.receiver.address)
    ]
    if not running or any(function.name in RUNNING or function.name == "__init__" for _, function, _ in running):
        return None
    frame, function, address = running[0]
    held = [machine.load(frame.scope, p.name) for p in function.node.parameters]
    return address, [v for v in held if v is not None and v != frame.receiver]


def _is_model(machine: Machine, address: Address) -> bool:
    base = machine.heap[address].base
    return address in machine.things and base is not None and base.role in ("model", "layer")


def inside(machine: Machine, address: Address) -> list[Address]:
    """The model and all models and layers in it."""
    todo, found = [address], dict[Address, None]()
    while todo:
        one = todo.pop()
        if one in found:
            continue
        found[one] = None
        held: list[Value] = [Ref(one)]
        if machine.heap[one].cls is None:
            held += [v for slot, v in machine.slots(one).items() if slot.startswith("@")]
        todo += [a for a in references(machine, held, instances=True) if a in machine.things]
        todo += machine.notes.get(("inside", one), ())
    return list(found)


def register(machine: Machine, owner: Address, value: Value) -> None:
    """A module is told of a part by a name that the code makes: `add_module(name, layer)`, `setattr(self, name, layer)`."""
    parts = frozenset(a for a in references(machine, [value]) if a in machine.things)
    if parts and owner in machine.things:
        machine.add_facts(owner, "#registered", parts)


def _hidden(machine: Machine, address: Address) -> dict[Address, str]:
    """What only plain lists and dicts of torch modules hold, with the attribute that does: the modules know nothing of it."""
    known, hidden, todo = set[Address](), dict[Address, str](), [address]
    while todo:
        one = todo.pop()
        if one in known:
            continue
        known.add(one)
        made = machine.heap[one]
        ours = made.base is not None and made.cls is not None and REGISTERING[0] in made.base.methods
        todo += machine.facts(one, "#registered")
        for slot, kept in machine.slots(one).items():
            for held in kept.options if isinstance(kept, Choice) else (kept,):
                found = [a for a in references(machine, [held]) if a in machine.things]
                if ours and slot[:1] not in "#@" and _plain(machine, held):
                    hidden |= dict.fromkeys(found, slot)
                else:
                    todo += found
        if not ours:
            todo += [a for a in references(machine, [Ref(one)], instances=True) if a in machine.things]
    inner = {a: slot for layer, slot in hidden.items() if layer not in known for a in inside(machine, layer)}
    return {a: slot for a, slot in inner.items() if a not in known}


def _plain(machine: Machine, value: Value) -> bool:
    """Is it a container of Python itself, which torch does not look into?"""
    return isinstance(value, Tuple) or (isinstance(value, Ref) and machine.heap[value.address].kind in ("list", "dict", "set"))


def switch(site: Site) -> None:
    """`train()` and `eval()`; `train(False)` is `eval()`."""
    machine = site.machine
    if site.receiver is not None and site.name.endswith(REGISTERING) and (told := site.bound.get("module")) is not None:
        register(machine, site.receiver.address, told)
    if not site.effect.mode or site.receiver is None:
        return
    mode: str = site.effect.mode
    if isinstance(chosen := site.bound.get("mode"), Const) and isinstance(chosen.value, bool):
        mode = "train" if chosen.value else "eval"
    elif chosen is not None and not isinstance(chosen, Const):
        mode = ""
    value: Value = Const(mode) if mode else Choice((Const("train"), Const("eval")))
    hidden = _hidden(machine, site.receiver.address) if mode == "eval" else {}
    for layer, attribute in hidden.items():
        machine.store(layer, LOST, Const(attribute))
    parts = [part for part in inside(machine, site.receiver.address) if part not in hidden]
    for part in parts:
        if part == site.receiver.address or machine.load(part, "#mode") is not None:
            machine.store(part, "#mode", value)
    machine.tape.add(
        Mode(
            **machine.common(site.at, site.code), models=frozenset(parts), mode=mode, minds=minds(machine, site.receiver.address)
        )
    )


def asked(machine: Machine, owner: Ref, node: ir.Node) -> Value | None:
    """`model.training`, where the mode is known."""
    mode = machine.load(owner.address, "#mode")
    if not isinstance(mode, Const):
        return None
    return machine.unknown(node, next(why for why, training in MODES.items() if training == (mode.value == "train")), "training")


def minds(machine: Machine, address: Address) -> bool:
    """Has the model a layer that minds the mode?"""
    return any(machine.things[a].dropout for a in inside(machine, address) if a in machine.things)


def is_random(machine: Machine, models: frozenset[Address]) -> bool:
    """Is any of the models surely in training mode, and has it a layer that minds?"""
    return any(_at_work(machine, model) for model in models)


def _at_work(machine: Machine, model: Address) -> bool:
    """A part has a mode of its own: what was loaded pretrained is in evaluation mode until the whole is told to train."""
    layers = [a for a in inside(machine, model) if a in machine.things and machine.things[a].dropout]
    layers = [a for a in layers if machine.load(a, LOST) is None]  # what becomes of these shows when the model runs them
    return any((machine.load(a, "#mode") or machine.load(model, "#mode")) == Const("train") for a in layers)


def marked(machine: Machine, data: Data, models: frozenset[Address]) -> Data:
    """A prediction, marked where its models were in training mode."""
    return with_traits(data, TRAINING) if is_random(machine, models) else data


def unruled(site: Site, value: Value) -> Value:
    """The output of a layer that no `eval()` reaches: made while the model runs, or hidden in a plain list."""
    machine, layer = site.machine, site.receiver
    if layer is None or site.kind is None or not site.kind.dropout or layer.address not in machine.things:
        return value
    lost, at = machine.load(layer.address, LOST), machine.things[layer.address].at or site.at
    if machine.load(layer.address, "#fresh") == Const(True):
        _tell(machine, at, machine.things[layer.address].cls, "")
        return _noisy(value)
    if isinstance(lost, Const) and machine.load(layer.address, "#mode") == Const("train"):
        _tell(machine, at, machine.things[layer.address].cls, str(lost.value))
        return _noisy(value)
    return value


def _tell(machine: Machine, at: Place, name: str, attribute: str) -> None:
    """Keep what no `eval()` reaches, for the message: the layer or function and the attribute that hides it, if one does."""
    running = _running(machine)
    if running is not None:
        machine.notes.setdefault(UNRULED, {})[running] = (at, name, attribute)


def _running(machine: Machine) -> Address | None:
    """The model whose code is running, the innermost one."""
    receivers = (f.receiver.address for f in reversed(machine.frames) if isinstance(f.receiver, Ref))
    return next((address for address in receivers if address in machine.things), None)


def of_function(site: Site, value: Value) -> Value:
    """`F.dropout(x, training=self.training)` makes its model mind the mode; `F.dropout(x)` in it never hears of the mode."""
    machine, training = site.machine, site.value("training")
    if "training" not in site.effect.draws_when or site.value("p") in (Const(0), Const(0.0)):
        return value
    running = _running(machine)
    if running is None:
        return value
    if training == Const(True) and not site.was_given("training"):
        _tell(machine, site.at, site.name, "")
        return _noisy(value)
    if not isinstance(training, Const):
        machine.describe(running, dropout=True)
    return value


def _noisy(value: Value) -> Value:
    if isinstance(value, Tuple):
        return Tuple(tuple(map(_noisy, value.items)))
    return with_traits(value, TRAINING) if isinstance(value, Data) else value
