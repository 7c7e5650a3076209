"""Every rule's check, and the one function that puts them all to an experiment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlstd.ask.questions import Questions
    from mlstd.checks.finding import Finding


def check(asked: Questions, library: bool = False) -> Iterator[Finding]:
    """All findings of one experiment, rule by rule. Of functions that nothing calls (`library`) only what a single place shows,
    and never for certain."""
    from mlstd.checks import baseline, evaluation, language_models, notebook, reproducibility, style, tracking  # noqa: F401
    from mlstd.checks.registry import ALONE, RULES, unsure

    for name in RULES:
        if not library:
            yield from RULES[name](asked)
        elif name in ALONE:
            yield from map(unsure, RULES[name](asked))
