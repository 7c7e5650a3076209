"""Which part of a graph, or of a table, do its own masks choose? `data.train_mask` and `data.test_mask` have no node in common.

Graph libraries keep the parts of a data set as masks, positions or edges beside its features; people name their own so, too.
"""

from __future__ import annotations

import re

from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.choose import narrowed
from mlstd.trace.values.kinds import Const, Data, Stream, Tuple
from mlstd.trace.values.parts import Step

PARTS = {
    "train": "train", "training": "train", "tr": "train", "val": "validation", "valid": "validation", "validation": "validation",
    "dev": "validation", "test": "test", "testing": "test",
}  # fmt: skip
_MASK = re.compile(rf"({'|'.join(PARTS)})_(masks?|idxs?|index|indices|ids|nodes?|nids?)")
_EDGES = re.compile(rf"({'|'.join(PARTS)})_((pos|neg)_)?edge(s|_index|_label|_label_index|_attr)?")
CUT = "its own masks"


def own_part(data: Data, name: str) -> Data | None:
    """What an attribute, or a key, of this name chooses of rows; None for every other name."""
    if data.kind != "rows":
        return None
    for pattern, kind in ((_MASK, "index"), (_EDGES, "rows")):
        found = pattern.fullmatch(name.lower())
        if found is not None:
            part = narrowed(data, Step("split", CUT, PARTS[found.group(1)]))
            kept = part.traits - {"item", "batch"}
            return part.but(kind=kind, traits=kept, columns=frozenset(), lacks=None)
    return None


def by_names(data: Data, arguments: Arguments) -> Stream | None:
    """`data("train_mask", "test_mask")`: pairs of a name and what it chooses."""
    names = [v.value for v in arguments.positional if isinstance(v, Const) and isinstance(v.value, str)]
    parts = [own_part(data, name) for name in names]
    pairs = tuple(Tuple((Const(name), part)) for name, part in zip(names, parts, strict=True) if part is not None)
    if not pairs or len(pairs) != len(arguments.positional):
        return None
    return Stream(pairs[0], pairs)
