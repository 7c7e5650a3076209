"""How does the code tell whose the rows are: by a column, by the folds that a data set comes with, by a file beside the rows?"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from mlstd.ask.code import called, calls
from mlstd.ask.source import nodes, place
from mlstd.ask.view import View
from mlstd.lower import ir
from mlstd.place import Place

OWNERS = (
    "patient|subject|participant|person|speaker|singer|writer|user|customer|client|session|visit|device|driver|player|group|scene"
)
OWNER = re.compile(rf"^({OWNERS})[_ ]?(id|nr|no|num|number|code|name)?s?$", re.IGNORECASE)
FOLD = re.compile(r"^folds?(_?(id|nr|no|num|number))?$", re.IGNORECASE)
LISTED = re.compile(
    r"((^|_)(patient|subject|participant|speaker|user|person|group)_?ids?(_(train|test|all|y))?|"
    r"(subject|participant|speaker)s?_(train|test|all)|groups?)\.(txt|npy|csv|pkl|pickle)$",
    re.IGNORECASE,
)
EVERY_ROW = frozenset(
    ("transform", "cumcount", "cumsum", "cumprod", "cummax", "cummin", "shift", "diff", "rank", "rolling", "ffill")
)
SEVERAL = frozenset(("nunique", "value_counts"))
ONE_EACH = frozenset(("unique", "drop_duplicates", "isin", "duplicated", "pivot", "pivot_table", "merge", "set_index"))


def own_folds(view: View) -> tuple[str, Place] | None:
    """The column of folds that a table comes with, as far as the code reads it and makes none of its own.

    Who publishes folds with the data keeps together in them what belongs together."""
    read = {load.at for load in view.loads}
    code = nodes(view)
    made = [(path, unit, node) for path, unit, node in code if isinstance(node, ir.Assign)]
    if any(isinstance(t, ir.Subscript) and _fold(t) for _, _, node in made for t in node.targets):
        return None
    loaded = [(p, n) for p, unit, n in made if n.value is not None and place(p, unit, n.value) in read]
    tables = {(path, t.id) for path, node in loaded for t in node.targets if isinstance(t, ir.Name)}
    found = [
        (_fold(node), place(path, unit, node))
        for path, unit, node in code
        if isinstance(node, ir.Subscript) and _fold(node) and isinstance(node.value, ir.Name) and (path, node.value.id) in tables
    ]
    return found[0] if found else None


def _fold(node: ir.Subscript) -> str:
    word = node.index.value if isinstance(node.index, ir.Const) else None
    return word if isinstance(word, str) and FOLD.match(word) else ""


def listed_apart(view: View) -> tuple[str, Place] | None:
    """A file beside the rows that names the owner of each: `subject_id_train.txt`."""
    for load in view.loads:
        for name in {p.origin.name.removeprefix("file:") for p in load.rows.parts if p.origin.name.startswith("file:")}:
            file = posixpath.basename(name.replace("\\", "/"))
            if LISTED.search(file) and (owner := re.search(OWNERS, file, re.IGNORECASE)) is not None:
                return owner.group().lower(), view.at(load)
    return None


def by_column(view: View) -> tuple[str, Place] | None:
    """The column that says whose rows they are, and where the code uses it as such."""
    found: list[tuple[str, Place]] = []
    kept: set[int] = set()  # what is grouped and gives every row its value
    groupings: list[tuple[ir.Call, str, Place]] = []
    for at, call in calls(view):
        column, word = _owner(call), called(call)
        if word in EVERY_ROW:
            kept.update(id(c) for c in _chain(call))
        if column and word == "groupby":
            groupings.append((call, column, at))
        elif column and word in SEVERAL:
            found.append((column, at))
        elif column and word in ONE_EACH:
            return None
    if any(id(call) not in kept for call, _, _ in groupings):
        return None
    found.extend((column, at) for _, column, at in groupings)
    return min(found, key=lambda f: (f[1].cell or 0, f[1].line)) if found else None


def _chain(call: ir.Expr) -> Iterator[ir.Expr]:
    """A call and what it is called on, down to the name."""
    node: ir.Expr | None = call
    while node is not None:
        yield node
        node = node.func if isinstance(node, ir.Call) else node.value if isinstance(node, (ir.Attribute, ir.Subscript)) else None


def _owner(call: ir.Call) -> str:
    """The column of owners that is called upon (`rows["patient_id"].nunique()`) or named (`rows.groupby("patient_id")`)."""
    words = [a.value.value for a in call.arguments[:1] if isinstance(a.value, ir.Const)]
    words += [i.value for a in call.arguments for i in _items(a.value) if isinstance(i, ir.Const)]
    upon = call.func.value if isinstance(call.func, ir.Attribute) else None
    if isinstance(upon, ir.Subscript) and isinstance(upon.index, ir.Const):
        words.append(upon.index.value)
    elif isinstance(upon, ir.Attribute):
        words.append(upon.name)
    return next((w for w in words if isinstance(w, str) and OWNER.match(w)), "")


def _items(value: ir.Expr) -> tuple[ir.Expr, ...]:
    return value.items if isinstance(value, ir.Sequence) else ()
