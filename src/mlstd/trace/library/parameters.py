"""Do written values tell how a run was set up: options, a configuration, numbers under names that are no progress?"""

from __future__ import annotations

from mlstd.trace.events import Record
from mlstd.trace.library.site import Site
from mlstd.trace.machine import Machine
from mlstd.trace.values.kinds import Bound, Choice, Const, Entries, Items, Ref, Text, Tuple, Unknown, Value

PROGRESS = frozenset(
    ("epoch", "epochs_done", "step", "global_step", "iteration", "iter", "fold", "round", "time", "batch", "run", "split")
)
CONFIGURED = ("config", "params", "parameters", "hparams", "hyperparameters", "hyper_parameters")
NAMED = ("log_dir", "logdir", "comment", "name", "run_name", "save_dir", "experiment_name")
DEEPEST = 5


def told(machine: Machine, values: list[Value], sure: bool, depth: int = 0) -> bool:
    """Do some values hold settings? What is not known may be settings, unless it must be `sure`."""
    return depth < DEEPEST and any(_one(machine, value, sure, depth) for value in values)


def _one(machine: Machine, value: Value, sure: bool, depth: int) -> bool:
    match value:
        case Unknown(why=why) if why.startswith("an option"):
            return True
        case Unknown() | Bound():
            return not sure
        case Const(value=known, option=option):
            return bool(option) or (depth > 0 and known is not None)
        case Tuple(items=items) | Choice(options=items):
            return told(machine, [i for i in items if not isinstance(i, Const)], sure, depth + 1)
        case Ref(address=address):
            return _object(machine, address, sure, depth)
        case _:
            return False


def _object(machine: Machine, address: int, sure: bool, depth: int) -> bool:
    if ("namespace", address) in machine.notes or machine.heap[address].kind == "instance":
        return True
    named, listed = machine.load(address, "{}"), machine.load(address, "[]")
    if isinstance(named, Entries):
        inner = [v for key, v in named.items if key not in PROGRESS]
        return told(machine, inner, sure, depth + 1) or (named.rest is not None and told(machine, [named.rest], sure, depth))
    if isinstance(listed, Items):
        inner = [*listed.items, *([listed.rest] if listed.rest is not None else [])]
        return told(machine, [i for i in inner if not isinstance(i, Const)], sure, depth + 1)
    return False


def of_tracker(site: Site, role: str) -> None:
    """A tracker that is handed the configuration records it; one whose folder is named by options tells them, too."""
    if role != "tracker":
        return
    handed = [v for p in CONFIGURED if (v := site.bound.get(p)) is not None and not (isinstance(v, Const) and v.value is None)]
    names = [v for p in NAMED if (v := site.bound.get(p)) is not None]
    if handed or any(isinstance(name, Text) for name in names) or told(site.machine, names, sure=True):
        machine = site.machine
        machine.tape.add(Record(**machine.common(site.at, site.code), values=(), records="parameters", name=site.name))
