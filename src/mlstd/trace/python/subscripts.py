"""What does `value[index]` give?

On rows an index chooses rows: a slice, a mask, the indices of a fold. Its steps are added to the way of the part. Column names
choose no rows.
"""

from __future__ import annotations

import re
from typing import Literal

from mlstd.lower import ir
from mlstd.trace.library import bounds, picks, pipelines, told, windows
from mlstd.trace.library.columns import only
from mlstd.trace.library.holders import FACTORY
from mlstd.trace.library.importances import IMPORTANCES, narrowed_to
from mlstd.trace.library.masks import own_part
from mlstd.trace.library.paths import ancestor
from mlstd.trace.machine import Machine
from mlstd.trace.objects import is_method, note_method
from mlstd.trace.python import named_parts
from mlstd.trace.python.imports import member_of_module
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.choose import by_index, narrowed, slices_of
from mlstd.trace.values.collect import data_in, summary
from mlstd.trace.values.join import choice, everything, unite
from mlstd.trace.values.kinds import (
    COUNTER,
    NONE,
    OUTSIDE,
    Bound,
    Choice,
    ClassValue,
    Const,
    Data,
    Entries,
    External,
    FunctionValue,
    Items,
    Ref,
    Stream,
    Text,
    Tuple,
    Unknown,
    Value,
)
from mlstd.trace.values.parts import Step
from mlstd.trace.values.text import source

COLUMN_WORDS = re.compile(
    r"(^|_)(col|cols|column|columns|feat|feats|feature|features|field|fields|target|targets|label|labels|predictors|covariates)$"
)


def read(machine: Machine, value: Value, index: ir.Expr, node: ir.Node) -> Value:
    """The value of a subscript."""
    if isinstance(value, Bound) and value.function is None and isinstance(value.self, Data):
        value = value.self  # `X.values[...]`, `X.iloc[...]`
    if isinstance(value, Data):
        return rows(machine, value, index, node)
    if isinstance(value, Bound) and value.name == "parents" and isinstance(value.self, (Const, Text)):
        return ancestor(value.self, machine.verbs.evaluate(index)) or Text("*")
    if isinstance(value, Choice):
        return choice(tuple(read(machine, option, index, node) for option in value.options))
    key = None if isinstance(index, ir.Slice) else machine.verbs.evaluate(index)
    if (
        isinstance(value, Bound)
        and value.name in pipelines.NAMED
        and (step := pipelines.step(machine, value.self, key)) is not None
    ):
        return step
    held = _held(machine, value)
    if (named := _looked_up(machine, value, held, key)) is not None:
        return named
    picks.of_list(machine, value, key, node)
    if isinstance(held, Items):
        return _item(machine, held, index, key, node)
    if isinstance(held, Entries):
        return _entry(machine, _filled(machine, value, held, key, node), key, node)
    if isinstance(value, Ref):
        return _of_object(machine, value, index, key, node)
    if isinstance(value, Stream):
        return value.element if not isinstance(index, ir.Slice) else value
    if (member := member_of_module(machine, value, index, key, node)) is not None:
        return member
    if isinstance(value, External):
        if value.name in ("numpy.c_", "numpy.r_") and (beside := summary(machine, [key] if key is not None else [])) is not None:
            return beside
        note_method(machine, key.option if isinstance(key, Const) else "", node)  # `models.__dict__[args.arch]`
        maker = f"{value.name.removesuffix('.__dict__')}.get_model"
        if value.name.endswith(".__dict__") and machine.knowledge.call(maker) is not None:
            note_method(machine, key.hint if isinstance(key, Unknown) else "", node)
            return External(maker)  # whichever model it is
        way = f"[{key.value!r}]" if isinstance(key, Const) else ""
        return machine.unknown(node, OUTSIDE, _hint(key, value.name)).inner(OUTSIDE, way)
    if isinstance(value, (Text, ClassValue, FunctionValue)):
        return value
    if isinstance(value, Const) and isinstance(value.value, str) and isinstance(key, Const):
        return Text("*")
    hint = _hint(key, "")
    inner = summary(machine, [key]) if key is not None else None
    if inner is not None and (inner.kind == "score" or IMPORTANCES in inner.traits):
        return inner
    ends = bounds.of_slice(machine, index) if isinstance(index, ir.Slice) else ""
    return _unknown_item(machine, value, key, ends, node, hint)


def _looked_up(machine: Machine, value: Value, held: Value | None, key: Value | None) -> Data | None:
    """`id2label[prediction]`, `vocabulary[word]`: what data looks up in a table of names or numbers is it in other words."""
    if not isinstance(key, Data) or key.kind not in ("prediction", "rows") or (held is None and not isinstance(value, Unknown)):
        return None
    if isinstance(held, Entries) and isinstance(held.rest, Ref):
        return None  # `rows_of[user].append(item)`: what it looks up is a list, to be filled
    inside = data_in(machine, value)
    if key.kind == "prediction" and all(d.kind in ("rows", "index") and not d.models for d in inside):
        return key.but(form="labels")
    return None if inside or key.kind == "prediction" else key.but(lacks=None)


def _unknown_item(machine: Machine, value: Value, key: Value | None, ends: str, node: ir.Node, hint: str) -> Unknown:
    """An item of something unknown is as unknown; under another constant key or between other bounds stands something else."""
    if isinstance(value, Unknown) and value.at is not None:
        step = (
            f"[{key.value!r}]"
            if isinstance(key, Const) and isinstance(key.value, str)
            else f"[{ends}]"
            if ends not in ("", ":")
            else ""
        )
        return value.inner("an item of something unknown", step, hint)
    return machine.unknown(node, "an item of something unknown", hint)


def _hint(key: Value | None, name: str) -> str:
    return str(key.value) if isinstance(key, Const) and isinstance(key.value, str) else name


def _held(machine: Machine, value: Value) -> Value | None:
    if isinstance(value, Tuple):
        return Items(value.items)
    if isinstance(value, Ref):
        return machine.load(value.address, "[]") or machine.load(value.address, "{}")
    return None


def _bound(value: Value) -> int | Literal["unknown"] | None:
    if isinstance(value, Const) and (value.value is None or isinstance(value.value, int)):
        return value.value
    return "unknown"


def _item(machine: Machine, held: Items, index: ir.Expr, key: Value | None, node: ir.Node) -> Value:
    """An item of a list or tuple, or a slice of it."""
    if isinstance(index, ir.Slice):
        low, high = (_bound(machine.verbs.evaluate(b)) if b is not None else None for b in (index.lower, index.upper))
        if held.rest is None and index.step is None and low != "unknown" and high != "unknown":
            return Tuple(held.items[low:high])
        stands = everything([*held.items, *([held.rest] if held.rest is not None else [])])
        return Stream(_cut(stands, bounds.of_slice(machine, index)) if stands is not None else Unknown("an empty list"))
    if isinstance(key, Const) and isinstance(key.value, int) and not isinstance(key.value, bool):
        if 0 <= key.value < len(held.items):
            return held.items[key.value]
        if key.value < 0 and held.rest is None and -key.value <= len(held.items):
            return held.items[key.value]
    if isinstance(key, Const) and isinstance(key.value, str):  # the parts of `train_test_split()` by their names
        named = [
            i
            for i in held.items
            if isinstance(i, Data) and i.parts and all(p.steps and p.steps[-1].key == key.value for p in i.parts)
        ]
        if len(named) == 1:
            return named[0]
    found = everything([*held.items, *([held.rest] if held.rest is not None else [])])
    return found if found is not None else machine.unknown(node, "an item of an empty list")


def _filled(machine: Machine, value: Value, held: Entries, key: Value | None, node: ir.Node) -> Entries:
    """The entries of a `defaultdict`, with what it makes for a key that it does not hold yet."""
    factory = machine.load(value.address, FACTORY) if isinstance(value, Ref) else None
    name = key.value if isinstance(key, Const) else None
    missing = all(name != k for k, _ in held.items) if isinstance(key, Const) else held.rest is None
    if factory is None or factory == NONE or not missing or not isinstance(value, Ref):
        return held
    made = machine.verbs.call(factory, Arguments(), node)
    grown = Entries((*held.items, (name, made)), held.rest) if isinstance(key, Const) else Entries(held.items, made)
    machine.store(value.address, "{}", grown)
    return grown


def _entry(machine: Machine, held: Entries, key: Value | None, node: ir.Node) -> Value:
    """What a dict holds under a key; an option as key means that another run may take another entry."""
    if isinstance(key, Const):
        for name, value in held.items:
            if name == key.value:
                if key.option and len(held.items) > 1:
                    note_method(machine, key.option, node, value)
                    return _by_option(value, key.option)
                return value
        if held.rest is not None:
            return (named_parts.part(held.rest, key) if isinstance(held.rest, Data) else None) or held.rest
        if not (key.option and held.items):
            return machine.unknown(node, "a key that the dict does not have", str(key.value))
        key = Unknown("an option whose default is no key", machine.here(node), key.option)
    options = [v for _, v in held.items] + ([held.rest] if held.rest is not None else [])
    if len(options) > 1 and all(is_method(machine, v) for v in options):
        note_method(machine, key.hint if isinstance(key, Unknown) and key.hint else "a key", node, options[0])
    return choice(tuple(options)) if options else machine.unknown(node, "an item of an empty dict")


def _by_option(value: Value, option: str) -> Value:
    return Const(value.value, option) if isinstance(value, Const) else value


def _of_object(machine: Machine, value: Ref, index: ir.Expr, key: Value | None, node: ir.Node) -> Value:
    """An item of an instance: its own `__getitem__`, or rows of a data set."""
    held = machine.load(value.address, "#rows")
    if isinstance(held, Data):
        return rows(machine, held, index, node)
    if (step := pipelines.step(machine, value, key)) is not None:
        return step
    method = machine.verbs.attribute(value, "__getitem__", node)
    if isinstance(method, Bound) and (method.function is not None or _has(machine, value, "__getitem__")):
        return machine.verbs.call(method, Arguments([key if key is not None else machine.unknown(node, "a slice")]), node)
    known = machine.load(value.address, _hint(key, "")) if isinstance(key, Const) else None
    if known is not None:
        return known
    return machine.unknown(node, "an item of an object", _hint(key, ""))


def _has(machine: Machine, value: Ref, name: str) -> bool:
    """Is the method described for the library object?"""
    info = machine.heap[value.address].info
    return info is not None and name in info.kind.methods


def rows(machine: Machine, data: Data, index: ir.Expr, node: ir.Node) -> Value:
    """What an index chooses of rows, predictions or scores."""
    several = isinstance(index, ir.Sequence) and index.kind == "tuple" and bool(index.items)
    first, *others = index.items if several and isinstance(index, ir.Sequence) else (index,)
    keys = [machine.verbs.evaluate(o) for o in others if not isinstance(o, (ir.Slice, ir.Opaque))]
    columns = _columns(machine, keys)
    if (held := told.column(data, columns)) is not None:
        data, columns = held, held.columns
    if (ranked := summary(machine, keys)) is not None and IMPORTANCES in ranked.traits:
        data = narrowed_to(data, ranked)
    if others:
        data = data.but(lacks=None)
    if isinstance(first, ir.Slice):
        low, high = (machine.verbs.evaluate(b) if b is not None else None for b in (first.lower, first.upper))
        data, moves = windows.cut(machine, data, first, low, high)
        step = Step("slice", windows.MOVES if moves else "", bounds.of_slice(machine, first), machine.here(node))
        narrowed = _narrow(data, step)
        return _with_columns(narrowed, columns) if isinstance(narrowed, Data) else narrowed
    return chosen(machine, data, machine.verbs.evaluate(first), columns, first, node)


def chosen(machine: Machine, data: Data, key: Value, columns: frozenset[str], written: ir.Expr, node: ir.Node) -> Data:
    """The rows (or columns) that a key chooses."""
    data = picks.by_position(machine, data, key, node)
    index = summary(machine, [key]) if not isinstance(key, Const) else None
    if index is not None and index.kind in ("index", "rows"):
        if index.kind == "rows" and index.parts == data.parts and not columns:
            return data
        kept = data if index.kind == "index" else data.but(lacks=None)
        return _with_columns(by_index(kept, index), columns)
    if index is not None and IMPORTANCES in index.traits:
        return narrowed_to(data, index)
    if index is not None:  # chosen by a prediction or a score: say so
        return unite(data, Data(data.kind, models=index.models, traits=index.traits - {"loss", "hits"}))
    names = _columns(machine, [key])
    data = data.but(lacks=None)
    if isinstance(key, Const) and isinstance(key.value, str) and (part := own_part(data, key.value)) is not None:
        return part
    if names or tells_columns(machine, key, written):
        return told.column(data, names) or named_parts.part(data, key) or _with_columns(_only(machine, data, key, names), names)
    if isinstance(key, (Const, Text)) or (isinstance(key, Unknown) and key.why == COUNTER):
        single = {"item"} if data.kind == "rows" and "batch" not in data.traits and not isinstance(key, Text) else set()
        return data.but(traits=data.traits | single)
    left = data.but(lacks=None)
    for step in _some(key, written):
        left = narrowed(left, step)
    return _with_columns(left, columns)


def _some(key: Value, written: ir.Expr) -> tuple[Step, ...]:
    """The choice of rows by a key that nobody knows: the same key chooses the same rows, its negation (`~mask`) the others; a key
    out of one slice of a list chooses none that a key out of another does."""
    if not isinstance(key, Unknown) or key.at is None:
        return (Step("some", source(written)),)
    if sliced := slices_of(key):
        return sliced
    plain = key.identity.removesuffix("~")
    return (Step("mask", "", f"~?{plain}" if plain != key.identity else f"?{plain}"),)


def _narrow(value: Value, step: Step) -> Value:
    """Rows between two bounds; the whole for `[:]` or a step alone."""
    if step.key == ":":
        return value
    if (
        isinstance(value, Data)
        and value.kind in ("rows", "index", "prediction")
        and not (value.traits & {"item"} and "batch" not in value.traits)
    ):
        return narrowed(value, step)
    return value


def _cut(value: Value, ends: str) -> Value:
    """What stands for the items of a list, between two bounds of it: unknown ones are other ones there."""
    if isinstance(value, Unknown) and value.at is not None and ends != ":":
        return value.inner(value.why, f"[{ends}]")
    if ends != ":" and isinstance(value, Data) and value.kind in ("rows", "index", "prediction"):
        return narrowed(value, Step("slice", "", ends))
    return value


def _columns(machine: Machine, keys: list[Value]) -> frozenset[str]:
    """The column names that keys name, alone or in a list."""
    names: set[str] = set()
    for key in keys:
        held = _held(machine, key)
        items = held.items if isinstance(held, Items) else (key,)
        names.update(item.value for item in items if isinstance(item, Const) and isinstance(item.value, str))
    return frozenset(names)


def _only(machine: Machine, data: Data, key: Value, names: frozenset[str]) -> Data:
    """The table of these columns, where all of them are known by name."""
    held = _held(machine, key)
    items = held.items if isinstance(held, Items) and held.rest is None else (key,)
    return only(machine, data, names) if names and len(names) == len(set(items)) else data


def tells_columns(machine: Machine, key: Value, written: ir.Expr) -> bool:
    """Is the key a selection of columns whose names are not all known: taken from `frame.columns`, made of texts, called so?"""
    held = _held(machine, key)
    if isinstance(held, Items):
        inner = [*held.items, *([held.rest] if held.rest is not None else [])]
        return bool(inner) and all(tells_columns(machine, item, written) for item in inner)
    if isinstance(key, (Const, Text)):
        return isinstance(key.value if isinstance(key, Const) else "", str)
    if isinstance(key, Choice):
        return all(tells_columns(machine, option, written) for option in key.options)
    name = source(written).rpartition(".")[2].lower()
    return isinstance(key, Unknown) and (
        key.hint == "columns" or bool(COLUMN_WORDS.search(key.hint.lower() or name)) or bool(COLUMN_WORDS.search(name))
    )


def _with_columns(data: Data, columns: frozenset[str]) -> Data:
    if not columns:
        return data
    return data.but(columns=columns)
