"""In which order do rows come: as they are stored, or in a new one at every pass?"""

from __future__ import annotations

from mlstd.lower import ir
from mlstd.trace.machine import Machine
from mlstd.trace.values.kinds import Data, Value
from mlstd.trace.values.text import source

STORED, ANEW = "stored order", "new order"
MIXED = "mixed orders"  # a score of rows in a new order with labels in stored order
LABELS = frozenset(("classes", "targets", "labels"))
NOTED = "stored labels"


def as_stored(machine: Machine, rows: Value, name: str, node: ir.Node) -> Value:
    """`test.targets`, `iterator.classes`: labels as they are stored, however the rows are handed out. Other attributes stay what
    they are."""
    if name not in LABELS or not isinstance(rows, Data) or rows.kind != "rows":
        return rows
    written = source(node) if isinstance(node, ir.Attribute) else "labels"
    machine.notes.setdefault(NOTED, {}).setdefault(rows.parts, written)
    return rows.but(traits=rows.traits - {ANEW, "batch"} | {STORED}, like="")


def mixed(truth: Data | None, guess: Data | None) -> frozenset[str]:
    """Does a metric compare what comes in two orders?"""
    if truth is None or guess is None:
        return frozenset()
    pairs = ((truth.traits, guess.traits), (guess.traits, truth.traits))
    return frozenset((MIXED,)) if any(STORED in one and ANEW in other for one, other in pairs) else frozenset()
