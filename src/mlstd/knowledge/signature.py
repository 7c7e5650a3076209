"""What parameters does a signature written as text have?"""

from __future__ import annotations

import enum
from functools import cache
from typing import TYPE_CHECKING, TypeAlias, cast

import msgspec

if TYPE_CHECKING:
    import ast


class Missing(enum.Enum):
    """Why a parameter has no default that could be told."""

    REQUIRED = "required"
    UNKNOWN = "unknown"  # there is one, but it is not a literal


REQUIRED = Missing.REQUIRED
UNKNOWN = Missing.UNKNOWN

Default: TypeAlias = (
    "bool | int | float | str | bytes | complex | tuple[object, ...] | list[object] | dict[object, object] | set[object]"
    " | Missing | None"
)


class Param(msgspec.Struct, frozen=True):
    """A parameter: `default` is its literal default, `REQUIRED` or `UNKNOWN`; `stars` 1 for *args, 2 for **kwargs (their
    default is an empty tuple or dict)."""

    name: str
    default: Default = REQUIRED
    stars: int = 0
    keyword_only: bool = False


@cache
def signature(args: str) -> tuple[Param, ...]:
    """The parameters of `args` as Python writes them ("X, y=None, *, shuffle=True"). Raises SyntaxError when they don't parse."""
    import ast

    if not args:
        return ()
    definition = ast.parse(f"def f({args}): pass").body[0]
    assert isinstance(definition, ast.FunctionDef)
    return tuple(_parameters(definition.args))


def _parameters(arguments: ast.arguments) -> list[Param]:
    positional = [*arguments.posonlyargs, *arguments.args]
    required: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
    params = [Param(arg.arg, _default(value)) for arg, value in zip(positional, [*required, *arguments.defaults], strict=True)]
    if arguments.vararg:
        params.append(Param(arguments.vararg.arg, (), stars=1))
    for arg, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        params.append(Param(arg.arg, _default(value), keyword_only=True))
    if arguments.kwarg:
        params.append(Param(arguments.kwarg.arg, {}, stars=2))
    return params


def _default(value: ast.expr | None) -> Default:
    import ast

    if value is None:
        return REQUIRED
    try:
        literal = ast.literal_eval(value)
    except ValueError:
        return UNKNOWN
    return UNKNOWN if literal is ... else cast("Default", literal)
