"""What do lists and strings give that are added, repeated or filled in?"""

from __future__ import annotations

from mlstd.lower import ir
from mlstd.trace.machine import Machine
from mlstd.trace.values.collect import data_in
from mlstd.trace.values.join import join
from mlstd.trace.values.kinds import Const, Items, Ref, Text, Tuple, Unknown, Value, holes


def containers(machine: Machine, op: str, left: Value, right: Value, node: ir.Node) -> Value | None:
    """Sums of lists and tuples; `list += other` and a list times a number; `prompt | model | parser` asks the model."""
    if op == "|" and (asked := [v for v in (left, right) if _answers(machine, v)]):
        return asked[-1]
    mine, theirs = _held(machine, left), _held(machine, right)
    if mine is None:
        return None
    if theirs is not None and op == "+":
        if isinstance(left, Tuple) and isinstance(right, Tuple):
            return Tuple((*left.items, *right.items))
        known = mine.rest is None
        rests = [r for r in (mine.rest, theirs.rest, *(theirs.items if not known else ())) if r is not None]
        rest: Value | None = None
        for value in rests:
            rest = value if rest is None else join(rest, value)
        made = machine.allocate("list", node)
        machine.store(made.address, "[]", Items((*mine.items, *theirs.items) if known else mine.items, rest))
        return Ref(made.address)
    if op == "*" and not data_in(machine, right):
        return left
    return left if op in ("-", "&") and theirs is not None and not data_in(machine, left) else None


def _answers(machine: Machine, value: Value) -> bool:
    """Is this a language model that can be a link of a chain?"""
    made = machine.object(value)
    return made is not None and made.info is not None and made.info.kind_name == "langchain_model"


def _held(machine: Machine, value: Value) -> Items | None:
    if isinstance(value, Tuple):
        return Items(value.items)
    held = machine.load(value.address, "[]") if isinstance(value, Ref) else None
    return held if isinstance(held, Items) else None


def strings(op: str, left: Value, right: Value) -> Value:
    """Strings joined, filled in, or put together as a path: known as far as they are known."""

    def text(value: Value) -> str:
        return value.pattern if isinstance(value, Text) else str(value.value) if isinstance(value, Const) else "*"

    data = next((v.data for v in (left, right) if isinstance(v, Text) and v.data is not None), None)
    joint = "/" if op == "/" else ""
    if op == "%":
        return Text(text(left).split("%")[0] + "*", data, holes(left, right))
    if isinstance(left, Const) and not isinstance(left.value, str):
        return Unknown("an operation on unknown values")
    joined = text(left) + joint + text(right)
    return Const(joined) if op == "/" and data is None and "*" not in joined else Text(joined, data, holes(left, right))
