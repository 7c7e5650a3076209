"""What holds at one point of the run: a store from (object, slot) to a value.

Everything that can change lives in this one store: the names of a scope, the attributes of an instance, the items of a list, the
facts about a model. Branches fork it, joins merge it. The file knows neither what a value is nor anything of machine learning.

A state knows which slots were written since it was forked, and by which forks it came about, so that a merge looks only at what
its states did since their ways parted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, TypeAlias, TypeVar

V = TypeVar("V")
Slot: TypeAlias = tuple[int, str]


class Effort:
    """How many slots all forks of one origin have copied: what a run costs besides its steps."""

    __slots__ = ("copied",)

    def __init__(self) -> None:
        self.copied = 0


class Past:
    """The point of a fork: the slots that were written between the fork before it and this one."""

    __slots__ = ("before", "depth", "written")

    def __init__(self, written: set[Slot], before: Past | None) -> None:
        self.written, self.before = written, before
        self.depth: int = before.depth + 1 if before is not None else 0


class State(Generic[V]):
    """A store that can be forked and merged; `fork` copies, so a fork never sees what happens to its origin afterwards."""

    __slots__ = ("data", "effort", "past", "written")

    def __init__(self, data: dict[Slot, V] | None = None, past: Past | None = None, effort: Effort | None = None) -> None:
        self.data: dict[Slot, V] = {} if data is None else data
        self.written: set[Slot] = set()
        self.past = past
        self.effort = Effort() if effort is None else effort

    def get(self, slot: Slot) -> V | None:
        """The value in a slot, None where nothing was written."""
        return self.data.get(slot)

    def put(self, slot: Slot, value: V) -> None:
        """Overwrite a slot."""
        self.data[slot] = value
        self.written.add(slot)

    def drop(self, slot: Slot) -> None:
        """Forget a slot."""
        if self.data.pop(slot, None) is not None:
            self.written.add(slot)

    def fork(self) -> State[V]:
        """A copy that goes its own way."""
        self.effort.copied += len(self.data)
        if self.written or self.past is None:
            self.past, self.written = Past(self.written, self.past), set()
        return State(self.data.copy(), self.past, self.effort)


def parted(a: State[V], b: State[V]) -> tuple[set[Slot], Past | None]:
    """The slots that either of two states wrote since their ways parted, and the fork at which they did."""
    slots = a.written | b.written
    mine, theirs = a.past, b.past
    while mine is not theirs:
        if theirs is None or (mine is not None and mine.depth >= theirs.depth):
            assert mine is not None
            slots |= mine.written
            mine = mine.before
        else:
            slots |= theirs.written
            theirs = theirs.before
    return slots, mine


def merge(states: Iterable[State[V]], join: Callable[[V, V], V]) -> State[V] | None:
    """The state in which any of `states` may hold (None for no states: the point is not reached).

    The states must be forks of one origin. A slot that only some of them have keeps the value that it has there: a name bound on
    one branch alone is used only where that branch was taken.
    """
    every = list(states)
    if not every:
        return None
    result = every[0]
    for other in every[1:]:
        slots, result.past = parted(result, other)
        for slot in slots:
            mine, theirs = result.data.get(slot), other.data.get(slot)
            if mine is theirs:
                continue
            if mine is None:
                assert theirs is not None
                result.data[slot] = theirs
            elif theirs is not None and mine != theirs:
                result.data[slot] = join(mine, theirs)
        result.written = slots
    return result
