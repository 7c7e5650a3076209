"""Which step of a pipeline does a name or a position mean?"""

from __future__ import annotations

from mlstd.trace.library.site import MODEL_ROLES
from mlstd.trace.machine import Machine
from mlstd.trace.values.kinds import Const, Items, Ref, Tuple, Value

NAMED = frozenset(("named_steps", "named_transformers_", "named_estimators_"))  # attributes that give the steps by their names
_STEPS = ("@steps", "@transformers", "@estimators")


def step(machine: Machine, owner: Value, key: Value | None) -> Value | None:
    """The step under a key of a pipeline, or of the pipeline that a search has tried; None where nobody knows. A model learns as
    the last step of its pipeline, and is known by that."""
    if not isinstance(owner, Ref) or not isinstance(key, Const):
        return None
    holder = _holder(machine, owner)
    steps = _items(machine, holder) if holder is not None else ()
    if isinstance(key.value, int) and not isinstance(key.value, bool):
        found = steps[key.value] if -len(steps) <= key.value < len(steps) else None
    else:
        named = [s for s in steps if _name(machine, s) == key.value]
        found = named[0] if len(named) == 1 else None
    worker = _worker(machine, found) if found is not None else None
    last = isinstance(worker, Ref) and found == steps[-1] and machine.things[worker.address].role in MODEL_ROLES
    return owner if last else worker


def _holder(machine: Machine, owner: Ref) -> Value | None:
    """What holds the steps of a pipeline; a search has those of what it tries."""
    found = next((v for slot in _STEPS if (v := machine.load(owner.address, slot)) is not None), None)
    tried = machine.load(owner.address, "@estimator") if owner.address in machine.things else None
    return _holder(machine, tried) if found is None and isinstance(tried, Ref) and tried != owner else found


def _items(machine: Machine, value: Value) -> tuple[Value, ...]:
    """The items of a sequence whose items are all known."""
    held = machine.load(value.address, "[]") if isinstance(value, Ref) else value
    if isinstance(held, Tuple):
        return held.items
    return held.items if isinstance(held, Items) and held.rest is None else ()


def _name(machine: Machine, item: Value) -> object:
    """What a step is called: the name that stands before it, or its class in small letters, as `make_pipeline` calls it."""
    parts = _items(machine, item)
    if len(parts) > 1:
        return parts[0].value if isinstance(parts[0], Const) else None
    thing = machine.things.get(item.address) if isinstance(item, Ref) else None
    return thing.cls.rpartition(".")[2].lower() if thing is not None else None


def _worker(machine: Machine, item: Value) -> Value | None:
    """What does the work in a step: `("scale", StandardScaler())`, `("cat", OneHotEncoder(), columns)`, or the object alone."""
    parts = _items(machine, item)
    worker = parts[1] if len(parts) > 1 else item
    return worker if isinstance(worker, Ref) and worker.address in machine.things else None
