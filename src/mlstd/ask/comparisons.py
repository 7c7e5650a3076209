"""Are models that are set against each other scored on the same rows?"""

from __future__ import annotations

from collections.abc import Iterator

from mlstd.ask import wording
from mlstd.ask.case import Case, step, sureness
from mlstd.ask.code import call_at
from mlstd.ask.view import View
from mlstd.place import Place
from mlstd.trace.events import Compare, Score
from mlstd.trace.values.kinds import Data
from mlstd.trace.values.parts import Part, Step, overlaps
from mlstd.trace.values.text import source


def other_rows(view: View) -> Iterator[Case]:
    """Scores of two models that are subtracted or compared, though they are computed on different rows."""
    done: set[Place] = set()
    for compare in view.of(Compare):
        pair = [s for value in compare.scores if (s := _score(view, value)) is not None]
        if len(compare.scores) != 2 or len(pair) != 2 or pair[0].value.models & pair[1].value.models or not _differ(view, *pair):
            continue
        first, second = sorted(pair, key=lambda s: s.order)
        if second.at not in done:
            done.add(second.at)
            evidence = (step("one model is scored here", first), step("and the other one here, on other rows", second))
            facts = {"code": compare.code, "rows": wording.rows(second.value.parts), "others": wording.rows(first.value.parts)}
            yield Case(view.at(second), sureness(first, second, compare), evidence, facts)


def _score(view: View, value: Data) -> Score | None:
    """The only score that this value is."""
    found = [s for s in view.evaluations if s.value.at == value.at and s.value.parts == value.parts]
    fine = len({s.at for s in found}) == 1 and found[0].value.models and not found[0].loops and "loss" not in found[0].metric
    return found[0] if fine and found[0].by in ("metric", "method") else None


def _differ(view: View, one: Score, other: Score) -> bool:
    """Are these two scores surely of different rows?"""
    a, b = one.value.parts, other.value.parts
    if not a or not b or any(p.steps and p.steps[-1].kind == "fold" for p in (*a, *b)):
        return False
    if overlaps(a, b) == "no":
        return True
    return len(a) == len(b) == 1 and _split_otherwise(view, *a, *b)


def _split_otherwise(view: View, a: Part, b: Part) -> bool:
    """Do two splits of the same rows differ in what decides who comes where?"""
    steps = next(((m, t) for m, t in zip(a.steps, b.steps, strict=False) if m != t), None)
    if a.origin != b.origin or steps is None or any(s.kind != "split" for s in steps):
        return False
    first, second = (_settings(view, s) for s in steps)
    return first is None or second is None or first != second


def _settings(view: View, cut: Step) -> frozenset[str] | None:
    """The named arguments of a split; None where it has no seed, so that its rows are others at every call."""
    event = next((s for s in view.splits if str(s.at) == cut.at.partition("#")[0]), None)
    call = call_at(view, event.at) if event is not None else None
    if call is None:
        return frozenset()
    told = frozenset(f"{a.name}={source(a.value)}" for a in call.arguments if a.name and a.name != "stratify")
    return told if event is not None and (event.seeded or not event.random) else None
