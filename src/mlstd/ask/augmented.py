"""Are held-out pictures cropped, flipped or turned by chance before they are scored?"""

from __future__ import annotations

from collections.abc import Iterator

from mlstd.ask.case import Case, Evidence, step, sureness
from mlstd.ask.view import View
from mlstd.place import Place
from mlstd.trace.events import Load, Score


def augmented_scores(view: View) -> Iterator[Case]:
    """Held-out parts that are loaded with a random transform, and scored so.

    Nothing is said where the same part is loaded plainly, too: then the score of many views may be what is wanted."""
    drawn = {d.at for d in view.draws if d.use == "augment"}
    chance: list[tuple[Load, Evidence]] = []
    plain: list[Load] = []
    for load in view.loads:
        why = _chance(load, drawn)
        if why is None:
            plain.append(load)
        else:
            chance.append((load, why))
    done: set[Place] = set()
    for load, why in chance:
        parts = load.rows.parts
        score = next((s for s in view.evaluations if parts and s.value.parts == parts and _heldout(view, s)), None)
        if score is None or load.at in done or any(p.rows.parts & parts for p in plain) or _fitted(view, load):
            continue
        done.add(load.at)
        yield Case(
            view.at(load), sureness(load, score), (why, step("and these rows are scored here", score)), {"code": view.code(load)}
        )


def _heldout(view: View, score: Score) -> bool:
    return view.seen(score) == "held-out" and view.reported(score) is not None


def _fitted(view: View, load: Load) -> bool:
    """Is the load divided later, so that a part of it trains?"""
    return any(p.origin == q.origin for f in view.fits for p in f.rows.parts for q in load.rows.parts)


def _chance(load: Load, drawn: set[Place]) -> Evidence | None:
    """The random step that this load puts upon its rows."""
    if load.at in drawn:
        return step("loaded with random changes here", load)
    return Evidence(f"`{load.altered[0]}` changes every row by chance", load.altered[1]) if load.altered is not None else None
