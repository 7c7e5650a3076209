"""Where do rows come from, how are they divided, transformed, resampled?"""

from __future__ import annotations

import posixpath

from mlstd.knowledge.schema import Learned
from mlstd.trace.events import Certainty, Load, Split, Transform
from mlstd.trace.library import columns, downloads, files, modes, passes, windows
from mlstd.trace.library.augments import random_step
from mlstd.trace.library.randomness import draws, draws_of_object, own_seed, random_parts, shuffles, whether
from mlstd.trace.library.site import Site, models_in, unknown_rows, within
from mlstd.trace.machine import Machine
from mlstd.trace.values.choose import narrowed, with_traits
from mlstd.trace.values.collect import summary
from mlstd.trace.values.kinds import (
    COUNTER,
    Address,
    Const,
    Data,
    Entries,
    Facts,
    Items,
    Ref,
    Stat,
    Stream,
    Text,
    Tuple,
    Unknown,
    Value,
)
from mlstd.trace.values.parts import Origin, Part, Step, named_by

REMOTE = ("http:", "https:", "s3:", "s3a:", "gs:", "gcs:", "hf:", "ftp:", "abfs:", "az:")
PARTS = {True: "train", False: "test"}
PERHAPS = "perhaps overwritten"


def load(site: Site) -> Value:
    """Rows (or a fitted model) come into being."""
    if (saved := files.read(site)) is not None:
        return saved
    if site.effect.pretrained:
        return _pretrained(site)
    if (several := _several(site)) is not None:
        return several
    return columns.loaded(site, _loaded(site, _origin(site)))


def _several(site: Site) -> Value | None:
    """`split=["train", "test"]`: one data set for each."""
    chosen = site.value(site.effect.part) if site.effect.part else None
    held = (
        site.machine.load(chosen.address, "[]")
        if isinstance(chosen, Ref)
        else Items(chosen.items)
        if isinstance(chosen, Tuple)
        else None
    )
    if (
        not isinstance(held, Items)
        or held.rest is not None
        or not all(isinstance(i, Const) and isinstance(i.value, str) for i in held.items)
    ):
        return None
    whole = _origin(site)
    origins = [
        Origin(whole.name, i.value, whole.known, whole.at)
        for i in held.items
        if isinstance(i, Const) and isinstance(i.value, str)
    ]
    return Tuple(tuple(_loaded(site, origin) for origin in origins))


def _loaded(site: Site, origin: Origin) -> Value:
    """Rows of an origin."""
    rows = Data("rows", frozenset((Part(origin),)), at=site.at, traits=_one_of_many(site), like=site.like)
    _tell(site, rows)
    if draws(site, "shuffle", rows) and site.like:
        rows = with_traits(rows, passes.ANEW)
    return structured(rows, site.effect.structure, site)


def _one_of_many(site: Site) -> frozenset[str]:
    """A file a round, by a name that changes from round to round, is one row of what the loop gathers; a table has rows."""
    path = site.value(site.effect.path) if site.effect.path else None
    changing = (isinstance(path, Text) and "*" in path.pattern) or (isinstance(path, Unknown) and path.why.startswith("an item"))
    if not site.machine.loops or not changing:
        return frozenset()
    return frozenset((windows.FILE,)) if site.name.startswith("pandas.") else frozenset(("item", windows.FILE))


def _tell(site: Site, rows: Data) -> None:
    """Put a load of rows on the tape, with where they come from."""
    name, pinned = downloads.identity(site) if site.effect.revision else ("", False)
    source = name or downloads.address(site)
    hub = bool(name) and not downloads.is_local(site, name)
    common = site.machine.common(site.at, site.code)
    remote = hub or source.startswith(REMOTE)
    altered = random_step(site.machine, site.bound.values())
    site.machine.tape.add(
        Load(**common, rows=rows, name=site.name, pinned=pinned, remote=remote, source=source, hub=hub, altered=altered)
    )


def _pretrained(site: Site) -> Value:
    machine = site.machine
    if site.effect.revision:
        downloads.fetched(site)
    else:
        source = downloads.address(site)
        common = machine.common(site.at, site.code)
        remote = source.startswith(REMOTE)
        machine.tape.add(Load(**common, rows=Data("rows"), name=site.name, pretrained=True, remote=remote, source=source))
    if site.receiver is not None and site.effect.returns in ("", "none", "self", "unknown"):
        machine.describe(site.receiver.address, pretrained=True)
        if site.bound.get("strict") != Const(False) and not models_in(machine, site.arguments.get(0)):
            address = site.receiver.address
            overwrite(machine, _stored(site, within(machine, (address,)).union(modes.inside(machine, address))))
        return site.receiver
    return site.unknown("loaded from a file", site.name)


def _stored(site: Site, inside: frozenset[Address]) -> frozenset[Address]:
    """What weights are stored for: downloaded ones are those of the library's own models; what a project adds to these is new."""
    if not site.effect.revision:
        return inside
    made = ((address, site.machine.heap[address]) for address in inside)
    return frozenset(a for a, o in made if o.cls is None and o.info is not None and o.info.kind.role == "model")


def overwrite(machine: Machine, addresses: frozenset[Address]) -> None:
    """Stored weights replace those that were drawn for models which have learned nothing yet: those draws shape no result."""
    certainty = machine.certainty if machine.whichever is None else machine.whichever
    if not machine.fitted(addresses):
        machine.notes.setdefault("overwritten" if certainty is Certainty.SURELY else PERHAPS, set()).update(addresses)


def perhaps_overwritten(machine: Machine) -> set[Address]:
    """The models for which stored weights were perhaps loaded since this was last asked."""
    found: set[Address] = machine.notes.pop(PERHAPS, set())
    return found


def either_overwrites(machine: Machine, before: set[Address], branches: list[set[Address]]) -> None:
    """Weights that are loaded on every way through a test are loaded there."""
    if branches:
        overwrite(machine, frozenset(set.intersection(*branches)))
    machine.notes.setdefault(PERHAPS, set()).update(before)


def _origin(site: Site) -> Origin:
    """The identity of what is loaded: its path or name, and which of its parts."""
    effect = site.effect
    part = ""
    if effect.part:
        chosen = site.value(effect.part)
        if isinstance(chosen, Const) and chosen.value is not None:
            part = PARTS[chosen.value] if isinstance(chosen.value, bool) else str(chosen.value)
        elif chosen is not None and not isinstance(chosen, Const):
            part = f"?{chosen.identity}" if isinstance(chosen, Unknown) else "?"
    path = site.value(effect.path) if effect.path else None
    if effect.benchmark or not effect.path:
        name = path.value if isinstance(path, Const) and path.value else ""
        told = [_told(site, v) for p in effect.also if (v := site.value(p)) is not None and v != Const(None)]
        known = not any("?" in word for word in told)
        return Origin(":".join((site.name, *([str(name)] if name else []), *told)), part, known, site.at)
    return origin_of_path(path, site, part)


def _told(site: Site, value: Value) -> str:
    """What a value tells of the data that it names: the names of files, one or several."""
    match value:
        case Const(value=constant):
            return str(constant)
        case Text(pattern=pattern):
            return pattern
        case Tuple(items=items):
            return ",".join(_told(site, item) for item in items)
        case Ref(address=address):
            held = site.machine.load(address, "[]") or site.machine.load(address, "{}")
            inside = held.items if isinstance(held, Items) else (v for _, v in held.items) if isinstance(held, Entries) else ()
            return ",".join(_told(site, item) for item in inside) or f"?{address}"
        case Unknown(at=at):
            return f"?{value.identity if at is not None else site.at}"
        case _:
            return f"?{site.at}"


def origin_of_path(path: Value | None, site: Site, part: str = "") -> Origin:
    """The same path read twice is the same rows; of an unknown path only the place identifies the rows."""
    if isinstance(path, Const) and path.value is not None:
        return Origin(f"file:{plain_path(str(path.value))}", part, at=site.at)
    if isinstance(path, Text) and path.pattern.strip("*/"):
        return Origin(named_by(f"file:{plain_path(path.pattern)}", path.holes), part, at=site.at)
    inner = summary(site.machine, [path]) if path is not None else None
    if inner is not None and inner.kind == "rows" and len(inner.parts) == 1:
        return next(iter(inner.parts)).origin
    name = next(iter(unknown_rows([path] if path is not None else [], site.at).parts)).origin.name
    return Origin(name, part, known=False, at=site.at)


def plain_path(path: str) -> str:
    """A path without detours (`./a`, `b/../a`); addresses stay as they are."""
    return path if "://" in path else posixpath.normpath(path)


def structured(rows: Data, structure: str, site: Site) -> Value:
    """What a load returns, unpacked as `structure` says: "(train.x, train.y), (test.x, test.y)"."""
    if not structure:
        return rows
    import ast

    return _built(ast.parse(structure, mode="eval").body, rows)


def _built(node: object, rows: Data) -> Value:
    import ast

    if isinstance(node, ast.Tuple):
        return Tuple(tuple(_built(item, rows) for item in node.elts))
    name = (
        node.value.id
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        else node.id
        if isinstance(node, ast.Name)
        else ""
    )
    if name in ("train", "test", "validation", "val", "valid", "unlabelled", "extra"):
        parts = frozenset(Part(Origin(p.origin.name, name, p.origin.known, p.origin.at), p.steps) for p in rows.parts)
        return rows.but(parts=parts)
    if name in ("info", "none", "unknown", "classes"):
        return Unknown("something beside the rows", rows.at)
    return rows


def split(site: Site) -> Value:
    """Rows are divided into parts that have no row in common."""
    machine, effect = site.machine, site.effect
    values = _arrays(site)
    rows = summary(machine, values, instances=True) or _positions(values) or unknown_rows(values, site.at)
    if windows.served(machine, values):
        rows = with_traits(rows, columns.LAGGED)
    happens = whether(effect, site.bound) if effect.draws else False
    folded = shuffles(site)
    random = folded or happens is not False
    seeded = own_seed(machine, site.value(effect.seed)) if effect.seed else None
    grouped = any(site.was_given(p) for p in ("groups", "group"))
    machine.tape.add(
        Split(
            **machine.common(site.at, site.code),
            rows=rows,
            name=site.name,
            random=random,
            seeded=bool(seeded),
            folds=effect.returns == "folds",
            grouped=grouped,
        )
    )
    draws(site, "split", rows)
    if folded and site.receiver is not None:
        draws_of_object(site, site.receiver.address, "split", rows)
    if effect.returns == "folds":
        return folds(site, rows)
    names = effect.parts or _part_names(site)
    cut = _cut(site) if random and not seeded else str(site.at)
    if effect.returns == "index":
        return Tuple(tuple(narrowed(Data("index", rows.parts), Step("split", cut, name)) for name in names))
    whole = [summary(machine, [v], instances=True) or _positions([v]) or unknown_rows([v], site.at) for v in values]
    children = [narrowed(data, Step("split", cut, name)) for data in whole for name in names]
    if effect.shuffled and random:
        children = [c if c.kind == "index" else with_traits(c, "shuffled") for c in children]
    return _by_name(site, names, children) if effect.returns == "dict" else Tuple(tuple(children))


def _by_name(site: Site, names: tuple[str, ...], children: list[Data]) -> Value:
    """A dict of the parts: Hugging Face's `train_test_split` gives one, whose methods do their work on each."""
    made = site.machine.allocate("dict", site.node)
    site.machine.store(made.address, "{}", Entries(tuple(zip(names, children, strict=False))))
    return Ref(made.address)


def _cut(site: Site) -> str:
    """What tells a split by chance from others: where it stands and on which way the run came there, as a function that is
    called twice divides its rows anew, unless it seeds the generator itself each time."""
    machine, calls = site.machine, site.machine.frame.calls
    seeded = [made for generator, made in machine.notes.get("seeded", {}).items() if generator in site.effect.draws]
    if not calls or not seeded:
        return f"{site.at}#{machine.context}" if calls else str(site.at)
    shared = next((n for n, pair in enumerate(zip(calls, seeded[0], strict=False)) if pair[0] != pair[1]), None)
    way = calls[shared if shared is not None else min(len(calls), len(seeded[0])) :]  # what the run has called since it seeded
    ways = machine.notes.setdefault(("ways", site.at), [])
    if way not in ways:
        ways.append(way)
    return f"{site.at}#{ways.index(way)}" if ways.index(way) else str(site.at)


def _positions(values: list[Value]) -> Data | None:
    """Positions of rows, where a range is divided rather than the rows themselves."""
    for value in values:
        if (
            isinstance(value, Stream)
            and isinstance(value.element, Unknown)
            and value.element.why == COUNTER
            and value.element.at is not None
        ):
            return Data("index", frozenset((Part(Origin(f"positions@{value.element.at}", known=False, at=value.element.at)),)))
    return None


def _arrays(site: Site) -> list[Value]:
    values = site.values(site.effect.rows) if site.effect.rows else site.arguments.positional[:1]
    if len(values) == 1 and isinstance(values[0], Tuple) and "*" in site.effect.args.split(",")[0]:
        return list(values[0].items)
    return values


def _part_names(site: Site) -> tuple[str, ...]:
    """The parts of `random_split(data, [a, b])`: as many as lengths are given."""
    for value in site.arguments.positional[1:2] + list(site.arguments.named.values()):
        held = value.items if isinstance(value, Tuple) else None
        if held is None and isinstance(value, Ref):
            listed = site.machine.load(value.address, "[]")
            held = listed.items if isinstance(listed, Items) and listed.rest is None else None
        if held:
            return tuple(f"part {i + 1}" for i in range(len(held)))
    return ("part 1", "part 2")


def folds(site: Site, rows: Data) -> Value:
    """Pairs of training and test indices; the two of one round are disjoint."""
    pair = tuple(
        Data("index", frozenset(p.then(Step("fold", str(site.at), name)) for p in rows.parts), traits=frozenset(("folds",)))
        for name in ("train", "test")
    )
    return Stream(Tuple(pair))


def transform(site: Site) -> Value:
    """Statistics are fitted on rows, rows are transformed with them."""
    machine, effect = site.machine, site.effect
    rows = site.rows()
    learned: Learned = (site.kind.learns if site.kind is not None else "") or "values"
    address = site.receiver.address if site.receiver is not None else None
    stat = Stat(site.at, rows.parts, learned, site.name) if learned != "nothing" else None
    if effect.learns and stat is not None:
        machine.tape.add(
            Transform(
                **machine.common(site.at, site.code), rows=rows, name=site.name, learned=learned, resamples=effect.resamples
            )
        )
        if address is not None:
            machine.store(address, "#stats", Facts(frozenset((stat,))))
            machine.add_facts(address, "#fits", rows.parts)
    draws(site, "fit", rows)
    if address is not None and (effect.learns or effect.resamples):
        random_parts(site, frozenset((address,)), rows)
    if not effect.applies:
        return site.receiver if site.receiver is not None else Const(None)
    stats = (
        machine.facts(address, "#stats")
        if address is not None
        else frozenset((stat,))
        if effect.learns and stat is not None
        else frozenset()
    )
    if effect.resamples:
        return _resampled(site, rows)
    return rows.but(stats=rows.stats | stats, lacks=None)


def _resampled(site: Site, rows: Data) -> Value:
    """`fit_resample(X, y)` gives both back."""
    trait = "oversampled" if site.effect.resamples == "over" else "undersampled"
    copies = {Stat(site.at, rows.parts, "copies", site.name)} if trait == "oversampled" else set()
    new = rows.but(at=site.at, traits=rows.traits | {trait}, stats=rows.stats | copies)
    return Tuple((new, new)) if len(site.values((*site.effect.rows, *site.effect.target))) > 1 else new
