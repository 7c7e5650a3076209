"""Where does each effective value of the configuration come from? Layers -> one `Value` a word, in the words of the TOML file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import msgspec

from mlstd.config.layers import KEYS, Layer
from mlstd.config.settings import Level, Profile, Settings
from mlstd.knowledge.schema import Calls, Classes

DEFAULT = "default"
LISTS = ("ignore", "exclude", "entry-points", "cell-magics")


class Value(msgspec.Struct, frozen=True):
    """One effective value as TOML writes it. `table` is the table that it stands in, empty for the top; an `origin` is a file, an
    option of the command line, or the default."""

    table: str
    key: str
    text: str
    origin: str


def values(layers: Sequence[Layer], select: tuple[str, ...], ignore: tuple[str, ...], profile: Profile | None) -> Iterator[Value]:
    """Every word with its effective value, as `Settings.with_options` makes it: first those of the top, then the tables."""
    options = {"select": select, "ignore": ignore, "profile": profile}
    for key in ("profile", "select", "require-reasons"):
        yield _single(key, layers, options.get(key))
    for key in LISTS:
        dropped = key == "ignore" and bool(select)  # a selection on the command line starts afresh
        items = [] if dropped else list(_items(layers, lambda own, key=key: getattr(own, KEYS[key])))  # type: ignore[misc]
        items += [(item, f"--{key}") for item in options.get(key) or ()]
        yield from (Value("", key, _toml(item), origin) for item, origin in dict(items).items())
        if not items:
            yield Value("", key, "[]", DEFAULT)
    yield from _tables(layers)


def profile_origin(layers: Sequence[Layer], settings: Settings, path: str) -> str:
    """Why an experiment is judged under its profile."""
    if settings.forced_profile is not None:
        return "--profile"
    glob = settings.glob_of(path)
    if glob is None:
        return f"no glob matches it; the profile of all others: {_single('profile', layers, None).origin}"
    return f'"{glob}" in {_last(layers, lambda own: glob in dict(own.profiles))}'


def _single(key: str, layers: Sequence[Layer], option: object) -> Value:
    if option:
        return Value("", key, _toml(option), f"--{key}")
    giver = next((layer for layer in reversed(layers) if key in layer.given), None)
    value = getattr((giver.settings if giver is not None else Settings()), KEYS[key])
    return Value("", key, _toml(value), giver.file if giver is not None else DEFAULT)


def _items(layers: Sequence[Layer], of: Callable[[Settings], Iterable[str]]) -> Iterator[tuple[str, str]]:
    """Each item with the file that names it first."""
    seen = set()
    for layer in layers:
        for item in of(layer.settings):
            if item not in seen:
                seen.add(item)
                yield item, layer.file


def _tables(layers: Sequence[Layer]) -> Iterator[Value]:
    globs: dict[str, Value] = {}
    levels: dict[tuple[str, Profile], tuple[Level, str]] = {}
    for layer in layers:
        for glob, profile in layer.settings.profiles:
            globs[glob] = Value("profiles", _toml(glob), _toml(profile), layer.file)
        for rule, found in layer.settings.levels.items():
            levels |= {(rule, profile): (level, layer.file) for profile, level in found.items()}
    yield from globs.values()
    for (rule, profile), (level, origin) in sorted(levels.items()):
        yield Value(f"rules.{rule}", f"level.{profile}", _toml(level), origin)
    for layer in reversed(layers):
        for baseline in layer.settings.baselines:
            yield Value("baselines", _toml(baseline.path), _toml(baseline.reference), layer.file)
    for layer in layers:
        for waiver in layer.settings.waivers:
            until = f" until {waiver.until}" if waiver.until is not None else ""
            yield Value("waivers", _toml(waiver.path), f"{_toml(waiver.rule)}{until}", layer.file)
    for layer in layers:
        yield from (_team(entry, layer.file) for entry in layer.settings.team)


def _team(entry: Calls | Classes, file: str) -> Value:
    names = ", ".join(f"{entry.module}.{name}" if entry.module else name for name in entry.names)
    if isinstance(entry, Calls):
        return Value("calls", _toml(names), _toml(entry.does.effect), file)
    return Value("classes", _toml(names), _toml(entry.kind), file)


def _last(layers: Sequence[Layer], holds: Callable[[Settings], bool]) -> str:
    return next((layer.file for layer in reversed(layers) if holds(layer.settings)), DEFAULT)


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return msgspec.json.encode(value).decode()
    return f"[{', '.join(_toml(item) for item in value)}]"
