"""Which findings are one thing? A helper's wart shows in all experiments that use it, and is told once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from mlstd.place import Place
from mlstd.report.result import Result
from mlstd.settle.draft import Settled


def together(result: Result) -> Iterator[tuple[Settled, list[str]]]:
    """Each finding once, at its worst level, with the other experiments that share it."""
    shared: dict[tuple[str, Place, str], list[Settled]] = {}
    for settled in result.findings:
        shared.setdefault((settled.finding.rule, settled.finding.place, settled.finding.message), []).append(settled)
    for group in shared.values():
        worst = min(group, key=lambda settled: settled.level)  # "error" < "warning"
        others = dict.fromkeys(settled.finding.entry for settled in group)
        yield worst, [entry for entry in others if entry != worst.finding.entry]


def marked(result: Result) -> Iterator[tuple[Settled, list[str], str]]:
    """The same, each with a fingerprint that no other has: those at one place, or in two projects of one run, are told apart."""
    seen: dict[str, int] = {}
    for settled, entries in together(result):
        plain = settled.fingerprint
        number = seen[plain] = seen.get(plain, 0) + 1
        yield settled, entries, plain if number == 1 else digest(plain, str(number))


def digest(*parts: str) -> str:
    """A short fingerprint of some texts."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:16]
