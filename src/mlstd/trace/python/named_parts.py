"""Which part of a data set does a key name (`dataset["test"]`), and what is a data set whose parts are replaced one by one?"""

from __future__ import annotations

from mlstd.lower import ir
from mlstd.trace.machine import Machine
from mlstd.trace.values.kinds import Const, Data, Entries, Ref, Value
from mlstd.trace.values.parts import Origin, Part

_FIELDS = "x y image images img imgs label labels data feature features target targets text texts set input inputs"
FIELDS = frozenset(_FIELDS.split())
OWN_PARTS = frozenset(("train", "training", "test", "validation", "valid", "val", "dev", "eval", "unsupervised"))


def part(data: Data, key: Value) -> Data | None:
    """`dataset["test"]`, `arrays["x_test"]`: a source that comes with parts of its own, by the names that people give them; None
    for a column."""
    name = _part_of(key.value) if isinstance(key, Const) and isinstance(key.value, str) else ""
    if not name or data.kind != "rows" or data.traits & {"item", "batch"}:
        return None
    if not data.parts or any(p.origin.part for p in data.parts):
        return None
    return data.but(parts=frozenset(Part(Origin(p.origin.name, name, p.origin.known, p.origin.at), p.steps) for p in data.parts))


def _part_of(key: str) -> str:
    """The part that a key names: itself, or the word in it beside one for what the array holds (`x_test`, `train_images`)."""
    words = key.lower().split("_")
    own = [word for word in words if word in OWN_PARTS]
    if own and all(word in OWN_PARTS or word in FIELDS for word in words):
        return own[0]
    return key if words[0] in OWN_PARTS else ""


def replaced(machine: Machine, whole: Data, key: Value | None, value: Value, node: ir.Node) -> Value | None:
    """`dataset["train"] = dataset["train"].select(...)`: from now on a dict that holds the new part, the others as they were.
    None where the key is a column, or what is written is no part of such a data set."""
    if key is None or part(whole, key) is None or not isinstance(key, Const):
        return None
    if not isinstance(value, Data) or value.kind != "rows" or not value.parts or not all(p.origin.part for p in value.parts):
        return None
    made = machine.allocate("dict", node)
    machine.store(made.address, "{}", Entries(((key.value, value),), whole))
    return Ref(made.address)
