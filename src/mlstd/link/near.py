"""Which experiments of a project lie near one another, and are called alike?"""

from __future__ import annotations

import posixpath
import re

MOST_SIBLINGS = 24  # experiments that are looked at for a comparison: beyond, a project has a fair one or is not one project
PLAIN = frozenset(
    ("train", "training", "test", "testing", "main", "eval", "evaluate", "model", "models", "script", "utils", "with")
)


def closeness(path: str, other: str) -> tuple[int, int, str]:
    """Siblings in the same folder come first, then those near by; one that shares words of its name is nearer than it lies."""
    mine, theirs = path.split("/")[:-1], other.split("/")[:-1]
    common = 0
    while common < min(len(mine), len(theirs)) and mine[common] == theirs[common]:
        common += 1
    alike = len(_words(path) & _words(other))
    return max(0, len(mine) + len(theirs) - 2 * common - 2 * alike), -alike, other


def _words(path: str) -> set[str]:
    """The telling words of a file's name."""
    stem = posixpath.basename(path).rpartition(".")[0].lower()
    return {word for word in re.split(r"[^a-z]+", stem) if len(word) > 3 and word not in PLAIN}
