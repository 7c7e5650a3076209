"""Which values do the words on a command line give to the options of a script? A pipeline file tells these words."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NoReturn

from mlstd.lower import ir
from mlstd.read.stages.shell import UNKNOWN
from mlstd.trace.machine import Machine
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.kinds import Const, Items, Ref, Text, Tuple, Unknown, Value

FLAGS = ("store_true", "store_false", "count", "append")
SPECS = "options of"
KINDS = {"builtins.int": int, "builtins.float": float}


def argv(machine: Machine, node: ir.Node) -> Value | None:
    """`sys.argv`; None where nobody knows it."""
    if machine.arguments is None:
        return None
    made = machine.allocate("list", node, key="argv")
    words = (machine.entry, *machine.arguments)
    machine.store(made.address, "[]", Items(tuple(_value(word, "", None) for word in words)))
    return Ref(made.address)


def note(machine: Machine, parser: Ref, names: Sequence[str], settings: Mapping[str, Value]) -> None:
    """Remember how an option is declared, if there are words to be read by it."""
    if machine.arguments:
        machine.notes.setdefault((SPECS, parser.address), []).append((tuple(names), dict(settings)))


def given(machine: Machine, parser: Ref) -> dict[str, Value]:
    """The options that the command line gives, by their names."""
    return read(machine.arguments or (), machine.notes.get((SPECS, parser.address), ()))


def of_click(machine: Machine, options: Iterable[Arguments | None]) -> dict[str, Value]:
    """The options of a click command that the command line gives."""
    if not machine.arguments:
        return {}
    specs: list[tuple[tuple[str, ...], dict[str, Value]]] = []
    for option in options:
        words = [v.value for v in option.positional if isinstance(v, Const) and isinstance(v.value, str)] if option else []
        names = tuple(word.split("/")[0] for word in words if word.startswith("-")) or tuple(words)
        if option is not None and names:
            specs.append((names, _as_argparse(option.named, [w for w in words if w not in names and not w.startswith("-")])))
    return read(machine.arguments, specs)


def _as_argparse(settings: Mapping[str, Value], name: Sequence[str]) -> dict[str, Value]:
    """How argparse would declare an option of click."""
    found: dict[str, Value] = {"dest": Const(name[0])} if name else {}
    if settings.get("is_flag") == Const(True):
        found["action"] = Const("store_true")
    elif settings.get("multiple") == Const(True):
        found["action"] = Const("append")
    return {**found, "type": settings["type"]} if "type" in settings else found


class _Reader(argparse.ArgumentParser):
    """Says nothing on the terminal, and does not end the program."""

    def error(self, message: str) -> NoReturn:
        raise ValueError(message)


def read(words: Sequence[str], specs: Iterable[tuple[tuple[str, ...], Mapping[str, Value]]]) -> dict[str, Value]:
    """The values that words give to options, declared as for argparse; nothing if they do not fit."""
    reader = _Reader(add_help=False, argument_default=argparse.SUPPRESS, conflict_handler="resolve")
    kinds: dict[str, Value | None] = {}
    try:
        for names, settings in specs:
            action = reader.add_argument(*names, **_plain(names, settings))
            kinds[action.dest] = settings.get("type")
        found = vars(reader.parse_known_args(list(words))[0])
    except (argparse.ArgumentError, ValueError, TypeError, IndexError):
        return {}
    return {name: _value(value, name, kinds.get(name)) for name, value in found.items()}


def _plain(names: Sequence[str], settings: Mapping[str, Value]) -> dict[str, Any]:
    """What of a declaration tells how words are read; that an option is required is not for us to check."""
    known = {k: v.value for k, v in settings.items() if isinstance(v, Const) and k in ("action", "nargs", "dest")}
    if known.get("action") not in FLAGS:
        known.pop("action", None)
    if known.get("action") is not None:
        known.pop("nargs", None)
    if not names[0].startswith("-"):
        known.pop("dest", None)
        known.setdefault("nargs", "?")
    return known


def _value(word: Any, name: str, kind: Value | None) -> Value:
    if isinstance(word, list):
        return Tuple(tuple(_value(inner, name, kind) for inner in word))
    if not isinstance(word, str):
        return Const(word, name)
    if UNKNOWN in word:
        return Text(word) if word.strip("*") else Unknown("what the pipeline gives", None, name)
    convert = KINDS.get(getattr(kind, "name", ""))
    try:
        return Const(convert(word) if convert is not None else word, name)
    except ValueError:
        return Const(word, name)
