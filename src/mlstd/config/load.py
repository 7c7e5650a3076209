"""What does pyproject.toml say? Bytes of a configuration file -> Settings, or every problem at once."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast, get_args

from mlstd.config.layers import KEYS, Layer, base_file, combined
from mlstd.config.settings import Baseline, Level, Profile, Settings
from mlstd.config.tables import Table, shown
from mlstd.config.team import team_library
from mlstd.config.waivers import waivers
from mlstd.errors import CannotRun
from mlstd.words import suggestion

PROFILES: tuple[Profile, ...] = get_args(Profile)
LEVELS: tuple[Level, ...] = get_args(Level)
ADVISORY = frozenset({"notebook", "style"})
"""Families whose rules only ever warn."""


def read_toml(file: Path) -> dict[str, Any]:
    """The content of a TOML file. Raises `CannotRun` where it cannot be read, naming file, line and column."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise CannotRun(f"{file}: cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise CannotRun(f"{file}: is not UTF-8 text, as TOML must be") from None
    except tomllib.TOMLDecodeError as error:
        raise CannotRun(f"{file}: is not valid TOML: {error}") from None


def load_settings(file: Path, families: Mapping[str, str]) -> Settings:
    """The settings in `[tool.mlstd]` of `file`, over those that it extends.

    `families` holds the family of each rule. Raises `CannotRun` with all problems at once.
    """
    return combined(load_layers(file, families))


def load_layers(file: Path, families: Mapping[str, str]) -> tuple[Layer, ...]:
    """What `file` and the files that it extends say, its own words last (in a file of another name than pyproject.toml, the top
    level will do for `[tool.mlstd]`). Raises `CannotRun` with the problems of all of them."""
    problems: list[str] = []
    found: dict[Path, Layer] = {}
    _gather(file, (), families, found, problems)
    if problems:
        raise CannotRun(problems)
    return tuple(found.values())


def _gather(
    file: Path, chain: tuple[Path, ...], families: Mapping[str, str], found: dict[Path, Layer], problems: list[str]
) -> None:
    """Adds the layers of `file`, those that it extends first; `chain` leads from the project's own file to this one."""
    place = file.resolve()
    if place in found:
        return
    top = _section(file, problems)
    own = Layer(str(file), frozenset(top.data), _settings(top, families))
    for word in own.settings.extend:
        try:
            base = base_file(word, file)
            if base.resolve() in (*chain, place):
                raise CannotRun(f'{file}: extend: "{word}" leads back to {base}, which extends this file; take one out')
            _gather(base, (*chain, place), families, found, problems)
        except CannotRun as error:
            problems.extend(error.problems)
    found[place] = own


def _section(file: Path, problems: list[str]) -> Table:
    data = read_toml(file)
    tool = data.get("tool", {})
    section = tool.get("mlstd") if isinstance(tool, dict) else None
    where = "tool.mlstd"
    if section is None and file.name != "pyproject.toml":
        section, where = data, ""
    if section is None:
        raise CannotRun(f"{file}: has no [tool.mlstd] table")
    if not isinstance(section, dict):
        raise CannotRun(f"{file}: tool.mlstd: must be a table, not {shown(section)}")
    return Table(section, where, problems, str(file))


def check_words(option: str, words: tuple[str, ...], families: Mapping[str, str]) -> None:
    """Raises `CannotRun` for a word of the command line that is neither a rule nor a family nor `all`."""
    right = selectors(families)
    problems = [f'{option}: there is no rule or family "{word}"{suggestion(word, right)}' for word in words if word not in right]
    if problems:
        raise CannotRun(problems)


def selectors(families: Mapping[str, str]) -> list[str]:
    """What `select` and `ignore` may hold."""
    return ["all", *dict.fromkeys(families.values()), *families]


def _settings(top: Table, families: Mapping[str, str]) -> Settings:
    top.only(KEYS)
    profiles = top.table("profiles")
    by_glob = [(glob, profiles.right_word(f'"{glob}"', value, PROFILES, "profile")) for glob, value in profiles.data.items()]
    return Settings(
        source=top.file,
        extend=top.strings("extend"),
        profile=cast(Profile, top.word("profile", PROFILES, "experiment")),
        profiles=tuple((glob, cast(Profile, profile)) for glob, profile in by_glob if profile is not None),
        select=_selection(top, "select", ("all",), families),
        ignore=_selection(top, "ignore", (), families),
        exclude=top.strings("exclude"),
        entry_points=top.strings("entry-points"),
        require_reasons=top.flag("require-reasons"),
        levels=_levels(top.table("rules"), families),
        baselines=_baselines(top),
        waivers=waivers(top, selectors(families)),
        cell_magics=tuple(magic.lstrip("%") for magic in top.strings("cell-magics")),
        team=team_library(top),
    )


def _selection(top: Table, key: str, default: tuple[str, ...], families: Mapping[str, str]) -> tuple[str, ...]:
    right = selectors(families)
    words = top.strings(key, default)
    return tuple(word for word in words if top.right_word(key, word, right, "rule or family") is not None)


def _levels(rules: Table, families: Mapping[str, str]) -> dict[str, dict[Profile, Level]]:
    rules.only(families, "rule")
    levels: dict[str, dict[Profile, Level]] = {}
    for rule in rules.data:
        table = rules.table(rule)
        table.only(["level"])
        if "level" in table.data and rule in families:
            levels[rule] = _level(table, families[rule])
    return levels


def _level(table: Table, family: str) -> dict[Profile, Level]:
    value = table.data["level"]
    by_profile: dict[str, object] = value if isinstance(value, dict) else dict.fromkeys(PROFILES, value)
    found: dict[Profile, Level] = {}
    for profile, level in by_profile.items():
        key = "level" if value is not by_profile else f"level.{profile}"
        if table.right_word(key, profile, PROFILES, "profile") is None or table.right_word(key, level, LEVELS, "level") is None:
            if value is not by_profile:
                break
            continue
        if level == "error" and family in ADVISORY:
            table.complain(key, f'rules of the family "{family}" only ever warn; use "warning" or "off"')
            break
        found[cast(Profile, profile)] = cast(Level, level)
    return found


def _baselines(top: Table) -> tuple[Baseline, ...]:
    found = []
    for table in top.tables("baselines"):
        table.only(["path", "reference"])
        found.append(Baseline(path=table.text("path", needed=True), reference=table.text("reference", needed=True)))
    return tuple(found)
