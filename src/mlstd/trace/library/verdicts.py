"""What does a constant stand for that depends on a comparison with the truth (`return 1`, `1 if right else 0`)?

It is the comparison, row by row: added up, it is a score.
"""

from __future__ import annotations

from collections.abc import Iterable

from mlstd.trace.library.ranks import HITS
from mlstd.trace.machine import Machine
from mlstd.trace.values.collect import data_in
from mlstd.trace.values.kinds import Const, Data, Ref, Value

TELLING = frozenset(("hits", "verdict"))
KEPT = "#kept"  # of a list: the comparison that its items have passed


def returned(machine: Machine, value: Value) -> Value:
    """What a function gives back: a number under a comparison that it makes itself is the comparison."""
    own = machine.conditions[machine.frame.conditions :]
    return graded(value, [c.data for c in reversed(own) if c.data is not None])


def graded(value: Value, tests: Iterable[Data]) -> Value:
    """A number or a truth value under tests: the first of them that tells right from wrong, else the value."""
    if not isinstance(value, Const) or not isinstance(value.value, (int, float)) or value.option:
        return value
    return next((t for t in tests if _tells(t)), value)


def either(test: Value, first: Value, second: Value) -> Data | None:
    """`1 if prediction == truth else 0` is the comparison; None for all other expressions of two ways."""
    if not isinstance(test, Data) or test.kind != "score" or not _tells(test):
        return None
    return test if all(isinstance(v, Const) and isinstance(v.value, (int, float)) for v in (first, second)) else None


def passed(machine: Machine, made: Value, tests: Iterable[Value]) -> None:
    """A list of the items that have passed a comparison with the truth: its length is how many were right."""
    told = next((d for test in tests for d in data_in(machine, test) if _tells(d)), None)
    if told is not None and isinstance(made, Ref):
        machine.store(made.address, KEPT, told)


def _tells(data: Data) -> bool:
    one = "batch" not in data.traits or data.metric == HITS or (data.kind == "prediction" and data.form != "text")
    return bool(data.traits & TELLING) and data.kind in ("score", "prediction") and one


def kept(machine: Machine, value: Value | None) -> Data | None:
    """The comparison that the items of a list have passed, if there is one."""
    held = machine.load(value.address, KEPT) if isinstance(value, Ref) else None
    return held if isinstance(held, Data) else None


def of_element(machine: Machine, element: Value, tests: list[Value]) -> Value:
    """What a comprehension collects: `sum(1 for r in found if r["correct"])` adds up comparisons."""
    return graded(element, [d for test in reversed(tests) for d in data_in(machine, test)])
