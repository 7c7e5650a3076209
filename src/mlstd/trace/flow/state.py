"""What holds at one point of the run: a store from (object, slot) to a value.

Everything that can change lives in this one store: the names of a scope, the attributes of an instance, the items of a list, the
facts about a model. Branches fork it, joins merge it. The file knows neither what a value is nor anything of machine learning.

`changed` holds the slots written since the last `mark` (the entry of the running function), so that a merge looks at these alone.
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


class State(Generic[V]):
    """A store that can be forked and merged; `fork` copies, so a fork never sees what happens to its origin afterwards."""

    __slots__ = ("changed", "data", "effort")

    def __init__(self, data: dict[Slot, V] | None = None, changed: set[Slot] | None = None, effort: Effort | None = None) -> None:
        self.data: dict[Slot, V] = {} if data is None else data
        self.changed: set[Slot] = set() if changed is None else changed
        self.effort = Effort() if effort is None else effort

    def get(self, slot: Slot) -> V | None:
        """The value in a slot, None where nothing was written."""
        return self.data.get(slot)

    def set(self, slot: Slot, value: V) -> None:
        """Overwrite a slot."""
        self.data[slot] = value
        self.changed.add(slot)

    def drop(self, slot: Slot) -> None:
        """Forget a slot."""
        if self.data.pop(slot, None) is not None:
            self.changed.add(slot)

    def fork(self) -> State[V]:
        """A copy that goes its own way."""
        self.effort.copied += len(self.data)
        return State(self.data.copy(), self.changed.copy(), self.effort)

    def mark(self) -> set[Slot]:
        """Start counting changes afresh (a function is entered); hand the result to `unmark` on the way out."""
        before, self.changed = self.changed, set()
        return before

    def unmark(self, before: set[Slot]) -> None:
        """Count the changes since `mark` as changes of the caller, too."""
        self.changed |= before


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
        for slot in result.changed | other.changed:
            mine, theirs = result.data.get(slot), other.data.get(slot)
            if mine is theirs:
                continue
            if mine is None:
                assert theirs is not None
                result.data[slot] = theirs
            elif theirs is not None and mine != theirs:
                result.data[slot] = join(mine, theirs)
            result.changed.add(slot)
        result.changed |= other.changed
    return result
