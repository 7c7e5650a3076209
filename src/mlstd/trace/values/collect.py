"""What a value holds, however deep: the data, the models, the functions inside lists, dicts, instances and choices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from mlstd.trace.values.join import unite
from mlstd.trace.values.kinds import (
    Address,
    Bound,
    Choice,
    Data,
    Entries,
    Items,
    Partial,
    Ref,
    Stream,
    Text,
    Tuple,
    Value,
)

DEEPEST = 6


class Store(Protocol):
    """Where references lead."""

    def load(self, address: Address, slot: str) -> Value | None:
        """What a slot of an object holds."""

    def slots(self, address: Address) -> dict[str, Value]:
        """All slots of an object."""


def walk(
    store: Store, value: Value | None, instances: bool = False, depth: int = 0, seen: set[Address] | None = None
) -> Iterator[Value]:
    """Every value inside a value, itself first. Lists and dicts are looked into, objects only with `instances`."""
    if value is None or depth > DEEPEST:
        return
    seen = set() if seen is None else seen
    yield value
    for child in _children(store, value, instances, seen):
        yield from walk(store, child, instances, depth + 1, seen)


def _children(store: Store, value: Value, instances: bool, seen: set[Address]) -> list[Value]:
    match value:
        case Tuple(items=items):
            return list(items)
        case Choice(options=options):
            return list(options)
        case Text(data=data):
            return [data] if data is not None else []
        case Stream(element=element):
            return [element]
        case Partial(arguments=arguments, named=named):
            return [*arguments, *(v for _, v in named)]
        case Bound(self=receiver):
            return [receiver]
        case Ref(address=address):
            if address in seen:
                return []
            seen.add(address)
            return _held(store, address, instances)
        case _:
            return []


def _held(store: Store, address: Address, instances: bool) -> list[Value]:
    listed = store.load(address, "[]")
    if isinstance(listed, Items):
        return [*listed.items, *([listed.rest] if listed.rest is not None else [])]
    named = store.load(address, "{}")
    if isinstance(named, Entries):
        return [*(v for _, v in named.items), *([named.rest] if named.rest is not None else [])]
    rows = store.load(address, "#rows")
    found = [rows] if rows is not None else []
    if instances:
        found += [v for slot, v in store.slots(address).items() if not slot.startswith(("#", "@"))]
    return found


def data_in(store: Store, value: Value | None, instances: bool = False) -> list[Data]:
    """The data inside a value, in order of appearance."""
    return [found for found in walk(store, value, instances) if isinstance(found, Data)]


def summary(store: Store, values: list[Value], instances: bool = False) -> Data | None:
    """All data inside some values as one, of the most telling kind (a score tells more than a prediction, that more than
    rows)."""
    found = [data for value in values for data in data_in(store, value, instances)]
    if not found:
        return None
    order = ("score", "prediction", "rows", "statistic", "index")
    found.sort(key=lambda d: order.index(d.kind))
    result = found[0]
    for other in found[1:]:
        result = unite(result, other) if other.kind == result.kind else _add(result, other)
    return result


def _add(first: Data, other: Data) -> Data:
    """`first` with the rows and models of `other`, still of its own kind."""
    kind = first.kind
    united = unite(first, other)
    return Data(
        kind,
        united.parts,
        united.models,
        united.stats,
        first.metric,
        first.form,
        first.at,
        first.traits | (other.traits & {"guess"}),
        first.columns,
    )


def references(store: Store, values: list[Value], instances: bool = False) -> list[Address]:
    """The addresses of all objects inside some values."""
    return [found.address for value in values for found in walk(store, value, instances) if isinstance(found, Ref)]
