"""Does the result outlive the terminal?"""

from __future__ import annotations

from collections.abc import Iterator

from mlstd.ask.questions import Questions
from mlstd.checks.finding import Finding
from mlstd.checks.registry import found, rule


@rule("untracked-metric")
def untracked_metric(asked: Questions) -> Iterator[Finding]:
    """Evaluation metrics are only shown."""
    for case in asked.untracked_scores():
        message = "the {what} is {fate}"
        advice = "write it down: {track}"
        yield found("untracked-metric", asked, case, message, advice)


@rule("discarded-metric")
def discarded_metric(asked: Questions) -> Iterator[Finding]:
    """A metric is computed and its value never used."""
    for case in asked.discarded_scores():
        message = "the value of `{score}` is never used"
        advice = "keep it in a variable and report it, or remove the call"
        yield found("discarded-metric", asked, case, message, advice)


@rule("untracked-parameters")
def untracked_parameters(asked: Questions) -> Iterator[Finding]:
    """Metrics are tracked, the settings that made them are not."""
    for case in asked.unexplained_metrics():
        message = "`{code}` keeps the metric, and nothing keeps {what}"
        yield found("untracked-parameters", asked, case, message, "write them down where the run starts: `{settings}`")
