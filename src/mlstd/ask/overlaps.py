"""Are rows, or copies of them, in the training part as well as in the rows that are scored?"""

from __future__ import annotations

from collections.abc import Iterator

from mlstd.ask import wording
from mlstd.ask.case import Case, Evidence, step, sureness, weakest
from mlstd.ask.folds import carried_on
from mlstd.ask.statistics import early_statistics
from mlstd.ask.view import View, known, seen_by
from mlstd.place import Place
from mlstd.trace.events import Fit, Score, Split, Transform
from mlstd.trace.values.parts import Part, Step, among, independent, meet, overlap

AGAIN = "when the same line is reached again before the score"
COPIES = "copies rows before they are divided"
JOINS = ("concat", "concatenate", "vstack", "append", "cat", "ConcatDataset")


def shared_rows(view: View) -> Iterator[Case]:
    """Copies made before the split; test rows joined to training rows; slices with rows in common; duplicates dropped late."""
    copies = next(early_statistics(view, "copies"), None)
    if copies is not None:
        yield Case(copies.at, copies.confidence, copies.evidence, {**copies.facts, "what": COPIES})
    yield from _joined(view)
    yield from _sliced(view)
    yield from _divided_twice(view)
    yield from _refitted(view)
    yield from _late_duplicates(view)
    yield from carried_on(view)


def _first_scores(view: View) -> Iterator[tuple[Score, Fit]]:
    """One score and fit of each model that is scored on no rows which are surely held out."""
    done: set[object] = set()
    for score in view.evaluations:
        models = score.value.models
        if not models or models in done or score.by in ("cross-validation", "framework"):
            continue
        done.add(models)
        mine = [s for s in view.evaluations if s.value.models & models]
        fits = [f for f in view.fits if f.models & models and f.order < score.order]
        if fits and not any(view.seen(s) == "held-out" for s in mine):
            yield score, fits[-1]


def _joined(view: View) -> Iterator[Case]:
    """Rows that are scored were put into the training rows by hand."""
    for score, fit in _first_scores(view):
        if not all(among(p, fit.rows.parts) for p in score.value.parts) or not known(score.value.parts):
            continue
        for join in view.transforms:
            if join.order < fit.order and _puts_in(join, score, fit):
                yield Case(
                    view.at(join),
                    weakest([sureness(join, fit, score)]),
                    (
                        step("the rows are joined here", join),
                        step("fitted on both here", fit),
                        step("and scored on one of them here", score),
                    ),
                    {"what": "puts the rows that are scored into the training rows", "rows": wording.rows(score.value.parts)},
                )
                break


def _puts_in(join: Transform, score: Score, fit: Fit) -> bool:
    if join.learned != "nothing" or join.name.rpartition(".")[2] not in JOINS:
        return False
    return score.value.parts < join.rows.parts <= fit.rows.parts


def _sliced(view: View) -> Iterator[Case]:
    """Scored rows that surely meet the training rows without lying in them: slices with bounds that overlap."""
    told: set[Place] = set()
    for score, fit in _first_scores(view):
        for piece in score.value.parts:
            other = next(
                (f for f in fit.rows.parts if not among(piece, fit.rows.parts) and _surely_meet(piece, f, score, fit)), None
            )
            if other is None:
                continue
            cut = _cut(view, piece)
            at = cut if cut is not None else view.at(score)
            if at in told:
                break
            told.add(at)
            yield Case(
                at,
                weakest([sureness(fit, score)]),
                (
                    *([Evidence("the scored rows are cut here", cut)] if cut is not None else []),
                    step(f"fitted on {wording.rows(frozenset((other,)))} here", fit),
                    step(f"scored on {wording.rows(frozenset((piece,)))} here", score),
                ),
                {"what": "has rows in common with the training rows", "rows": wording.rows(frozenset((piece,)))},
            )
            break


def _surely_meet(piece: Part, other: Part, score: Score, fit: Fit) -> bool:
    """Slices whose bounds overlap; or the whole of one source, of which a known side was trained on."""
    if not meet(piece, other):
        return False
    if piece.steps and piece.steps[-1].kind == "slice" and len(piece.steps) == len(other.steps):
        return True
    origins = {p.origin for p in (*score.value.parts, *fit.rows.parts)}
    kinds = {s.kind for s in (*piece.steps, *other.steps)}
    return len(origins) == 1 and piece.origin.known and not kinds & {"some", "mask"} and "split" in {s.kind for s in other.steps}


def _cut(view: View, piece: Part) -> Place | None:
    """Where the entry cuts the rows."""
    last: Step | None = next((s for s in reversed(piece.steps) if s.kind == "slice"), None)
    return last.where if last is not None and last.where is not None and last.where.path == view.trace.entry else None


def _anew(scored: frozenset[Part], fitted: frozenset[Part]) -> bool:
    """Is each part cut anew from rows that the fit had a part of, and none of them the other side of a cut that it knows?"""
    return bool(scored) and all(
        any(independent(p, q) for q in fitted) and all(p.origin != q.origin or overlap(p, q) != "no" for q in fitted)
        for p in scored
    )


def _divided_twice(view: View) -> Iterator[Case]:
    """The rows of one file are divided by chance for the fit, and once more for the score: most scored rows were trained on."""
    for score in view.evaluations:
        own = [f for f in view.learned_before(score) if f.models & score.value.models]
        fits = own or [f for f in view.fits if f.order < score.order and f.models & view.akin(score.value.models)]
        if not own:  # a model that came back: any fit of its kind that knows other parts of the same rows
            fits = [f for f in fits if _anew(score.value.parts, f.rows.parts)]
        if (
            not fits
            or score.by in ("cross-validation", "framework")
            or not all(_anew(score.value.parts, f.rows.parts) for f in fits)
        ):
            continue
        pairs = [(p, f) for p in score.value.parts for fit in fits for f in fit.rows.parts if independent(p, f)]
        fit = fits[-1]
        first, second = (_split_of(view, part) for part in reversed(pairs[0]))
        if first is None or second is None or second.seeded or _seeded_between(view, first, second):
            continue
        yield Case(
            view.at(score),
            weakest([sureness(first, second, fit, score), "high" if own and known(score.value.parts) else "medium"]),
            (
                step("the rows are divided here for the fit", first),
                step(f"and anew, by chance, {AGAIN if first.at == second.at else 'here for the score'}", second),
                step("scored here", score),
            ),
            {
                "what": "scores rows of another random split, most of which were trained on",
                "rows": wording.rows(score.value.parts),
                "mend": "split once and hand the parts on, or give the split a fixed seed of its own",
            },
        )
        return


def _refitted(view: View) -> Iterator[Case]:
    """Beside a cross-validation, a model is scored on the test part of rows, of which all were given to its fit."""
    validated = frozenset(m for s in view.evaluations if s.by == "cross-validation" for m in s.value.models)
    plainly = [s for s in view.evaluations if s.by != "cross-validation" and s.value.parts]
    for score in plainly:
        plain = [s for s in plainly if s.value.models & score.value.models]
        fits = [f for f in view.learned_before(score) if f.how != "cross-validation"]
        if not score.value.models & validated or not fits or any(not _aside(s, view) for s in plain):
            continue
        yield Case(
            view.at(score),
            weakest([sureness(fits[-1], score), "high" if known(score.value.parts) else "medium"]),
            (step("all rows are learned from here", fits[-1]), step("scored on a part of them here", score)),
            {"what": "scores a part of the rows that the model was fitted on", "rows": wording.rows(score.value.parts)},
        )
        return


def _aside(score: Score, view: View) -> bool:
    """Are these rows a part that a split puts aside, and its model learned from the rows before that split?"""
    whole = frozenset(p for f in view.learned_before(score) if f.how != "cross-validation" for p in f.rows.parts)
    parts = score.value.parts
    return all(p.steps and p.steps[-1].kind == "split" and p not in whole and among(p, whole) for p in parts)


def _seeded_between(view: View, first: Split, second: Split) -> bool:
    """May two splits that stand at different places be one and the same, as each follows a seed?"""
    return first.at != second.at and any(first.order < s.order < second.order for s in view.seeds)


def _split_of(view: View, part: Part) -> Split | None:
    """The call that cut a part off."""
    cut = next((s for s in reversed(part.steps) if s.kind == "split"), None)
    place = cut.at.partition("#")[0] if cut is not None else ""
    return next((s for s in view.splits if str(s.at) == place), None)


def _late_duplicates(view: View) -> Iterator[Case]:
    """Duplicates are dropped in one side of a split: what they were duplicates of may lie in the other."""
    drops = [t for t in view.transforms if t.learned == "nothing" and t.name == "drop_duplicates"]
    early = {p.origin for t in drops for p in t.rows.parts if not any(s.kind == "split" for s in p.steps)}
    for drop in drops:
        sides = [p for p in drop.rows.parts if p.steps and p.steps[-1].kind == "split" and p.origin not in early]
        score = next(
            (s for s in view.evaluations if view.seen(s) == "held-out" and seen_by(s.value.parts, drop.rows.parts) == "held-out"),
            None,
        )
        if sides and score is not None and len(sides) == len(drop.rows.parts):
            yield Case(
                view.at(drop),
                "medium",
                (
                    step("duplicates are dropped only after the split here", drop),
                    step("and the other side is scored here", score),
                ),
                {
                    "what": "drops duplicates only after the split, so that the other side may hold some of them",
                    "rows": wording.rows(drop.rows.parts),
                },
            )
            return
