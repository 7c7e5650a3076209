"""Where else could the code of a script stand: in `main()`, a helper module, steps, the methods of a class, five files?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import libcst as cst

from mlstd.dev.twins.code import (
    Files,
    Statement,
    bound,
    docstring,
    function,
    guarded,
    has_star,
    is_guard,
    movable,
    names,
    unguarded,
    walk,
)

HELPER = "helper_of_twin"


def in_main(files: Files, entry: str) -> Files | None:
    """Everything below the imports stands in `def main()`, called behind a guard."""
    found = movable(files, entry)
    if found is None:
        return None
    module, head, body = found
    return {**files, entry: module.with_changes(body=[*head, function("main", body), guarded("main()")]).code}


def in_helper(files: Files, entry: str) -> Files | None:
    """Functions and classes stand in a module of their own; a script without any has all its code in a function there."""
    found = movable(files, entry)
    if found is None or has_star(found[1]) or any(map(is_guard, found[2])):
        return None
    module, head, body = found
    defined = [s for s in body if isinstance(s, (cst.FunctionDef, cst.ClassDef))]
    rest = [s for s in body if s not in defined]
    free = set().union(*(names(s) for s in defined)) if defined else set()
    if defined and not free & bound(rest):
        listed = ", ".join(dict.fromkeys(s.name.value for s in defined))
        moved = module.with_changes(header=(), body=[*head, *defined]).code
        kept = module.with_changes(body=[*head, cst.parse_statement(f"from {HELPER} import {listed}\n"), *rest]).code
        return {**files, entry: kept, _beside(entry, HELPER): moved}
    moved = module.with_changes(header=(), body=[*head, function("run_of_twin", body)]).code
    called = [cst.parse_statement(f"from {HELPER} import run_of_twin\n"), cst.parse_statement("run_of_twin()\n")]
    return {**files, entry: module.with_changes(body=[*docstring(module), *called]).code, _beside(entry, HELPER): moved}


def in_steps(files: Files, entry: str) -> Files | None:
    """Three functions, each of which hands on what the later ones need, called one after the other in `main()`."""
    found = _cut(files, entry, 3)
    if found is None:
        return None
    module, head, steps = found
    made = [function(step.name, step.body, step.takes, step.gives) for step in steps]
    main = function("main", [cst.parse_statement(step.call) for step in steps])
    return {**files, entry: module.with_changes(body=[*head, *made, main, guarded("main()")]).code}


def in_five_files(files: Files, entry: str) -> Files | None:
    """Four steps, each in a file of its own; the entry imports and calls them."""
    found = _cut(files, entry, 4)
    if found is None or has_star(found[1]):
        return None
    module, head, steps = found
    made = {
        _beside(entry, f"{step.name}_of_twin"): module.with_changes(
            header=(), body=[*head, function(step.name, step.body, step.takes, step.gives)]
        ).code
        for step in steps
    }
    imported = [cst.parse_statement(f"from {step.name}_of_twin import {step.name}\n") for step in steps]
    called = [cst.parse_statement(step.call) for step in steps]
    return {**files, entry: module.with_changes(body=[*docstring(module), *imported, *called]).code, **made}


def in_class(files: Files, entry: str) -> Files | None:
    """Two methods of a class, which share through its attributes what the second needs of the first."""
    found = _cut(files, entry, 2)
    if found is None:
        return None
    module, head, steps = found
    first, second = steps
    kept = [cst.parse_statement(f"self.{name} = {name}\n") for name in first.gives]
    taken = [cst.parse_statement(f"{name} = self.{name}\n") for name in second.takes]
    methods = [function("prepare", [*first.body, *kept], ["self"]), function("finish", [*taken, *second.body], ["self"])]
    made = cst.ClassDef(name=cst.Name("Work"), body=cst.IndentedBlock(body=methods))
    run = [cst.parse_statement(line) for line in ("work = Work()\n", "work.prepare()\n", "work.finish()\n")]
    return {**files, entry: module.with_changes(body=[*head, made, function("main", run), guarded("main()")]).code}


@dataclass(frozen=True)
class _Step:
    """A stretch of the script as a function: the names that it takes from earlier ones and gives to later ones."""

    name: str
    body: tuple[Statement, ...]
    takes: tuple[str, ...]
    gives: tuple[str, ...]

    @property
    def call(self) -> str:
        """The line that calls it."""
        given = f"{', '.join(self.gives)} = " if self.gives else ""
        return f"{given}{self.name}({', '.join(self.takes)})\n"


def _cut(files: Files, entry: str, count: int) -> tuple[cst.Module, Sequence[Statement], list[_Step]] | None:
    """The module, its head, and what stands below as so many functions; None where it cannot be cut."""
    found = movable(files, entry)
    steps = _steps(found[2], count) if found is not None else None
    return None if found is None or steps is None else (found[0], found[1], steps)


def _steps(body: Sequence[Statement], count: int) -> list[_Step] | None:
    """The script as so many functions; None where it is too short, or where a function of an early stretch needs a late name."""
    flat = unguarded(body)
    if flat is None or len(flat) < count or _leaves(flat):
        return None
    edges = [len(flat) * n // count for n in range(count + 1)]
    bodies = [flat[start:end] for start, end in pairwise(edges)]
    binds, reads = [bound(b) for b in bodies], [set().union(*map(names, b)) for b in bodies]
    steps = []
    for n, stretch in enumerate(bodies):
        early, late = set().union(*binds[:n]), set().union(*binds[n + 1 :])
        inner = [n for s in stretch for n in walk(s) if isinstance(n, (cst.FunctionDef, cst.ClassDef, cst.Lambda))]
        if any(names(one) & late for one in inner):
            return None
        takes, gives = reads[n] & early, binds[n] & set().union(*reads[n + 1 :])
        steps.append(_Step(f"step_{n + 1}", tuple(stretch), tuple(sorted(takes)), tuple(sorted(gives))))
    return steps


def _leaves(body: Sequence[Statement]) -> bool:
    """Are there deletions of names, which would leave nothing to return?"""
    return any(isinstance(node, cst.Del) for statement in body for node in walk(statement))


def _beside(entry: str, name: str) -> str:
    return f"{entry.rpartition('/')[0]}/{name}.py".lstrip("/")
