"""The answers to one question about a few lines of code, for tests: source in, lines (and how sure) out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mlstd.ask.case import Case
from mlstd.ask.view import View
from tests.trace.traced import traced


def lines(question: Callable[[View], Iterator[Case]], source: str, **files: str) -> list[tuple[int, str]]:
    """Where the answer is yes, and how sure it is."""
    return [(case.at.line, case.confidence) for case in question(View(traced(source, **files)))]
