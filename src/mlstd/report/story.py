"""What does an experiment do, as the dry run understood it? A trace -> its story in chapters, each in the order of the run.

Every line stands at the entry's own line; a helper's place follows in brackets. What happens at one place in several rounds, to
several models or with several layers is one line.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from mlstd.ask.chance import WORDS
from mlstd.ask.view import View
from mlstd.place import Place
from mlstd.report.sentences import WHO, condition, lines_of, metrics, sentence, subject
from mlstd.trace.events import (
    AnyEvent,
    BlindSpot,
    Compare,
    Draw,
    Drop,
    Fit,
    Load,
    Predict,
    Record,
    Save,
    Score,
    Seed,
    Select,
    Show,
    Split,
    Transform,
)
from mlstd.trace.run import Trace

WIDTH = 118
CHAPTERS: tuple[tuple[str, tuple[type, ...]], ...] = (
    ("Seeds", (Seed,)),
    ("Data", (Load, Split, Transform)),
    ("Chance", (Draw,)),
    ("Training", (Fit,)),
    ("Predictions", (Predict,)),
    ("Scores", (Score,)),
    ("Choices and comparisons", (Select, Compare)),
    ("Results", (Show, Record, Drop)),
    ("Saved models", (Save,)),
)


@dataclass
class Line:
    """One line of the story: where in the entry, what, about whom, and how often at which places it happens."""

    at: Place
    says: str
    subjects: dict[str, None] = field(default_factory=dict)
    places: dict[Place, int] = field(default_factory=dict)

    surest: AnyEvent | None = None

    def add(self, at: Place, who: str, event: AnyEvent) -> None:
        """The same again, perhaps about others."""
        self.places[at] = self.places.get(at, 0) + 1
        if self.surest is None or event.sure < self.surest.sure:
            self.surest = event
        if who:
            self.subjects[who] = None

    def text(self) -> str:
        """The sentence with its subjects, and when it holds."""
        when = condition(self.surest) if self.surest is not None else ""
        return self.says.replace(WHO, ", ".join(self.subjects) or "a model") + (f" [{when}]" if when else "")


def story(told: Trace) -> str:
    """The trace as text."""
    view = View(told)
    parts = [_head(view)]
    for title, kinds in CHAPTERS:
        events = [e for e in told.events if isinstance(e, kinds) and tells(view, e)]
        if events:
            parts.append([title, *_layout(view, _lines(view, events))])
    verdicts = list(_verdicts(view))
    if verdicts:
        parts.append(["What mlstd makes of it", *verdicts])
    parts.append(list(_blind(view)))
    return "\n\n".join("\n".join(part) for part in parts)


def _head(view: View) -> list[str]:
    told = view.trace
    lines = [f"{told.entry}" + (f": {', '.join(told.frameworks)}" if told.frameworks else "")]
    if told.closure:
        lines += _wrap("  ", f"followed into {', '.join(told.closure)}")
    if told.earlier:
        lines += _wrap("  ", f"a pipeline runs before it {', '.join(told.earlier)}: what they leave behind is known")
    if not told.events:
        lines.append("  nothing that belongs to an experiment happens here")
    return lines


# ------------------------------------------------------------ lines


def tells(view: View, event: AnyEvent) -> bool:
    """Is an event worth a line? Not what is shown without a score, a loss on the way of a fit, a prediction where any is scored,
    what the layers of a model predict, and what an earlier stage of a pipeline does."""
    if event.order <= view.trace.began:
        return False
    if isinstance(event, Show):
        return bool(metrics(event.values))
    if isinstance(event, Score):
        return event.metric != "loss" or view.seen(event) != "training"
    if isinstance(event, Predict):
        inner = any(p.at in event.calls for p in view.trace.events if isinstance(p, Predict))
        return not inner and not any(isinstance(e, Score) for e in view.trace.events)
    return True


def _lines(view: View, events: Iterable[AnyEvent]) -> list[Line]:
    """The events as lines in the order of the run; what says the same at the same place is one line."""
    lines: dict[object, Line] = {}
    for event in events:
        says = sentence(view, event)
        if isinstance(event, Draw):
            says = f"{says}, {_seeding(view, event)}"
        at = view.at(event)
        key: object = (type(event), (at.path, at.cell, at.line), says, None if isinstance(event, Draw) else event.at)
        if isinstance(event, Draw) and event.use == "weights":
            key = (Draw, says)  # many layers, one line
        lines.setdefault(key, Line(at, says)).add(event.at, subject(view, event), event)
    return list(lines.values())


def _seeding(view: View, draw: Draw) -> str:
    """Which seed a draw hangs on."""
    if draw.own_seed:
        return "with a seed of its own"
    seeds = [s for s in view.seeds if s.effective and draw.generator in s.generators]
    before = [s for s in seeds if s.order < draw.order]
    if before:
        return f"seeded at {_short(view, before[0].at)}"
    return f"UNSEEDED (a seed follows at {_short(view, seeds[0].at)})" if seeds else "UNSEEDED"


def _layout(view: View, lines: list[Line]) -> Iterator[str]:
    for line in lines:
        elsewhere = [place for place in line.places if place.path != line.at.path]
        text = line.text()
        if elsewhere:
            text += f"  ({lines_of(elsewhere)})"
        elif len({(place.cell, place.line) for place in line.places}) > 1:
            text += f"  ({lines_of(list(line.places))})"
        rounds = max(line.places.values(), default=1)
        if rounds > 1:
            text += f"  x{rounds}"
        yield from _wrap(f"  {_label(view, line.at):>10}  ", text)


def _label(view: View, place: Place) -> str:
    """A place in the margin: the entry's own line, or file and line."""
    own = f"{place.line}" if place.cell is None else f"cell {place.cell}:{place.line}"
    return own if place.path == view.trace.entry else f"{place.path}:{own}"


def _short(view: View, place: Place) -> str:
    return f"line {place.line}" if place.path == view.trace.entry and place.cell is None else _label(view, place)


def _wrap(margin: str, text: str) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=margin,
        subsequent_indent=" " * (len(margin) + 2),
        break_long_words=False,
        break_on_hyphens=False,
    )


# ------------------------------------------------------------ verdicts


def _verdicts(view: View) -> Iterator[str]:
    """The scores: had their models seen these rows, are they kept, shown or dropped? And the draws that no seed reaches."""
    grouped: dict[tuple[str, str], list[Score]] = {}
    for score in view.trace.events:
        if isinstance(score, Score) and tells(view, score):
            says = f"{SEEN[view.seen(score)]}; {_fate(view, score)}"
            grouped.setdefault((subject(view, score) or "no model", says), []).append(score)
    for (who, says), scores in grouped.items():
        named = metrics(score.value.but(metric=score.metric) for score in scores)
        lines = dict.fromkeys(_label(view, view.at(score)) for score in scores)
        others = f"  (and at {', '.join(list(lines)[1:9])})" if len(lines) > 1 else ""
        yield from _wrap(f"  {next(iter(lines)):>10}  ", f"{named} of {who}: {says}{others}")
    unseeded = {d.generator: None for d in view.draws if _seeding(view, d).startswith("UNSEEDED")}
    if unseeded:
        yield f"  {'':>10}  unseeded: {', '.join(WORDS[g] for g in unseeded)}"
    elif view.draws:
        yield f"  {'':>10}  every draw has a seed before it"


SEEN = {
    "held-out": "on held-out rows",
    "training": "on rows that it learned from",
    "partly": "on rows of which it learned from some",
    "unknown": "on rows that it learned from or not, mlstd cannot tell",
}


def _fate(view: View, score: Score) -> str:
    kept = [e for e in view.records if any(_same(score, v.metric, v.models) for v in e.values)]
    if kept:
        return f"recorded ({_short(view, view.at(kept[0]))})"
    where = view.reported(score)
    return f"only shown ({_short(view, view.at(where))})" if where is not None else "not reported"


def _same(score: Score, metric: str, models: frozenset[int]) -> bool:
    return score.metric in metric and score.value.models <= models


def _blind(view: View) -> Iterator[str]:
    """What could not be followed, and what it could hide."""
    spots = view.trace.blind_spots
    if not spots:
        yield "Blind spots: none; mlstd could follow everything"
        return
    yield "Blind spots: what mlstd could not follow, and what may happen there unseen"
    grouped: dict[tuple[str, frozenset[str]], dict[str, list[BlindSpot]]] = {}
    for spot in spots:
        grouped.setdefault((spot.reason, frozenset(spot.hides)), {}).setdefault(spot.name, []).append(spot)
    for (reason, hides), names in grouped.items():
        hidden = f"may {_or([_HIDES[h] for h in _HIDES if h in hides])}" if hides else "hides nothing that matters"
        yield from _wrap("  ", f"{reason}; {hidden}:")
        shown = (f"{name} ({lines_of([spot.at for spot in same])})" for name, same in names.items())
        yield from _wrap("      ", ", ".join(shown))


def _or(words: list[str]) -> str:
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


_HIDES: dict[str, str] = {
    "seed": "seed",
    "draw": "draw",
    "split": "split",
    "fit": "fit",
    "score": "score",
    "select": "choose",
    "record": "record",
    "show": "show",
    "baseline": "hold what the score is compared with",
}
