"""ClearML: a task takes in what boosting libraries print and what is plotted, and runs the steps of its pipelines.

A step gets constants, parameters of the pipeline (`"${pipeline.file}"`), and what earlier steps returned (`"${split.train}"`).
"""

from __future__ import annotations

import re

from mlstd.trace.library.frameworks import given
from mlstd.trace.library.frameworks.framework import Framework
from mlstd.trace.library.site import Site
from mlstd.trace.machine import Machine, Object
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.kinds import NONE, Const, Data, Entries, Items, Ref, Tuple, Unknown, Value

CAPTURES = "what is shown is taken in by"
TASKS = ("clearml.Task.init", "clearml.task.Task.init")
REFERENCE = re.compile(r"\$\{(\w+)\.(\w+)\}")


def taken_in(site: Site, values: tuple[Data, ...]) -> None:
    """Some values are shown: a tracker that listens keeps them."""
    by = site.machine.notes.get(CAPTURES)
    if by and values:
        given.record(site, values, "metrics", by)


class Capture(Framework):
    """Tasks and pipelines of ClearML."""

    def function(self, site: Site) -> Value | None:
        """`Task.init(...)`: from here on the task listens; `plt.show()`: it keeps the figure."""
        if site.name in TASKS and given.flag(site.value("auto_connect_frameworks"), True) is not False:
            site.machine.notes[CAPTURES] = "ClearML"
        elif site.name == "matplotlib.pyplot.show":
            taken_in(site, tuple(site.machine.notes.get("drawn", ())))
        return None

    def made(self, site: Site, made: Object) -> None:
        """A pipeline: each of its steps is a task of its own."""
        if given.is_a(site.machine, made.address, "clearml_pipeline"):
            site.machine.notes[CAPTURES] = "ClearML"

    def method(self, site: Site, name: str) -> Value | None:
        """`pipe.add_parameter(...)`, `pipe.add_function_step(...)`."""
        owner = site.receiver
        if owner is None or not given.is_a(site.machine, owner.address, "clearml_pipeline"):
            return None
        told: dict[str, Value] = site.machine.notes.setdefault(("clearml", owner.address), {})
        if name == "add_parameter":
            told[f"pipeline.{given.word(site.value('name'))}"] = site.value("default") or NONE
        elif name == "add_function_step":
            _step(site, told)
        else:
            return None
        return NONE


def _step(site: Site, told: dict[str, Value]) -> None:
    """Run a step; what it returns goes by the names that are given for it."""
    machine = site.machine
    function = site.value("function")
    if not isinstance(function, given.CODE):
        return
    handed = site.value("function_kwargs")
    held = machine.load(handed.address, "{}") if isinstance(handed, Ref) else None
    named = {str(k): _meant(site, v, told) for k, v in held.items} if isinstance(held, Entries) else {}
    returned = machine.verbs.call(function, Arguments([], named), site.node)
    names = [given.word(v) for v in given.members(machine, site.value("function_return"))]
    values = _several(machine, returned, len(names))
    for name, value in zip(names, values, strict=False):
        told[f"{given.word(site.value('name'))}.{name}"] = value


def _meant(site: Site, value: Value, told: dict[str, Value]) -> Value:
    """What a reference to a parameter or to an earlier step stands for."""
    reference = REFERENCE.fullmatch(given.word(value))
    if reference is None:
        return value
    return told.get(".".join(reference.groups())) or Unknown("what another step returns", site.at, reference.group(2))


def _several(machine: Machine, returned: Value, count: int) -> list[Value]:
    held = machine.load(returned.address, "[]") if isinstance(returned, Ref) else returned
    if count > 1 and isinstance(held, (Items, Tuple)):
        return list(held.items)
    return [returned if returned is not None else Const(None)]
