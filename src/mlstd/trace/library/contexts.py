"""Which libraries do the decorators of a running function belong to?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from mlstd.trace.machine import Machine


@contextmanager
def decorated(machine: Machine, wrappers: tuple[str, ...]) -> Iterator[None]:
    """A decorated function runs: the libraries whose decorators it wears are used."""
    machine.libraries.update(w for w in wrappers if not w.startswith(("?", ".")))
    yield
