"""Which rules are there, and what do their texts say? `rules/<family>/<rule>.toml` -> `Standard`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

import msgspec

from mlstd.checks.standard import Rule
from mlstd.config.settings import Profile
from mlstd.errors import CannotRun
from mlstd.words import suggestion


class StandardRule(msgspec.Struct, frozen=True):
    """A rule with what its place says: its name is the file's, its family the folder's."""

    name: str
    family: str
    text: Rule


class Standard(msgspec.Struct, frozen=True):
    """All rules by name."""

    rules: Mapping[str, StandardRule]

    def families(self) -> dict[str, str]:
        """The family of each rule."""
        return {name: rule.family for name, rule in self.rules.items()}


def load_standard(folder: Path) -> Standard:
    """Reads every rule below `folder` (its `libraries/` is other knowledge). Raises `CannotRun` with all wrong files and keys at
    once."""
    problems: list[str] = []
    rules: dict[str, StandardRule] = {}
    for file in sorted(folder.glob("*/*.toml")):
        family = file.parent.name
        if family == "libraries":
            continue
        where = f"{family}/{file.name}"
        text = _load(file, where, problems)
        if file.stem in rules:
            problems.append(f"{where}: there is a rule of this name in {rules[file.stem].family}/ already; rename one of them")
        elif text is not None:
            rules[file.stem] = StandardRule(file.stem, family, text)
    if problems:
        raise CannotRun(problems)
    return Standard(rules)


def _load(file: Path, where: str, problems: list[str]) -> Rule | None:
    from mlstd.config.load import read_toml

    try:
        data = read_toml(file)
    except CannotRun as error:
        problems.extend(error.problems)
        return None
    known = len(problems)
    problems += [
        f'{where}: unknown key "{key}"{suggestion(key, Rule.__struct_fields__)}'
        for key in data
        if key not in Rule.__struct_fields__
    ]
    problems += [f"{where}: {key} is missing" for key in Rule.__struct_fields__ if key not in data]
    problems += _level_problems(data, where)
    if len(problems) > known:
        return None
    try:
        return msgspec.convert(data, Rule)
    except msgspec.ValidationError as error:
        what, _, place = str(error).partition(" - at `$")
        problems.append(f"{where}: {place.strip('`.') or 'the file'}: {what}")
        return None


def _level_problems(data: Mapping[str, Any], where: str) -> list[str]:
    levels = data.get("levels")
    if not isinstance(levels, dict):
        return [f"{where}: levels must be a table, one level a profile"] if levels is not None else []
    profiles = get_args(Profile)
    wrong = [f'{where}: levels: unknown profile "{key}"{suggestion(key, profiles)}' for key in levels if key not in profiles]
    return wrong + [f"{where}: levels: {profile} is missing" for profile in profiles if profile not in levels]
