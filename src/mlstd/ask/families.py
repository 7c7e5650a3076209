"""Which metrics can be set beside each other?"""

from __future__ import annotations

import re

from mlstd.trace.events import Score

FAMILIES = {
    "classes": re.compile(r"acc|f1|f-|precision|recall|auc|entropy|confusion|log.?loss|nll|kappa|curve|hits|overlap|verdict"),
    "numbers": re.compile(r"mse|mae|mape|r2|squared|absolute|error|percentage"),
    "any": re.compile(r"loss|evaluate|score|report|cross-validation"),
}


def families(score: Score) -> set[str]:
    """The kinds of metrics that a score is of; "any" where a framework or an own loss says how good a model is."""
    if score.by in ("loss", "framework", "guess", "method"):
        return {"any"}
    return named(score)


def named(score: Score) -> set[str]:
    """The kinds of metrics by their names alone."""
    return {next((f for f, words in FAMILIES.items() if words.search(m)), "other") for m in score.metric.lower().split(", ")}


def apart(one: Score, other: Score) -> bool:
    """Is one a bare loss and the other a metric of classes? A reconstruction says nothing about a classifier."""
    return any(a.metric == "loss" and named(b) == {"classes"} for a, b in ((one, other), (other, one)))
