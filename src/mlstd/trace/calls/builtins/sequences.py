"""What do Python's own sequences and dicts give: range, zip, list, sorted, next?"""

from __future__ import annotations

from mlstd.lower import ir
from mlstd.trace.events import Compare
from mlstd.trace.library import bounds, picks, verdicts
from mlstd.trace.library.holders import FACTORY
from mlstd.trace.library.reduce import reduced
from mlstd.trace.library.windows import strides
from mlstd.trace.machine import Handler, Machine
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.choose import narrowed
from mlstd.trace.values.collect import references, summary
from mlstd.trace.values.join import everything
from mlstd.trace.values.kinds import (
    COUNTER,
    NONE,
    Bound,
    Const,
    Data,
    Entries,
    External,
    Items,
    Ref,
    Stream,
    Tuple,
    Unknown,
    Value,
)
from mlstd.trace.values.parts import Origin, Part, Step

LENGTH = "a length"  # why a number is not known: it is that of all the rows


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
    last = arguments.positional[min(1, len(arguments.positional) - 1)] if arguments.positional else None
    whole = isinstance(last, Unknown) and last.why in (LENGTH, "the shape of rows")
    counter = machine.unknown(node, COUNTER, LENGTH if whole else "")
    strides(machine, counter, arguments.positional[2] if len(arguments.positional) > 2 else Const(1))
    if 1 <= len(arguments.positional) <= 2:
        ends = [a.value for a in node.arguments if not a.stars] if isinstance(node, ir.Call) else []
        found = [bounds.written(machine, end) for end in ends]
        if len(found) != len(arguments.positional):
            found = [bounds.of_value(machine, value) for value in arguments.positional]
        counter = counter.inner(COUNTER, ":".join(("", *("" if b == "0" else b for b in found))[-2:]))
    return Stream(counter)


def _arange(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    """`numpy.arange(n)`: positions of rows, as `list(range(n))` is; with a step it is a grid of numbers."""
    if len(arguments.positional) != 1 or arguments.named.keys() - {"dtype"}:
        return None
    return positions(machine.unknown(node, COUNTER))


def positions(counter: Unknown) -> Data:
    """Positions of rows: between two bounds, or of which only the place that made them is known."""
    origin = Origin(f"positions@{counter.at}", known=False, at=counter.at)
    between = (Step("slice", "", counter.way),) if counter.way.strip(":") and counter.hint != LENGTH else ()
    return Data("index", frozenset((Part(origin, between),)))


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


def _bar(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    """A progress bar hands on what it goes over; one that is moved by hand (`tqdm(total=n)`) goes over nothing."""
    over = arguments.get(0, "iterable")
    if over is not None or arguments.rest is not None:
        return over if over is not None else _same(machine, arguments, node)
    return External("tqdm.bar")


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


def _default(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    """`defaultdict(list)`: a dict that makes what it is asked for and does not hold."""
    made = _dict(machine, Arguments(arguments.positional[1:], arguments.named), node)
    if isinstance(made, Ref) and arguments.positional:
        machine.store(made.address, FACTORY, arguments.positional[0])
    return made


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
    if isinstance(first, Data) and first.kind == "prediction" and "mixed" in first.traits:
        return reduced(machine, first, node, adds=True)  # `len(found & true)`: how many were right
    if (right := verdicts.kept(machine, first)) is not None:
        return reduced(machine, right, node, adds=True)
    if (right := _right(machine, node)) is not None:
        return right
    if isinstance(first, Ref):
        method = machine.verbs.attribute(first, "__len__", node)
        if isinstance(method, Bound) and method.function is not None:
            machine.verbs.call(method, Arguments(), node)
    return machine.unknown(node, LENGTH)


def _right(machine: Machine, node: ir.Node) -> Data | None:
    """`len(truth[truth == predicted])`: how many were right."""
    counted = node.arguments[0].value if isinstance(node, ir.Call) and node.arguments else None
    if not isinstance(counted, ir.Subscript) or not isinstance(counted.index, ir.Operation):
        return None
    with machine.muted():
        chosen = machine.verbs.evaluate(counted.index)
    hits = isinstance(chosen, Data) and chosen.kind == "score" and "hits" in chosen.traits
    return reduced(machine, chosen, node, adds=True) if isinstance(chosen, Data) and hits else None


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
    """One more item: of rows, others than the items before; of an iterator that nobody else has, the first and only one."""
    element = machine.verbs.iterate(arguments.get(0) or NONE, node).element
    if isinstance(element, Data) and element.kind == "rows":
        first = isinstance(node, ir.Call) and bool(node.arguments) and isinstance(node.arguments[0].value, ir.Call)
        alone = {"single"} if first and "batch" in element.traits else set()
        return narrowed(element.but(traits=element.traits | alone), Step("some", f"{machine.here(node)}#{machine.context}"))
    return element


def _sorted(machine: Machine, arguments: Arguments, node: ir.Node) -> Value:
    """Sorting by scores sets them beside each other; the order of files becomes fixed."""
    first, key = arguments.get(0) or NONE, arguments.named.get("key")
    scores = picks.sort_key(machine, first, key, node)
    if key is not None and len(scores) > 1:
        machine.tape.add(Compare(**machine.common(machine.here(node), "the ranking"), scores=scores))
    return picks.ranked(machine, first, scores[0], node) if scores else first


GROUPS: dict[Handler, tuple[str, ...]] = {
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
    _bar: (
        "tqdm.tqdm",
        "tqdm.auto.tqdm",
        "tqdm.notebook.tqdm",
        "tqdm.tqdm_notebook",
        "tqdm.std.tqdm",
        "tqdm.autonotebook.tqdm",
    ),
    _same: (
        "builtins.reversed",
        "builtins.iter",
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
        "collections.Counter",
        "datasets.DatasetDict",
        "datasets.IterableDatasetDict",
    ),
    _default: ("collections.defaultdict",),
    _namespace: (
        "types.SimpleNamespace",
        "argparse.Namespace",
        "easydict.EasyDict",
        "box.Box",
        "box.ConfigBox",
        "box.DDBox",
        "dotmap.DotMap",
        "munch.Munch",
        "addict.Dict",
        "ml_collections.ConfigDict",
        "attrdict.AttrDict",
        "yacs.config.CfgNode",
        "fvcore.common.config.CfgNode",
    ),
    _len: ("builtins.len",),
    _map: ("builtins.map",),
    _filter: ("builtins.filter",),
    _next: ("builtins.next",),
    _sorted: ("builtins.sorted",),
}
