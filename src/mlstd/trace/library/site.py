"""One call of a library: its effect, its arguments by name, the object it is called on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from mlstd.knowledge.schema import Effect, Kind
from mlstd.knowledge.signature import signature
from mlstd.lower import ir
from mlstd.place import Place
from mlstd.trace.machine import Machine
from mlstd.trace.values.arguments import Arguments, bind, given
from mlstd.trace.values.collect import references, summary
from mlstd.trace.values.kinds import Address, Const, Data, Ref, Text, Unknown, Value
from mlstd.trace.values.parts import Origin, Part
from mlstd.trace.values.text import source

MODEL_ROLES = frozenset(("model", "search", "pipeline", "ensemble", "layer"))


@dataclass(slots=True)
class Site:
    """A library call about to happen. `name` is what people call it; `receiver` the object of a method, `kind` what is known of
    that."""

    machine: Machine
    node: ir.Node
    name: str
    effect: Effect
    arguments: Arguments
    receiver: Ref | None = None
    kind: Kind | None = None
    bound: dict[str, Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.bound = bind(signature(self.effect.args), self.arguments) if self.effect.args else self._by_position()
        if self.effect.seed and self._may_be_seeded():
            self.bound[self.effect.seed] = Unknown("perhaps among the keywords", self.at)

    def _may_be_seeded(self) -> bool:
        """`Forest(**settings)`: settings read from somewhere may hold the seed; the best parameters of a search do not."""
        rest = self.arguments.named_rest
        unsaid = self.bound.get(self.effect.seed) in (None, Const(None)) and self.effect.seed not in self.arguments.named
        return isinstance(rest, Unknown) and "best" not in rest.hint and unsaid

    def _by_position(self) -> dict[str, Value]:
        return {**{f"*{i}": v for i, v in enumerate(self.arguments.positional)}, **self.arguments.named}

    @property
    def at(self) -> Place:
        """Where the call stands."""
        return self.machine.here(self.node)

    @property
    def code(self) -> str:
        """The call as the reader wrote it."""
        return source(self.node, 80) if isinstance(self.node, (ir.Call, ir.Attribute)) else self.name

    @property
    def form(self) -> str:
        """The form that the call gives predictions; rounding to some decimals leaves them what they were."""
        decimals = [v for v in self.arguments.all() if isinstance(v, Const) and isinstance(v.value, int) and v.value > 0]
        return "" if self.name.endswith("round") and decimals else self.effect.returns

    @property
    def like(self) -> str:
        """The kind of data set that the call gives: its rows have the methods of that."""
        name = self.effect.returns.removeprefix("kind:")
        return name if name != self.effect.returns and self.machine.knowledge.kind(name).role == "batches" else ""

    def unknown(self, why: str, hint: str = "") -> Unknown:
        """A value that is not known, made by this call."""
        return self.machine.unknown(self.node, why, hint)

    def value(self, parameter: str) -> Value | None:
        """The argument of a parameter; "self" is the receiver; what a method does not take, its object may have been made
        with."""
        if parameter == "self":
            return self.receiver
        found = self.bound.get(parameter)
        if (found is None or (isinstance(found, Const) and found.value is None)) and self.receiver is not None:
            kept = self.machine.load(self.receiver.address, f"@{parameter}")
            return kept if kept is not None else found
        return found

    def was_given(self, parameter: str) -> bool:
        """Did the caller give the parameter, rather than leave it to its default?"""
        return given(self.arguments, signature(self.effect.args), parameter)

    def values(self, parameters: tuple[str, ...]) -> list[Value]:
        """The arguments of several parameters that were given."""
        return [v for v in map(self.value, parameters) if v is not None and not (isinstance(v, Const) and v.value is None)]

    def data(self, parameters: tuple[str, ...]) -> Data | None:
        """The data in some arguments, united."""
        return summary(self.machine, self.values(parameters), instances=True)

    def rows(self, parameters: tuple[str, ...] = ()) -> Data:
        """The rows handed to the call; rows of an unknown origin where nothing is known of them."""
        chosen = parameters or (*self.effect.rows, *self.effect.target)
        values = self.values(chosen) if chosen else self.arguments.all()
        found = summary(self.machine, values, instances=True)
        if found is not None:
            return found
        return unknown_rows(values, self.at)

    def models(self, parameter: str = "") -> frozenset[Address]:
        """The models that the call is about."""
        value = self.value(parameter or self.effect.model)
        return models_in(self.machine, value)


def file_of(machine: Machine, path: Value | None) -> str:
    """What identifies a file: its path, as far as it is known; the path behind an open file."""
    if isinstance(path, Ref):
        for slot in ("@file", "@0", "@name", "@path"):
            inner = machine.load(path.address, slot)
            if isinstance(inner, (Const, Text)):
                path = inner
                break
    if isinstance(path, Const) and isinstance(path.value, str):
        return path.value
    return path.pattern if isinstance(path, Text) and path.pattern.strip("*/.") else ""


def unknown_rows(values: list[Value], at: Place) -> Data:
    """Rows of which only their identity is known: the same unknown value is the same rows."""
    source = next((v for v in values if isinstance(v, Unknown) and v.at is not None), None)
    hint = next((v.hint for v in values if isinstance(v, Unknown) and v.hint), "")
    name = f"?{hint}@{source.identity if source is not None else at}"
    where = source.at if source is not None else at
    return Data("rows", frozenset((Part(Origin(name, known=False, at=where)),)), traits=frozenset(("guess",)))


def models_in(machine: Machine, value: Value | None) -> frozenset[Address]:
    """The models inside a value, as the outermost objects that are models."""
    if value is None:
        return frozenset()
    found = [a for a in references(machine, [value]) if a in machine.things and machine.things[a].role in MODEL_ROLES]
    if found:
        return frozenset(found)
    held = references(machine, [value], instances=True)
    return frozenset(a for a in held if a in machine.things and machine.things[a].role in MODEL_ROLES - {"layer"})


def within(machine: Machine, addresses: Iterable[Address]) -> frozenset[Address]:
    """Some objects and all that is inside them: in their attributes, and in what they were made with."""
    todo, seen = sorted(addresses), set[Address]()
    while todo:
        address = todo.pop()
        if address not in seen:
            seen.add(address)
            held = [v for slot, v in machine.slots(address).items() if not slot.startswith("#")]
            todo += references(machine, [Ref(address), *held])
    return frozenset(seen)
