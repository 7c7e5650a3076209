"""Which rows are in a dataset, a loader or their like, and what comes when one walks through it?"""

from __future__ import annotations

from mlstd.knowledge.schema import Effect
from mlstd.lower import ir
from mlstd.trace.library import averages, effects, passes, workers
from mlstd.trace.library.randomness import draws_of_object, reach
from mlstd.trace.library.site import Site
from mlstd.trace.machine import Machine, Object
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.choose import narrowed, slices_of, with_traits
from mlstd.trace.values.collect import data_in, summary, walk
from mlstd.trace.values.kinds import (
    Const,
    Data,
    Ref,
    Stream,
    Text,
    Tuple,
    Unknown,
    Value,
    holes,
)
from mlstd.trace.values.parts import Origin, Part, named_by

FACTORY = "#factory"  # of a dict: what makes the values of keys that it does not hold
HOLDS_ROWS = frozenset(("dataset", "batches"))
ONE_BY_ONE = frozenset(("file", "json_lines"))  # gives one line, not a batch of them


def rows_of_reference(machine: Machine, value: Ref) -> Data | None:
    """The rows that a project's own data set stands for."""
    held = machine.load(value.address, "#rows")
    if isinstance(held, Data):
        return held
    made = machine.heap[value.address]
    return rows_of_instance(machine, value) if made.kind == "instance" else None


def rows_of_instance(machine: Machine, value: Ref) -> Data:
    """The rows that an instance of a project class holds: those in its attributes, else rows told apart by what it was made
    with."""
    found = [d for d in data_in(machine, value, instances=True) if d.kind in ("rows", "index")]
    if found:
        united = summary(machine, [d for d in found if d.kind == "rows"] or list(found))
        assert united is not None
        united = as_listed(machine, value, united)
        return Data("rows", united.parts, united.models, united.stats, traits=united.traits)
    made = machine.heap[value.address]
    kept = [v for slot, v in machine.slots(value.address).items() if slot.startswith("@")]
    told = [written for v in kept if (written := _written(v))]
    name = made.cls.node.name if made.cls is not None else made.info.name if made.info is not None else "?"
    origin = Origin(
        named_by(f"{name}({', '.join(told)})", holes(*kept)) if told else f"{name}@{made.at}", "", bool(told), made.at
    )
    return Data("rows", frozenset((Part(origin),)))


def _written(value: Value) -> str:
    """How an argument tells one data set from another: a name, a switch, a path whose end is known; "" for what does not."""
    if isinstance(value, Const) and isinstance(value.value, (str, bool)):
        return str(value.value)
    return value.pattern if isinstance(value, Text) and "*" not in value.pattern.rpartition("/")[2] else ""


def as_listed(machine: Machine, value: Ref, rows: Data) -> Data:
    """Beside a table, a data set may hold a slice of a list that names its rows (`self.names = names[:count]`): these alone."""
    for slot, held in machine.slots(value.address).items():
        element = held.element if isinstance(held, Stream) else held
        if slot[0] not in "@#" and isinstance(element, Unknown):
            for step in slices_of(element):
                rows = narrowed(rows, step)
    return rows


def as_rows(machine: Machine, value: Ref, item: Value) -> Value:
    """An item of a project's data set: what its `__getitem__` gives, unknown pieces taken for rows of the data set."""
    rows = rows_of_instance(machine, value)
    marked = with_traits(rows, "batch")

    def fill(piece: Value) -> Value:
        if isinstance(piece, Tuple):
            return Tuple(tuple(fill(p) for p in piece.items))
        if isinstance(piece, Unknown) or (isinstance(piece, Ref) and not data_in(machine, piece)):
            return marked
        if isinstance(piece, Data) and not piece.parts:
            return marked
        return piece.but(traits=piece.traits - {"item"} | {"batch"}) if isinstance(piece, Data) else piece

    return fill(item)


def iterate(machine: Machine, value: Ref, node: ir.Node) -> Stream:
    """Iterating over a library's object: batches of its rows."""
    made = machine.heap[value.address]
    kind = made.info.kind if made.info is not None else made.base
    rows = machine.load(value.address, "#rows")
    anew = False
    if kind is not None and kind.draws_at == "iterate":
        anew = draws_of_object(
            Site(machine, node, called_as(machine, made), Effect(), Arguments(), value, kind),
            value.address,
            "shuffle",
            rows if isinstance(rows, Data) else None,
        )
    inner = machine.load(value.address, "@dataset")
    _sample(machine, value, node)
    if isinstance(rows, Data):
        rows = with_traits(rows, *averages.of_loader(machine, value.address), *((passes.ANEW,) if anew else ()))
        averages.opens(machine)
    if isinstance(inner, Ref) and isinstance(rows, Data):
        with workers.working(machine, value):
            return Stream(_batch(machine, inner, rows, node))
    if isinstance(rows, Data):
        return Stream(with_traits(rows, "item" if made.info is not None and made.info.kind_name in ONE_BY_ONE else "batch"))
    if kind is not None and kind.iterate is not None:
        result = effects.perform(Site(machine, node, called_as(machine, made), kind.iterate, Arguments(), value, kind))
        if isinstance(result, Stream):
            return result
        if result == value:  # a grid of axes
            return Stream(value)
        return (
            machine.verbs.iterate(result, node)
            if not isinstance(result, (Const, Ref))
            else Stream(machine.unknown(node, "an item"))
        )
    return Stream(machine.unknown(node, "an item of an object"))


def _sample(machine: Machine, loader: Ref, node: ir.Node) -> None:
    """A project's own sampler chooses the rows of each batch: what it draws shapes the result."""
    for name in ("sampler", "batch_sampler"):
        sampler = machine.load(loader.address, f"@{name}")
        if isinstance(sampler, Ref) and machine.heap[sampler.address].cls is not None:
            reach(machine, walk(machine, machine.verbs.iterate(sampler, node).element))


def _batch(machine: Machine, dataset: Ref, rows: Data, node: ir.Node) -> Value:
    """One batch of a loader: shaped as the items of its data set, holding the loader's rows."""
    marked = Data("rows", rows.parts, rows.models, rows.stats, traits=rows.traits | {"batch"})
    if machine.heap[dataset.address].cls is None:
        return marked
    item = machine.verbs.iterate(dataset, node).element

    def fill(piece: Value) -> Value:
        if isinstance(piece, Tuple):
            return Tuple(tuple(fill(p) for p in piece.items))
        if isinstance(piece, Data):
            return Data(
                "rows", marked.parts, marked.models, marked.stats | piece.stats, traits=marked.traits | (piece.traits - {"item"})
            )
        return marked

    return fill(item)


def called_as(machine: Machine, made: Object) -> str:
    """What people call an object: the last name of its class."""
    thing = machine.things.get(made.address)
    return thing.cls.rpartition(".")[2] if thing is not None else made.info.name if made.info is not None else "object"
