"""The text of the rules: what a `rules/<family>/<rule>.toml` file may say."""

from __future__ import annotations

import msgspec

from mlstd.config.settings import Level, Profile


class Example(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Code that runs as a test and is shown by `mlstd rule`.

    `code` is one script; `files` are several, of which `entry` is checked. With `notebook`, lines `# %%` divide the code into
    cells. A comment `#! rule-name` at the end of a line says that a finding of that rule starts on the line, whatever its level
    in the profile "experiment"; an example without such a mark must give no finding of this rule.
    """

    title: str
    code: str = ""
    files: dict[str, str] = {}
    entry: str = ""
    notebook: bool = False


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rule of the standard. Its name is the file's, its family the folder's."""

    summary: str  # the standard in one sentence, as an instruction
    levels: dict[Profile, Level]
    why: str  # what goes wrong otherwise
    source: str  # where this is published: authors, title, year, address
    comply: str  # how to do it right
    waive: str  # when a waiver is reasonable
    limits: str  # what this rule cannot see, or may get wrong
    bad: tuple[Example, ...]
    good: tuple[Example, ...]
