"""Which random numbers do the worker processes of a loader draw, each from its own copy of a generator?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from mlstd.trace.machine import Machine
from mlstd.trace.values.kinds import Address, Const, Ref

RUNNING = ("workers of a loader",)
SEEDING = ("worker_init_fn", "generator")


@contextmanager
def working(machine: Machine, loader: Ref) -> Iterator[None]:
    """What happens inside, the loader's workers do. A loader without workers, or with seeded ones, changes nothing."""
    before = machine.notes.get(RUNNING)
    if _unseeded(machine, loader):
        machine.notes.setdefault(("objects before", loader.address), len(machine.heap))
        machine.notes[RUNNING] = loader.address
    try:
        yield
    finally:
        machine.notes[RUNNING] = before


def _unseeded(machine: Machine, loader: Ref) -> bool:
    count = machine.load(loader.address, "@num_workers")
    given = [machine.load(loader.address, f"@{name}") for name in SEEDING]
    several = isinstance(count, Const) and isinstance(count.value, int) and count.value > 0
    return several and all(v is None or (isinstance(v, Const) and v.value is None) for v in given)


def drawing(machine: Machine, generator: str, owner: Ref | None) -> Address | None:
    """The loader whose workers draw this, from a copy that all of them share; torch seeds its own and Python's in each."""
    loader: Address | None = machine.notes.get(RUNNING)
    if loader is None or generator not in ("numpy", "own"):
        return None
    if generator == "own" and (owner is None or owner.address > machine.notes[("objects before", loader)]):
        return None  # made afresh for every row
    return loader
