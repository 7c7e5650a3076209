"""Is the reported evaluation cut short: the first rows of the held-out part, a few of its batches?"""

from __future__ import annotations

from collections.abc import Iterator

from mlstd.ask.case import Case, Evidence, step, sureness, weakest
from mlstd.ask.code import argument, call_at
from mlstd.ask.view import View
from mlstd.lower import ir
from mlstd.place import Place
from mlstd.trace.events import Score
from mlstd.trace.values.parts import Part, Step, among

HELD = ("test", "validation", "val", "valid")
SHORTCUTS = ("limit_test_batches", "fast_dev_run")


def limited(view: View) -> Iterator[Case]:
    """Limits that a plain run puts on the rows or batches of a reported evaluation."""
    done: set[Place] = set()
    for score in view.evaluations:
        cut = _cut(view, score)
        if cut is None or cut.where in done or view.reported(score) is None:
            continue
        place = cut.where or score.at
        done.add(place)
        evidence = (Evidence("only these rows are kept of the held-out part", place), step("and scored here", score))
        facts = {"what": f"the first {cut.key[1:]} rows of what is held out"}
        at = place if place.path == view.trace.entry else view.at(score)
        yield Case(at, weakest([sureness(score), "high" if cut.where else "medium"]), evidence, facts)
    yield from _few_batches(view)


def _cut(view: View, score: Score) -> Step | None:
    """The slice that leaves only the first rows of a held-out part, where nobody makes use of the others."""
    parts = score.value.parts
    if len(parts) != 1 or score.batch or not score.value.models or score.value.traits & {"item", "batch", "guess"}:
        return None
    (part,) = parts
    number = next((n for n, s in enumerate(part.steps) if s.kind == "slice" and _first_rows(s.key)), None)
    if number is None or not (part.origin.part in HELD or any(s.kind == "split" for s in part.steps[:number])):
        return None
    before = Part(part.origin, part.steps[:number])
    cut = part.steps[number]
    others = [
        p for s in view.scores for p in s.value.parts if not among(p, frozenset((Part(part.origin, (*before.steps, cut)),)))
    ]
    others += [p for f in view.fits for p in f.rows.parts]
    others += [p for s in view.selects for p in s.by.parts if p != part]
    return None if any(among(p, frozenset((before,))) for p in others) else cut


def _first_rows(key: str) -> bool:
    low, _, high = key.partition(":")
    return low in ("", "0") and high.isdecimal() and int(high) > 1


def _few_batches(view: View) -> Iterator[Case]:
    """Trainers that are told to test a few batches only."""
    for thing in view.trace.things.values():
        call = call_at(view, thing.at) if thing.role == "trainer" and thing.at is not None else None
        name = next((n for n in SHORTCUTS if call is not None and _shortens(argument(call, n))), None)
        score = next((s for s in view.evaluations if view.seen(s) == "held-out"), None)
        if name is None or score is None or thing.at is None:
            continue
        evidence = (Evidence(f"`{name}` is set here", thing.at), step("and the evaluation goes through this trainer", score))
        at = thing.at if thing.at.path == view.trace.entry else view.at(score)
        yield Case(at, sureness(score), evidence, {"what": f"what `{name}` leaves of the held-out rows"})


def _shortens(value: ir.Expr | None) -> bool:
    number = value.value if isinstance(value, ir.Const) else None
    return number is True or (type(number) is int and number > 0) or (type(number) is float and 0 < number < 1)
