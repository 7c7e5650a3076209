"""What does a configuration file of the repository say? Hydra, OmegaConf, and `yaml.safe_load` or `json.load` of a constant path.

Every value read from a file keeps its dotted key as the name of an option, as a command-line option does: another run may set it.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any

from mlstd.lower import ir
from mlstd.read.data import parse
from mlstd.trace import fields
from mlstd.trace.library.compose import MISSING, compose, resolved
from mlstd.trace.library.frameworks.logs import note
from mlstd.trace.machine import Handler, Machine, constant
from mlstd.trace.objects import note_method
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.kinds import (
    NONE,
    ClassValue,
    Const,
    Entries,
    External,
    Items,
    ModuleValue,
    Partial,
    Ref,
    Text,
    Tuple,
    Unknown,
    Value,
)

LONGEST_FILE = 100_000  # a longer file holds data, not settings
MOST_ITEMS = 60
REQUIRED = "an option that must be given"
SPECIAL = frozenset(("_target_", "_partial_", "_recursive_", "_convert_", "_args_"))


def configuration(machine: Machine, given: Arguments, path: str) -> Value:
    """The configuration that `@hydra.main` hands to its function, which stands in the file `path`."""
    folder, name = given.get(0, "config_path"), given.get(1, "config_name")
    below = str(constant(folder) or "")
    if name is None and below.endswith((".yaml", ".yml")):  # of old, the path named the file
        below, name = posixpath.dirname(below), Const(posixpath.basename(below))
    if not (isinstance(name, Const) and isinstance(name.value, str)):
        note(machine, "log file")
        return Unknown("a configuration", None, "cfg")
    folders = [posixpath.normpath(posixpath.join(posixpath.dirname(path), below)), below]
    for base in dict.fromkeys(folders):
        data = compose(lambda file: _read(machine, file), base, name.value)
        if data is not None:
            if _logs_to_file(data):
                note(machine, "log file")
            return as_value(machine, data, f"hydra {path}")
    note(machine, "log file")
    stored = machine.notes.get(("config", name.value))
    if isinstance(stored, ClassValue):
        instance = machine.verbs.construct(stored, Arguments(), stored.node)
        if isinstance(instance, Ref):
            fields.fill(machine, stored, instance.address, Arguments(), option=True)
        return instance
    return stored if isinstance(stored, Ref) else Unknown("a configuration", None, "cfg")


def _logs_to_file(data: dict[str, Any]) -> bool:
    """Hydra's own logging has a file among its handlers, unless the configuration lists others."""
    level: Any = data
    for key in ("hydra", "job_logging", "root", "handlers"):
        level = level.get(key) if isinstance(level, dict) else None
    return not isinstance(level, list) or "file" in level


def store(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    """`ConfigStore.instance().store(name="config", node=Config)`: a configuration that a class describes."""
    group, name = arguments.named.get("group"), arguments.get(0, "name")
    if isinstance(name, Const) and (group is None or group == NONE):
        machine.notes[("config", name.value)] = arguments.get(1, "node")
    return NONE


def config_store(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    """`ConfigStore.instance()`."""
    return External("mlstd.config_store")


def _read(machine: Machine, path: str) -> str | None:
    """The text of a small file; the run remembers that it was read."""
    text = machine.linker.text(path)
    if text is None or len(text) > LONGEST_FILE:
        return None
    machine.notes.setdefault("files read", {})[path] = None
    return text


def as_value(machine: Machine, data: Any, key: str, dotted: str = "") -> Value:
    """Plain data as a value: dicts whose keys are attributes, too, lists, and constants that know their option."""
    if isinstance(data, dict):
        return _table(
            machine, {str(k): as_value(machine, v, key, f"{dotted}.{k}".lstrip(".")) for k, v in data.items()}, f"{key}#{dotted}"
        )
    if isinstance(data, list):
        made = machine.allocate("list", None, key=f"{key}#{dotted}[]")
        items = tuple(as_value(machine, item, key, f"{dotted}.{number}") for number, item in enumerate(data[:MOST_ITEMS]))
        machine.store(made.address, "[]", Items(items))
        return Ref(made.address)
    if data == MISSING:
        return Unknown(REQUIRED, None, dotted)
    if isinstance(data, str) and "${" in data:
        return Text(_starred(data))
    return (
        Const(data, dotted) if data is None or isinstance(data, (bool, int, float, str)) else Unknown("a setting", None, dotted)
    )


def _starred(text: str) -> str:
    import re

    return re.sub(r"\$\{[^}]*\}", "*", text)


def _table(machine: Machine, held: dict[str, Value], key: str) -> Ref:
    made = machine.allocate("dict", None, key=key)
    machine.store(made.address, "{}", Entries(tuple(held.items())))
    for name, value in held.items():
        machine.store(made.address, name, value)
    machine.notes[("namespace", made.address)] = True
    return Ref(made.address)


# ------------------------------------------------------------------ files read by the code


def _paths(machine: Machine, value: Value | None) -> Iterator[str]:
    """Where a file may be: below the folder of the entry, of the running file, of any folder above them."""
    if isinstance(value, Ref):
        value = next(
            (v for slot in ("@file", "@filename", "@path", "@name") if (v := machine.load(value.address, slot)) is not None), None
        )
    if not (isinstance(value, Const) and isinstance(value.value, str)) or "\n" in value.value or value.value.startswith("/"):
        return
    for start in dict.fromkeys((machine.entry, machine.frame.path)):
        folder = posixpath.dirname(start)
        while True:
            yield posixpath.normpath(posixpath.join(folder, value.value))
            if not folder:
                break
            folder = posixpath.dirname(folder)


def load(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    """`yaml.safe_load(file)`, `json.load(file)`, `OmegaConf.load(path)`; None for a file that is not there or holds data."""
    for path in _paths(machine, next(iter(arguments.all()), None)):
        text = _read(machine, path)
        if text is not None:
            data = parse(text, path)
            return as_value(machine, resolved(data), f"file {path}") if isinstance(data, dict) and not _is_data(data) else None
    return None


def _is_data(data: dict[str, Any]) -> bool:
    return any(isinstance(value, list) and len(value) > MOST_ITEMS for value in data.values())


def create(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    """`OmegaConf.create({...})`, `DictConfig(...)`, `OmegaConf.structured(...)`: keys are attributes."""
    first = arguments.get(0)
    held = machine.load(first.address, "{}") if isinstance(first, Ref) else None
    if isinstance(held, Entries) and isinstance(first, Ref):
        for key, value in held.items:
            machine.store(first.address, str(key), create(machine, Arguments([value]), node) or value)
        machine.notes[("namespace", first.address)] = True
    return first


def merge(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    """`OmegaConf.merge(a, b)`: one configuration over the other, key by key."""
    return _merged(machine, arguments.positional, f"merged {machine.here(node)}")


def _merged(machine: Machine, values: list[Value], key: str) -> Value:
    held: dict[str, Value] = {}
    for value in values:
        inner = machine.load(value.address, "{}") if isinstance(value, Ref) else None
        for name, new in inner.items if isinstance(inner, Entries) else ():
            both = [held[str(name)], new] if str(name) in held else []
            tables = both and all(isinstance(b, Ref) and isinstance(machine.load(b.address, "{}"), Entries) for b in both)
            held[str(name)] = _merged(machine, both, f"{key}.{name}") if tables else new
    return _table(machine, held, key) if held or not values else values[0]


def same(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    """`OmegaConf.to_container(cfg)`, `to_absolute_path(path)`: what is handed in."""
    return arguments.get(0)


# ------------------------------------------------------------------ objects that a configuration names


def named(machine: Machine, name: str, node: ir.Node) -> Value:
    """What a dotted name stands for: of the project where there is such a module, else of a library."""
    parts = name.split(".")
    for end in range(len(parts) - 1, 0, -1):
        path = machine.linker.resolve(machine.entry, machine.entry, ".".join(parts[:end]), 0)
        if path is not None:
            value: Value = ModuleValue(path)
            for part in parts[end:]:
                value = machine.verbs.attribute(value, part, node)
            return value
    machine.libraries.add(name)
    return External(name)


def instantiate(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    """`hydra.utils.instantiate(cfg.x, key=value)`: the class or function that `_target_` names is called."""
    config = arguments.get(0, "config")
    return _made(machine, config, {k: v for k, v in arguments.named.items() if k != "config"}, arguments.positional[1:], node)


def _made(
    machine: Machine, config: Value | None, extra: dict[str, Value], positional: list[Value], node: ir.Node
) -> Value | None:
    held = machine.load(config.address, "{}") if isinstance(config, Ref) else None
    if isinstance(config, Unknown) and config.why == REQUIRED:
        note_method(machine, config.hint, node)
    if not isinstance(held, Entries):
        return _list(machine, config, node)
    settings = {**{str(k): v for k, v in held.items}, **extra}
    deep = constant(settings.get("_recursive_")) is not False
    inner = {k: (_made(machine, v, {}, [], node) or v) if deep else v for k, v in settings.items() if k not in SPECIAL}
    written = settings.get("_target_")
    target = constant(written)
    if isinstance(written, Const):
        note_method(machine, written.option, node)
    if not isinstance(target, str):
        return _table(machine, inner, f"instantiated {machine.here(node)} {config}") if inner != settings else config
    given = settings.get("_args_")
    before = _items(machine, given) if given is not None else ()
    function = named(machine, target, node)
    if constant(settings.get("_partial_")) is True:
        return Partial(function, (*before, *positional), tuple(inner.items()))
    outer = machine.unrolled
    machine.unrolled = (*outer, config.address if isinstance(config, Ref) else 0)  # several objects come from this one place
    try:
        return machine.verbs.call(function, Arguments([*before, *positional], inner), node)
    finally:
        machine.unrolled = outer


def _list(machine: Machine, config: Value | None, node: ir.Node) -> Value | None:
    """A list of configurations becomes a list of objects."""
    items = _items(machine, config)
    made = tuple(_made(machine, item, {}, [], node) or item for item in items)
    if not items or made == items:
        return config
    new = machine.allocate("list", node, key=f"instantiated {config}")
    machine.store(new.address, "[]", Items(made))
    return Ref(new.address)


def _items(machine: Machine, value: Value | None) -> tuple[Value, ...]:
    if isinstance(value, Tuple):
        return value.items
    held = machine.load(value.address, "[]") if isinstance(value, Ref) else None
    return held.items if isinstance(held, Items) else ()


def get_class(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    """`hydra.utils.get_class("a.b.C")`, `pydoc.locate`."""
    name = constant(arguments.get(0))
    return named(machine, name, node) if isinstance(name, str) else None


def composed(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    """`compose(config_name="config")` after `initialize(config_path="conf")`."""
    folder = machine.notes.get("hydra folder", Const(""))
    return configuration(machine, Arguments([folder, arguments.get(0, "config_name") or NONE]), machine.frame.path)


def initialize(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    """`initialize(config_path="conf")`: where a later `compose` looks."""
    folder = arguments.get(0, "config_path") or arguments.get(0, "config_dir")
    machine.notes["hydra folder"] = folder if folder is not None else Const("")
    return NONE


_GROUPS: dict[Handler, tuple[str, ...]] = {
    load: (
        "yaml.safe_load",
        "yaml.load",
        "yaml.full_load",
        "yaml.unsafe_load",
        "json.load",
        "toml.load",
        "tomli.load",
        "tomllib.load",
        "omegaconf.OmegaConf.load",
        "ruamel.yaml.safe_load",
        "ruamel.yaml.load",
        "sconf.Config",
    ),
    store: ("mlstd.config_store.store",),
    config_store: ("hydra.core.config_store.ConfigStore.instance", "hydra.core.config_store.ConfigStore"),
    create: ("omegaconf.OmegaConf.create", "omegaconf.OmegaConf.structured", "omegaconf.DictConfig"),
    merge: ("omegaconf.OmegaConf.merge", "omegaconf.OmegaConf.unsafe_merge"),
    same: (
        "omegaconf.OmegaConf.to_container",
        "omegaconf.OmegaConf.to_object",
        "omegaconf.OmegaConf.masked_copy",
        "hydra.utils.to_absolute_path",
        "omegaconf.open_dict",
    ),
    instantiate: ("hydra.utils.instantiate", "hydra.utils.call", "hydra.instantiate", "hydra_zen.instantiate"),
    get_class: ("hydra.utils.get_class", "hydra.utils.get_method", "hydra.utils.get_object", "pydoc.locate"),
    composed: ("hydra.compose", "hydra.experimental.compose"),
    initialize: ("hydra.initialize", "hydra.experimental.initialize", "hydra.initialize_config_dir"),
}
HANDLERS: dict[str, Handler] = {name: handler for handler, names in _GROUPS.items() for name in names}
