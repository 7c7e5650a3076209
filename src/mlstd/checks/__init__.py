"""Every rule's check, and the one function that puts them all to an experiment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlstd.ask.questions import Questions
    from mlstd.checks.finding import Finding


def check(asked: Questions) -> Iterator[Finding]:
    """All findings of one experiment, rule by rule."""
    from mlstd.checks import baseline, evaluation, language_models, notebook, reproducibility, style, tracking  # noqa: F401 - they enter their rules
    from mlstd.checks.registry import RULES

    for name in RULES:
        yield from RULES[name](asked)
