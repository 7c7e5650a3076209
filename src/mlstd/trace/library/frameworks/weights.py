"""Parameters without a model: lists, dicts and tuples of numbers that a loss is differentiated by (plain JAX).

They stand for one model from the first gradient on, so that what is computed with them is a prediction.
"""

from __future__ import annotations

from mlstd.trace.events import Thing
from mlstd.trace.library.site import models_in
from mlstd.trace.machine import Machine
from mlstd.trace.values.collect import data_in
from mlstd.trace.values.kinds import Address, Data, Entries, Items, Ref, Tuple, Unknown, Value

DEEPEST = 4  # layers of lists in lists


def adopt(machine: Machine, value: Value | None) -> Value | None:
    """The same parameters, as those of a model; lists and dicts are changed where they are. What holds rows is no parameter."""
    if value is None or models_in(machine, value) or data_in(machine, value):
        return value
    made = machine.allocate("thing", None, key=f"parameters {value.address if isinstance(value, Ref) else ''}")
    changed = _filled(machine, value, made.address, DEEPEST)
    if not owners(machine, changed):
        return value
    at = value.at if isinstance(value, Unknown) else machine.heap[value.address].at if isinstance(value, Ref) else None
    machine.things.setdefault(made.address, Thing(made.address, "the parameters", "model", at, "the parameters"))
    return changed


def owners(machine: Machine, value: Value) -> frozenset[Address]:
    """The models that parameters belong to."""
    held = (d.models for d in data_in(machine, value) if d.kind == "prediction" and not d.parts)
    return models_in(machine, value).union(*held)


def _filled(machine: Machine, value: Value, model: Address, depth: int) -> Value:
    if depth == 0:
        return value
    match value:
        case Unknown():
            return Data("prediction", models=frozenset((model,)), at=value.at)
        case Tuple(items=items):
            return Tuple(tuple(_filled(machine, item, model, depth - 1) for item in items))
        case Ref(address=address):
            for slot, held in machine.slots(address).items():
                if not slot.startswith(("@", "#")):
                    machine.store(address, slot, _of_slot(machine, held, model, depth))
            return value
        case _:
            return value


def _of_slot(machine: Machine, held: Value | Items | Entries, model: Address, depth: int) -> Value | Items | Entries:
    match held:
        case Items(items=items, rest=rest):
            inner = tuple(_filled(machine, item, model, depth - 1) for item in items)
            return Items(inner, _filled(machine, rest, model, depth - 1) if rest is not None else None)
        case Entries(items=pairs, rest=rest):
            entries = tuple((key, _filled(machine, item, model, depth - 1)) for key, item in pairs)
            return Entries(entries, _filled(machine, rest, model, depth - 1) if rest is not None else None)
        case _:
            return _filled(machine, held, model, depth - 1)
