"""How is a finding known again after lines have moved? By its rule, its file and its code, never by a line number."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence

import msgspec

from mlstd.place import Place
from mlstd.settle.draft import Context, Settled


def fingerprinted(drafts: Sequence[Settled], context: Context) -> list[Settled]:
    """The findings with their fingerprints: a hash of rule, path, code with its white space collapsed, and which of several equal
    ones it is. Findings of one rule at one place, from several experiments, share theirs."""
    places: dict[tuple[str, str, str], set[Place]] = defaultdict(set)
    keys = []
    for draft in drafts:
        place = draft.finding.place
        key = (draft.finding.rule, place.path, normal_code(place, context))
        keys.append(key)
        places[key].add(place)
    ordinals = {key: {place: number for number, place in enumerate(sorted(found, key=_order))} for key, found in places.items()}
    return [
        msgspec.structs.replace(draft, fingerprint=_digest(*key, str(ordinals[key][draft.finding.place])))
        for draft, key in zip(drafts, keys, strict=True)
    ]


def normal_code(place: Place, context: Context) -> str:
    """The code at a place on one line, with single spaces."""
    lines = context.code(place.path, place.cell)[place.line - 1 : max(place.line, place.end_line)]
    return " ".join(" ".join(lines).split())


def _order(place: Place) -> tuple[int, int, int]:
    return (place.cell or 0, place.line, place.column)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:16]
