"""Which files make up a configuration, and how do they become one? A file, and what it extends -> layers -> `Settings`.

A layer that stands nearer to the project wins: its single words replace those below, its lists of words (but for `select`) and
its arrays of tables add to them, its tables are laid over theirs key by key.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from mlstd.config.settings import Level, Profile, Settings
from mlstd.errors import CannotRun

KEYS: dict[str, str] = {
    "profile": "profile",
    "select": "select",
    "ignore": "ignore",
    "exclude": "exclude",
    "entry-points": "entry_points",
    "extend": "extend",
    "require-reasons": "require_reasons",
    "profiles": "profiles",
    "rules": "levels",
    "baselines": "baselines",
    "waivers": "waivers",
    "calls": "team",
    "classes": "team",
    "cell-magics": "cell_magics",
}
"""Every word of `[tool.mlstd]`, and the field of `Settings` that it fills."""

_PACKAGED = re.compile(r"(?P<package>[A-Za-z_]\w+(?:\.\w+)*):(?P<file>[^:]+)")


class Layer(msgspec.Struct, frozen=True):
    """What one file says: the words that stand in it, and the settings that it would make alone."""

    file: str
    given: frozenset[str]
    settings: Settings


def base_file(word: str, file: Path) -> Path:
    """The file that a word of `extend` in `file` means. Raises `CannotRun` where there is none."""
    packaged = _PACKAGED.fullmatch(word)
    found = _in_package(packaged["package"], packaged["file"], word, file) if packaged else file.parent / word
    if not found.is_file():
        raise CannotRun(f'{file}: extend: there is no file "{word}" (looked for {found}); mend the path or take it out')
    return Path(os.path.normpath(found))


def _in_package(package: str, name: str, word: str, file: Path) -> Path:
    """A file of an installed package; the package is looked up, never imported."""
    from importlib.machinery import PathFinder

    top, *inner = package.split(".")
    spec = PathFinder.find_spec(top)
    places = list(spec.submodule_search_locations or ()) if spec is not None else []
    if not places:
        raise CannotRun(f'{file}: extend: "{word}": mlstd finds no package {top}; install it into the environment of mlstd')
    candidates = [Path(place, *inner, name) for place in places]
    return next((path for path in candidates if path.is_file()), candidates[0])


def combined(layers: Sequence[Layer]) -> Settings:
    """The layers, from the farthest to the project's own, as one."""
    whole = layers[0].settings
    for layer in layers[1:]:
        whole = _over(whole, layer)
    return whole


def _over(base: Settings, layer: Layer) -> Settings:
    own = layer.settings
    replaced = {KEYS[key]: getattr(own, KEYS[key]) for key in ("profile", "select", "require-reasons") if key in layer.given}
    return msgspec.structs.replace(
        base,
        source=own.source,
        extend=own.extend,
        profiles=tuple({**dict(base.profiles), **dict(own.profiles)}.items()),
        levels=_levels(base.levels, own.levels),
        ignore=_joined(base.ignore, own.ignore),
        exclude=_joined(base.exclude, own.exclude),
        entry_points=_joined(base.entry_points, own.entry_points),
        cell_magics=_joined(base.cell_magics, own.cell_magics),
        baselines=(*own.baselines, *base.baselines),  # the first that matches counts
        waivers=(*base.waivers, *own.waivers),
        team=(*base.team, *own.team),
        **replaced,
    )


def _joined(base: tuple[str, ...], own: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*base, *own)))


def _levels(base: Mapping[str, dict[Profile, Level]], own: Mapping[str, dict[Profile, Level]]) -> dict[str, dict[Profile, Level]]:
    return {rule: {**base.get(rule, {}), **own.get(rule, {})} for rule in {**base, **own}}
