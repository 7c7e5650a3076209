"""Is a certain verdict the same however the experiment is written? Every example of every rule, and its twins."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache

import pytest

from mlstd.ask import Questions
from mlstd.checks import check
from mlstd.checks.rules import load_standard
from mlstd.checks.standard import Example
from mlstd.dev.marks import cells_of, entry_of, notebook_of, sources_of, without_marks
from mlstd.dev.twins import TWINS, Files
from mlstd.knowledge.load import load_libraries
from mlstd.knowledge.tables import Knowledge
from mlstd.knowledge.where import rules_folder
from mlstd.link.project import Project
from mlstd.lower import lower
from mlstd.read.source import read
from mlstd.trace.run import trace

DIFFER: dict[str, str] = {}
"""Twins that are known to be judged otherwise, by id, each with the reason. One that agrees again must be taken out."""


def _examples() -> Iterator[object]:
    for rule in load_standard(rules_folder()).rules.values():
        for kind, examples in (("bad", rule.text.bad), ("good", rule.text.good)):
            for number, example in enumerate(examples, start=1):
                for twin in TWINS:
                    yield pytest.param(rule.name, example, twin, id=f"{rule.name} {kind} {number} {twin}")


@lru_cache(maxsize=1)
def knowledge() -> Knowledge:
    """All library knowledge, loaded once."""
    return Knowledge.build(load_libraries(rules_folder() / "libraries"))


def certain(files: Files, entry: str, rule: str) -> bool:
    """Does the rule find something in this experiment that nothing can overturn?"""
    project = Project(files, lambda path: files[path].encode(), lambda path, data: lower(read(path, data)))
    told = trace(entry, project, knowledge())
    modules = {path: project.module(path) for path in (entry, *told.closure)}
    return any(f.rule == rule and f.confidence == "high" for f in check(Questions(told, modules)))


def files_of(example: Example) -> Files:
    """The example as it stands, without marks."""
    sources = sources_of(example)
    return {p: notebook_of(cells_of(t)) if p.endswith(".ipynb") else without_marks(t) for p, t in sources.items()}


@cache
def original(rule: str, entry: str, files: tuple[tuple[str, str], ...]) -> bool:
    """The verdict on the example itself."""
    return certain(dict(files), entry, rule)


@pytest.mark.parametrize(("rule", "example", "twin"), list(_examples()))
def test_twins_agree(rule: str, example: Example, twin: str, request: pytest.FixtureRequest) -> None:
    files, entry = files_of(example), entry_of(example)
    other = TWINS[twin](files, entry)
    if other is None:
        pytest.skip("this example has no such twin")
    name = request.node.callspec.id
    there = entry.removesuffix(".py") + ".ipynb" if twin == "as a notebook" else entry
    same = certain(other, there, rule) == original(rule, entry, tuple(files.items()))
    assert same == (name not in DIFFER), f"{DIFFER.get(name, '')}\n\n{other}"
