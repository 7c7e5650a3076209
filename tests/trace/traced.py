"""The trace of a few lines of code, for tests: source in, events out."""

from __future__ import annotations

import textwrap
from functools import cache
from typing import TypeVar

from mlstd.knowledge.load import load_libraries
from mlstd.knowledge.tables import Knowledge
from mlstd.knowledge.where import rules_folder
from mlstd.trace.events import Certainty, Event
from mlstd.trace.run import Trace, trace
from mlstd.trace.values.kinds import Data
from tests.link.project_of import project_of

E = TypeVar("E", bound=Event)


@cache
def knowledge() -> Knowledge:
    """All library knowledge, read once."""
    return Knowledge.build(load_libraries(rules_folder() / "libraries"))


def traced(source: str, **files: str) -> Trace:
    """The trace of a script `main.py`; other files by their names, "__" for "/" and a last "_" for the dot ("conf__a_yaml")."""
    texts = {_path(name): textwrap.dedent(text) for name, text in files.items()}
    return trace("main.py", project_of({**texts, "main.py": textwrap.dedent(source)}), knowledge())


def _path(name: str) -> str:
    stem, _, ending = name.replace("____init__", "__INIT").replace("__", "/").rpartition("_")
    return f"{stem}.{ending}".replace("INIT", "__init__")


def of(told: Trace, kind: type[E], sure: bool = True) -> list[E]:
    """The events of a kind; those that surely happen, or all."""
    return [e for e in told.events if isinstance(e, kind) and (not sure or e.sure is Certainty.SURELY)]


def origins(data: Data | None) -> set[str]:
    """Which data, and which part of it: "train", "CIFAR10:test", "x.csv/split:train"."""
    parts = data.parts if data is not None else ()
    return {
        "/".join([f"{p.origin.name.rpartition('.')[2]}:{p.origin.part}".rstrip(":"), *(f"{s.kind}:{s.key}" for s in p.steps)])
        for p in parts
    }
