"""What do tables tell of their rows: do they hold their own target, and do they follow one another in time?"""

from __future__ import annotations

from collections.abc import Iterator

from mlstd.ask import groups, wording
from mlstd.ask.case import Case, Confidence, step, sureness, weakest
from mlstd.ask.view import View
from mlstd.place import Place
from mlstd.trace.events import Ahead, Draw
from mlstd.trace.values.kinds import Data
from mlstd.trace.values.names import name_of


def own_targets(view: View) -> Iterator[Case]:
    """Fits whose features still hold the target."""
    done: set[Place] = set()
    for fit in view.fits:
        naive = all(t.baseline for m in fit.models if (t := view.thing(m)) is not None)
        if fit.leaked and not naive and fit.at not in done:
            done.add(fit.at)
            facts = {"model": wording.model(view, fit.models), "column": fit.leaked, "rows": name_of(fit.rows.parts)}
            yield Case(view.at(fit), sureness(fit), (step("fitted here, with the column still among the features", fit),), facts)


def shuffled_series(view: View) -> Iterator[Case]:
    """Random splits of rows that hold lags of one another. Beside folds in order, it is less sure that this split is used."""
    ordered: list[Confidence] = ["medium" for s in view.splits if s.folds and not s.random]
    done: set[Place] = set()
    for draw in view.draws:
        traits = draw.rows.traits if draw.use == "split" and draw.rows is not None else frozenset()
        if "lagged" in traits and not groups.of_files(traits) and draw.rows is not None and draw.at not in done:
            done.add(draw.at)
            yield _shuffled(view, draw, draw.rows, ordered)
    cut = next((e for e in groups.dealt(view) if "lagged" in e.rows.traits and not groups.of_files(e.rows.traits)), None)
    shuffle = groups.shuffled_before(view, cut) if cut is not None else None
    if cut is not None and shuffle is not None and not done:
        yield _shuffled(view, shuffle, cut.rows, ordered)


def _shuffled(view: View, draw: Draw, rows: Data, ordered: list[Confidence]) -> Case:
    windows = bool(rows.traits & {"window", "perhaps a window"})
    what = "windows that overlap" if windows else "rows that hold lags of one another"
    facts = {"code": view.code(draw), "rows": name_of(rows.parts), "what": what}
    doubt: list[Confidence] = ["medium"] if windows and "window" not in rows.traits else []
    evidence = (step(f"{what} are divided by chance", draw),)
    return Case(view.at(draw), weakest([sureness(draw), *ordered, *doubt]), evidence, facts)


def looking_ahead(view: View) -> Iterator[Case]:
    """Columns of a series that hold what comes later, and are features of a fit."""
    for ahead in view.of(Ahead):
        for fit in view.fits:
            features = fit.features
            if features is None or fit.order < ahead.order or "lagged" not in features.traits:
                continue
            whole = features.lacks is not None and ahead.column not in features.lacks and not features.columns
            if whole or ahead.column in features.columns:
                facts = {"code": view.code(ahead), "column": ahead.column, "model": wording.model(view, fit.models)}
                evidence = (step("this column takes what comes later", ahead), step("and is a feature here", fit))
                yield Case(view.at(ahead), sureness(ahead, fit), evidence, facts)
                break
