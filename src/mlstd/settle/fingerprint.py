"""How is a finding known again after lines have moved? By its rule, its file and its code, never by a line number."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence

import msgspec

from mlstd.link.project import home
from mlstd.place import Place
from mlstd.settle.code import normal, times
from mlstd.settle.draft import Context, Settled
from mlstd.settle.known import Issue


def fingerprinted(drafts: Sequence[Settled], context: Context) -> list[Settled]:
    """The findings with what they are known by, and a hash of it. Findings of one rule at one place, from several experiments,
    share theirs."""
    places: dict[tuple[str, str, str], set[Place]] = defaultdict(set)
    keys = []
    for draft in drafts:
        place = draft.finding.place
        path = home(place.path).encode("utf-8", "replace").decode()  # as a text file can hold it
        key = (path, draft.finding.rule, normal_code(place, context))
        keys.append(key)
        places[key].add(place)
    order = {key: {place: number for number, place in enumerate(sorted(found, key=_order), 1)} for key, found in places.items()}
    issues = [Issue(*key, order[key][draft.finding.place]) for draft, key in zip(drafts, keys, strict=True)]
    return [
        msgspec.structs.replace(draft, issue=issue, fingerprint=_digest(issue))
        for draft, issue in zip(drafts, issues, strict=True)
    ]


def normal_code(place: Place, context: Context) -> str:
    """The code at a place as `normal` has it; nothing for a place without width, which stands for its whole file."""
    return normal(_text(place, context))


def repeated(place: Place, context: Context) -> bool:
    """Whether the code at a place may stand in its file once more, where another experiment could have an equal finding."""
    text = _text(place, context)
    return text != "" and times(text, (unit.text for unit in context.module(place.path).units)) != 1


def _text(place: Place, context: Context) -> str:
    lines = context.code(place.path, place.cell)[place.line - 1 : max(place.line, place.end_line)]
    if not lines or (place.line, place.column) == (place.end_line, place.end_column):
        return ""
    if place.line == place.end_line and (place.column, place.end_column) == (1, 2):
        below = context.code(place.path, place.cell)[place.line - 1 :]
        return next((line for line in below if normal(line)), "")  # the line is meant, not its first letter
    lines = (*lines[:-1], lines[-1][: place.end_column - 1])
    return "\n".join((lines[0][place.column - 1 :], *lines[1:]))


def _order(place: Place) -> tuple[str, int, int, int]:
    return (place.path, place.cell or 0, place.line, place.column)


def _digest(issue: Issue) -> str:
    text = "\0".join((issue.rule, issue.path, issue.code, str(issue.nth)))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
