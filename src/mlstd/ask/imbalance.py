"""Is accuracy all that is told, where the code itself treats the classes as unequal?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlstd.ask import wording
from mlstd.ask.case import Case, Evidence, spot_step, step, sureness, weakest
from mlstd.ask.code import argument, called, calls, mentions
from mlstd.ask.view import View
from mlstd.lower import ir
from mlstd.trace.events import Score

ACCURACY = ("accuracy", "accuracy by hand", "score")
BY_CLASS = re.compile(
    r"confusion|classification_report|f1|f_?beta|f_score|fscore|auc|roc|precision|recall|sensitivity|specificity|balanced_acc|matthews"
    r"|mcc|kappa|g_?mean|per_class|class_acc|average_precision|brier|log_loss|iou|dice|crosstab|sklearn\.metrics import \*",
    re.IGNORECASE,
)
SAMPLERS = ("WeightedRandomSampler", "ImbalancedDatasetSampler")
WEIGHTS = ("class_weight", "class_weights", "scale_pos_weight", "is_unbalance", "auto_class_weights", "pos_weight")


def accuracy_only(view: View) -> Iterator[Case]:
    """The first held-out accuracy of a classifier whose classes are weighed or resampled, if no other metric is computed."""
    told = [s for s in view.evaluations if s.by != "loss" and s.metric != "loss"]
    plain = [s for s in told if s.metric in ACCURACY]
    held = [s for s in plain if _learned(view, s) and view.seen(s) != "training"]
    if not held or len(plain) < len(told) or all(s.metric == "score" for s in held) or mentions(view, BY_CLASS):
        return
    knows = _knows(view)
    if knows is None or any(u.metric not in ACCURACY for u in view.updates):
        return
    score, hidden = next(s for s in held if s.metric != "score"), view.hiding("score")
    evidence = (knows, step("and accuracy is all that is computed", score), *map(spot_step, hidden[:1]))
    facts = {"model": wording.model(view, score.value.models), "code": view.code(score)}
    yield Case(view.at(score), weakest(["medium" if hidden else "high", sureness(score)]), evidence, facts)


def _learned(view: View, score: Score) -> bool:
    things = [t for m in score.value.models if (t := view.thing(m)) is not None]
    return bool(things) and not any(t.baseline for t in things)


def _knows(view: View) -> Evidence | None:
    """Where the code shows that it knows of unequal classes: it resamples rows, or weighs or samples them by class."""
    resampled = next((t for t in view.transforms if t.resamples), None)
    if resampled is not None:
        return step("the classes are resampled here", resampled)
    for at, call in calls(view):
        weights = next((w for w in (argument(call, name) for name in WEIGHTS) if w is not None), None)
        if called(call) in SAMPLERS or (weights is not None and _weighs(weights)):
            return Evidence("the classes are weighed here", at)
    return None


def _weighs(value: ir.Expr) -> bool:
    """Is it a weight that is not switched off? What a name stands for is not asked: it may be None."""
    if isinstance(value, ir.Const):
        return value.value not in (None, False, 1, 1.0, "")
    return isinstance(value, ir.Mapping)
