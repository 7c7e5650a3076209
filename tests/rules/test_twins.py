"""Is a certain verdict the same however the experiment is written? Every example of every rule, and its twins."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from mlstd import checks as families
from mlstd.ask.questions import Questions
from mlstd.checks.registry import RULES, Check
from mlstd.checks.rules import load_standard
from mlstd.checks.standard import Example
from mlstd.dev.marks import cells_of, entry_of, notebook_of, sources_of, without_marks
from mlstd.dev.twins import TWINS, Files, as_script
from mlstd.knowledge.load import load_libraries
from mlstd.knowledge.tables import Knowledge
from mlstd.knowledge.where import rules_folder
from mlstd.link.project import Project
from mlstd.lower import lower
from mlstd.read.source import read
from mlstd.trace.run import trace

DIFFER: dict[str, tuple[str, ...]] = {
    "notebook:bad.ipynb": ("renamed", "functions renamed"),  # a name that nothing defines: only what it is called tells columns
}
"""Examples by id with the twins that are known to be judged otherwise. One that agrees again must be taken out."""
ALIKE = {"ineffective-seed": "unseeded-run"}
"""A rule that says the same as another one: what a number was meant for, only its name tells."""
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
ENTRIES = (
    "tabular:good.py",
    "tabular:bad.py",
    "vision/good:train.py",
    "vision/bad:train.py",
    "notebook:good.ipynb",
    "notebook:bad.ipynb",
)


def _examples() -> Iterator[object]:
    for rule in load_standard(rules_folder()).rules.values():
        for kind, examples in (("bad", rule.text.bad), ("good", rule.text.good)):
            for number, example in enumerate(examples, start=1):
                yield pytest.param(example, id=f"{rule.name} {kind} {number}")


@lru_cache(maxsize=1)
def knowledge() -> Knowledge:
    """All library knowledge, loaded once."""
    return Knowledge.build(load_libraries(rules_folder() / "libraries"))


@lru_cache(maxsize=1)
def checks() -> dict[str, Check]:
    """Every check by its rule, but for those that ask how a notebook is kept."""
    for family in pkgutil.iter_modules(families.__path__):
        importlib.import_module(f"{families.__name__}.{family.name}")
    return {name: check for name, check in RULES.items() if not check.__module__.endswith(".notebook")}


def certain(files: Files, entry: str) -> set[str]:
    """The rules that find something in this experiment that nothing can overturn."""
    project = Project(files, lambda path: files[path].encode(), lambda path, data: lower(read(path, data)))
    told = trace(entry, project, knowledge())
    asked = Questions(told, {path: project.module(path) for path in (entry, *told.closure)})
    return {ALIKE.get(n, n) for n, check in checks().items() if any(f.confidence == "high" for f in check(asked))}


def files_of(example: Example) -> Files:
    """The example as it stands, without marks."""
    sources = sources_of(example)
    return {p: notebook_of(cells_of(t)) if p.endswith(".ipynb") else without_marks(t) for p, t in sources.items()}


def twins_of(files: Files, entry: str) -> Iterator[tuple[str, Files, str]]:
    """Every twin with its name and its entry; a notebook's are those of its script."""
    script = entry.removesuffix(".ipynb") + ".py" if entry.endswith(".ipynb") else entry
    base = as_script(files, entry) if script != entry else files
    if base is not None and script != entry:
        yield "as a script", base, script
    for name, twin in TWINS.items():
        other = twin(base, script) if base is not None else None
        if other is not None:
            yield name, other, script.removesuffix(".py") + ".ipynb" if name == "as a notebook" else script


def differing(files: Files, entry: str) -> dict[str, list[str]]:
    """The twins that are judged otherwise, with the rules in which they differ."""
    expected = certain(files, entry)
    found = {name: sorted(expected ^ certain(other, there)) for name, other, there in twins_of(files, entry)}
    return {name: rules for name, rules in found.items() if rules}


@pytest.mark.parametrize("example", list(_examples()))
def test_twins_agree(example: Example, request: pytest.FixtureRequest) -> None:
    found = differing(files_of(example), entry_of(example))
    assert set(found) == set(DIFFER.get(request.node.callspec.id, ())), found


@pytest.mark.parametrize("where", ENTRIES)
def test_twins_of_our_examples_agree(where: str) -> None:
    folder, entry = where.split(":")
    files = {p.name: p.read_text() for p in sorted((EXAMPLES / folder).iterdir()) if p.suffix in (".py", ".ipynb")}
    found = differing(files, entry)
    assert set(found) == set(DIFFER.get(where, ())), found


def test_twins_are_other_programs_that_do_the_same() -> None:
    code = "import json\n\nfirst = 1\nsecond = 2\n\n\ndef add(a, b):\n    return a + b\n\n\n"
    code += "print(add(first, second))\nprint(json.dumps(second))\n"
    made = {name: files for name, files, _ in twins_of({"one.py": code}, "one.py")}
    assert set(made) == set(TWINS)
    for files in made.values():
        assert code not in files.values()
    assert "def w" in made["functions renamed"]["one.py"]
    assert "self.second = second" in made["in a class"]["one.py"]
    assert len(made["in five files"]) == 5
