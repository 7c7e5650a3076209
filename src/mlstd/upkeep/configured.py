"""What holds in a project, and where was it decided? `mlstd config` as text."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from mlstd.checks.rules import Standard
from mlstd.config.layers import Layer, combined
from mlstd.config.load import check_words, load_layers
from mlstd.config.origins import LISTS, Value, profile_origin, values
from mlstd.discover.targets import Tree, find_targets
from mlstd.pipeline import Request, standard_of_team
from mlstd.report.result import printable

ARRAYS = ("baselines", "calls", "classes")


def configured(request: Request) -> Iterator[str]:
    """The effective configuration of each project root that the request's paths lie in. Raises `CannotRun`."""
    standard = standard_of_team()
    check_words("--select", request.select, standard.families())
    check_words("--ignore", request.ignore, standard.families())
    found = find_targets(request.paths, request.cwd, request.isolated)
    yield from (f"# {note}" for note in found.notes)
    for number, tree in enumerate(found.trees):
        if number:
            yield ""
        yield from _project(tree, request, standard)


def _project(tree: Tree, request: Request, standard: Standard) -> Iterator[str]:
    layers = _layers(tree, request, standard)
    root = _seen(str(tree.root), request.cwd)
    files = [_seen(layer.file, request.cwd) for layer in reversed(layers) if layer.file]
    yield f"# project {root}: {' over '.join(files) if files else 'no configuration, all values are defaults'}"
    found = list(values(layers, request.select, request.ignore, request.profile))
    lines = list(_lines(found))
    widest = max(len(text) for text, _ in lines if len(text) <= 60)
    for text, origin in lines:
        yield printable(f"{text.ljust(widest)}  # {_seen(origin, request.cwd)}" if origin else text)
    settings = combined(layers).with_options(request.select, request.ignore, request.profile)
    for path in tree.named:
        why = profile_origin(layers, settings, path)
        yield printable(f"# {path}: judged under {settings.profile_of(path)} ({_shortened(why, layers, request.cwd)})")


def _layers(tree: Tree, request: Request, standard: Standard) -> Sequence[Layer]:
    from mlstd.config.settings import Settings

    file = request.config or tree.config
    if file is None or (request.isolated and request.config is None):
        return (Layer("", frozenset(), Settings()),)
    return load_layers(file, standard.families())


def _lines(found: Sequence[Value]) -> Iterator[tuple[str, str]]:
    """Lines with their origins; what stands in one table, or in one list, stays together."""
    for table, inside in groupby(found, key=lambda value: value.table):
        if table:
            yield "", ""
            yield (f"[[tool.mlstd.{table}]]" if table in ARRAYS else f"[tool.mlstd.{table}]"), ""
        for key, group in groupby(inside, key=lambda value: value.key):
            items = list(group)
            if len(items) == 1 and not table and key in LISTS and items[0].text != "[]":
                yield f"{key} = [{items[0].text}]", items[0].origin
            elif len(items) == 1:
                yield f"{key} = {items[0].text}", items[0].origin
            else:
                yield f"{key} = [", ""
                yield from ((f"    {item.text},", item.origin) for item in items)
                yield "]", ""


def _seen(file: str, cwd: Path) -> str:
    """A file as seen from the working directory; other words as they are."""
    if not os.path.isabs(file):
        return file
    try:
        return os.path.relpath(file, cwd).replace(os.sep, "/")
    except ValueError:  # another drive
        return file


def _shortened(why: str, layers: Sequence[Layer], cwd: Path) -> str:
    for layer in layers:
        if layer.file:
            why = why.replace(layer.file, _seen(layer.file, cwd))
    return why
