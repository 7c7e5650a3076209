"""Are rows of one patient, user or session divided among the parts, though the code knows whose they are?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlstd.ask import owners
from mlstd.ask.case import Case, Evidence, step, sureness, weakest
from mlstd.ask.code import mentions
from mlstd.ask.view import View
from mlstd.place import Place
from mlstd.trace.events import Draw, Fit, Predict
from mlstd.trace.values.kinds import DEALT

APART = re.compile(r"Group(K|S|_)|LeaveOneGroup|LeavePGroups|\bgroups?\s*=|PredefinedSplit")
SHUFFLES = ("permutation", "permuted", "shuffle", "randperm", "sample")


def split_across(view: View) -> Iterator[Case]:
    """The first random division of rows that belong to groups which the code itself tells apart, or that were cut from files.

    Nothing is said where rows could have become one for each group, or where anything divides by groups."""
    draws = [d for d in view.draws if d.use == "split" and d.rows is not None and d.rows.parts]
    pieces = next((d for d in draws if d.rows is not None and of_files(d.rows.traits)), None)
    cut = next((e for e in dealt(view) if of_files(e.rows.traits)), None)
    pieces = pieces or (shuffled_before(view, cut) if cut is not None else None)
    if pieces is not None and not any(s.grouped for s in view.splits) and not mentions(view, APART):
        evidence = (step("pieces of the same files are divided by chance", pieces),)
        facts = {"code": view.code(pieces), "column": "file", "what": "pieces of one file"}
        yield Case(view.at(pieces), weakest(["medium", sureness(pieces)]), evidence, facts)
        return
    if not draws or any(s.grouped for s in view.splits) or mentions(view, APART):
        return
    known = owners.own_folds(view) or owners.listed_apart(view)
    if known is not None:
        yield _case(view, draws[0], *known)
        return
    whole = [d for d in draws if d.rows is not None and not any(p.steps for p in d.rows.parts) and "grouped" not in d.rows.traits]
    tables = {load.at for load in view.loads if not load.pretrained}
    known = owners.by_column(view) if whole and len(tables) == 1 else None
    if known is not None:
        yield _case(view, whole[0], *known)


def dealt(view: View) -> list[Fit | Predict]:
    """Where models are handed rows that were shuffled and then cut off from others."""
    events: list[Fit | Predict] = [*view.fits, *view.of(Predict)]
    return [e for e in events if DEALT in e.rows.traits and e.models]


def shuffled_before(view: View, fit: Fit | Predict) -> Draw | None:
    """The shuffle after which the rows of a fit were cut off, if the others of them are scored as held out."""
    others = {p.origin for p in fit.rows.parts}
    scores = [s for s in view.evaluations if s.value.models & fit.models and view.seen(s) not in ("training", "including")]
    tested = any(others & {p.origin for p in s.value.parts} for s in scores)
    shuffles = [d for d in view.draws if d.name.rpartition(".")[2] in SHUFFLES and d.order < fit.order]
    return shuffles[-1] if shuffles and tested else None


def of_files(traits: frozenset[str]) -> bool:
    """Are the rows pieces of files, of which each gave several?"""
    return {"file", "piece"} <= traits


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
