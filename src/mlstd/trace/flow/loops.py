"""How a loop body comes to rest: rehearsed with the tape muted until nothing new is learned, then recorded once.

Knows neither values nor machine learning: the machine hands in how to run the body and how to join two values.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TypeVar

from mlstd.trace.flow.state import State, merge, parted

V = TypeVar("V")
MOST_REHEARSALS = 2  # a fact that needs more rounds to travel round the loop is rare, and each costs the whole body


def settle(
    start: State[V],
    body: Callable[[State[V]], State[V] | None],
    muted: Callable[[], AbstractContextManager[None]],
    join: Callable[[V, V], V],
    rehearsals: int = MOST_REHEARSALS,
) -> State[V] | None:
    """The state after a loop that starts in `start`, or None if its body never ends.

    The body may run any number of times, at least once: an experiment whose loops do nothing is none.
    """
    before = start
    for _ in range(rehearsals):
        with muted():
            after = body(before.fork())
        if after is None or _same(before, after):
            break
        joined = merge([before.fork(), after], join)
        assert joined is not None
        before = joined
    return body(before.fork())


def _same(before: State[V], after: State[V]) -> bool:
    """Has the body left every slot as it was? Only what was written since the two parted can differ."""
    return all(before.data.get(slot) == after.data.get(slot) for slot in parted(before, after)[0])
