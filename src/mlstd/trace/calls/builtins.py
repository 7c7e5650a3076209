"""What do Python's own functions give, where it matters which value comes out?

Only functions whose value the run must know; what the others do (print, open, json.dump) is library knowledge.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from mlstd.lower import ir
from mlstd.trace import fields
from mlstd.trace.events import Compare, Select
from mlstd.trace.library import averages, configs, options
from mlstd.trace.library.frameworks import commands, jax
from mlstd.trace.library.reduce import counted, reduced, statistic
from mlstd.trace.machine import Machine
from mlstd.trace.objects import ancestry, note_method
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.choose import narrowed, verdict
from mlstd.trace.values.collect import data_in, references, summary
from mlstd.trace.values.join import everything
from mlstd.trace.values.kinds import (
    COUNTER,
    NONE,
    Bound,
    ClassValue,
    Const,
    Data,
    Entries,
    External,
    FunctionValue,
    Items,
    ModuleValue,
    Partial,
    Ref,
    Stream,
    Text,
    Tuple,
    Unknown,
    Value,
)
from mlstd.trace.values.parts import Origin, Part, Step
from mlstd.trace.values.text import source

Handler: TypeAlias = Callable[[Machine, Arguments, ir.Node], "Value | None"]


def _known(machine: Machine, value: Value | None) -> tuple[Value, ...] | None:
    """The items of a sequence or the keys of a dict, if all are known."""
    if isinstance(value, Tuple):
        return value.items
    if isinstance(value, Stream):
        return value.items
    if isinstance(value, Ref):
        listed, named = machine.load(value.address, "[]"), machine.load(value.address, "{}")
        if isinstance(listed, Items) and listed.rest is None:
            return listed.items
        if isinstance(named, Entries) and named.rest is None:
            return tuple(Const(k) for k, _ in named.items)
    return None


def _range(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    data = summary(machine, arguments.all())
    if data is not None and data.kind == "index":
        return Stream(data)
    counter = machine.unknown(node, COUNTER)
    if 1 <= len(arguments.positional) <= 2:
        low, high = (Const(None), *arguments.positional)[-2:]
        counter = counter.inner(COUNTER, f"{_bound(low)}:{_bound(high)}")
    return Stream(counter)


def _bound(value: Value) -> str:
    """A bound of a range, as slices write it."""
    if isinstance(value, Const):
        return "" if value.value in (None, 0) else str(value.value)
    return f"?{value.identity}" if isinstance(value, Unknown) and value.at is not None else "?"


def _arange(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    """`numpy.arange(n)`: positions of rows, as `list(range(n))` is; with a step it is a grid of numbers."""
    if len(arguments.positional) != 1 or arguments.named.keys() - {"dtype"}:
        return None
    return positions(machine.unknown(node, COUNTER))


def positions(counter: Unknown) -> Data:
    """Positions of rows, of which only the place that made them is known."""
    return Data("index", frozenset((Part(Origin(f"positions@{counter.at}", known=False, at=counter.at)),)))


def _enumerate(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    stream = machine.verbs.iterate(arguments.get(0) or NONE, node)
    items = tuple(Tuple((Const(i), item)) for i, item in enumerate(stream.items)) if stream.items is not None else None
    return Stream(Tuple((machine.unknown(node, COUNTER), stream.element)), items)


def _zip(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    streams = [machine.verbs.iterate(v, node) for v in arguments.positional]
    if arguments.rest is not None:
        return Stream(machine.verbs.iterate(arguments.rest, node).element)
    known = [s.items for s in streams if s.items is not None]
    items = tuple(Tuple(row) for row in zip(*known, strict=False)) if known and len(known) == len(streams) else None
    return Stream(Tuple(tuple(s.element for s in streams)), items)


def _same(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    """Functions that hand their first argument on: a progress bar, a copy, a sorted or reversed sequence."""
    if not arguments.positional:
        return next(iter(arguments.named.values()), machine.unknown(node, "nothing handed on"))
    return arguments.positional[0]


def _copy(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    """A copy of a model stands for the model; what is told of its mode holds for neither of them any more."""
    value = _same(machine, arguments, node)
    for address in references(machine, [value]):
        machine.describe(address, copied=True)
    return value


def _list(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    first = arguments.get(0)
    if first is None:
        return _new(machine, node, Items())
    if isinstance(first, Data):
        return first
    stream = machine.verbs.iterate(first, node)
    if isinstance(first, Stream) and isinstance(stream.element, Unknown) and stream.element.why == COUNTER:
        return positions(stream.element)
    if stream.items is not None:
        return _new(machine, node, Items(stream.items))
    return _new(machine, node, Items((), stream.element))


def _new(machine: Machine, node: ir.Node, items: Items) -> Value:
    made = machine.allocate("list", node)
    machine.store(made.address, "[]", items)
    return Ref(made.address)


def _tuple(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    first = arguments.get(0)
    known = _known(machine, first)
    return Tuple(known) if known is not None else _list(machine, arguments, node)


def _dict(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    held: dict[object, Value] = {}
    rest = arguments.named_rest
    for first in arguments.positional:
        inner = machine.load(first.address, "{}") if isinstance(first, Ref) else None
        if isinstance(inner, Entries):
            held.update(inner.items)
            rest = rest if inner.rest is None else inner.rest
            continue
        for pair in _known(machine, first) or ():
            if isinstance(pair, Tuple) and len(pair.items) == 2 and isinstance(pair.items[0], Const):
                held[pair.items[0].value] = pair.items[1]
        if _known(machine, first) is None:
            element = machine.verbs.iterate(first, node).element
            rest = element.items[1] if isinstance(element, Tuple) and len(element.items) == 2 else element
    held.update(arguments.named)
    made = machine.allocate("dict", node)
    machine.store(made.address, "{}", Entries(tuple(held.items()), rest))
    return Ref(made.address)


def _namespace(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    """`SimpleNamespace(**settings)`, `EasyDict({...})`, `Box`: names are attributes and keys."""
    made = _dict(machine, arguments, node)
    if isinstance(made, Ref):
        held = machine.load(made.address, "{}")
        for key, value in held.items if isinstance(held, Entries) else ():
            machine.store(made.address, str(key), value)
    return made


def _len(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    known = _known(machine, arguments.get(0)) if not isinstance(arguments.get(0), Data) else None
    if known is not None:
        return Const(len(known))
    first = arguments.get(0)
    if isinstance(first, Ref):
        method = machine.verbs.attribute(first, "__len__", node)
        if isinstance(method, Bound) and method.function is not None:
            machine.verbs.call(method, Arguments(), node)
    return machine.unknown(node, "a length")


def _number(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    """`int`, `float`, `abs`, `round`, `str`: a known number stays known, a score stays a score."""
    first = arguments.get(0)
    if first is None:
        return Const(0)
    data = summary(machine, [first])
    if data is not None:
        return reduced(machine, verdict(data), node)
    if isinstance(first, (Unknown, Const)):
        return first
    return machine.unknown(node, "a number")


def _int(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    first = arguments.get(0)
    if isinstance(first, Const) and isinstance(first.value, (int, float, str)):
        try:
            return Const(int(first.value), first.option)
        except ValueError:
            return machine.unknown(node, "a number")
    return _number(machine, arguments, node)


def _str(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    first = arguments.get(0)
    if isinstance(first, Const):
        return Const(str(first.value), first.option)
    if isinstance(first, Text):
        return first
    return Text("*", next(iter(data_in(machine, first)), None))


def _sum(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    first = arguments.get(0)
    data = summary(machine, [first]) if first is not None else None
    if isinstance(first, Data) and first.kind == "rows":
        return statistic(machine, first, node, "sum or mean")
    if data is not None:
        name = source(node.func).rpartition(".")[2] if isinstance(node, ir.Call) else ""
        return averages.reduced_by(machine, data, reduced(machine, data, node, adds=True), name, node)
    return counted(machine, machine.unknown(node, "a sum"), node)


def _extreme(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    """`max` and `min`: of scores, this picks the best; of models by a key, too."""
    key = arguments.named.get("key")
    values = list(arguments.positional)
    if key is not None:
        element = machine.verbs.iterate(values[0], node).element if len(values) == 1 else everything(values) or NONE
        values.append(machine.verbs.call(key, Arguments([element]), node))
    scores = [d for v in values for d in data_in(machine, v) if d.kind == "score"]
    if scores:
        machine.tape.add(Select(**machine.common(machine.here(node), "max or min of scores"), by=scores[0], how="maximum"))
        if len(scores) > 1:
            machine.tape.add(Compare(**machine.common(machine.here(node), "max or min of scores"), scores=tuple(scores)))
    constants = [v.value for v in arguments.positional if isinstance(v, Const) and isinstance(v.value, (int, float))]
    if len(constants) == len(arguments.positional) > 1:
        option = next((v.option for v in arguments.positional if isinstance(v, Const) and v.option), "")
        lowest = isinstance(node, ir.Call) and source(node.func).endswith("min")
        return Const(min(constants) if lowest else max(constants), option)
    if len(arguments.positional) == 1 and key is not None:
        return machine.verbs.iterate(arguments.positional[0], node).element
    data = summary(machine, list(arguments.positional))
    if data is not None and data.kind == "rows" and len(arguments.positional) == 1 and isinstance(arguments.positional[0], Data):
        return statistic(machine, data, node, "max or min")
    return data if data is not None else machine.unknown(node, "the largest or smallest")


def _getattr(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    """`getattr(object, "name", default)`; a name from an option means that another run may take another one."""
    owner, name = arguments.get(0), arguments.get(1)
    if owner is None:
        return machine.unknown(node, "getattr of nothing")
    if isinstance(name, Const) and isinstance(name.value, str):
        found = machine.verbs.attribute(owner, name.value, node)
        if name.option:
            note_method(machine, name.option, node, found)
        if isinstance(found, Unknown) and len(arguments.positional) > 2:
            return arguments.positional[2]
        return found
    if isinstance(owner, (ModuleValue, External)):
        found = _any_member(machine, owner, node)
        note_method(machine, (name.hint if isinstance(name, Unknown) else "") or "a name", node, found)
        return found
    return machine.unknown(node, "an attribute whose name is not known")


def _any_member(machine: Machine, owner: Value, node: ir.Node) -> Value:
    """Some class or function of a module, when the name is not known."""
    if isinstance(owner, ModuleValue):
        scope = machine.verbs.run_module(owner.path)
        members = [
            v for n, v in machine.slots(scope).items() if isinstance(v, (ClassValue, FunctionValue)) and not n.startswith("_")
        ]
        if members:
            return everything(members) or NONE
    return machine.unknown(node, "an attribute whose name is not known")


def _setattr(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    owner, name, value = arguments.get(0), arguments.get(1), arguments.get(2)
    if isinstance(owner, Ref) and isinstance(name, Const) and value is not None:
        machine.store(owner.address, str(name.value), value)
    return NONE


def _hasattr(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    return machine.unknown(node, "hasattr")


def _isinstance(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    value, cls = arguments.get(0), arguments.get(1)
    if isinstance(value, Const) and isinstance(cls, External):
        name = type(value.value).__name__
        if cls.name.startswith("builtins.") and value.value is not None:
            return Const(cls.name == f"builtins.{name}", value.option)
    made = machine.object(value) if value is not None else None
    if made is not None and made.cls is not None and isinstance(cls, ClassValue):
        return Const(cls in ancestry(made.cls))
    return machine.unknown(node, "a type test")


def _super(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    """`super()`: the receiver of the running method and the class that defined it."""
    for frame in reversed(machine.frames):
        if frame.function is not None and frame.function.owner is not None and frame.receiver is not None:
            owner = machine.notes.get(("class", frame.function.owner))
            if owner is not None:
                return Partial(External("builtins.super"), (frame.receiver, owner))
    return machine.unknown(node, "super() outside a method")


def _partial(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    if not arguments.positional:
        return machine.unknown(node, "a partial of nothing")
    return Partial(arguments.positional[0], tuple(arguments.positional[1:]), tuple(arguments.named.items()))


def _map(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    """`map`, `filter`, `pool.map`, `executor.map`: the function runs on an element of each sequence."""
    function = arguments.get(0)
    streams = [machine.verbs.iterate(v, node) for v in arguments.positional[1:]]
    if function is None or not streams:
        return machine.unknown(node, "map of nothing")
    if streams[0].items is not None and len(streams) == 1 and len(streams[0].items) <= 12:
        items = tuple(machine.verbs.call(function, Arguments([i]), node) for i in streams[0].items)
        return Stream(everything(list(items)) or Unknown("empty"), items)
    return Stream(machine.verbs.call(function, Arguments([s.element for s in streams]), node))


def _filter(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    return Stream(machine.verbs.iterate(arguments.get(1) or NONE, node).element)


def _next(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    """One more item: of rows, others than the items before."""
    element = machine.verbs.iterate(arguments.get(0) or NONE, node).element
    if isinstance(element, Data) and element.kind == "rows":
        return narrowed(element, Step("some", f"{machine.here(node)}#{machine.context}"))
    return element


def _import_module(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    name = arguments.get(0)
    if isinstance(name, Const) and isinstance(name.value, str):
        path = machine.linker.resolve(
            machine.frame.path, machine.entry, name.value.lstrip("."), len(name.value) - len(name.value.lstrip("."))
        )
        if path is not None:
            machine.verbs.run_module(path)
            return ModuleValue(path)
        return External(name.value)
    return machine.unknown(node, "a module whose name is not known")


def _vars(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    """`vars(args)`, `asdict(config)`: the attributes as a dict."""
    first = arguments.get(0)
    if isinstance(first, Ref):
        held = {k: v for k, v in machine.slots(first.address).items() if not k.startswith(("#", "@", "[", "{"))}
        made = machine.allocate("dict", node)
        machine.store(made.address, "{}", Entries(tuple(held.items())))
        return Ref(made.address)
    return machine.unknown(node, "the attributes of something")


def _path(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    """`os.path.join(a, b)`, `Path(a, b)`: a path known in part."""
    pieces = [
        v.value if isinstance(v, Const) and isinstance(v.value, str) else v.pattern if isinstance(v, Text) else "*"
        for v in arguments.positional
    ]
    if not pieces:
        return Const(".")
    joined = "/".join(str(p).rstrip("/") if i < len(pieces) - 1 else str(p) for i, p in enumerate(pieces))
    return Text(joined) if "*" in joined else Const(joined)


def _environment(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    """`os.environ.get("NAME", default)`, `os.getenv`: an option like any other."""
    name, default = arguments.get(0), arguments.get(1, "default")
    label = str(name.value) if isinstance(name, Const) else "an environment variable"
    if isinstance(default, Const):
        return Const(default.value, label)
    return default if default is not None else Const(None, label)


def _equal(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    """`torch.eq(prediction, truth)` is `prediction == truth`; between other values it is a matter of the library."""
    left, right = arguments.get(0), arguments.get(1, "other")
    if left is None or right is None or "prediction" not in {d.kind for v in (left, right) for d in data_in(machine, v)}:
        return None
    return machine.verbs.combine("==", left, right, node)


def _nothing(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    return NONE


def _exit(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    """`sys.exit()` on a branch ends that branch; elsewhere it is the end of the script anyway."""
    if machine.conditions:
        machine.state = None
    return NONE


def _sorted(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    """Sorting by scores sets them beside each other; the order of files becomes fixed."""
    first = arguments.get(0) or NONE
    key = arguments.named.get("key")
    if isinstance(key, (FunctionValue, Bound)):
        stream = machine.verbs.iterate(first, node)
        by = [
            machine.verbs.call(key, Arguments([item]), node)
            for item in (stream.items if isinstance(key, Bound) else None) or (stream.element,)
        ]
        scores = tuple(d for value in by for d in data_in(machine, value) if d.kind == "score")
        if len(scores) > 1:
            machine.tape.add(Compare(**machine.common(machine.here(node), "the ranking"), scores=scores))
    return first


_GROUPS: dict[Handler, tuple[str, ...]] = {
    _range: (
        "builtins.range",
        "builtins.xrange",
        "tqdm.trange",
        "tqdm.auto.trange",
        "tqdm.notebook.trange",
        "fastprogress.master_bar",
        "itertools.count",
    ),
    _arange: ("numpy.arange", "torch.arange"),
    _enumerate: ("builtins.enumerate",),
    _zip: ("builtins.zip", "itertools.izip", "itertools.zip_longest", "itertools.product"),
    _copy: ("copy.copy", "copy.deepcopy"),
    _same: (
        "builtins.reversed",
        "builtins.iter",
        "tqdm.tqdm",
        "tqdm.auto.tqdm",
        "tqdm.notebook.tqdm",
        "tqdm.tqdm_notebook",
        "tqdm.std.tqdm",
        "tqdm.autonotebook.tqdm",
        "rich.progress.track",
        "fastprogress.progress_bar",
        "itertools.cycle",
        "itertools.islice",
        "itertools.chain.from_iterable",
        "progressbar.ProgressBar",
        "alive_progress.alive_it",
        "functools.lru_cache",
        "functools.cache",
        "typing.cast",
        "builtins.memoryview",
        "accelerate.utils.tqdm",
        "builtins.complex",
        "builtins.bytes",
        "pathlib.Path.resolve",
        "os.path.abspath",
        "os.path.expanduser",
        "os.path.realpath",
        "os.fspath",
        "builtins.frozenset",
        "joblib.delayed",
    ),
    _list: ("builtins.list", "builtins.set", "collections.deque"),
    _tuple: ("builtins.tuple",),
    _dict: (
        "builtins.dict",
        "collections.OrderedDict",
        "collections.defaultdict",
        "collections.Counter",
        "datasets.DatasetDict",
        "datasets.IterableDatasetDict",
    ),
    _namespace: (
        "types.SimpleNamespace",
        "argparse.Namespace",
        "easydict.EasyDict",
        "box.Box",
        "munch.Munch",
        "addict.Dict",
        "ml_collections.ConfigDict",
        "attrdict.AttrDict",
    ),
    _len: ("builtins.len",),
    _number: (
        "builtins.float",
        "builtins.abs",
        "builtins.round",
        "builtins.bool",
        "math.sqrt",
        "math.log",
        "math.exp",
        "math.floor",
        "math.ceil",
    ),
    _int: ("builtins.int",),
    _str: ("builtins.str", "builtins.repr", "builtins.format"),
    _sum: (
        "builtins.sum",
        "math.fsum",
        "builtins.any",
        "builtins.all",
        "statistics.mean",
        "statistics.stdev",
        "statistics.median",
    ),
    _extreme: ("builtins.max", "builtins.min"),
    _getattr: ("builtins.getattr",),
    _setattr: ("builtins.setattr",),
    _hasattr: (
        "builtins.hasattr",
        "builtins.callable",
        "builtins.issubclass",
        "os.path.exists",
        "os.path.isfile",
        "os.path.isdir",
    ),
    _isinstance: ("builtins.isinstance",),
    _super: ("builtins.super",),
    _partial: ("functools.partial",),
    _map: ("builtins.map",),
    _filter: ("builtins.filter",),
    _next: ("builtins.next",),
    _import_module: ("importlib.import_module", "builtins.__import__"),
    _vars: ("builtins.vars", "dataclasses.asdict"),
    _path: ("os.path.join", "pathlib.Path", "pathlib.PurePath", "os.path.normpath", "pathlib.PosixPath"),
    _environment: ("os.getenv", "os.environ.get", "os.environ.setdefault"),
    _sorted: ("builtins.sorted",),
    fields.declared: (
        "dataclasses.field",
        "pydantic.Field",
        "attrs.field",
        "attr.field",
        "attr.ib",
        "attr.attrib",
        "msgspec.field",
    ),
    _exit: ("sys.exit", "builtins.exit", "builtins.quit", "os._exit"),
    _equal: (
        "torch.eq",
        "numpy.equal",
        "tensorflow.equal",
        "tensorflow.math.equal",
        "jax.numpy.equal",
        "keras.ops.equal",
        "keras.backend.equal",
        "numpy.array_equal",
        "torch.equal",
    ),
    _nothing: (
        "mlstd.nothing",
        "warnings.filterwarnings",
        "warnings.simplefilter",
        "os.makedirs",
        "os.mkdir",
        "sys.path.append",
        "sys.path.insert",
        "builtins.input",
    ),
}
HANDLERS: dict[str, Handler] = (
    {name: handler for handler, names in _GROUPS.items() for name in names}
    | configs.HANDLERS
    | options.RUNNERS
    | jax.HANDLERS
    | commands.HANDLERS
)
