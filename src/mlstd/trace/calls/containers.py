"""What do the methods of lists, dicts, sets, tuples, streams and strings do?"""

from __future__ import annotations

import re

from mlstd.lower import ir
from mlstd.trace.library import picks, trees
from mlstd.trace.library.averages import collected
from mlstd.trace.library.reduce import counted
from mlstd.trace.machine import Machine
from mlstd.trace.objects import note_method
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.choose import narrowed
from mlstd.trace.values.collect import data_in, summary
from mlstd.trace.values.join import everything, join
from mlstd.trace.values.kinds import (
    NONE,
    Const,
    Data,
    Entries,
    Items,
    Ref,
    Stream,
    Text,
    Tuple,
    Unknown,
    Value,
    holes,
)
from mlstd.trace.values.parts import Step

MOST_APPENDED = 40
SAME_PATH = frozenset(("resolve", "absolute", "expanduser", "as_posix"))  # methods of a path that give the path


def method(machine: Machine, owner: Value, name: str, arguments: Arguments, node: ir.Node) -> Value:
    """A method of a container."""
    if isinstance(owner, Ref):
        listed, named = machine.load(owner.address, "[]"), machine.load(owner.address, "{}")
        if isinstance(named, Entries):
            return _dict(machine, owner, named, name, arguments, node)
        if isinstance(listed, Items):
            return _list(machine, owner, listed, name, arguments, node)
    data = summary(machine, [owner])
    if data is not None and name not in ("index", "count"):
        return machine.verbs.call(machine.verbs.attribute(data, name, node), arguments, node)
    return machine.unknown(node, "a method of a sequence", name)


def _list(machine: Machine, owner: Ref, held: Items, name: str, arguments: Arguments, node: ir.Node) -> Value:
    first = arguments.get(0)
    if name in ("append", "add", "insert", "appendleft"):
        value = arguments.get(1) if name == "insert" else first
        value = counted(machine, value, node) if isinstance(value, Const) and value.value is not None else value
        kept = sorted_out(machine, value, node) if value is not None else NONE
        kept = collected(machine, kept, machine.heap[owner.address].loops)
        machine.store(owner.address, "[]", _with(held, kept, bool(machine.loops)))
    elif name in ("extend", "update", "extendleft") and first is not None:
        stream = machine.verbs.iterate(first, node)
        if stream.items is not None and held.rest is None and not machine.loops:
            machine.store(owner.address, "[]", Items((*held.items, *stream.items)))
        else:
            machine.store(
                owner.address, "[]", Items(held.items, stream.element if held.rest is None else join(held.rest, stream.element))
            )
    elif name in ("pop", "popleft"):
        return everything([*held.items[-1:], *([held.rest] if held.rest is not None else [])]) or machine.unknown(node, "an item")
    elif name == "clear":
        machine.store(owner.address, "[]", Items())
    elif name == "intersection" and first is not None and data_in(machine, owner) and data_in(machine, first):
        return machine.verbs.combine("&", owner, first, node)
    elif name in ("copy", "union", "intersection", "difference"):
        return owner
    elif name in ("index", "count"):
        return next(iter(data_in(machine, owner)), machine.unknown(node, "a position"))
    elif name == "sort":
        picks.sort(machine, owner, arguments, node)
    elif name not in ("reverse", "remove", "discard"):
        data = summary(machine, [owner])
        if data is not None:
            return machine.verbs.call(machine.verbs.attribute(data, name, node), arguments, node)
    return NONE


def sorted_out(machine: Machine, value: Value, node: ir.Node) -> Value:
    """`if i < n: train.append(row) else: test.append(row)`: what a test lets into a list is apart from what it keeps out."""
    steps = [Step("mask", str(c.at), "~if" if c.negated else "if") for c in machine.conditions if c.repeated]
    if not steps:
        return value
    match value:
        case Data() if value.kind in ("rows", "index"):
            return _through(value, steps)
        case Unknown() if value.at is not None:
            return value.inner(value.why, "".join(f"/{s.at} {s.key}" for s in steps))
        case Tuple(items=items):
            return Tuple(tuple(sorted_out(machine, item, node) for item in items))
        case Ref(address=address) if isinstance(rows := machine.load(address, "#rows"), Data):
            made = machine.heap[address]
            copy = machine.allocate(made.kind, node, made.cls, made.info, key=str(steps))
            for slot, held in machine.slots(address).items():
                machine.store(copy.address, slot, held)
            machine.store(copy.address, "#rows", _through(rows, steps))
            return Ref(copy.address)
        case _:
            return value


def _through(rows: Data, steps: list[Step]) -> Data:
    for step in steps:
        rows = narrowed(rows, step)
    return rows


def _with(held: Items, value: Value, repeated: bool) -> Items:
    """A list with one more item; in a loop, with any number more."""
    if repeated or held.rest is not None or len(held.items) >= MOST_APPENDED:
        return Items(held.items, value if held.rest is None else join(held.rest, value))
    return Items((*held.items, value))


def _dict(machine: Machine, owner: Ref, held: Entries, name: str, arguments: Arguments, node: ir.Node) -> Value:
    values = [v for _, v in held.items] + ([held.rest] if held.rest is not None else [])
    if name == "items":
        pairs = tuple(Tuple((Const(k), v)) for k, v in held.items) if held.rest is None else None
        return Stream(Tuple((machine.unknown(node, "a key"), everything(values) or Unknown("empty"))), pairs)
    if name == "values":
        return Stream(everything(values) or Unknown("empty"), tuple(values) if held.rest is None else None)
    if name == "keys":
        keys = tuple(Const(k) for k, _ in held.items) if held.rest is None else None
        return Stream(machine.unknown(node, "a key"), keys)
    if name in ("get", "pop", "setdefault", "__getitem__"):
        return _get(machine, owner, held, name, arguments, node)
    if name == "update":
        _update(machine, owner, held, arguments)
        return NONE
    if name == "copy":
        made = machine.allocate("dict", node)
        machine.store(made.address, "{}", held)
        return Ref(made.address)
    own = machine.load(owner.address, name)
    if own is not None:
        return machine.verbs.call(own, arguments, node)
    if values and all(isinstance(v, Data) and v.kind == "rows" for v in values):
        return _of_each(machine, held, name, arguments, node)
    settings = trees.method(machine, owner, name, arguments, node)
    return settings if settings is not None else machine.unknown(node, "a method of a dict", name)


def _of_each(machine: Machine, held: Entries, name: str, arguments: Arguments, node: ir.Node) -> Value:
    """`datasets.map(function)` of a dict of data sets: what the method makes of each."""

    def done(value: Value) -> Value:
        return machine.verbs.call(machine.verbs.attribute(value, name, node), arguments, node)

    made = machine.allocate("dict", node)
    items = tuple((key, done(value)) for key, value in held.items)
    machine.store(made.address, "{}", Entries(items, done(held.rest) if held.rest is not None else None))
    return Ref(made.address)


def _get(machine: Machine, owner: Ref, held: Entries, name: str, arguments: Arguments, node: ir.Node) -> Value:
    key, default = arguments.get(0), arguments.get(1, "default")
    if isinstance(key, Const):
        for known, value in held.items:
            if known == key.value:
                if key.option and len(held.items) > 1:
                    note_method(machine, key.option, node, value)
                return Const(value.value, key.option) if isinstance(value, Const) and key.option else value
        if held.rest is None:
            if name == "setdefault" and default is not None:
                machine.store(owner.address, "{}", Entries((*held.items, (key.value, default)), held.rest))
            return default if default is not None else NONE
        return held.rest
    if isinstance(key, Data) and key.kind in ("prediction", "rows") and not data_in(machine, owner):
        return key  # a table of names or numbers: the data in other words
    values = (
        [v for _, v in held.items] + ([held.rest] if held.rest is not None else []) + ([default] if default is not None else [])
    )
    return everything(values) or machine.unknown(node, "an item of an empty dict")


def _update(machine: Machine, owner: Ref, held: Entries, arguments: Arguments) -> None:
    known, rest = dict(held.items), held.rest
    for value in arguments.positional:
        inner = machine.load(value.address, "{}") if isinstance(value, Ref) else None
        if isinstance(inner, Entries):
            known.update(inner.items)
            rest = inner.rest if rest is None else rest
        else:
            rest = value if rest is None else join(rest, value)
    known.update(arguments.named)
    machine.store(owner.address, "{}", Entries(tuple(known.items()), rest))


def string_method(machine: Machine, owner: Value, name: str, arguments: Arguments, node: ir.Node) -> Value:
    """A method of a string: known where it is cheap to know, else a text that still tells of the data in it."""
    value = owner.value if isinstance(owner, Const) else None
    if name in SAME_PATH and isinstance(owner, (Const, Text)):
        return owner
    if isinstance(value, str) and all(isinstance(a, Const) for a in arguments.all()):
        constants = [a.value for a in arguments.positional if isinstance(a, Const)]
        if name in (
            "lower",
            "upper",
            "strip",
            "lstrip",
            "rstrip",
            "replace",
            "title",
            "startswith",
            "endswith",
            "capitalize",
            "format",
            "removesuffix",
        ):
            try:
                result = getattr(value, name)(
                    *constants, **{k: v.value for k, v in arguments.named.items() if isinstance(v, Const)}
                )
                return Const(result, owner.option if isinstance(owner, Const) else "")
            except (TypeError, IndexError, KeyError, ValueError):
                return Text("*")
        if name == "split" and all(isinstance(c, str) for c in constants[:1]):
            parts = value.split(str(constants[0])) if constants else value.split()
            return Tuple(tuple(map(Const, parts)))
    data = summary(machine, [owner, *arguments.all()] if name in ("format", "join") else [owner])
    if name in ("item", "numpy", "tolist") and isinstance(owner, Const):
        return owner
    if name == "format" and isinstance(value, str):
        return Text(re.sub(r"\{[^{}]*\}", "*", value), data, holes(*arguments.all()))
    if isinstance(owner, Text) and name in ("strip", "lstrip", "rstrip", "lower", "upper", "format"):
        return Text(owner.pattern, data, owner.holes)
    return (
        Text("*", data)
        if not isinstance(owner, Const) or isinstance(value, str)
        else machine.unknown(node, "a method of a constant", name)
    )
