"""Which kind does a name mean when two files describe a kind of that name?

Inside its file a kind is called by its plain name. A name that several files use becomes `file.name` everywhere else
(`keras.layer`, `torch.layer`), so that a kind's final name says alone which one is meant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from mlstd.knowledge.schema import Library


def unique_kinds(libraries: Sequence[Library], files: Sequence[str]) -> list[Library]:
    """The libraries with final kind names; `files` are the stems of their files."""
    count = Counter(name for library in libraries for name in library.kinds)
    settled: list[Library] = []
    for library, file in zip(libraries, files, strict=True):
        names = {name: f"{file}.{name}" for name in library.kinds if count[name] > 1}
        settled.append(_renamed(library, names) if names else library)
    return settled


def _renamed(library: Library, names: Mapping[str, str]) -> Library:
    data = msgspec.to_builtins(library)
    data["kinds"] = {names.get(name, name): kind for name, kind in data.get("kinds", {}).items()}
    data["bases"] = {base: names.get(kind, kind) for base, kind in data.get("bases", {}).items()}
    return msgspec.convert(_references(data, names), Library)


def _references(data: object, names: Mapping[str, str], key: str = "") -> object:
    if isinstance(data, dict):
        return {inner: _references(value, names, inner) for inner, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [_references(item, names) for item in data]
    if isinstance(data, str):
        if key in ("extends", "kind"):
            return names.get(data, data)
        if key == "returns" and data.startswith("kind:"):
            kind = data.removeprefix("kind:")
            return f"kind:{names.get(kind, kind)}"
    return data
