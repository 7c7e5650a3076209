"""Which rules does `settle` itself keep? A comment that ignores nothing hides what comes later; a waiver that has ended is a
promise that nobody kept."""

from __future__ import annotations

from mlstd.checks.rules import Standard, StandardRule
from mlstd.checks.standard import Rule

UNUSED_IGNORE = "unused-ignore"
EXPIRED_WAIVER = "expired-waiver"


def with_builtin(standard: Standard) -> Standard:
    """The standard with the rules of this step."""
    own = {name: StandardRule(name, "suppressions", text) for name, text in _TEXTS.items()}
    return Standard({**standard.rules, **own})


_UNUSED = Rule(
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

_EXPIRED = Rule(
    summary="Renew or delete a waiver when its last day is over.",
    levels={"exploration": "error", "experiment": "error", "production": "error"},
    why="A waiver with a date says that the team will look again on that day. One that fails a build makes sure that it does.",
    source="Temporary suppressions in security linters, such as the expiry dates of Snyk's .snyk and Trivy's .trivyignore files.",
    comply="Mend what it waived and delete it, or give it a new `until` and say in its reason what has changed.",
    waive="Take `until` away where the team has decided to keep the exception.",
    limits="A waiver of the configuration is reported with the files that its path names, or always where it names none.",
    bad=(),
    good=(),
)
_TEXTS = {UNUSED_IGNORE: _UNUSED, EXPIRED_WAIVER: _EXPIRED}
