"""What is `value.name`? One function a kind of value."""

from __future__ import annotations

from mlstd.lower import ir
from mlstd.trace.library import arrays, command_line, pipelines, things
from mlstd.trace.library.frameworks import commands
from mlstd.trace.library.paths import above
from mlstd.trace.machine import Machine
from mlstd.trace.python import classes, imports
from mlstd.trace.values.join import choice
from mlstd.trace.values.kinds import (
    Bound,
    Choice,
    ClassValue,
    Const,
    Data,
    External,
    FunctionValue,
    Items,
    ModuleValue,
    Partial,
    Ref,
    Stream,
    Text,
    Tuple,
    Unknown,
    Value,
)

DICT_METHODS = frozenset(
    ("get", "items", "keys", "values", "update", "pop", "copy", "setdefault")
)  # a configuration is a dict, too

SAME_ROWS = frozenset(("values", "T", "data", "iloc", "loc", "at", "iat", "array"))  # another view of the same rows


def attribute(machine: Machine, value: Value, name: str, node: ir.Node) -> Value:
    """The attribute of a value."""
    match value:
        case Ref():
            return _of_reference(machine, value, name, node)
        case External(name=owner):
            words = command_line.argv(machine, node) if (owner, name) == ("sys", "argv") else None
            known = words if words is not None else commands.flag(machine, owner, name)
            return known if known is not None else External(f"{owner}.{name}")
        case Data():
            return arrays.attribute(machine, value, name, node)
        case ModuleValue(path=path):
            return imports.member(machine, path, name, node)
        case ClassValue():
            return classes.attribute_of_class(machine, value, name, node)
        case Choice(options=options):
            return choice(
                tuple(attribute(machine, option, name, node) for option in options if not _is_none(option))
                or (Unknown("None has no attributes"),)
            )
        case Bound(self=Data() as data, function=None):  # `X.values.astype`, `frame.text.str.lower`
            return arrays.attribute(machine, data, name, node)
        case Bound(self=owner, name=named) if named in pipelines.NAMED and (step := pipelines.step(machine, owner, Const(name))):
            return step  # `pipeline.named_steps.scaler`
        case Partial(function=External(name="builtins.super")):
            return classes.attribute_of_super(machine, value, name, node)
        case Unknown() if value.at is not None:
            return value.inner("an attribute of something unknown", "" if name in SAME_ROWS else f".{name}", name)
        case Unknown():
            return machine.unknown(node, "an attribute of something unknown", name)
        case Const() | Text() if name == "parent" and (folder := above(value)) is not None:
            return folder
        case Const() | Text() | Tuple() | Stream() | Bound() | FunctionValue() | Partial():
            return _other(value, name)
        case _:
            return machine.unknown(node, "an attribute that is not followed", name)


def _is_none(value: Value) -> bool:
    return isinstance(value, Const) and value.value is None


def _other(value: Value, name: str) -> Value:
    if isinstance(value, FunctionValue) and name in ("__name__", "__qualname__"):
        return Const(value.name)
    if isinstance(value, Partial) and name == "func":
        return value.function
    if isinstance(value, Bound) and value.function is None:
        return Bound(value, name)
    return Bound(value, name)


def _of_reference(machine: Machine, value: Ref, name: str, node: ir.Node) -> Value:
    made = machine.heap[value.address]
    if made.kind == "instance":
        return classes.attribute_of_instance(machine, value, made, name, node)
    if made.kind == "thing" and made.info is not None:
        own = machine.load(value.address, name)
        return own if own is not None else things.attribute(machine, value, made.info.kind, name, node)
    own = machine.load(value.address, name)
    if own is not None and not isinstance(own, Items):
        return own
    if ("namespace", value.address) in machine.notes and not (made.kind == "dict" and name in DICT_METHODS):
        return Unknown("an option that nothing declares", None, name)
    return Bound(value, name)
