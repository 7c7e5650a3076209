"""A rule -> the text that `mlstd rule NAME` shows, and the list of all rules."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from mlstd.checks.rules import Standard, StandardRule
from mlstd.checks.standard import Example
from mlstd.report.paint import Paint

_PROFILES = ("exploration", "experiment", "production")


def rule_list(standard: Standard, paint: Paint) -> Iterator[str]:
    """All rules by family, with their levels in the three profiles and their standard in one sentence."""
    longest = max((len(name) for name in standard.rules), default=0)
    for family in sorted({rule.family for rule in standard.rules.values()}):
        yield paint(family, "place")
        for rule in sorted((r for r in standard.rules.values() if r.family == family), key=lambda r: r.name):
            levels = "/".join({"error": "E", "warning": "W", "off": "-"}[rule.text.levels[p]] for p in _PROFILES)  # type: ignore[index]
            yield f"  {rule.name.ljust(longest)}  {levels}  {rule.text.summary}"
        yield ""
    yield "Levels in the profiles exploration/experiment/production: E error, W warning, - off. More: mlstd rule NAME"


def rule_page(rule: StandardRule, paint: Paint) -> Iterator[str]:
    """Everything that a rule's text says, with its examples."""
    text = rule.text
    yield paint(rule.name, "place") + f" ({rule.family})"
    yield ""
    yield _wrapped(text.summary)
    yield ""
    yield "Level: " + ", ".join(f"{text.levels[p]} in {p}" for p in _PROFILES)  # type: ignore[index]
    for title, body in (
        ("Why", text.why),
        ("Source", text.source),
        ("How to comply", text.comply),
        ("When to waive", text.waive),
        ("What it cannot see", text.limits),
    ):
        yield ""
        yield paint(title, "note")
        yield _wrapped(body)
    for example in text.bad:
        yield from _example("Bad", "error", example, paint)
    for example in text.good:
        yield from _example("Good", "help", example, paint)


def _wrapped(text: str) -> str:
    paragraphs = [" ".join(part.split()) for part in text.strip().split("\n\n")]
    return "\n\n".join(textwrap.fill(part, 100, break_long_words=False, break_on_hyphens=False) for part in paragraphs)


def _example(word: str, meaning: str, example: Example, paint: Paint) -> Iterator[str]:
    yield ""
    yield f"{paint(word, meaning)}: {example.title}"
    yield ""
    for name, code in ({"": example.code} if example.code else example.files).items():
        if name:
            yield f"    # {name}"
        yield textwrap.indent(code.strip("\n"), "    ")
