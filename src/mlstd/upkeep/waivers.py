"""Which exceptions does the team live with, since when, and who answers for them? Waivers in the configuration and in
comments."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path

import msgspec

from mlstd.config.settings import Settings, Waiver
from mlstd.discover.targets import Tree, find_targets
from mlstd.lower import ir
from mlstd.lower.cache import Cache
from mlstd.pipeline import Request, settings_of, standard_of_team
from mlstd.report.gather import Rebase
from mlstd.report.result import printable
from mlstd.settle.pragmas import Pragma, pragmas
from mlstd.upkeep.blame import Written, blame
from mlstd.words import count
from mlstd.workspace import Workspace

_Lines = Callable[[str], Mapping[int, Written]]


class Waived(msgspec.Struct, frozen=True):
    """One exception: where it stands, what it lets pass (`rules`, or all where there are none, below `path`), and who wrote it
    when."""

    place: str
    rules: tuple[str, ...]
    path: str
    reason: str
    until: date | None
    owner: str
    since: date | None
    author: str


def exceptions(request: Request) -> list[Waived]:
    """Every waiver of the configurations, and every ignore comment below the request's paths. Raises `CannotRun`."""
    standard = standard_of_team()
    found: list[Waived] = []
    for tree in find_targets(request.paths, request.cwd, request.isolated).trees:
        settings = settings_of(tree, request, standard)
        rebase = Rebase(tree.root, request.cwd)
        lines: _Lines = lru_cache(maxsize=None)(lambda path, root=tree.root: blame(root, path))
        found += [_configured(waiver, rebase, tree.root, lines) for waiver in settings.waivers]
        found += _commented(tree, settings, request.cache, rebase, lines)
    return found


def table(found: Sequence[Waived], today: date) -> Iterator[str]:
    """The exceptions as a table for people, and how many there are."""
    if found:
        rows = [("WHERE", "WAIVES", "UNTIL", "AGE", "OWNER", "REASON"), *(_row(one, today) for one in found)]
        widths = [max(len(row[column]) for row in rows) for column in range(5)]
        for row in rows:
            yield "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]).rstrip()
    over = sum(one.until is not None and one.until < today for one in found)
    silent = sum(not one.reason for one in found)
    parts = [f"{over} ended" if over else "", f"{silent} without a reason" if silent else ""]
    told = ", ".join(part for part in parts if part)
    yield f"{count(len(found), 'waiver')}{f': {told}' if told else ''}."


def as_json(found: Sequence[Waived], today: date) -> str:
    """The exceptions as a JSON list."""
    rows = []
    for one in found:
        days = (today - one.since).days if one.since is not None else None
        rows.append({**msgspec.to_builtins(one), "age_days": days, "ended": one.until is not None and one.until < today})
    return json.dumps(rows, indent=2, ensure_ascii=False)


def _configured(waiver: Waiver, rebase: Rebase, root: Path, lines: _Lines) -> Waived:
    written = lines(waiver.source)
    block = [written[number] for number in _block(root / waiver.source, waiver.line) if number in written]
    since = min(block, default=None)
    rules = () if waiver.rule == "all" else (waiver.rule,)
    place = f"{rebase.path(waiver.source)}:{waiver.line}"
    return _exception(place, rules, waiver.path, waiver, since)


def _commented(tree: Tree, settings: Settings, cached: bool, rebase: Rebase, lines: _Lines) -> Iterator[Waived]:
    with Cache(tree.root if cached else None, settings.cell_magics) as cache:
        space = Workspace(tree.root, cache)
        for path in tree.targets(()):
            data = space.read(path)
            if b"mlstd" not in data:
                continue
            module = space.lower(path, data)
            for pragma in pragmas(path, module):
                place = msgspec.structs.replace(pragma.place, path=rebase.path(path))
                yield _exception(str(place), pragma.names, rebase.path(path), pragma, lines(path).get(_file_line(pragma, module)))


def _exception(place: str, rules: tuple[str, ...], path: str, said: Waiver | Pragma, since: Written | None) -> Waived:
    author = since.author if since is not None else ""
    day = since.day if since is not None and author else None
    return Waived(printable(place), rules, printable(path), said.reason, said.until, said.owner, day, author)


def _file_line(pragma: Pragma, module: ir.Module) -> int:
    """The line of the file on which a comment stands, in a notebook too."""
    line = pragma.place.line
    starts = (unit.json_line for unit in module.units if unit.cell == pragma.place.cell)
    start = next(starts, None)
    return line if start is None else start + line - 1


def _block(file: Path, first: int) -> range:
    """The lines of a table of the configuration without its header, which git cannot tell from other headers."""
    try:
        text = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return range(0)
    last = next((number for number, line in enumerate(text[first:], first + 1) if line.lstrip().startswith("[")), len(text) + 1)
    filled = [number for number in range(first + 1, last) if text[number - 1].strip()]
    return range(first + 1, filled[-1] + 1) if filled else range(first, first + 1)


def _row(one: Waived, today: date) -> tuple[str, ...]:
    rules = ", ".join(one.rules) or "every rule"
    where = "" if one.place.startswith(one.path) else f" in {one.path}"
    until = "-" if one.until is None else f"ended {one.until}" if one.until < today else str(one.until)
    age = count((today - one.since).days, "day") if one.since is not None else "-"  # not committed yet, or no git here
    owner = one.owner or (f"({one.author})" if one.author else "-")
    return one.place, rules + where, until, age, printable(owner), printable(one.reason) or "-"
