"""Is the experiment tidy enough to be read?"""

from __future__ import annotations

from collections.abc import Iterator

from mlstd.ask.questions import Questions
from mlstd.checks.finding import Finding
from mlstd.checks.registry import found, rule


@rule("hard-coded-path", alone=True)
def hard_coded_path(asked: Questions) -> Iterator[Finding]:
    """An absolute or home path."""
    for case in asked.fixed_paths():
        yield found(
            "hard-coded-path",
            asked,
            case,
            "`{path}` exists on one machine only",
            "take the folder from an option, the environment, or relative to the file",
        )


@rule("hidden-warnings", alone=True)
def hidden_warnings(asked: Questions) -> Iterator[Finding]:
    """All warnings are silenced."""
    for case in asked.silenced_warnings():
        yield found(
            "hidden-warnings",
            asked,
            case,
            "`{code}` silences every warning, also those about the data and the fit",
            "name the category or the message that is meant",
        )


@rule("wildcard-import", alone=True)
def wildcard_import(asked: Questions) -> Iterator[Finding]:
    """A star import hides where names come from."""
    for case in asked.star_imports():
        yield found(
            "wildcard-import", asked, case, "`from {module} import *` hides where names come from", "name what is imported"
        )


@rule("swallowed-errors")
def swallowed_errors(asked: Questions) -> Iterator[Finding]:
    """A fit or a score that fails is not seen."""
    for case in asked.swallowed_errors():
        message = "whatever goes wrong in `{code}` is passed over without a word"
        yield found(
            "swallowed-errors",
            asked,
            case,
            message,
            "catch the exception that you expect, and write the failure down beside the results",
        )


@rule("undocumented-experiment")
def undocumented_experiment(asked: Questions) -> Iterator[Finding]:
    """Nothing says what is tried and why."""
    for case in asked.undocumented():
        message = "nothing at the top of this {what} says what is tried, and why"
        yield found(
            "undocumented-experiment",
            asked,
            case,
            message,
            "one sentence is enough: the question, the data, what it is compared with",
        )


@rule("reseeded-in-loop")
def reseeded_in_loop(asked: Questions) -> Iterator[Finding]:
    """The same seed again in a loop that should vary."""
    for case in asked.copied_rounds():
        message = "`{code}` gives every round of the loop the same draws in `{draw}`: the rounds are copies of one"
        yield found("reseeded-in-loop", asked, case, message, "seed once above the loop, or with another number in each round")
