"""What a project class has: its attributes through the bases, and the framework that it inherits its behaviour from."""

from __future__ import annotations

import re

from mlstd.knowledge.schema import Kind
from mlstd.lower import ir
from mlstd.trace.machine import Machine
from mlstd.trace.values.kinds import Address, Choice, ClassValue, External, FunctionValue, Partial, Value


def ancestry(cls: ClassValue) -> list[Value]:
    """The class and its bases in the order in which attributes are looked for (depth first; diamonds are rare in experiments)."""
    found: list[Value] = [cls]
    for base in cls.bases:
        for value in ancestry(base) if isinstance(base, ClassValue) else [base]:
            if value not in found:
                found.append(value)
    return found


def find(machine: Machine, cls: ClassValue, name: str, after: Address | None = None) -> Value | None:
    """A class attribute, looked for through the bases; with `after`, only in those behind that class (`super()`)."""
    passed = after is None
    for base in ancestry(cls):
        if isinstance(base, ClassValue):
            if passed:
                value = machine.load(base.address, name)
                if value is not None:
                    return value
            passed = passed or base.address == after
    return None


def framework_kind(machine: Machine, cls: ClassValue) -> tuple[str, Kind] | None:
    """The library base class that a project class inherits its behaviour from, with what is known of it."""
    for base in ancestry(cls):
        if isinstance(base, External):
            kind = machine.knowledge.base(base.name)
            if kind is None:
                info = machine.knowledge.cls(base.name)
                kind = info.kind if info is not None else None
            if kind is not None:
                return base.name, kind
    return None


METHOD_WORDS = frozenset(
    (
        *("model", "models", "arch", "architecture", "backbone", "encoder", "net", "network", "method", "algo", "algorithm"),
        *("classifier", "estimator", "regressor", "learner", "head", "variant", "baseline", "approach", "clf"),
    )
)
OTHER_WORDS = frozenset(
    (
        *("path", "dir", "file", "folder", "save", "load", "ckpt", "checkpoint", "weights", "resume", "out", "output"),
        *("dim", "layers", "depth", "width", "lr", "dropout", "parallel", "id", "version", "url", "root", "prefix", "freeze"),
        *("seed", "size"),
    )
)
MODELS = frozenset(("model", "search", "pipeline", "ensemble"))


def is_method(machine: Machine, value: Value) -> bool:
    """Could the value be a method that is compared with others: a model's class, or a function of the project?"""
    match value:
        case FunctionValue():
            return True
        case ClassValue():
            known = framework_kind(machine, value)
            return known is None or known[1].role in MODELS
        case External(name=name):
            info = machine.knowledge.cls(name)
            return info is not None and info.kind.role in MODELS
        case Choice(options=options):
            return any(is_method(machine, o) for o in options)
        case Partial(function=function):
            return is_method(machine, function)
        case _:
            return False


def names_method(option: str) -> bool:
    """Does an option say, by its name, which method is run (`--model`, `net.arch`), rather than where or how large it is?"""
    words = set(re.split(r"[^a-z0-9]+", option.lower()))
    return bool(words & METHOD_WORDS) and ("name" in words or not words & OTHER_WORDS)


def note_method(machine: Machine, option: str, node: ir.Node, found: Value | None = None) -> None:
    """Remember that an option decides which method is used: by what was found under it, or by its own name."""
    if option and ((found is not None and is_method(machine, found)) or names_method(option)):
        machine.notes.setdefault("options used", {})[option] = machine.here(node)
