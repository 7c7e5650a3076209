"""Does the score of a prompt mean what it says, and can it be had again?"""

from __future__ import annotations

from collections.abc import Iterator

from mlstd.ask.questions import Questions
from mlstd.checks.finding import Finding
from mlstd.checks.registry import found, rule


@rule("unpinned-model")
def unpinned_model(asked: Questions) -> Iterator[Finding]:
    """A hosted model is evaluated under an alias."""
    for case in asked.model_aliases():
        message = "`{model}` is an alias: its provider serves another model under it some day, and this score can't be repeated"
        yield found(
            "unpinned-model", asked, case, message, "name the dated snapshot that was asked, and record it with the score"
        )


@rule("unset-temperature")
def unset_temperature(asked: Questions) -> Iterator[Finding]:
    """An evaluation samples without saying how."""
    for case in asked.default_sampling():
        message = "`{code}` leaves the temperature to the provider: every run of this evaluation answers differently"
        yield found(
            "unset-temperature", asked, case, message, "pass `temperature=0`, or set the temperature that is meant to be judged"
        )


@rule("unsaved-outputs")
def unsaved_outputs(asked: Questions) -> Iterator[Finding]:
    """The outputs behind a score are not kept."""
    for case in asked.unsaved_outputs():
        message = "the answers of {model} are scored and thrown away: nobody can see what was right, or score them again"
        yield found("unsaved-outputs", asked, case, message, "append one line a question to a JSONL file: prompt, output, score")


@rule("self-judged")
def self_judged(asked: Questions) -> Iterator[Finding]:
    """The judge is the model under test."""
    for case in asked.own_judges():
        message = "`{model}` judges here what it wrote itself"
        yield found(
            "self-judged", asked, case, message, "let a model of another family judge, and check its verdicts against people"
        )


@rule("examples-from-test")
def examples_from_test(asked: Questions) -> Iterator[Finding]:
    """Few-shot examples are drawn from the scored rows."""
    for case in asked.shown_answers():
        message = "these rows are shown in the prompt with their answers, and scored as well"
        yield found(
            "examples-from-test", asked, case, message, "take the examples from the training part, or score only the other rows"
        )


@rule("swallowed-failures")
def swallowed_failures(asked: Questions) -> Iterator[Finding]:
    """Failures leave the denominator, or count as the model's mistake."""
    for case in asked.swallowed_failures():
        message = "a failure of `{code}` {how}, and nothing tells"
        yield found(
            "swallowed-failures",
            asked,
            case,
            message,
            "retry what is transient, let the rest raise, or count failures and report them",
        )
