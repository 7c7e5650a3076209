"""Does the result outlive the terminal?"""

from __future__ import annotations

from collections.abc import Iterator

from mlstd.ask import wording
from mlstd.ask.case import Case, Confidence, Evidence, spot_step, step, sureness, weakest
from mlstd.ask.source import unread_calls
from mlstd.ask.view import View
from mlstd.place import Place
from mlstd.trace.events import Drop, Record, Score, Show

TRAINING_LOSS = "training loss"  # what a trainer tells of its own


def _told(view: View) -> list[Score]:
    """The scores whose whereabouts matter: evaluations, and what a training loop counts by hand."""
    told = [s for s in view.evaluations if s.by != "plot" and view.taught(s)]
    return [s for s in told if s.by != "guess"] or told


def untracked(view: View) -> Iterator[Case]:
    """Evaluation metrics are computed and never written anywhere durable."""
    scores = _told(view)
    if not scores or recorded(view):
        return
    shown = [(s, r) for s in scores if (r := view.reported(s)) is not None]
    score, where = min(shown, key=lambda pair: _weight(view, pair[0]), default=(scores[0], None))
    if not shown and not any(s.automatic for s in scores) and any(isinstance(e, Drop) for e in view.trace.events):
        return
    unclear = _unclear_records(view, scores[0])
    if unclear and all(_drives(view, s) for s in scores):
        return  # what is written down may well be the metrics, of which the run has seen none
    hidden = view.hiding("record")
    doubt = hidden or unclear or where is None or all("loss" in s.metric for s in scores)  # perhaps another number is kept
    trust: Confidence = "medium" if doubt else "high"
    yield Case(
        view.at(where if where is not None else score),
        weakest([trust, sureness(score)]),
        (step("the metric is computed here", score), *_shown(score, where), *map(spot_step, hidden[:1])),
        {
            "what": wording.result(view, score),
            "fate": _fate(view, where),
            "track": wording.track(view, score),
        },
    )


def _drives(view: View, score: Score) -> bool:
    """Is a score the loss that a training loop goes down by?"""
    fits = [f for f in view.fits if f.how == "backward" and f.models == score.value.models and f.rows.parts == score.value.parts]
    return "loss" in score.metric and bool(fits)


def _shown(score: Score, where: Show | Record | None) -> tuple[Evidence, ...]:
    if isinstance(where, Record):
        return (step(f"and kept only if `{where.chosen or 'an option'}` is given", where),)
    return (step("and only shown here", where),) if where is not None and where.at != score.at else ()


def _fate(view: View, where: Show | Record | None) -> str:
    if where is None:
        return "written nowhere"
    if isinstance(where, Record):
        return f"kept only if `{where.chosen or 'an option'}` is given, and by default it is not"
    notebook = view.at(where).cell is not None
    return f"only shown: {'the next run of the notebook overwrites it' if notebook else 'it is gone with the terminal'}"


def _weight(view: View, score: Score) -> tuple[bool, bool, bool, bool]:
    """What is told first: a metric rather than a loss, a table or a bare sum, of held-out rows rather than of training rows."""
    bare = score.metric in ("overlap by hand", "verdict by hand")
    return view.seen(score) == "training", "loss" in score.metric, not score.reduces, bare


def recorded(view: View) -> bool:
    """Is any score written somewhere durable? The losses of a training tell nothing of scores that are taken apart from it."""
    kept = [r for r in view.records if not (r.values and all(v.metric == TRAINING_LOSS for v in r.values))]
    return any(r.records == "everything" or any(v.kind == "score" for v in r.values) for r in kept) or any(
        s.automatic and s.by == "method" for s in view.scores
    )


def _unclear_records(view: View, first: Score) -> bool:
    """Does a tracker or a file take values of which nothing is known, once there are scores, or predictions in another form?"""
    late = [r for r in view.records if r.order > first.order and r.records != "parameters"]
    if any(v.kind == "prediction" and "guess" in v.traits for r in late for v in r.values):
        return True
    return any(r.unclear for r in late) or any(r.records == "metrics" and not r.values for r in view.records)


# These keep a run's options by themselves.
KEEPERS = (
    "clearml", "hydra", "sacred", "guild", "transformers.Trainer", "transformers.Seq2SeqTrainer", "keras_tuner", "ray",
)  # fmt: skip
PLAIN = ("dump", "write", "write_text")  # what goes into such a file is known whole; a table may have columns for anything
FILES = ("write", "writelines", "dump", "write_text", "writerow", "writerows", "save", "savetxt", "to_csv", "savefig", "print")


def unexplained(view: View) -> Iterator[Case]:
    """Metrics go to a tracker, or those of a search to a file, and nothing tells with which settings."""
    kept = [r for r in view.records if any(v.kind == "score" for v in r.values)]
    searches = [s for s in view.selects if s.how == "search"]
    tracked = [r for r in kept if r.records == "metrics"]
    searches = [] if tracked else searches
    tracked = tracked or ([r for r in kept if r.name.rpartition(".")[2] in PLAIN] if searches else [])
    if not tracked or _explained(view):
        return
    first = tracked[0]
    search = (step("found by a search here", searches[0]),) if searches else ()
    yield Case(
        view.at(first),
        weakest([sureness(first), "medium" if view.hiding("record") else "high"]),
        (*search, step("the metric is recorded here", first)),
        {
            "code": view.code(first),
            "what": "the space that was searched" if searches else "the settings that made it",
            "settings": wording.settings(view, first),
        },
    )


def _explained(view: View) -> bool:
    """Does anything durable tell how the run was set up?"""
    if any(name.startswith(KEEPERS) for name in view.trace.libraries) or any(s.settings for s in view.saves):
        return True
    if any("cv_results_" in u.text for m in view.modules.values() for u in m.units):
        return True
    return any(r.records == "parameters" or r.settings or _by_itself(r) for r in view.records)


def _by_itself(record: Record) -> bool:
    """A tracker that takes in everything (`mlflow.autolog`), not a line that is written to a file."""
    return record.records == "everything" and not record.values and record.name.rpartition(".")[2] not in FILES


def discarded(view: View) -> Iterator[Case]:
    """A metric is computed and its value is never used: it is dropped, or bound to a name that nothing reads."""
    done: set[Place] = set()
    for event in view.of(Drop):
        if event.at not in done:
            done.add(event.at)
            evidence = (step("computed here, and dropped", event),)
            yield Case(view.at(event), sureness(event), evidence, {"score": view.code(event), "metric": event.values[0].metric})
    unread = unread_calls(view)
    taken_in: set[Place] = view.trace.notes.get("accumulated", set())  # type: ignore[assignment]
    for score in view.scores:
        unused = score.by == "metric" and score.at in unread and score.at not in done | taken_in
        if unused and view.seen(score) != "training":
            done.add(score.at)
            evidence = (step(f"kept as `{unread[score.at]}`, which nothing reads", score),)
            yield Case(view.at(score), sureness(score), evidence, {"score": view.code(score), "metric": score.metric})
