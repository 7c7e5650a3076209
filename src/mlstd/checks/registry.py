"""A rule is a function: it puts questions to one experiment and says what the answers mean. `rule("name")` enters it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

import msgspec

from mlstd.ask.case import Case, weakest
from mlstd.ask.questions import Questions
from mlstd.checks.finding import Finding

Check: TypeAlias = Callable[[Questions], Iterator[Finding]]
RULES: dict[str, Check] = {}
ALONE: set[str] = set()
"""The rules that judge a single place: they hold for a function that nothing calls, too."""


def rule(name: str, alone: bool = False) -> Callable[[Check], Check]:
    """Enter a check under the name of its `rules/<family>/<name>.toml`. `alone`: it judges a single place, and needs no
    experiment around it."""

    def enter(check: Check) -> Check:
        if name in RULES:
            raise ValueError(f"two checks are called {name}")
        RULES[name] = check
        if alone:
            ALONE.add(name)
        return check

    return enter


def found(name: str, asked: Questions, case: Case, message: str, advice: str) -> Finding:
    """The finding of a case. `{word}` in message and advice stands for a fact of the case."""
    facts = {word: _plain(told) if word == "metric" else told for word, told in case.facts.items()}
    return Finding(name, message.format(**facts), case.at, asked.entry, case.confidence, case.evidence, advice.format(**facts))


def _plain(metrics: str) -> str:
    """The names of metrics as a reader says them, each once: that one was worked out by hand is nothing to him."""
    return ", ".join(dict.fromkeys(one.removesuffix(" by hand") for one in metrics.split(", ")))


def unsure(finding: Finding) -> Finding:
    """The finding as something that holds only if somebody calls the function that it stands in."""
    return msgspec.structs.replace(finding, confidence=weakest([finding.confidence, "medium"]))
