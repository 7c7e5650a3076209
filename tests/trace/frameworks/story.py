"""The story of a source text, as short lines: what a framework makes of it."""

from __future__ import annotations

import textwrap
from functools import lru_cache
from typing import TypeVar

from mlstd.knowledge.load import load_libraries
from mlstd.knowledge.tables import Knowledge
from mlstd.knowledge.where import rules_folder
from mlstd.link.project import Project
from mlstd.lower import lower
from mlstd.read.source import read
from mlstd.trace.events import Certainty, Event, Record, Score, Select, Show
from mlstd.trace.run import Trace, trace
from mlstd.trace.values.kinds import Data

E = TypeVar("E", bound=Event)


@lru_cache(maxsize=1)
def knowledge() -> Knowledge:
    """All library knowledge, loaded once."""
    return Knowledge.build(load_libraries(rules_folder() / "libraries"))


def run(source: str, **modules: str) -> Trace:
    """The dry run of `main.py`, with other modules beside it."""
    files = {"main.py": textwrap.dedent(source), **{f"{name}.py": textwrap.dedent(text) for name, text in modules.items()}}
    project = Project(files, lambda path: files[path].encode(), lambda path, data: lower(read(path, data)))
    return trace("main.py", project, knowledge())


def events(told: Trace, kind: type[E]) -> list[E]:
    """The events of one kind, in order."""
    return [event for event in told.events if isinstance(event, kind)]


def rows(data: Data | None) -> str:
    """Where rows come from and how they were chosen, short: "a.csv/test"."""
    if data is None:
        return ""
    ways = sorted(
        "/".join((p.origin.name.rpartition(":")[2], *filter(None, (p.origin.part, *(s.key for s in p.steps)))))
        for p in data.parts
    )
    return " + ".join(dict.fromkeys(ways))


def picks(told: Trace) -> list[str]:
    """The choices: how, by what, on which rows; with a "?" where it is not sure."""
    found = events(told, Select)
    return [f"{e.how} by {e.by.metric} on {rows(e.by)}" + ("" if e.sure is Certainty.SURELY else "?") for e in found]


def scores(told: Trace) -> list[str]:
    """The scores: metric and rows."""
    return [f"{e.metric} on {rows(e.value)}" for e in events(told, Score)]


def outlets(told: Trace, kind: type[Record] | type[Show]) -> list[str]:
    """Who recorded or showed values, and of which rows."""
    return [f"{e.name}: {', '.join(dict.fromkeys(rows(v) for v in e.values))}" for e in events(told, kind)]
