"""Are rows of one patient, user or session divided among the parts, though the code knows whose they are?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlstd.ask.case import Case, Evidence, step, sureness, weakest
from mlstd.ask.code import called, calls, mentions
from mlstd.ask.view import View
from mlstd.lower import ir
from mlstd.place import Place
from mlstd.trace.events import Draw

OWNERS = (
    "patient|subject|participant|person|speaker|singer|writer|user|customer|client|session|visit|device|driver|player|group|scene"
)
OWNER = re.compile(rf"^({OWNERS})[_ ]?(id|nr|no|num|number|code|name)?s?$", re.IGNORECASE)
APART = re.compile(r"Group(K|S|_)|LeaveOneGroup|LeavePGroups|\bgroups?\s*=|PredefinedSplit")
EVERY_ROW = frozenset(
    ("transform", "cumcount", "cumsum", "cumprod", "cummax", "cummin", "shift", "diff", "rank", "rolling", "ffill")
)
SEVERAL = frozenset(("nunique", "value_counts"))
ONE_EACH = frozenset(("unique", "drop_duplicates", "isin", "duplicated", "pivot", "pivot_table", "merge", "set_index"))


def split_across(view: View) -> Iterator[Case]:
    """The first random division of rows that belong to groups which the code itself tells apart, or that were cut from files.

    Nothing is said where rows could have become one for each group, or where anything divides by groups."""
    draws = [d for d in view.draws if d.use == "split" and d.rows is not None and d.rows.parts]
    pieces = next((d for d in draws if d.rows is not None and of_files(d.rows.traits)), None)
    if pieces is not None and not any(s.grouped for s in view.splits) and not mentions(view, APART):
        evidence = (step("pieces of the same files are divided by chance", pieces),)
        facts = {"code": view.code(pieces), "column": "file", "what": "pieces of one file"}
        yield Case(view.at(pieces), weakest(["medium", sureness(pieces)]), evidence, facts)
        return
    whole = [d for d in draws if d.rows is not None and not any(p.steps for p in d.rows.parts) and "grouped" not in d.rows.traits]
    tables = {load.at for load in view.loads if not load.pretrained}
    if not whole or len(tables) != 1 or any(s.grouped for s in view.splits) or mentions(view, APART):
        return
    known = _known(view)
    if known is not None:
        yield _case(view, whole[0], *known)


def of_files(traits: frozenset[str]) -> bool:
    """Are the rows pieces of files, of which each gave several?"""
    return {"file", "piece"} <= traits


def _known(view: View) -> tuple[str, Place] | None:
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


def _case(view: View, draw: Draw, column: str, at: Place) -> Case:
    evidence = (
        Evidence(f"the rows of one `{column}` are told from those of another here", at),
        step("divided by chance here", draw),
    )
    return Case(
        view.at(draw),
        weakest(["medium", sureness(draw)]),
        evidence,
        {"code": view.code(draw), "column": column, "what": f"rows of one `{column}`"},
    )
