"""Does library knowledge that has the right shape also make sense: do the names in it refer to something?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mlstd.knowledge.load import allowed
from mlstd.knowledge.merge import chain, overlay
from mlstd.knowledge.schema import Calls, Classes, Effect, Kind, Library
from mlstd.knowledge.signature import signature

_WORDS = (
    "self rows index folds parts dict batches labels probabilities scores text score history model none listing stored unknown"
)
RETURNS = frozenset(_WORDS.split())  # as the schema says for `Effect.returns`
_ONE = ("heldout_fraction", "model", "truth", "prediction", "seed", "path", "part", "revision", "calls")
_SEVERAL = ("rows", "also", "target", "heldout", "what", "pretrained_by", "draws_when", "happens_when")
_DEFAULT = Effect()


def problems_of(libraries: Sequence[Library], files: Sequence[str]) -> list[str]:
    """One line for each mistake: file, key, what is wrong and what is allowed. `files` are the libraries' file names."""
    kinds = all_kinds(libraries)
    return [f"{file}: {line}" for library, file in zip(libraries, files, strict=True) for line in _library(library, kinds)]


def extra_problems(extra: Sequence[Calls | Classes], kinds: Mapping[str, Kind]) -> list[str]:
    """The same for a team's own entries, given all kinds of the libraries."""
    found: list[str] = []
    for entry in extra:
        if isinstance(entry, Calls):
            found += _effect(entry.does, entry.names[0] if entry.names else "calls", kinds)
        else:
            found += _classes(entry, entry.names[0] if entry.names else "classes", kinds)
    return found


def _library(library: Library, kinds: Mapping[str, Kind]) -> Iterator[str]:
    for name, kind in library.kinds.items():
        yield from _kind(name, kind, kinds)
    for number, classes in enumerate(library.classes, start=1):
        yield from _classes(classes, f"classes[{number}: {classes.names[0] if classes.names else ''}]", kinds)
        yield from _names(classes, library, f"classes[{number}]")
    for number, calls in enumerate(library.calls, start=1):
        yield from _effect(calls.does, f"calls[{number}: {calls.names[0] if calls.names else ''}].does", kinds)
        yield from _names(calls, library, f"calls[{number}]")
    for base, kind_name in library.bases.items():
        if kind_name not in kinds:
            yield f"bases.{base}: no kind is called {kind_name!r}; {allowed(kind_name, kinds)}"


def _names(entry: Calls | Classes, library: Library, path: str) -> Iterator[str]:
    if not entry.names:
        yield f"{path}.names: is empty"
    for name in entry.names:
        full = f"{entry.module}.{name}" if entry.module else name
        if not any(full.startswith(f"{module}.") for module in library.modules):
            yield f"{path}: {full} is not below any of the library's modules ({', '.join(library.modules)})"


def _kind(name: str, kind: Kind, kinds: Mapping[str, Kind]) -> Iterator[str]:
    path = f"kinds.{name}"
    if kind.extends and kind.extends not in kinds:
        yield f"{path}.extends: no kind is called {kind.extends!r}; {allowed(kind.extends, kinds)}"
        return
    if chain(name, kinds) is None:
        yield f"{path}.extends: a kind cannot extend itself, not even by way of others"
        return
    for key in ("init", "call", "iterate"):
        effect = getattr(kind, key)
        if effect is not None and (key != "init" or effect.args):
            yield from _effect(effect, f"{path}.{key}", kinds)
    kept = _kept(name, kinds)
    for key, table in (("methods", kind.methods), ("attributes", kind.attributes)):
        for method, effect in table.items():
            yield from _effect(effect, f"{path}.{key}.{method}", kinds, kept)


def _kept(name: str, kinds: Mapping[str, Kind]) -> frozenset[str]:
    """Parameters of the constructor: a method may refer to what its object was made with."""
    args = next((kind.init.args for kind in chain(name, kinds) or () if kind.init.args), "")
    try:
        return frozenset(param.name for param in signature(args))
    except SyntaxError:
        return frozenset()  # said where the constructor is described


def _classes(classes: Classes, path: str, kinds: Mapping[str, Kind]) -> Iterator[str]:
    if classes.kind not in kinds:
        yield f"{path}.kind: no kind is called {classes.kind!r}; {allowed(classes.kind, kinds)}"
        return
    line = chain(classes.kind, kinds)
    if line is None:
        return  # said where the kind is described
    init = Effect()
    for kind in reversed(line):
        init = overlay(init, kind.init)
    if classes.init is not None:
        init = overlay(init, classes.init)
    yield from _effect(init, f"{path}.init", kinds)


def _effect(effect: Effect, path: str, kinds: Mapping[str, Kind], kept: frozenset[str] = frozenset()) -> Iterator[str]:
    try:
        names = kept | {param.name for param in signature(effect.args)} | {"self"}
    except SyntaxError as error:
        yield f"{path}.args: {effect.args!r} is no signature ({error.msg})"
        return
    open_ended = "**" in effect.args  # what makes a model pretrained may be one of many keywords that it hands on
    for key, parameter in _parameters(effect):
        if parameter not in names and not (open_ended and key == "pretrained_by"):
            yield f"{path}.{key}: args have no parameter {parameter!r}; {allowed(parameter, names)}"
    yield from _returns(effect.returns, path, kinds)


def _parameters(effect: Effect) -> Iterator[tuple[str, str]]:
    """Every parameter that an effect names, with the key that names it."""
    for key in _ONE:
        if (name := getattr(effect, key)) != getattr(_DEFAULT, key):
            yield key, name
    for key in _SEVERAL:
        for name in getattr(effect, key):
            yield key, name


def _returns(returns: str, path: str, kinds: Mapping[str, Kind]) -> Iterator[str]:
    if returns.startswith("kind:"):
        name = returns.removeprefix("kind:")
        if name not in kinds:
            yield f"{path}.returns: no kind is called {name!r}; {allowed(name, kinds)}"
    elif returns and returns not in RETURNS:
        yield f"{path}.returns: {returns!r} is no word for a result; {allowed(returns, [*RETURNS, 'kind:NAME'])}"


def all_kinds(libraries: Sequence[Library]) -> dict[str, Kind]:
    """The kinds of all libraries by name."""
    return {name: kind for library in libraries for name, kind in library.kinds.items()}
