"""Is a certain verdict the same however the experiment is written? Every example of every rule, and its twins."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import lru_cache

import pytest

from mlstd import checks as families
from mlstd.ask.questions import Questions
from mlstd.checks.registry import RULES, Check
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

DIFFER: dict[str, tuple[str, ...]] = {}
"""Examples by id with the twins that are known to be judged otherwise. One that agrees again must be taken out."""
ALIKE = {"ineffective-seed": ("ineffective-seed", "unseeded-run")}
"""Rules of which either may tell that nothing is seeded: what a number was meant for, only its name says."""


def _examples() -> Iterator[object]:
    for rule in load_standard(rules_folder()).rules.values():
        for kind, examples in (("bad", rule.text.bad), ("good", rule.text.good)):
            for number, example in enumerate(examples, start=1):
                if rule.name in checks():
                    yield pytest.param(rule.name, example, id=f"{rule.name} {kind} {number}")


@lru_cache(maxsize=1)
def knowledge() -> Knowledge:
    """All library knowledge, loaded once."""
    return Knowledge.build(load_libraries(rules_folder() / "libraries"))


@lru_cache(maxsize=1)
def checks() -> dict[str, Check]:
    """Every check by its rule."""
    for family in pkgutil.iter_modules(families.__path__):
        importlib.import_module(f"{families.__name__}.{family.name}")
    return RULES


def certain(files: Files, entry: str, rule: str) -> bool:
    """Does the rule, or one that says the same in other words, find something in this experiment that nothing can overturn?"""
    project = Project(files, lambda path: files[path].encode(), lambda path, data: lower(read(path, data)))
    told = trace(entry, project, knowledge())
    modules = {path: project.module(path) for path in (entry, *told.closure)}
    alike = ALIKE.get(rule, (rule,))
    return any(f.confidence == "high" for name in alike for f in checks()[name](Questions(told, modules)))


def files_of(example: Example) -> Files:
    """The example as it stands, without marks."""
    sources = sources_of(example)
    return {p: notebook_of(cells_of(t)) if p.endswith(".ipynb") else without_marks(t) for p, t in sources.items()}


@pytest.mark.parametrize(("rule", "example"), list(_examples()))
def test_twins_agree(rule: str, example: Example, request: pytest.FixtureRequest) -> None:
    files, entry = files_of(example), entry_of(example)
    expected = certain(files, entry, rule)
    differ = set()
    for name, twin in TWINS.items():
        other = twin(files, entry)
        there = entry.removesuffix(".py") + ".ipynb" if name == "as a notebook" else entry
        if other is not None and certain(other, there, rule) != expected:
            differ.add(name)
    assert differ == set(DIFFER.get(request.node.callspec.id, ()))
