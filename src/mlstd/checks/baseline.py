"""Better than what?"""

from __future__ import annotations

from collections.abc import Iterator

from mlstd.ask import Questions
from mlstd.checks.finding import Finding
from mlstd.checks.registry import found, rule


@rule("no-baseline")
def no_baseline(asked: Questions) -> Iterator[Finding]:
    """A learned model's score is reported with nothing to compare it to."""
    for case in asked.lonely_scores():
        message = "the {metric} of {model} is reported with nothing to compare it to"
        advice = (
            "score a naive method on the same rows (DummyClassifier, the majority class, the last value), "
            "or name the reference in [[tool.mlstd.baselines]]"
        )
        yield found("no-baseline", asked, case, message, advice)
