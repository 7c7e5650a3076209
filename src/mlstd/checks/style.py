"""Is the experiment tidy enough to be read?"""

from __future__ import annotations

from collections.abc import Iterator

from mlstd.ask import Questions
from mlstd.checks.finding import Finding
from mlstd.checks.registry import found, rule


@rule("hard-coded-path")
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


@rule("hidden-warnings")
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


@rule("wildcard-import")
def wildcard_import(asked: Questions) -> Iterator[Finding]:
    """A star import hides where names come from."""
    for case in asked.star_imports():
        yield found(
            "wildcard-import", asked, case, "`from {module} import *` hides where names come from", "name what is imported"
        )
