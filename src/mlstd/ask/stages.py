"""What did an earlier stage of the pipeline do to the rows that this experiment reads from a file?

A stage that scales all rows and writes them to a file leaves nothing to be seen in the experiment that reads the file and divides
them: the two are one experiment in two scripts.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator

from mlstd.ask import wording
from mlstd.ask.case import Case, Evidence, step, sureness, weakest
from mlstd.ask.siblings import Made, Summary
from mlstd.ask.statistics import matters, sees
from mlstd.ask.view import View
from mlstd.trace.events import Load, Score
from mlstd.trace.values.kinds import Stat
from mlstd.trace.values.parts import among


def early_statistics(view: View, siblings: Callable[[], Iterable[Summary]], learned: str) -> Iterator[Case]:
    """Statistics that another experiment took of all rows which it wrote to a file, and which this one divides and scores."""
    loads = [load for load in view.loads if _file(load) and not load.remote]
    scores = [s for s in view.scores if s.by != "loss" or view.seen(s) != "training"]
    if not loads or not scores:
        return
    makers = [(other, made) for other in siblings() for made in other.made]
    for load in loads:
        near = [(other, made) for other, made in makers if _same_file(_file(load), view.trace.entry, made.file, other.path)]
        taken = [_taken(made, learned) for _, made in near]
        if not taken or None in taken:  # nobody wrote it, or one of several left the rows as they were
            continue
        stat = taken[0]
        assert stat is not None
        here = Stat(stat.at, load.rows.parts, stat.learned, stat.name, stat.column)
        score = next((s for s in scores if matters(view, here) and sees(view, here, s)), None)
        if score is not None:
            yield _case(view, load, score, here)
            return


def _taken(made: Made, learned: str) -> Stat | None:
    """The first statistic of all rows that the rows of a file carry."""
    stats = sorted((s for s in made.stats if s.learned == learned and _of_all(s, made)), key=lambda s: (str(s.at), s.name))
    return stats[0] if stats else None


def _of_all(stat: Stat, made: Made) -> bool:
    return all(among(p, stat.parts) for p in made.parts)


def _file(load: Load) -> str:
    """The file that rows were read from as they are."""
    names = {p.origin.name for p in load.rows.parts if not p.steps and not p.origin.part}
    name = next(iter(names)) if len(names) == len(load.rows.parts) == 1 else ""
    return name.removeprefix("file:") if name.startswith("file:") else ""


def _same_file(mine: str, reader: str, theirs: str, writer: str) -> bool:
    """Do two paths name one file, as scripts name it that are run from different folders?"""
    mine, theirs = (_bare(path) for path in (mine, theirs))
    short, long = sorted((mine, theirs), key=len)
    if "*" in short or not short:
        return False
    together = posixpath.dirname(reader) == posixpath.dirname(writer)
    return (long == short and (together or "/" in short)) or ("/" in short and long.endswith(f"/{short}"))


def _bare(path: str) -> str:
    pieces = path.replace("\\", "/").lower().split("/")
    while pieces and pieces[0] in ("*", "..", ".", ""):
        pieces.pop(0)
    return "/".join(pieces)


def _case(view: View, load: Load, score: Score, stat: Stat) -> Case:
    evidence = (
        Evidence(f"{stat.name} takes in all rows here, before they are written to a file", stat.at),
        step("read here", load),
        step("and some of them are scored as held out here", score),
    )
    facts = {"name": f"{stat.name} in {stat.at.path}", "rows": wording.rows(load.rows.parts), "score": view.code(score)}
    return Case(view.at(load), weakest(["medium", sureness(load, score)]), evidence, facts)
