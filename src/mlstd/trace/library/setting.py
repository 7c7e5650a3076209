"""What does it mean to set an attribute or an item of a library's object? Trackers write down what they are given this way."""

from __future__ import annotations

from mlstd.lower import ir
from mlstd.trace.library import effects
from mlstd.trace.library.frameworks import FRAMEWORKS
from mlstd.trace.library.site import Site
from mlstd.trace.machine import Machine
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.kinds import Const, External, Ref, Value


def attribute_set(machine: Machine, owner: Ref, name: str, value: Value, node: ir.Node) -> None:
    """An attribute of a library's object is set."""
    for framework in FRAMEWORKS:
        framework.attribute_set(machine, owner, name, value, node)
    made = machine.heap[owner.address]
    if made.info is None:
        return
    if "__setattr__" in made.info.kind.methods:
        setter = made.info.kind.methods["__setattr__"]
        effects.perform(Site(machine, node, made.info.name, setter, Arguments([Const(name), value]), owner, made.info.kind))
    effect = made.info.kind.attributes.get(name)
    gives = effect.returns if effect is not None else ""
    holder = machine.knowledge.kind(gives.removeprefix("kind:")) if gives.startswith("kind:") else None
    update = holder.methods.get("update") if holder is not None else None
    if machine.state is not None and update is not None:  # `live.summary = {...}`
        machine.state.drop((owner.address, name))
        effects.perform(Site(machine, node, f"{made.info.name}.{name}", update, Arguments([value]), owner, holder))


def external_set(machine: Machine, owner: External, name: str, given: tuple[Value, Value], node: ir.Node) -> None:
    """`wandb.config.rate = 0.1`, `wandb.summary["accuracy"] = score`: an object that a library keeps for everybody."""
    info = machine.knowledge.cls(owner.name)
    effect = info.kind.methods.get(name) if info is not None else None
    if effect is not None:
        effects.perform(Site(machine, node, owner.name, effect, Arguments(list(given))))
