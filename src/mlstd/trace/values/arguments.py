"""The arguments of a call, and how they meet the parameters of what is called."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from mlstd.knowledge.signature import REQUIRED, Param
from mlstd.trace.values.kinds import Const, Tuple, Unknown, Value


@dataclass(slots=True)
class Arguments:
    """Evaluated arguments. `rest` stands for the items of `*args` of unknown length, `named_rest` for `**kwargs` of unknown
    names."""

    positional: list[Value] = field(default_factory=list)
    named: dict[str, Value] = field(default_factory=dict)
    rest: Value | None = None
    named_rest: Value | None = None

    def all(self) -> list[Value]:
        """Every value that is handed over."""
        extra = [v for v in (self.rest, self.named_rest) if v is not None]
        return [*self.positional, *self.named.values(), *extra]

    def get(self, position: int, name: str = "") -> Value | None:
        """The argument at a position or of a name; None if it was not given."""
        if name and name in self.named:
            return self.named[name]
        return self.positional[position] if 0 <= position < len(self.positional) else self.rest if position >= 0 else None

    def after(self, first: Value) -> Arguments:
        """These arguments behind one more (a method's receiver)."""
        return Arguments([first, *self.positional], self.named, self.rest, self.named_rest)


def bind(parameters: Sequence[Param], arguments: Arguments) -> dict[str, Value]:
    """The arguments by the names of a library signature; what is not given has its default, if that is a literal.

    Arguments that fit no parameter stay under their own name; surplus positions are under "*".
    """
    bound: dict[str, Value] = {}
    positions = [p for p in parameters if not p.keyword_only and p.stars == 0]
    star = next((p for p in parameters if p.stars == 1), None)
    for parameter, value in zip(positions, arguments.positional, strict=False):
        bound[parameter.name] = value
    surplus = arguments.positional[len(positions) :]
    if star is not None:
        extra = tuple(surplus) + ((arguments.rest,) if arguments.rest is not None else ())
        bound[star.name] = Tuple(extra)
    elif surplus:
        bound["*"] = Tuple(tuple(surplus))
    bound.update(arguments.named)
    double = next((p for p in parameters if p.stars == 2), None)
    if double is not None and arguments.named_rest is not None:
        bound[double.name] = arguments.named_rest
    for parameter in parameters:
        if parameter.name not in bound and parameter.stars == 0:
            if arguments.rest is not None and star is None and not parameter.keyword_only and parameter.default is REQUIRED:
                bound[parameter.name] = arguments.rest
            elif arguments.named_rest is not None and parameter.default is REQUIRED:
                bound[parameter.name] = arguments.named_rest
            elif parameter.default is None or isinstance(parameter.default, (bool, int, float, str)):
                bound[parameter.name] = Const(parameter.default)
    return bound


def given(arguments: Arguments, parameters: Iterable[Param], name: str) -> bool:
    """Was a parameter given by the caller, not left to its default?"""
    names = [p.name for p in parameters if p.stars == 0 and not p.keyword_only]
    return name in arguments.named or (name in names and names.index(name) < len(arguments.positional))


def unknown_arguments(reason: str) -> Arguments:
    """Arguments that nobody knows, for a function that the project itself never calls."""
    return Arguments([], {}, Unknown(reason), Unknown(reason))
