"""What was a framework given? Lists of callbacks, flags that may be unknown, objects of a kind; and code of the project that it
runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from mlstd.place import Place
from mlstd.trace.events import Certainty, Record, Select, Show
from mlstd.trace.flow.loops import settle
from mlstd.trace.flow.state import State
from mlstd.trace.library.site import Site
from mlstd.trace.machine import Machine
from mlstd.trace.objects import find
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.collect import references
from mlstd.trace.values.join import join
from mlstd.trace.values.kinds import (
    Address,
    Bound,
    Choice,
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

CODE = (FunctionValue, Bound, Partial)


def is_a(machine: Machine, address: Address, ancestor: str) -> bool:
    """Is the object of this kind, or of one that extends it?"""
    made = machine.heap[address]
    return made.info is not None and machine.knowledge.is_a(made.info.kind_name, ancestor)


def inside(machine: Machine, value: Value | None, ancestor: str) -> list[Address]:
    """The objects of a kind inside a value, and inside what those objects were made with."""
    todo = references(machine, [value]) if value is not None else []
    seen: dict[Address, None] = {}
    while todo:
        address = todo.pop(0)
        if address not in seen:
            seen[address] = None
            kept = [v for slot, v in machine.slots(address).items() if slot.startswith("@")]
            todo += references(machine, kept)
    return [address for address in seen if is_a(machine, address, ancestor)]


def members(machine: Machine, value: Value | None) -> list[Value]:
    """The values in a list, a tuple or a choice of them; a single value alone; nothing for None."""
    match value:
        case None | Const(value=None):
            return []
        case Tuple(items=items) | Choice(options=items):
            return [inner for item in items for inner in members(machine, item)]
        case Ref(address=address):
            held = machine.load(address, "[]")
            if isinstance(held, Items):
                rest = [held.rest] if held.rest is not None else []
                return [inner for item in (*held.items, *rest) for inner in members(machine, item)]
            return [value]
        case _:
            return [value]


def flag(value: Value | None, otherwise: bool | None = False) -> bool | None:
    """Is an option on? `otherwise` where it was not given, None where nobody knows."""
    if value is None:
        return otherwise
    if isinstance(value, Const):
        return bool(value.value)
    return True if isinstance(value, Ref) else None


def word(value: Value | None) -> str:
    """A constant string; "" for anything else."""
    return value.value if isinstance(value, Const) and isinstance(value.value, str) else ""


def called(value: Value) -> str:
    """The name of the library function or class that made a value, "" where it is the project's own."""
    return value.hint if isinstance(value, Unknown) else getattr(value, "name", "")


@contextmanager
def perhaps(machine: Machine, sure: bool | None) -> Iterator[None]:
    """What happens inside may or may not happen, where `sure` is None."""
    with machine.under(Certainty.PERHAPS if sure is None else None):
        yield


def select(site: Site, by: Data, how: str, name: str, sure: bool | None = True, at: Place | None = None) -> None:
    """One of several is picked by a score; `at`: where the code asks for it, if that is not the call."""
    with perhaps(site.machine, sure):
        site.machine.tape.add(Select(**site.machine.common(at or site.at, name if at else site.code), by=by, how=how, name=name))


def show(site: Site, values: tuple[Data, ...], name: str, sure: bool | None = True) -> None:
    """The framework prints some values by itself."""
    if values and sure is not False:
        with perhaps(site.machine, sure):
            site.machine.tape.add(Show(**site.machine.common(site.at, site.code), values=values, name=name))


def record(site: Site, values: tuple[Data, ...], records: str, name: str, sure: bool | None = True) -> None:
    """The framework writes some values to disk, or hands them to a tracker, by itself."""
    if sure is not False:
        with perhaps(site.machine, sure):
            site.machine.tape.add(Record(**site.machine.common(site.at, site.code), values=values, records=records, name=name))


def table(site: Site, entries: dict[str, Value], key: str, rest: Value | None = None) -> Ref:
    """A dict that the framework makes."""
    made = site.machine.allocate("dict", site.node, key=key)
    site.machine.store(made.address, "{}", Entries(tuple(entries.items()), rest))
    return Ref(made.address)


def result(site: Site, fields: dict[str, Value], key: str) -> Ref:
    """An object that the framework makes: its fields by name, and in their order where it is unpacked."""
    made = site.machine.allocate("thing", site.node, key=key)
    for name, value in fields.items():
        site.machine.store(made.address, name, value)
    site.machine.store(made.address, "[]", Items(tuple(fields.values())))
    return Ref(made.address)


def own_method(machine: Machine, owner: Ref, name: str) -> Bound | None:
    """A method that the project's class of an object defines itself."""
    cls = machine.heap[owner.address].cls
    function = find(machine, cls, name) if cls is not None else None
    return Bound(owner, name, function) if isinstance(function, FunctionValue) else None


def run(site: Site, function: Value, *positional: Value, **named: Value) -> Value:
    """Call code of the project, as the framework does."""
    return site.machine.verbs.call(function, Arguments(list(positional), dict(named)), site.node)


def each_round(site: Site, body: Callable[[], None]) -> None:
    """Run code of the project in every round of a loop that the framework keeps: rehearsed, then recorded once."""
    machine = site.machine
    outer = machine.loops
    machine.loops = (*outer, site.at)

    def once(state: State[Value]) -> State[Value] | None:
        machine.state = state
        body()
        return machine.state

    start = machine.now()
    try:
        machine.state = settle(start, once, machine.muted, join, 1)
    finally:
        machine.loops = outer
    if machine.state is None:
        machine.state = start
