"""Is a table counted by hand, truth along one side and predictions along the other (`matrix[truth, prediction] += 1`)?"""

from __future__ import annotations

from collections.abc import Iterator

from mlstd.lower import ir
from mlstd.trace.library.reduce import emit
from mlstd.trace.machine import Machine
from mlstd.trace.values.collect import data_in, summary
from mlstd.trace.values.kinds import COUNTER, Data, Unknown, Value
from mlstd.trace.values.text import source

METRIC = "confusion matrix by hand"


def tallied(machine: Machine, node: ir.Assign) -> tuple[ir.Expr, Data] | None:
    """The table and the score that it holds once a pair was counted; None for any other assignment."""
    table = node.targets[0]
    if not isinstance(table, ir.Subscript) or not _by_one(node):
        return None
    values: list[Value] = []
    while isinstance(table, ir.Subscript):
        values += [_value(machine, name) for name in _names(table.index)]
        table = table.value
    sides = [d for v in values for d in data_in(machine, v)[:1]]
    kinds = {d.kind for d in sides}
    truth = [v for v in values if isinstance(v, Unknown) and not _counts_rounds(machine, v)]
    met = summary(machine, list[Value](sides))
    if met is None or (kinds != {"rows", "prediction"} and not (kinds == {"prediction"} and truth)):
        return None
    at = machine.here(node)
    traits = met.traits - {"item"} | (frozenset(("guess",)) if truth else frozenset())
    score = Data("score", met.parts, met.models, met.stats, METRIC, "labels", at, traits)
    emit(machine, score, "hand", METRIC, at, source(node.targets[0]))
    return table, score


def _by_one(node: ir.Assign) -> bool:
    grown = node.value
    return isinstance(grown, ir.Operation) and grown.op == "+" and isinstance(grown.operands[-1], ir.Const)


def _names(index: ir.Expr) -> Iterator[ir.Name]:
    """The variables that an index is made of."""
    match index:
        case ir.Name():
            yield index
        case ir.Sequence(items=items):
            for item in items:
                yield from _names(item)
        case ir.Subscript(index=inner):
            yield from _names(inner)
        case ir.Call(func=ir.Attribute(value=owner)):
            yield from _names(owner)
        case ir.Call(arguments=arguments):
            for argument in arguments:
                yield from _names(argument.value)
        case _:
            return


def _value(machine: Machine, name: ir.Name) -> Value:
    with machine.muted():
        return machine.verbs.evaluate(name)


def _counts_rounds(machine: Machine, value: Unknown) -> bool:
    """Is this the counter of a loop that runs now? That of an earlier one may well be the number of a class."""
    here = value.at
    return value.why == COUNTER and any(here is None or (p.path, p.line) == (here.path, here.line) for p in machine.loops)
