"""How does a page of examples become tests of the dry run?

A page is Markdown. A heading begins an example; its code blocks are its files: ```` ```python ```` is `main.py`, which is run,
```` ```python helpers.py ```` another one. Marks at the ends of lines say what the run must understand there:

    print(x)          #? the train side of a.csv      what the shown values are, in words
    model.fit(x, y)   #= fit, draw perhaps            the events at this line, with their certainty unless they are sure

A kind of event that an example marks anywhere must happen at the marked lines and at no others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from mlstd.knowledge.load import load_libraries
from mlstd.knowledge.tables import Knowledge
from mlstd.knowledge.where import rules_folder
from mlstd.link.project import Project
from mlstd.lower import lower
from mlstd.read.source import read
from mlstd.trace.events import Certainty, Show
from mlstd.trace.run import Trace, trace
from mlstd.trace.values.kinds import Data
from mlstd.trace.values.names import name_of

MARK = re.compile(r"\s*#([?=]) (.+)$")
SURENESS = {Certainty.SURELY: "", Certainty.PERHAPS: " perhaps", Certainty.NOT_BY_DEFAULT: " not by default"}


@dataclass
class Example:
    """One example of a page: its files without marks, and what the marks say by file and line."""

    title: str
    files: dict[str, str] = field(default_factory=dict)
    values: dict[tuple[str, int], str] = field(default_factory=dict)
    events: set[tuple[str, int, str]] = field(default_factory=set)

    def add(self, name: str, lines: list[str]) -> None:
        """One code block."""
        clean = []
        for number, line in enumerate(lines, start=1):
            mark = MARK.search(line)
            clean.append(line[: mark.start()] if mark else line)
            if mark and mark[1] == "?":
                self.values[name, number] = mark[2].strip()
            elif mark:
                self.events |= {(name, number, word.strip()) for word in mark[2].split(",")}
        self.files[name] = "\n".join(clean) + "\n"


def examples(page: str) -> list[Example]:
    """The examples of a page that have code."""
    found: list[Example] = []
    block: list[str] | None = None
    name = ""
    for line in page.splitlines():
        if block is None and (heading := re.match(r"#+ (.+)", line)):
            found.append(Example(heading[1]))
        elif block is None and (fence := re.match(r"```python ?(\S*)$", line)):
            name, block = fence[1] or "main.py", []
        elif block is not None and line == "```":
            found[-1].add(name, block)
            block = None
        elif block is not None:
            block.append(line)
    return [example for example in found if example.files]


@lru_cache(maxsize=1)
def knowledge() -> Knowledge:
    """All library knowledge, loaded once."""
    return Knowledge.build(load_libraries(rules_folder() / "libraries"))


def run(files: dict[str, str]) -> Trace:
    """The dry run of `main.py` among the files."""
    project = Project(files, lambda path: files[path].encode(), lambda path, data: lower(read(path, data)))
    return trace("main.py", project, knowledge())


def values(told: Trace) -> dict[tuple[str, int], str]:
    """What is shown, by file and line, in words; every way to a line counts."""
    found: dict[tuple[str, int], set[str]] = {}
    for event in told.events:
        if isinstance(event, Show):
            words = "; ".join(describe(told, value) for value in event.values) or "no data"
            found.setdefault((event.at.path, event.at.line), set()).add(words)
    return {place: " or ".join(sorted(words)) for place, words in found.items()}


def describe(told: Trace, value: Data) -> str:
    """A value in words: what it is, of which model, of which rows."""
    rows = name_of(value.parts)
    who = ", ".join(told.things[m].cls.rpartition(".")[2] for m in sorted(value.models) if m in told.things)
    if value.kind == "score":
        return f"{value.metric} of {who} on {rows}"
    return (
        f"{value.kind} of {who} for {rows}"
        if value.kind == "prediction"
        else rows
        if value.kind == "rows"
        else f"{value.kind} of {rows}"
    )


def events(told: Trace, kinds: set[str]) -> set[tuple[str, int, str]]:
    """The events of some kinds, by file and line."""
    found = {(e.at.path, e.at.line, type(e).__name__.lower() + SURENESS[e.sure]) for e in told.events}
    return {event for event in found if event[2].split()[0] in kinds}
