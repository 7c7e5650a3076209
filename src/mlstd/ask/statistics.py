"""Do statistics of held-out rows reach what a model learns from, or what it is scored on?"""

from __future__ import annotations

from collections.abc import Iterator

from mlstd.ask import wording
from mlstd.ask.case import Case, Confidence, Evidence, step, sureness, weakest
from mlstd.ask.view import View, known, seen_by
from mlstd.place import Place
from mlstd.trace.events import Fit, Score, Transform
from mlstd.trace.values.kinds import ONE_EACH, Address, Stat
from mlstd.trace.values.parts import Part, among, contains, overlap, overlaps

DIVIDES = ("split", "fold", "slice", "mask")
APART = ("split", "fold")  # what parts a row from its copy; a condition puts both on the same side

APPLY = "call `transform` on held-out rows, with what was fitted on the training rows"
TEACH = "let it learn from training rows alone, and score it on rows that it never learns from"


def early_statistics(view: View, learned: str) -> Iterator[Case]:
    """Statistics ("values", of the "target", "copies" of rows) that take in rows which are later held out and scored."""
    done: set[object] = set()
    for score in view.scores:
        if score.by == "loss" and view.seen(score) == "training":
            continue
        for stat in sorted(_stats(view, score), key=lambda s: s.at):
            taken = (
                stat.learned == learned and matters(view, stat) and sees(view, stat, score) and not _summed_up(view, stat, score)
            )
            if not taken or _of_one_file(view, stat, score):
                continue
            case = _statistic_case(view, stat, score)
            line = case.at.path, case.at.cell, case.at.line
            if line not in done:
                done.add(line)
                yield case


def _stats(view: View, score: Score) -> frozenset[Stat]:
    rows = [f.rows.stats for f in view.fits if f.models & score.value.models]
    return score.value.stats.union(*rows)


def matters(view: View, stat: Stat) -> bool:
    """A mean by group tells of the target only if the target is what was averaged."""
    return not stat.column or stat.column in view.trace.notes.get("targets", ())  # type: ignore[operator]


def sees(view: View, stat: Stat, score: Score) -> bool:
    """Do the statistics come from rows that were divided only afterwards (or from training and held-out rows together), and are
    some of the held-out ones scored?"""
    if score.by == "cross-validation":
        return any(among(p, stat.parts) for p in score.value.parts) and not _tested_elsewhere(view, stat, score)
    picks = stat.learned == "copies" and any(s.by.parts & score.value.parts for s in view.selects)
    if score.automatic and not picks and _tested_elsewhere(view, stat, score):
        return False  # nobody reports it; but copies that pick the epoch pick it by rows that were learned by heart
    if overlaps(stat.parts, score.fitted) == "no":
        return False  # of held-out rows alone: that is another breach
    held = [p for p in score.value.parts if not among(p, score.fitted)]
    kinds = APART if stat.learned == "copies" else DIVIDES
    return any(
        contains(whole, p) and (_divided_after(whole, p, kinds) or _joint(stat, whole, score))
        for p in held
        for whole in stat.parts
    )


def _summed_up(view: View, stat: Stat, score: Score) -> bool:
    """Are the rows that a model learns from the groups themselves, so that their sums are no more than its target?"""
    fits = [f for f in view.fits if f.models & score.value.models]
    return bool(stat.column and fits) and all(ONE_EACH in f.rows.traits for f in fits)


def _of_one_file(view: View, stat: Stat, score: Score) -> bool:
    """Are they taken anew from each file that a loop reads, while the rows of all files are divided and scored after the loop?"""
    taken = next((t for t in view.transforms if t.at == stat.at), None)
    origins = {p.origin for p in stat.parts}
    reads = [load for load in view.loads if "file" in load.rows.traits and {p.origin for p in load.rows.parts} & origins]
    rounds = {loop for load in reads for loop in load.loops if taken is not None and loop in taken.loops}
    later = (score, *(s for s in view.splits if s.rows.parts & stat.parts))
    return bool(rounds) and not any(rounds & set(e.loops) for e in later)


def _divided_after(whole: Part, piece: Part, kinds: tuple[str, ...]) -> bool:
    return any(s.kind in kinds or s.key == "~" for s in piece.steps[len(whole.steps) :])


def _joint(stat: Stat, held: Part, score: Score) -> bool:
    """Were training rows taken in together with the held-out ones?"""
    if any(overlap(f, held) != "no" for f in score.fitted if f.origin == held.origin):
        return False
    return any(overlap(p, held) == "no" and any(contains(p, f) or contains(f, p) for f in score.fitted) for p in stat.parts)


def _tested_elsewhere(view: View, stat: Stat, score: Score) -> bool:
    """Are rows held out that the statistics never saw, and scored? Then a cross-validation of the others, or the part that a fit
    holds out by itself, is a look on the way."""
    return any(
        view.seen(s) in ("held-out", "unknown")
        and s.by != "cross-validation"
        and not s.automatic
        and not any(among(p, stat.parts) for p in s.value.parts)
        for s in view.evaluations
    )


def _statistic_case(view: View, stat: Stat, score: Score) -> Case:
    split = next(
        (s for s in view.splits if s.order < score.order and any(among(p, stat.parts) or p in stat.parts for p in s.rows.parts)),
        None,
    )
    between = (step("the rows are divided only here", split),) if split is not None else ()
    trust: Confidence = "high" if known(stat.parts) or split is not None else "medium"
    fitted = next((t for t in view.transforms if t.at == stat.at), None)
    if fitted is not None and fitted.by_hand and len({p.origin for p in stat.parts}) > 1:
        trust = "medium"  # of joined tables, a mean by hand may be one over rows that come before
    name = f"`{fitted.code}`" if fitted is not None and fitted.code else stat.name
    at = view.at(fitted) if fitted is not None else stat.at
    if split is not None and at.path != view.trace.entry == view.at(split).path:
        at = view.at(split)  # an earlier stage of the pipeline took them, this one divides the rows
    return Case(
        at,
        weakest([trust, sureness(score) if fitted is None else sureness(score, fitted)]),
        (
            Evidence(f"{name} takes in all rows here", stat.at),
            *between,
            step("and some of them are scored as held out here", score),
        ),
        {
            "name": name,
            "rows": wording.rows(stat.parts),
            "score": view.code(score),
        },
    )


def learned_on_heldout(view: View) -> Iterator[Case]:
    """Statistics, resampling or a second model fitted on rows that are only ever held out."""
    heldout = [s for s in view.scores if view.seen(s) == "held-out" and s.by != "cross-validation" and s.fitted]
    done: set[Place] = set()
    for transform in view.transforms:
        score = next((s for s in heldout if _learns_from(transform, s)), None)
        if score is not None and transform.at not in done:
            done.add(transform.at)
            yield _heldout_case(view, transform, score)
    yield from _second_models(view)
    yield from _taught_the_answers(view)


def _taught_the_answers(view: View) -> Iterator[Case]:
    """A model that was scored on rows while they were new to it learns from them later on, and is scored on them once more."""
    done: set[frozenset[Address]] = set()
    for fit in view.fits:
        near = [s for s in view.evaluations if s.value.models & fit.models and not _made_again(view, fit)]
        before = next((s for s in near if s.order < fit.order and view.seen(s) == "held-out" and _same_rows(s, fit)), None)
        if before is None or fit.models in done:
            continue
        later = (s for s in near if s.order > fit.order and s.loops[: len(fit.loops)] != fit.loops)
        after = next((s for s in later if s.value.parts & before.value.parts), None)
        if after is None:
            continue
        done.add(fit.models)
        way = (step("scored here, on rows that are new to it", before), step("here it learns from these rows", fit))
        caller = fit.calls[-1] if fit.calls and fit.calls[-1].path == view.trace.entry else view.at(fit)
        yield Case(
            caller,  # the same function may have taught it the training rows
            weakest([sureness(before, fit, after), "high" if known(fit.rows.parts) else "medium"]),
            (*way, step("and is scored on them again", after)),
            {
                "name": wording.model(view, fit.models),
                "code": view.code(fit),
                "rows": wording.rows(fit.rows.parts),
                "mend": TEACH,
            },
        )


def _made_again(view: View, fit: Fit) -> bool:
    """May the models be other ones by now: made in every round of a loop, or copies?"""
    return any(t.plural or t.copied for m in fit.models if (t := view.thing(m)) is not None)


def _learns_from(transform: Transform, score: Score) -> bool:
    """Did the transformer learn from the very rows that are scored, and from none that were trained on?"""
    parts = transform.rows.parts
    if transform.learned in ("nothing", "vocabulary", "copies") or not parts:
        return False
    if transform.at not in {s.at for s in score.value.stats}:
        return False
    inside = all(any(contains(p, q) or contains(q, p) for q in score.value.parts) for p in parts)
    return inside and seen_by(parts, score.fitted) == "held-out"


def _heldout_case(view: View, transform: Transform, score: Score) -> Case:
    parts = transform.rows.parts
    return Case(
        view.at(transform),
        weakest([sureness(transform, score), "high" if known(parts) and not transform.by_hand else "medium"]),
        (step("fitted on held-out rows here", transform), step("which are scored here", score)),
        {"name": transform.name, "code": view.code(transform), "rows": wording.rows(parts), "mend": APPLY},
    )


def _second_models(view: View) -> Iterator[Case]:
    """A calibrator of models that were fitted before learns from rows that these never saw, and is scored on the same rows."""
    for fit in view.fits:
        if not fit.inner or not fit.rows.parts or _learned(view, fit.inner, fit.rows.parts):
            continue
        score = next(
            (s for s in view.evaluations if s.order > fit.order and s.value.models & fit.models and _same_rows(s, fit)), None
        )
        if score is None or any(_apart(s, fit) for s in view.evaluations if s.value.models & fit.models):
            continue
        yield Case(
            view.at(fit),
            weakest([sureness(fit, score), "high" if known(fit.rows.parts) else "medium"]),
            (step("fitted on held-out rows here", fit), step("which are scored here", score)),
            {
                "name": wording.model(view, fit.models),
                "code": view.code(fit),
                "rows": wording.rows(fit.rows.parts),
                "mend": TEACH,
            },
        )


def _learned(view: View, models: frozenset[Address], parts: frozenset[Part]) -> bool:
    seen = frozenset(p for f in view.fits if f.models & models and not f.inner for p in f.rows.parts)
    return not seen or seen_by(parts, seen) != "held-out"


def _same_rows(score: Score, fit: Fit) -> bool:
    return bool(score.value.parts) and all(among(p, fit.rows.parts) for p in score.value.parts)


def _apart(score: Score, fit: Fit) -> bool:
    """Is the second model scored on rows that it did not learn from?"""
    return score.by == "cross-validation" or seen_by(score.value.parts, fit.rows.parts) == "held-out"
