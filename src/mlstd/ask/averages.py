"""Are scores of single batches averaged as if they were scores of rows?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlstd.ask.case import Case, Confidence, step, sureness, weakest
from mlstd.ask.code import called
from mlstd.ask.source import nodes
from mlstd.ask.view import Seen, View, seen_by
from mlstd.lower import ir
from mlstd.trace.events import Average, Score

ROOTS = ("loss", "MSE", "mse", "error", "mean squared", "mean_squared")  # what has no mean over rows only once its root is taken
HELD_OUT = ("test", "val", "valid", "validation", "dev", "eval")
DIVIDED = re.compile(r".+ / ([A-Za-z_]\w*)")
HITS = "add up hits and rows over all batches, and divide once: `correct += (predicted == y).sum()`, `rows += len(y)`"
WEIGHTS = "weigh each batch by its rows, `total += value * len(y)`, and divide by the number of all rows"


def averages(view: View) -> Iterator[Case]:
    """Means of the scores of single batches, on rows that are held out, each score once."""
    found: dict[object, list[Average]] = {}
    for event in view.of(Average):
        if _held_out(view, event) and _wrong(view, event):
            found.setdefault((event.value.at, event.calls, event.value.parts), []).append(event)
    for events in found.values():
        score = next((s for s in reversed(view.scores) if s.at == events[0].value.at), None)
        event = min(events, key=lambda e: _within(e, score))  # what a progress bar shows is told of last
        yield _case(view, event, score)


def _case(view: View, event: Average, score: Score | None) -> Case:
    way = [step("the score of one batch", score)] if score is not None else []
    way.append(step("the scores of all batches are averaged here", event))
    metric = ", ".join(dict.fromkeys(event.value.metric.split(", "))).replace(" by hand", "")
    index = _last_index(view, event)
    why, mend = _words(metric, event.value.traits, view.code(event), index)
    trust: Confidence = "high" if _seen(event) == "held-out" and event.value.models else "medium"
    facts = {"code": view.code(event), "metric": metric, "why": why, "mend": mend}
    return Case(view.at(event), weakest([trust, sureness(event)]), tuple(way), facts)


def _words(metric: str, traits: frozenset[str], code: str, index: str) -> tuple[str, str]:
    """What is wrong with a mean, and what would be right."""
    if index:
        return f"`{index}` is the index of the last batch, one less than their number", f"divide by `{index} + 1`"
    if "indivisible" in traits and any(word in metric for word in ROOTS):
        why = "the mean of the batches' roots is not the root over all rows"
        return why, "add up squared errors and rows over all batches, divide, and take the root once, at the end"
    if "indivisible" in traits:
        why = f"the mean of the batches' {metric} is not the {metric} of all rows"
        return why, "collect truth and predictions of all batches in two lists, and call the metric once, on all of them"
    if "ratio" in traits:
        why = "a batch with little to find weighs as much as one with a lot"
        return why, "add up both sums of the quotient over all batches, and divide once, at the end (or score image by image)"
    return "the last batch, which may be smaller, weighs as much as the others", HITS if metric == "accuracy" else WEIGHTS


def _wrong(view: View, event: Average) -> bool:
    """Is a mean over batches another number than the score of all rows? A mean loss is left alone: losses are told so."""
    traits = event.value.traits
    if "indivisible" in traits or _last_index(view, event):
        return True
    loss = ("loss" in traits and "ratio" not in traits) or event.value.metric == "loss"
    return not loss and "even" not in traits


def _held_out(view: View, event: Average) -> bool:
    if event.value.models:
        return _seen(event) not in ("training", "partly")
    if not _last_index(view, event):
        return False
    return bool(event.value.parts) and all(p.origin.part in HELD_OUT for p in event.value.parts)


def _seen(event: Average) -> Seen:
    return seen_by(event.value.parts, event.fitted)


def _within(event: Average, score: Score | None) -> bool:
    """Is the mean taken anew in every round of the loop over the batches?"""
    return score is not None and bool(score.loops) and event.loops[: len(score.loops)] == score.loops


def _last_index(view: View, event: Average) -> str:
    """The index of a loop over batches that a sum over them is divided by, once the loop is over; "" for any other divisor."""
    divided = DIVIDED.fullmatch(event.code)
    if divided is None:
        return ""
    name = divided[1]
    here = [n for path, _, n in nodes(view) if path == event.at.path]
    bound = [n for n in here if isinstance(n, (ir.Assign, ir.Loop)) and name in _names(n)]
    return name if bound and all(isinstance(n, ir.Loop) and _counts_from_zero(n, name) for n in bound) else ""


def _names(node: ir.Assign | ir.Loop) -> set[str]:
    targets = node.targets if isinstance(node, ir.Assign) else (node.target,)
    inner = [t for target in targets for t in (target.items if isinstance(target, ir.Sequence) else (target,))]
    return {t.id for t in inner if isinstance(t, ir.Name)}


def _counts_from_zero(loop: ir.Loop, name: str) -> bool:
    """`for name, batch in enumerate(loader)`."""
    over, target = loop.over, loop.target
    first = target.items[0] if isinstance(target, ir.Sequence) and target.items else None
    calls = isinstance(over, ir.Call) and called(over) == "enumerate" and len(over.arguments) == 1
    return calls and isinstance(first, ir.Name) and first.id == name
