"""What do the methods and attributes of rows, predictions and scores give? Arrays, frames, tensors and data sets share most of
them."""

from __future__ import annotations

from mlstd.knowledge.load import KnowledgeError
from mlstd.knowledge.schema import Effect
from mlstd.lower import ir
from mlstd.trace.events import OBJECTIVES, Fit, Record, Show
from mlstd.trace.library import averages, fewer, files, joined, masks, meetings, passes, picks, ranks, told
from mlstd.trace.library.blind import SHAPE
from mlstd.trace.library.columns import AHEAD, LAGGED, after_method
from mlstd.trace.library.frameworks.tensorflow import fetched, waits
from mlstd.trace.library.models import learn
from mlstd.trace.library.outcomes import draw_on
from mlstd.trace.library.randomness import draws
from mlstd.trace.library.reduce import REDUCERS, aggregated, by_group, over_rows, reduced, standardised, statistic
from mlstd.trace.library.rows import split
from mlstd.trace.library.site import Site
from mlstd.trace.machine import Machine
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.choose import (
    FORMS,
    as_values,
    by_index,
    formed,
    in_forms,
    narrowed,
    verdict,
    with_traits,
)
from mlstd.trace.values.collect import summary
from mlstd.trace.values.join import unite
from mlstd.trace.values.kinds import Bound, Const, Data, FunctionValue, Partial, Ref, Stat, Value
from mlstd.trace.values.parts import Step, among

SHAPES = frozenset(
    (
        "shape",
        "size",
        "ndim",
        "dtype",
        "dtypes",
        "columns",
        "device",
        "empty",
        "nbytes",
        "itemsize",
        "is_cuda",
        "requires_grad",
        "column_names",
        "num_rows",
        "features",
        "num_classes",
        *("status_code", "ok", "headers", "elapsed", "reason"),  # of a response, whatever it answers
    )
)
SHAPE_METHODS = frozenset(
    (
        "size",
        "dim",
        "numel",
        "nelement",
        "keys",
        "get_shape",
        "ndimension",
        "info",
        "isna",
        "isnull",
        "notnull",
        "notna",
        "memory_usage",
        "count",
    )
)
ENDS = frozenset(("max", "min", "amax", "amin"))
GROUPS = frozenset(
    ("groupby", "rolling", "expanding", "ewm", "resample")
)  # what is reduced then is a number a group, no number over all
NUMBERS = frozenset(
    ("astype", "float", "int", "long", "type", "to", "map")
)  # of a condition: its values, no longer a choice of rows
FILLS = frozenset(("fillna", "clip", "clip_", "divide", "subtract", "truediv", "rsub", "rdiv", "replace", "where", "mask"))
COMPARES = {"eq": "==", "ne": "!=", "sub": "-", "equal": "=="}
ARITHMETIC = frozenset(
    (
        "add",
        "sub",
        "mul",
        "div",
        "matmul",
        "mm",
        "bmm",
        "dot",
        "pow",
        "join",
        "merge",
        "append",
        "concat",
        "where",
        "masked_fill",
        "add_",
        "mul_",
        "div_",
        "sub_",
        "combine",
        "union",
    )
)
LIKE = ("frame", "torch_tensor", "hf_dataset", "tf_dataset", "spark-frame")


def attribute(machine: Machine, data: Data, name: str, node: ir.Node) -> Value:
    """An attribute: a property of the rows, a column, or a method that is about to be called."""
    if name in SHAPES and (data.kind != "score" or name in ("empty", "shape", "ndim")):
        return machine.unknown(node, SHAPE, name)
    if any(name == column for column, _ in data.told):
        return told.column(data, frozenset((name,))) or Bound(data, name)
    if passes.ANEW in data.traits and name in passes.LABELS:
        return passes.as_stored(machine, data, name, node)
    return masks.own_part(data, name) or Bound(data, name)


def of_column(machine: Machine, data: Data, name: str) -> Data:
    """The rows that a name stands for which may be a column: `rows.groupby("shop").price`."""
    method = name in REDUCERS or name in GROUPS or known(machine, data, name) is not None
    return data.but(columns=frozenset((name,))) if "grouped" in data.traits and not method else data


def element(data: Data) -> Value:
    """What iterating over data gives: a row, a batch, the pair of a batch's features and targets."""
    if data.kind == "rows" and "batch" not in data.traits:
        return without_groups(with_traits(data.but(like=""), "item"))
    return data


def without_groups(value: Value) -> Value:
    """What a method of grouped rows gives: rows that are no longer grouped."""
    return (
        value.but(traits=value.traits - {"grouped", "windowed"})
        if isinstance(value, Data) and value.traits & {"grouped", "windowed"}
        else value
    )


def called(machine: Machine, data: Data, arguments: Arguments, node: ir.Node) -> Value:
    """Data that is called: what an unknown call made of a model and rows behaves like the model; a graph gives its masks."""
    if (pairs := masks.by_names(data, arguments)) is not None:
        return pairs
    rows = summary(machine, arguments.all())
    return unite(data, rows.but(kind=data.kind)) if rows is not None else data


def known(machine: Machine, data: Data, name: str) -> Effect | None:
    """What is known of a method of this data."""
    for like in (data.like, *LIKE) if data.like else LIKE:
        try:
            kind = machine.knowledge.kind(like)
        except KnowledgeError:
            continue
        if name in kind.methods:
            return kind.methods[name]
    return None


def method(machine: Machine, data: Data, name: str, arguments: Arguments, node: ir.Node) -> Value:
    """The value of a method call on data."""
    if name in NUMBERS and not (name in ("astype", "to") and "bool" in str(arguments.get(0))):
        data = as_values(data)
    if name in GROUPS and data.kind == "rows":
        if name == "groupby":
            return with_traits(data, "grouped")
        centred = arguments.named.get("center") == Const(True)
        return with_traits(data, "windowed", LAGGED, *((AHEAD,) if centred else ()))
    result = ranks.ordered(name, data, without_groups(_method(machine, data, name, arguments, node)))
    return after_method(machine, data, result, name, arguments, node)


def _method(machine: Machine, data: Data, name: str, arguments: Arguments, node: ir.Node) -> Value:
    if name == "backward":
        return backward(machine, data, node)
    if name in ("run", "eval") and ({"feed_dict", "session"} & arguments.named.keys() or waits(data)):
        return fetched(machine, data, arguments.get(0, "feed_dict"), node)
    if name in SHAPE_METHODS and data.kind != "score":
        return machine.unknown(node, SHAPE, name)
    if name in ("startswith", "endswith"):
        return verdict(data)
    data = picks.by_method(machine, data, name, arguments, node)
    if name in REDUCERS and not (name == "agg" and data.traits & {"grouped", "windowed"}):
        return _reduce(machine, data, name, arguments, node)
    if name in FILLS and (filled := _filled(machine, data, arguments, node)) is not None:
        return filled
    if name in COMPARES and arguments.positional:
        return machine.verbs.combine(COMPARES[name], data, arguments.positional[0], node)
    if (set_beside := meetings.met(machine, name, [data, *arguments.positional[:2]], node)) is not None:
        return set_beside
    chosen = fewer.chosen(machine, data, name, arguments, node)
    if chosen is not None:
        return chosen
    if name in ("append", "extend", "insert") and (taken := _takes_in(machine, data, arguments, node)) is not None:
        return taken
    if name == "append" and data.kind == "rows" and arguments.positional:
        whole = passed(machine, data, arguments, node)
        return (
            joined.joined(machine, name, joined.pieces(machine, [data, *arguments.positional]), whole, node)
            if isinstance(whole, Data)
            else whole
        )
    effect = known(machine, data, name)
    if effect is not None:
        return _known(machine, data, name, effect, arguments, node)
    handed_on = passed(machine, data, arguments, node)
    return with_traits(handed_on, "parts") if "split" in name and isinstance(handed_on, Data) else handed_on


def _takes_in(machine: Machine, data: Data, arguments: Arguments, node: ir.Node) -> Value | None:
    """`row["answers"].append(answer)`: a list in a row, as it was read from a file, takes in what a model said of the row."""
    new = summary(machine, arguments.all())
    if new is None or not told.kept(new) or data.kind != "rows" or "item" not in data.traits:
        return None
    if not isinstance(node, ir.Call) or not isinstance(node.func, ir.Attribute) or not isinstance(node.func.value, ir.Subscript):
        return None
    machine.verbs.assign(node.func.value, new)
    return Const(None)


def passed(machine: Machine, data: Data, arguments: Arguments, node: ir.Node) -> Value:
    """A method that nobody described hands on its data, and what it is given."""
    for value in arguments.all():
        if isinstance(value, (FunctionValue, Partial)):
            machine.verbs.call(value, Arguments([with_traits(data, "item") if data.kind == "rows" else data]), node)
    given = summary(machine, arguments.all())
    if given is None or given.kind in ("index", "statistic"):
        return by_index(data, given) if given is not None and given.kind == "index" else data
    if data.kind == "prediction" and given.kind == "rows":
        return data.but(parts=data.parts | given.parts)
    return unite(data, given) if given.kind == data.kind else machine.verbs.combine("+", data, given, node)


def backward(machine: Machine, data: Data, node: ir.Node) -> Value:
    """`loss.backward()`: the models behind the loss learn from its rows."""
    rows = Data("rows", data.parts, stats=data.stats, traits=data.traits - {"loss", "hits"})
    learn(machine, data.models, rows)
    machine.notes.setdefault(OBJECTIVES, set()).add((data.at, data.parts))
    machine.tape.add(Fit(**machine.common(machine.here(node), "backward()"), models=data.models, rows=rows, how="backward"))
    return Const(None)


def _reduce(machine: Machine, data: Data, name: str, arguments: Arguments, node: ir.Node) -> Value:
    """A number over rows; along the columns (`axis=1`) it is one per row and no statistic."""
    axis = arguments.named.get(
        "axis",
        arguments.named.get(
            "dim", arguments.positional[0] if arguments.positional and name not in ("quantile", "norm", "agg") else Const(None)
        ),
    )
    if data.kind == "rows" and data.traits & {"grouped", "windowed"}:
        return by_group(machine, data, node, name)
    if data.kind == "rows":
        return statistic(machine, data, node, name) if over_rows(axis) else data
    if name in ENDS and "hits" in data.traits and axis != Const(None):
        return data  # which of several boxes fits best is no score
    if "verdict" in data.traits and data.form != "text" and axis in (Const(1), Const(-1)):
        return data  # the place of the right one, row by row
    if data.kind in ("score", "index") or (data.kind == "prediction" and name in ("sum", "mean", "reduce_sum")):
        return averages.reduced_by(machine, data, reduced(machine, data, node, adds=True), name, node)
    return data


def _filled(machine: Machine, data: Data, arguments: Arguments, node: ir.Node) -> Data | None:
    """`frame.fillna(frame.mean())`: rows take over a number that was taken over rows."""
    given = summary(machine, arguments.all())
    if given is None or given.kind != "statistic" or data.kind != "rows":
        return None
    return standardised(machine, data, given, node)


def _known(machine: Machine, data: Data, name: str, effect: Effect, arguments: Arguments, node: ir.Node) -> Value:
    """A method that the libraries' knowledge describes; the data itself is the rows."""
    site = Site(machine, node, name, effect, arguments)
    if effect.effect == "record":
        files.write(site, [data])
        values = (data, *(reduced(machine, score, node) for score in told.scores(data)))
        machine.tape.add(
            Record(**machine.common(site.at, site.code), values=values, records=effect.records or "artifact", name=name)
        )
        return Const(None)
    if effect.effect == "show":
        draw_on(machine, (data,))
        machine.tape.add(Show(**machine.common(site.at, site.code), values=(data,), name=name))
        return data
    if effect.effect == "split":
        return split(Site(machine, node, name, _with_rows(effect), arguments.after(data)))
    if effect.effect == "draw":
        draws(site, "split" if _is_share(site) else "shuffle" if effect.shuffled else "sample", data)
        drawn = with_traits(data, "shuffled") if effect.shuffled else data
        if name == "sample" and site.value("replace") == Const(True) and data.kind == "rows":
            drawn = joined.copied(machine, drawn, data, "sample with replacement", node)
        return narrowed(drawn, Step("some", str(site.at))) if name == "sample" and data.kind == "rows" else drawn
    if effect.effect == "transform" and effect.learns and data.kind == "rows":
        return data.but(stats=data.stats | {Stat(site.at, data.parts, "values", name)})
    if data.like and effect.effect == "pass" and effect.draws:
        surely = draws(site, "shuffle" if effect.shuffled else "sample", data)
        data = with_traits(data, "shuffled", *((passes.ANEW,) if surely else ())) if effect.shuffled else data
    if effect.calls:
        return _mapped(machine, data, site, effect, node)
    if effect.structure and arguments.all():
        return in_forms(data, effect.structure)
    if effect.returns == "unknown":
        return site.unknown("what a method returns", name)
    if site.form in FORMS and data.kind == "prediction":
        return formed(data, site.form)
    if (
        effect.effect == "pass"
        and name not in ARITHMETIC
        and not any(isinstance(v, (FunctionValue, Partial)) for v in arguments.all())
    ):
        return data
    return passed(machine, data, arguments, node)


def _is_share(site: Site) -> bool:
    """`frame.sample(frac=0.8)` takes one side of a split."""
    share = site.bound.get("frac")
    return isinstance(share, Const) and isinstance(share.value, float) and 0 < share.value < 1


def _with_rows(effect: Effect) -> Effect:
    """A split method as a function whose first parameter is the rows."""
    import msgspec

    return msgspec.structs.replace(effect, args=f"rows, {effect.args}" if effect.args else "rows", rows=("rows",))


def _mapped(machine: Machine, data: Data, site: Site, effect: Effect, node: ir.Node) -> Value:
    """`map(function)` and `apply(function)`: the project's function runs on a row."""
    function = site.value(effect.calls)
    if data.traits & {"grouped", "windowed"} and (found := aggregated(site, data, function)) is not None:
        return found
    if isinstance(function, (FunctionValue, Partial, Bound)):
        axis = site.value("axis")
        columns = site.name in ("apply", "transform", "agg", "pipe") and over_rows(axis if axis is not None else Const(None))
        whole = data.traits & {"grouped", "windowed"} or (columns and len(data.columns) != 1 and site.name != "map")
        result = machine.verbs.call(function, Arguments([data if whole else with_traits(data.but(like=""), "item")]), node)
        made = summary(machine, [result])
        if made is not None:
            return data.but(
                parts=data.parts | frozenset(p for p in made.parts if not among(p, data.parts)),
                stats=data.stats | made.stats,
                models=data.models | made.models,
                traits=data.traits | (made.traits - {"item", "batch"}),
                kind=made.kind if made.kind != "statistic" else data.kind,
            )
    looked_up = summary(machine, [function]) if isinstance(function, (Data, Ref)) else None
    return data.but(stats=data.stats | looked_up.stats) if looked_up is not None else data
