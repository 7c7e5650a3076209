"""Better than what?"""

from __future__ import annotations

from collections.abc import Iterator

from mlstd.ask.questions import Questions
from mlstd.checks.finding import Finding
from mlstd.checks.registry import found, rule


@rule("no-baseline")
def no_baseline(asked: Questions) -> Iterator[Finding]:
    """A learned model's score is reported with nothing to compare it to."""
    for case in asked.lonely_scores():
        message = "the {metric} of {model} is reported with nothing to compare it to"
        advice = "{rival}, and report both numbers; a reference from elsewhere{hint} is named in [[tool.mlstd.baselines]]"
        yield found("no-baseline", asked, case, message, advice)


@rule("no-uncertainty")
def no_uncertainty(asked: Questions) -> Iterator[Finding]:
    """A score is recorded, and nothing tells how far it could have come out otherwise."""
    for case in asked.bare_scores():
        message = "`{code}` records the {metric} of {model} from one run: how far chance could move it, nothing tells"
        advice = "repeat it over seeds or folds and record mean and standard deviation, or an interval from resampled test rows"
        yield found("no-uncertainty", asked, case, message, advice)


@rule("single-run-comparison")
def single_run_comparison(asked: Questions) -> Iterator[Finding]:
    """Models that draw random numbers are ranked by one run each."""
    for case in asked.single_runs():
        message = "`{code}` ranks models that draw random numbers by one run each"
        advice = "run each with several seeds or folds, and compare means beside their spread"
        yield found("single-run-comparison", asked, case, message, advice)


@rule("unequal-comparison")
def unequal_comparison(asked: Questions) -> Iterator[Finding]:
    """Two models are compared by scores on different rows."""
    for case in asked.unequal_rows():
        message = "`{code}` sets two models against each other that are scored on different rows: {rows}, and {others}"
        advice = "split once, and score all models on the same part"
        yield found("unequal-comparison", asked, case, message, advice)
