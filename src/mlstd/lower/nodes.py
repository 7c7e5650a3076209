"""Which nodes stand in a piece of code?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from mlstd.lower import ir


def nodes_of(body: Iterable[Any]) -> Iterator[Any]:
    """Every node inside some statements."""
    waiting: list[Any] = list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ir.Node):
            yield node
        if isinstance(node, msgspec.Struct):
            waiting.extend(getattr(node, f) for f in node.__struct_fields__)
        elif isinstance(node, (tuple, list)):
            waiting.extend(node)
