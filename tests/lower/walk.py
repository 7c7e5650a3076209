"""Walk over the IR in tests, and cut the text at a span out of a unit."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from mlstd.lower import ir


def nodes(value: object) -> Iterator[ir.Node]:
    """Every node in a value, itself included, in the order of the fields."""
    if isinstance(value, ir.Node):
        yield value
    if isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from nodes(getattr(value, name))
    elif isinstance(value, tuple):
        for item in value:
            yield from nodes(item)


def cut(text: str, at: ir.Span) -> str:
    """The text that a span covers, by the rules that a reader goes by: lines and characters from 1, the end exclusive."""
    line, column, end_line, end_column = at
    lines = text.split("\n")[line - 1 : end_line]
    lines[-1] = lines[-1][: end_column - 1]
    lines[0] = lines[0][column - 1 :]
    return "\n".join(lines)
