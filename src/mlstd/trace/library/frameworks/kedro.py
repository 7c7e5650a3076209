"""What does a run of a Kedro project do? Its nodes are called in the order of their data sets, which the catalog loads and saves.

A file that defines `create_pipeline` or `register_pipelines` stands for `kedro run`: the pipelines that it makes are run.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from mlstd.lower import ir
from mlstd.read.data import parse
from mlstd.trace.library import configs
from mlstd.trace.library.compose import merged
from mlstd.trace.library.frameworks import given
from mlstd.trace.library.frameworks.framework import Framework
from mlstd.trace.library.site import Site, models_in
from mlstd.trace.machine import Frame, Machine, Object
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.kinds import Address, Const, Entries, External, FunctionValue, Ref, Unknown, Value

STARTS = ("register_pipelines", "create_pipeline")
NODES, PIPELINES = "kedro nodes", "kedro pipelines"
# Data sets of tables, of metrics; all others hold objects of any kind.
TABLES = ("csv", "parquet", "excel", "feather", "sqltable", "sqlquery", "deltatable", "generic", "spark", "hdf")
METRICS = ("metrics", "tracking", "json", "yaml")
Rename = Callable[[str], str]


class Kedro(Framework):
    """Nodes and pipelines, as they are made."""

    def function(self, site: Site) -> Value | None:
        """`find_pipelines()`: what every `create_pipeline` in the folder `pipelines` gives."""
        if site.name != "kedro.framework.project.find_pipelines":
            return None
        machine, found = site.machine, dict[str, Value]()
        for path in machine.linker.imports(machine.frame.path, machine.entry):
            if path.endswith("/pipeline.py"):
                function = machine.load(machine.verbs.run_module(path), STARTS[1])
                if isinstance(function, FunctionValue):
                    found[posixpath.basename(posixpath.dirname(path))] = given.run(site, function)
        return given.table(site, found, "pipelines")

    def made(self, site: Site, made: Object) -> None:
        """A node remembers where it was written, the run remembers the pipelines."""
        machine = site.machine
        if given.is_a(machine, made.address, "kedro_node"):
            machine.notes.setdefault(NODES, {})[made.address] = (machine.frame, site.node)
        elif given.is_a(machine, made.address, "kedro_pipeline"):
            machine.notes.setdefault(PIPELINES, {})[made.address] = None


@dataclass(frozen=True, slots=True)
class _Step:
    """A node of a pipeline that runs; `rename` gives its data sets the names that they have outside of its pipeline."""

    address: Address
    rename: Rename

    def names(self, machine: Machine, slot: str) -> tuple[list[str], dict[str, str]]:
        """The data sets by position, and by name."""
        value = machine.load(self.address, slot)
        held = machine.load(value.address, "{}") if isinstance(value, Ref) else None
        if isinstance(held, Entries):
            return [], {str(k): self.rename(given.word(v)) for k, v in held.items}
        return [self.rename(given.word(v)) for v in given.members(machine, value)], {}

    def all(self, machine: Machine, slot: str) -> set[str]:
        """All data sets that it takes, or gives."""
        listed, named = self.names(machine, slot)
        return {*listed, *named.values()}


@dataclass(frozen=True, slots=True)
class _Settings:
    """The files in `conf/`: the catalog, and the parameters."""

    catalog: dict[str, Any]
    parameters: dict[str, Any]

    def path(self, name: str) -> str:
        """The file of a data set; its name where the catalog tells none."""
        entry = self.catalog.get(name)
        found = entry.get("filepath") if isinstance(entry, dict) else None
        return found if isinstance(found, str) else name

    def holds(self, name: str, kinds: tuple[str, ...]) -> bool:
        """Is the data set of one of these types?"""
        entry = self.catalog.get(name)
        kind = str(entry.get("type", "")).lower() if isinstance(entry, dict) else ""
        return any(word in kind for word in kinds)


def start(machine: Machine) -> None:
    """The entry was loaded: run the pipelines that it defines."""
    scope = machine.modules[machine.entry]
    held = machine.slots(scope).values() if machine.state is not None else ()
    if not any(isinstance(v, External) and v.name.startswith("kedro.") for v in held):
        return
    function = next((v for name in STARTS if (v := machine.load(scope, name)) is not None), None)
    if not isinstance(function, FunctionValue) or function.path != machine.entry:
        return
    machine.frames.append(Frame(scope, machine.entry, None))
    machine.verbs.call(function, Arguments(), function.node)
    machine.frames.pop()
    if machine.state is not None:
        _run(machine, _steps(machine))


def _steps(machine: Machine) -> list[_Step]:
    """The nodes of the pipelines that are no part of another."""
    made = list(machine.notes.get(PIPELINES, ()))
    parts = {v.address for p in made for v in _members(machine, p) if v.address != p}
    steps = [step for p in made if p not in parts for step in _inside(machine, p, lambda name: name, 0)]
    return list({_identity(machine, step): step for step in steps}.values())


def _identity(machine: Machine, step: _Step) -> tuple[object, ...]:
    """Two pipelines may hold one node, made twice: it is written at one place, and takes and gives the same."""
    frame, node = machine.notes[NODES][step.address]
    names = (tuple(sorted(step.all(machine, slot))) for slot in ("@inputs", "@outputs"))
    return (frame.path, frame.cell, node.at, *names)


def _members(machine: Machine, pipeline: Address) -> list[Ref]:
    value = machine.load(pipeline, "@nodes") or machine.load(pipeline, "@pipe")
    return [v for v in given.members(machine, value) if isinstance(v, Ref)]


def _inside(machine: Machine, address: Address, rename: Rename, depth: int) -> Iterator[_Step]:
    if address in machine.notes.get(NODES, {}):
        yield _Step(address, rename)
    elif address in machine.notes.get(PIPELINES, {}) and depth < 8:
        for part in _members(machine, address):
            yield from _inside(machine, part.address, _renaming(machine, address, rename), depth + 1)


def _renaming(machine: Machine, pipeline: Address, outer: Rename) -> Rename:
    """`pipeline(..., namespace="a", inputs={"x": "y"})`: names are mapped, all others get the name space before them."""
    space = given.word(machine.load(pipeline, "@namespace"))
    mapped: dict[str, str] = {}
    for slot in ("@inputs", "@outputs", "@parameters"):
        value = machine.load(pipeline, slot)
        held = machine.load(value.address, "{}") if isinstance(value, Ref) else None
        if isinstance(held, Entries):
            mapped.update({str(k): given.word(v) for k, v in held.items})
        else:
            mapped.update({name: name for v in given.members(machine, value) if (name := given.word(v))})

    def rename(name: str) -> str:
        plain = name == "parameters" or name.startswith("params:")
        return outer(mapped.get(name) or (f"{space}.{name}" if space and not plain else name))

    return rename


def _run(machine: Machine, steps: list[_Step]) -> None:
    """A node runs when no other that is still to run makes what it takes."""
    settings = _settings(machine, steps)
    data = machine.allocate("scope", None, key="kedro data sets").address
    while steps and machine.state is not None:
        waits = set().union(*(s.all(machine, "@outputs") for s in steps))
        ready = next((s for s in steps if not s.all(machine, "@inputs") & waits), None)
        if ready is None:
            return
        steps.remove(ready)
        frame, node = machine.notes[NODES][ready.address]
        machine.frames.append(Frame(data, frame.path, frame.cell, frame.calls))
        _call(machine, ready, settings, node)
        machine.frames.pop()


def _call(machine: Machine, step: _Step, settings: _Settings, node: ir.Node) -> None:
    function = machine.load(step.address, "@func")
    if not isinstance(function, given.CODE):
        return
    listed, named = step.names(machine, "@inputs")
    values = [_dataset(machine, name, settings, node) for name in listed]
    keywords = {k: _dataset(machine, name, settings, node) for k, name in named.items()}
    returned = machine.verbs.call(function, Arguments(values, keywords), node)
    _keep(machine, step, returned, node)
    for name in sorted(step.all(machine, "@outputs")):
        value = machine.load(machine.frame.scope, name)
        if name in settings.catalog and value is not None:
            _save(machine, value, name, settings, node)


def _save(machine: Machine, value: Value, name: str, settings: _Settings, node: ir.Node) -> None:
    """The catalog writes a data set. A model that a single pipeline gives is not saved for good: another may evaluate it."""
    kind = "metrics" if settings.holds(name, METRICS) else "table"
    if models_in(machine, value):
        if machine.load(machine.modules[machine.entry], STARTS[0]) is None:
            return
        kind = "object"
    machine.verbs.call(External(f"kedro.io.{kind}.save"), Arguments([value, Const(settings.path(name))]), node)


def _keep(machine: Machine, step: _Step, returned: Value, node: ir.Node) -> None:
    """What a node returns goes by the names of its outputs."""
    listed, named = step.names(machine, "@outputs")
    held = machine.load(returned.address, "{}") if isinstance(returned, Ref) else None
    of_key = dict(held.items) if isinstance(held, Entries) else {}
    for key, name in named.items():
        value = of_key.get(key) or machine.unknown(node, "what a node returns", name)
        machine.verbs.assign(ir.Name(node.at, name), value)
    targets = tuple(ir.Name(node.at, name) for name in listed)
    value = machine.load(step.address, "@outputs")
    if isinstance(value, Const) and targets:
        machine.verbs.assign(targets[0], returned)
    elif targets:
        machine.verbs.assign(ir.Sequence(node.at, "tuple", targets), returned)


def _dataset(machine: Machine, name: str, settings: _Settings, node: ir.Node) -> Value:
    """A parameter, what a node gave, or what the catalog loads."""
    if name == "parameters" or name.startswith("params:"):
        return _parameter(machine, name, settings, node)
    kept = machine.load(machine.frame.scope, name)
    if kept is None:
        value: Value = Unknown("a data set of another pipeline", machine.here(node), name)
        if settings.holds(name, TABLES):
            value = machine.verbs.call(External("kedro.io.table.load"), Arguments([Const(settings.path(name))]), node)
        machine.verbs.assign(ir.Name(node.at, name), value)
        kept = machine.load(machine.frame.scope, name) or value
    return kept


def _parameter(machine: Machine, name: str, settings: _Settings, node: ir.Node) -> Value:
    dotted = name.partition(":")[2]
    found: Any = settings.parameters
    for part in dotted.split(".") if dotted else ():
        if not isinstance(found, dict) or part not in found:
            return Unknown(configs.REQUIRED, machine.here(node), dotted)
        found = found[part]
    return configs.as_value(machine, found, "kedro parameters", dotted)


# ------------------------------------------------------------------ the files in conf/


def _settings(machine: Machine, steps: list[_Step]) -> _Settings:
    """What the files in `conf/base` (and `conf/local`) say that are named like the pipelines."""
    folders = {posixpath.dirname(machine.notes[NODES][s.address][0].path) for s in steps}
    pipelines = sorted({posixpath.basename(f) for f in folders} - {""})
    return _Settings(_conf(machine, "catalog", pipelines), _conf(machine, "parameters", pipelines))


def _conf(machine: Machine, what: str, pipelines: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    names = [what, *(f"{what}{join}{p}" for p in pipelines for join in ("_", "/")), *(f"{p}/{what}" for p in pipelines)]
    for root in _roots(machine.entry):
        for name in names:
            for place in ("base", "local"):
                path = posixpath.join(root, "conf", place, f"{name}.yml")
                data = parse(text, path) if (text := machine.linker.text(path)) is not None else None
                if isinstance(data, dict):
                    found = merged(found, data)
        if found:
            break
    return found


def _roots(path: str) -> Iterator[str]:
    """The folders around a file, the nearest first."""
    while path:
        path = posixpath.dirname(path)
        yield path
