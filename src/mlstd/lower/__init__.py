"""Source -> Module: libcst tree -> the small typed IR, with exact places, each cell on its own; kept in a cache by content."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mlstd.lower.cache import Cache
    from mlstd.lower.ir import Module
    from mlstd.read.source import Source


def lower(source: Source) -> Module:
    """Lower what `read` made of a file. Never raises on what the file holds: see `Module.problems`."""
    from mlstd.lower.module import lower_source  # needs libcst, which a warm run does without

    return lower_source(source)


def many(files: Mapping[str, bytes], cache: Cache, progress: Callable[[int, int], None] | None = None) -> dict[str, Module]:
    """Lower many files (path -> content) through the cache, over several processes when many are missing there."""
    from mlstd.lower.batch import lower_many

    return lower_many(files, cache, progress)
