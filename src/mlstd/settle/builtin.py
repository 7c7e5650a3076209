"""Which rule does `settle` itself keep? A comment that ignores nothing is one more thing to read, and hides what comes later."""

from __future__ import annotations

from mlstd.checks.rules import Standard, StandardRule
from mlstd.checks.standard import Rule

UNUSED_IGNORE = "unused-ignore"


def with_builtin(standard: Standard) -> Standard:
    """The standard with the rule of this step."""
    return Standard({**standard.rules, UNUSED_IGNORE: StandardRule(UNUSED_IGNORE, "suppressions", _TEXT)})


_TEXT = Rule(
    summary="Delete an ignore comment once it silences nothing.",
    levels={"exploration": "warning", "experiment": "warning", "production": "warning"},
    why="A comment that ignores nothing today ignores the next real finding on its line, and nobody will know.",
    source="The same convention in other linters: ruff's unused-noqa (RUF100), mypy's --warn-unused-ignores.",
    comply="Delete the comment, or take the name out of its brackets; correct a misspelt rule.",
    waive="When the comment must stay for another version of mlstd: put unused-ignore into `ignore`.",
    limits="Only files that are targets of the run are looked at, and only comments whose rules are all selected.",
    bad=(),
    good=(),
)
