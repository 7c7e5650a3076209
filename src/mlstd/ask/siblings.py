"""What do the other experiments of the project score, and is one of them a fair comparison?"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass

from mlstd.ask.view import View
from mlstd.trace.run import Trace

_FAMILIES = {
    "classes": (
        "accuracy, accuracy by hand, balanced accuracy, f1, precision, recall, roc auc, average precision, log loss, "
        "confusion matrix"
    ),
    "numbers": "mse, mae, rmse, r2, mape, error by hand",
    "any": "evaluate, score",
}
FAMILIES = {metric: family for family, metrics in _FAMILIES.items() for metric in metrics.split(", ")}


@dataclass(frozen=True, slots=True)
class Summary:
    """What one experiment compares: the classes of its scored models, its metrics by family, the data that it scores on."""

    path: str
    models: frozenset[str] = frozenset()
    families: frozenset[str] = frozenset()
    data: frozenset[str] = frozenset()
    closure: frozenset[str] = frozenset()


def summarise(trace: Trace) -> Summary:
    """The summary of a trace."""
    view = View(trace)
    scores = [s for s in view.evaluations if view.seen(s) != "training"]
    models = {t.cls for s in scores for m in s.value.models if (t := view.thing(m)) is not None and t.role != "layer"}
    families = {
        FAMILIES.get(s.metric.lower(), "any" if s.by in ("loss", "framework", "guess", "method") else "other") for s in scores
    }
    data = {p.origin.name for s in scores for p in s.value.parts if p.origin.known}
    fitted = {p.origin.name for f in view.fits for p in f.rows.parts if p.origin.known}
    return Summary(
        trace.entry, frozenset(models), frozenset(families), frozenset(map(_base, data | fitted)), frozenset(trace.closure)
    )


def _base(name: str) -> str:
    """Data by its name alone: the folder that it lies in differs from script to script."""
    return posixpath.basename(name.removeprefix("file:")).lower() if name.startswith("file:") else name


def compares(mine: Summary, other: Summary) -> bool:
    """Does another experiment score another method on the same data with the same kind of metric?"""
    if not other.models or (other.models <= mine.models and other.path.rpartition("/")[0] != mine.path.rpartition("/")[0]):
        return False
    if other.models == mine.models:
        return False
    if mine.families and other.families and not (mine.families & other.families or "any" in mine.families | other.families):
        return False
    if mine.data and other.data:
        return bool(mine.data & other.data)
    return bool(mine.closure & other.closure) or posixpath.dirname(mine.path) == posixpath.dirname(other.path)


def closeness(path: str, other: str) -> tuple[int, int, str]:
    """Siblings in the same folder come first, then those near by."""
    mine, theirs = path.split("/")[:-1], other.split("/")[:-1]
    common = 0
    while common < min(len(mine), len(theirs)) and mine[common] == theirs[common]:
        common += 1
    return len(mine) + len(theirs) - 2 * common, -common, other
