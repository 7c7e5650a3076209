"""Which value has an option in a plain run? argparse, click, typer, absl, fire, Hugging Face's parser, Hydra: their defaults.

Every value read from an option keeps the option's name, so that a branch that depends on it is known to be a matter of choice.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mlstd.lower import ir
from mlstd.trace import fields
from mlstd.trace.library import command_line, configs
from mlstd.trace.machine import Machine
from mlstd.trace.objects import names_method
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.join import join
from mlstd.trace.values.kinds import (
    NONE,
    Bound,
    Choice,
    ClassValue,
    Const,
    Entries,
    FunctionValue,
    Items,
    Ref,
    Tuple,
    Unknown,
    Value,
)

WRAPPERS = ("pyrallis.wrap", "draccus.wrap", "pyrallis.argparsing.wrap")
OPEN_CHOICES = (
    "arch",
    "backbone",
    "model_name_or_path",
    "pretrained_model_name_or_path",
)  # stand for a registry
PARSERS = (
    "argparse.ArgumentParser",
    "configargparse.ArgumentParser",
    "configargparse.ArgParser",
    "jsonargparse.ArgumentParser",
    "optparse.OptionParser",
    "transformers.HfArgumentParser",
    "simple_parsing.ArgumentParser",
)


def parser(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    """A new argument parser."""
    made = machine.allocate("thing", node, key="parser")
    for slot in made.names:
        machine.now().drop((made.address, slot))
    parents = arguments.named.pop("parents", None)
    machine.store(made.address, "{}", Entries(_inherited(machine, parents)))
    classes = [v for v in arguments.all() if isinstance(v, (ClassValue, Tuple, Ref))]
    if classes:
        machine.store(made.address, "@classes", classes[0])
    machine.notes[("parser", made.address)] = True
    return Ref(made.address)


def _inherited(machine: Machine, parents: Value | None) -> tuple[tuple[Any, Value], ...]:
    """The arguments that a parser takes over: `ArgumentParser(parents=[other])`."""
    listed = machine.load(parents.address, "[]") if isinstance(parents, Ref) else parents
    items = listed.items if isinstance(listed, (Items, Tuple)) else ()
    return tuple(entry for parent in items if isinstance(parent, Ref) for entry in _entries(machine, parent).items)


def is_parser(machine: Machine, value: Value) -> bool:
    """Is this an argument parser (or a group of one)?"""
    return isinstance(value, Ref) and ("parser", value.address) in machine.notes


def method(machine: Machine, owner: Ref, name: str, arguments: Arguments, node: ir.Node) -> Value:
    """A method of an argument parser."""
    if name in ("add_argument", "add_option", "add", "add_arg"):
        add_argument(machine, owner, arguments)
        return machine.unknown(node, "an action")
    if name in ("add_argument_group", "add_mutually_exclusive_group", "add_subparsers", "add_parser"):
        return owner
    if name == "set_defaults":
        held = _entries(machine, owner)
        old = dict(held.items)
        new = {k: _either(old.get(k), _as_option(v, k)) for k, v in arguments.named.items()}
        machine.store(owner.address, "{}", Entries(tuple({**old, **new}.items()), held.rest))
        return NONE
    if name == "add_arguments":
        cls, place = arguments.get(0), arguments.get(1, "dest")
        instance = _instance(machine, cls, node) if cls is not None else NONE
        if isinstance(place, Const):
            entries = _entries(machine, owner)
            machine.store(owner.address, "{}", Entries((*entries.items, (place.value, instance)), entries.rest))
        return NONE
    if name in ("parse_args", "parse_intermixed_args"):
        return namespace(machine, owner, node)
    if name in ("parse_known_args", "parse_known_intermixed_args"):
        return Tuple((namespace(machine, owner, node), machine.unknown(node, "other arguments")))
    if name.startswith(("parse_args_into_dataclasses", "parse_json_file", "parse_yaml_file", "parse_dict")):
        return _dataclasses(machine, owner, node)
    return machine.unknown(node, "a method of the parser", name)


def _either(old: Value | None, new: Value) -> Value:
    """Sub-commands each set a function of their own (`set_defaults(func=train)`): which one runs is chosen on the command
    line."""
    return join(old, new) if isinstance(old, (FunctionValue, Choice)) and old != new else new


def _entries(machine: Machine, owner: Ref) -> Entries:
    held = machine.load(owner.address, "{}")
    return held if isinstance(held, Entries) else Entries()


def add_argument(machine: Machine, owner: Ref, arguments: Arguments) -> None:
    """Keep the default of one argument under the name that the namespace will have for it."""
    names = [v.value for v in arguments.positional if isinstance(v, Const) and isinstance(v.value, str)]
    destination = arguments.named.get("dest")
    if isinstance(destination, Const) and isinstance(destination.value, str):
        name = destination.value
    elif names:
        long = next((n for n in names if n.startswith("--")), names[0])
        name = long.lstrip("-").replace("-", "_")
    else:
        return
    if names:
        command_line.note(machine, owner, names, arguments.named)
    held = _entries(machine, owner)
    value = _default(arguments, name, required=not names or not names[0].startswith("-"))
    choices = arguments.named.get("choices")
    several = choices is not None and _count(machine, choices) > 1
    if names_method(name) and (several or (choices is None and name in OPEN_CHOICES)):
        machine.notes.setdefault("methods offered", {})[name] = True
    machine.store(owner.address, "{}", Entries((*((k, v) for k, v in held.items if k != name), (name, value)), held.rest))


def _count(machine: Machine, choices: Value) -> int:
    held = machine.load(choices.address, "[]") if isinstance(choices, Ref) else None
    if isinstance(held, Items):
        return len(held.items) + (2 if held.rest is not None else 0)
    return len(choices.items) if isinstance(choices, Tuple) else 2


def _default(arguments: Arguments, name: str, required: bool) -> Value:
    """The value that the namespace has in a plain run."""
    if "default" in arguments.named:
        return _converted(_as_option(arguments.named["default"], name), arguments.named.get("type"))
    action = arguments.named.get("action")
    if isinstance(action, Const) and action.value in ("store_true", "store_false"):
        return Const(action.value == "store_false", name)
    needed = arguments.named.get("required")
    if required or (isinstance(needed, Const) and needed.value is True):
        return Unknown(configs.REQUIRED, None, name)
    return Const(None, name)


def _converted(value: Value, kind: Value | None) -> Value:
    """argparse converts a default that is a string."""
    name = getattr(kind, "name", "")
    if isinstance(value, Const) and isinstance(value.value, str) and name in ("builtins.int", "builtins.float"):
        try:
            return Const(int(value.value) if name.endswith("int") else float(value.value), value.option)
        except ValueError:
            return value
    return value


def _as_option(value: Value, name: str) -> Value:
    return Const(value.value, name) if isinstance(value, Const) else value


def namespace(machine: Machine, owner: Ref, node: ir.Node) -> Value:
    """What `parse_args()` gives: an object with one attribute an option."""
    classes = machine.load(owner.address, "@classes")
    made = machine.allocate("thing", node, key="namespace")
    for name, value in {**dict(_entries(machine, owner).items), **command_line.given(machine, owner)}.items():
        machine.store(made.address, str(name), value)
    if isinstance(classes, ClassValue):
        fields.fill(machine, classes, made.address, Arguments(), option=True)
    machine.notes[("namespace", made.address)] = True
    return Ref(made.address)


def _dataclasses(machine: Machine, owner: Ref, node: ir.Node) -> Value:
    """`HfArgumentParser`: an instance of each class, filled with its defaults."""
    given = machine.load(owner.address, "@classes")
    items: tuple[Value, ...] = (given,) if isinstance(given, ClassValue) else given.items if isinstance(given, Tuple) else ()
    held = machine.load(given.address, "[]") if isinstance(given, Ref) else None
    if isinstance(held, Items):
        items = held.items
    made: list[Value] = []
    for number, cls in enumerate(items):
        before = machine.unrolled
        machine.unrolled = (*before, number)
        made.append(_instance(machine, cls, node))
        machine.unrolled = before
    return Tuple(tuple(made))


def _instance(machine: Machine, cls: Value, node: ir.Node) -> Value:
    if isinstance(cls, ClassValue):
        instance = machine.verbs.construct(cls, Arguments(), node)
        if isinstance(instance, Ref):
            fields.fill(machine, cls, instance.address, Arguments(), option=True)
        return instance
    return machine.verbs.call(cls, Arguments(), node)


def command(machine: Machine, function: FunctionValue, arguments: Arguments) -> Arguments:
    """A click or Hydra command called without arguments runs with the defaults of its options."""
    if not function.wrappers or arguments.positional or arguments.named:
        return arguments
    wrapped = machine.notes.get(("decorated", function.path, function.node.at), ())
    named: dict[str, Value] = {}
    for name, given in wrapped:
        if given is None:
            continue
        if name.endswith((".option", ".argument")):
            _click(given, named, name.endswith(".argument"))
        elif name == "hydra.main":
            return Arguments([configs.configuration(machine, given, function.path)])
        elif name in WRAPPERS:
            return _by_annotation(machine, function, given.get(0, "config_class"))
    named |= command_line.of_click(machine, [given for name, given in wrapped if name.endswith((".option", ".argument"))])
    return Arguments([], named) if named else arguments


def _by_annotation(machine: Machine, function: FunctionValue, cls: Value | None) -> Arguments:
    """`@pyrallis.wrap() def main(config: Config)`: the first parameter is an instance of its class, with defaults."""
    annotation = function.node.parameters[0].annotation if function.node.parameters else None
    scope = machine.modules.get(function.path)
    if cls is None and isinstance(annotation, ir.Name) and scope is not None:
        cls = machine.load(scope, annotation.id)
    return Arguments([_instance(machine, cls, function.node)]) if isinstance(cls, ClassValue) else Arguments()


def _click(given: Arguments, named: dict[str, Value], positional: bool) -> None:
    names = [v.value for v in given.positional if isinstance(v, Const) and isinstance(v.value, str)]
    if not names:
        return
    plain = next((n for n in names if not n.startswith("-")), None)
    name = (plain or next((n for n in names if n.startswith("--")), names[0])).split("/")[0].lstrip("-").replace("-", "_")
    flag = given.named.get("is_flag")
    if "default" in given.named:
        named[name] = _as_option(given.named["default"], name)
    elif isinstance(flag, Const) and flag.value:
        named[name] = Const(False, name)
    elif positional or isinstance(given.named.get("required"), Const):
        named[name] = Unknown(configs.REQUIRED, None, name)
    else:
        named[name] = Const(None, name)


def fire(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    """`fire.Fire(function)`, `typer.run(main)`, `app.run(main)`: the function runs with its defaults."""
    function = arguments.get(0)
    if isinstance(function, ClassValue):
        return _instance(machine, function, node)
    if isinstance(function, (FunctionValue, Bound)):
        return machine.verbs.call(with_options(function), Arguments(), node)
    return NONE


def with_options(function: Value) -> Value:
    """The function with its defaults marked as options, by the names of their parameters."""
    if isinstance(function, (FunctionValue, Bound)):
        inner = function.function if isinstance(function, Bound) else function
        if isinstance(inner, FunctionValue):
            optional = tuple((name, _as_option(value, name)) for name, value in inner.defaults)
            called = FunctionValue(inner.node, inner.path, inner.cell, inner.scope, optional, inner.owner, inner.wrappers)
            return Bound(function.self, function.name, called) if isinstance(function, Bound) else called
    return function


def declared(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    """`typer.Option(5, "--epochs")` as the default of a parameter: the value that it stands for."""
    first = arguments.get(0, "default")
    return first if isinstance(first, Const) else machine.unknown(node, configs.REQUIRED)


RUNNERS: dict[str, Callable[[Machine, Arguments, ir.Node], Value]] = dict.fromkeys(
    (
        "fire.Fire",
        "typer.run",
        "defopt.run",
        "tyro.cli",
        "simple_parsing.parse",
        "draccus.parse",
        "pyrallis.parse",
        "plac.call",
        "asyncio.run",
    ),
    fire,
)
RUNNERS |= dict.fromkeys(PARSERS, parser)
RUNNERS |= dict.fromkeys(("typer.Option", "typer.Argument"), declared)
