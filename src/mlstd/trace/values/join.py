"""What holds where two branches meet: the value that stands for either."""

from __future__ import annotations

from collections.abc import Sequence

from mlstd.trace.values.kinds import ONE_EACH, Choice, Data, Entries, Facts, Items, Stream, Tuple, Unknown, Value

MOST_OPTIONS = 6  # a choice of more values than this is no longer worth following


def join(a: Value, b: Value) -> Value:
    """The value that stands for either of the two; it never forgets rows, models or statistics that one of them has."""
    if a == b:
        return a
    if isinstance(a, Facts) and isinstance(b, Facts):
        return Facts(a.items | b.items)
    if isinstance(a, Data) and isinstance(b, Data) and (a.kind == b.kind or {a.kind, b.kind} <= {"rows", "statistic"}):
        return unite(a, b)
    if isinstance(a, Tuple) and isinstance(b, Tuple) and len(a.items) == len(b.items):
        return Tuple(tuple(join(x, y) for x, y in zip(a.items, b.items, strict=True)))
    if isinstance(a, Items) and isinstance(b, Items):
        return _items(a, b)
    if isinstance(a, Entries) and isinstance(b, Entries):
        return _entries(a, b)
    if isinstance(a, Stream) and isinstance(b, Stream):
        return Stream(join(a.element, b.element))
    return choice((a, b))


def unite(a: Data, b: Data) -> Data:
    """The data that is made of both; what differs and cannot be united is left empty."""
    return Data(
        a.kind if a.kind == b.kind else "rows",
        a.parts | b.parts,
        a.models | b.models,
        a.stats | b.stats,
        _both(a.metric, b.metric),
        a.form if a.form == b.form else "",
        a.at or b.at,
        (a.traits | b.traits) - ({ONE_EACH} ^ ({ONE_EACH} & a.traits & b.traits)),
        a.columns if a.columns == b.columns else frozenset(),
        a.like or b.like,
        a.lacks if a.lacks == b.lacks else None,
        _told(a, b) if a.told or b.told else (),
    )


def _told(a: Data, b: Data) -> tuple[tuple[str, Data], ...]:
    """The columns of both; where both have one, it holds either."""
    held = dict(a.told)
    for name, data in b.told:
        held[name] = unite(held[name], data) if name in held and held[name].kind == data.kind else data
    return tuple(held.items())


def _both(a: str, b: str) -> str:
    """The names of two metrics, each once: a loop that unites the same two again and again makes no longer name of them."""
    return a if a == b or not b else ", ".join(dict.fromkeys([*filter(None, a.split(", ")), *b.split(", ")]))


def choice(options: tuple[Value, ...]) -> Value:
    """A choice of the given values, flat, without repetition; data in it is united; an unknown gives way to what is known."""
    flat: list[Value] = []
    for option in options:
        for value in option.options if isinstance(option, Choice) else (option,):
            if value not in flat:
                flat.append(value)
    data = [v for v in flat if isinstance(v, Data)]
    for kind in {d.kind for d in data}:
        same = [d for d in data if d.kind == kind]
        united = same[0]
        for other in same[1:]:
            united = unite(united, other)
        flat = [v for v in flat if v not in same] + [united]
    unknown = [v for v in flat if isinstance(v, Unknown)]
    if len(unknown) > 1:
        flat = [v for v in flat if v not in unknown[1:]]
    if len(flat) == 1:
        return flat[0]
    return Choice(tuple(flat[:MOST_OPTIONS]))


def _items(a: Items, b: Items) -> Items:
    """Lists with a common beginning keep it; what follows may or may not be there."""
    common = 0
    while common < min(len(a.items), len(b.items)) and a.items[common] == b.items[common]:
        common += 1
    tail = [*a.items[common:], *b.items[common:]]
    tail += [rest for rest in (a.rest, b.rest) if rest is not None]
    return Items(a.items[:common], everything(tail))


def _entries(a: Entries, b: Entries) -> Entries:
    mine, theirs = dict(a.items), dict(b.items)
    both = {
        key: join(mine[key], theirs[key]) if key in mine and key in theirs else mine.get(key, theirs.get(key))
        for key in (mine | theirs)
    }
    rests = [rest for rest in (a.rest, b.rest) if rest is not None]
    return Entries(tuple((k, v) for k, v in both.items() if v is not None), everything(rests))


def everything(values: Sequence[Value]) -> Value | None:
    """One value that stands for any of a list's; None for an empty list."""
    if not values:
        return None
    result: Value = values[0]
    for value in values[1:]:
        result = join(result, value)
    return result
