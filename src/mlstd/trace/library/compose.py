"""What configuration does Hydra compose from the YAML files of a folder? Plain data in, plain data out.

The defaults list picks one file a group, in order; later files override earlier ones; `override` entries of any file choose anew;
`${a.b}` is another key's value. What only a run knows (`${now:...}`, `${oc.env:...}`) stays as it is written.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from mlstd.read.data import parse

Read = Callable[[str], "str | None"]
MISSING = "???"
MOST_FILES = 60
_PACKAGE = re.compile(r"^#\s*@package\s+(\S+)", re.MULTILINE)
_REFERENCE = re.compile(r"\$\{([\w./\-\[\]]+)\}")


@dataclass(slots=True)
class _Composer:
    read: Read
    folder: str
    overrides: dict[str, Any] = field(default_factory=dict)
    collected: dict[str, Any] = field(default_factory=dict)
    files: int = 0

    def load(self, group: str, name: str) -> tuple[dict[str, Any], str] | None:
        """One file of the folder, with the package that its head names."""
        base = posixpath.normpath(posixpath.join(self.folder, group, name))
        for path in (
            (base, f"{base}.yaml", f"{base}.yml") if name.endswith((".yaml", ".yml")) else (f"{base}.yaml", f"{base}.yml")
        ):
            text = self.read(path)
            if text is not None:
                data = parse(text, path)
                package = _PACKAGE.search(text)
                return (data if isinstance(data, dict) else {}), package.group(1) if package else ""
        return None

    def config(self, group: str, name: str, package: str) -> dict[str, Any]:
        """A file with everything that its defaults list names, below its package."""
        self.files += 1
        loaded = self.load(group, name) if self.files <= MOST_FILES else None
        if loaded is None:
            return {}
        data, head = loaded
        own = _package(head, group, package)
        defaults = data.pop("defaults", None)
        entries = list(defaults) if isinstance(defaults, list) else []
        if "_self_" not in entries:
            entries.append("_self_")
        result: dict[str, Any] = {}
        for entry in entries:
            for inner in [_below(data, own)] if entry == "_self_" else self.entries(entry, group, own):
                result = merged(result, inner)
        return result

    def entries(self, entry: Any, group: str, package: str) -> list[dict[str, Any]]:
        """What an entry of a defaults list brings."""
        if isinstance(entry, str):
            return [self.config(group, entry.removeprefix("optional ").lstrip("/"), package)]
        if not isinstance(entry, dict):
            return []
        found = []
        for key, choice in entry.items():
            words = str(key).split()
            target, _, place = words[-1].partition("@")
            full = target.lstrip("/") if target.startswith("/") else posixpath.join(group, target)
            if "override" in words:
                self.collected[words[-1].lstrip("/")] = choice
                continue
            choice = self.overrides.get(words[-1].lstrip("/"), self.overrides.get(full, choice))
            own = _placed(full, place, package, absolute=target.startswith("/"))
            for name in choice if isinstance(choice, list) else [choice]:
                if name == MISSING and own:
                    head, _, last = own.rpartition(".")
                    found.append(_below({last: MISSING}, head))
                elif name not in (None, MISSING) and full != "hydra" and not full.startswith("hydra/"):
                    found.append(self.config(full, str(name), own))
        return found


def _package(head: str, group: str, package: str) -> str:
    """Where a file's content goes: its head says so, else the entry that named it."""
    if head.startswith("_global_"):
        return head.removeprefix("_global_").lstrip(".")
    if head == "_group_":
        return group.replace("/", ".")
    return head or package


def _placed(group: str, place: str, package: str, absolute: bool) -> str:
    if place.startswith("_global_"):
        return place.removeprefix("_global_").lstrip(".")
    if place:
        return f"{package}.{place}".lstrip(".") if not absolute else place
    return group.replace("/", ".")


def _below(data: dict[str, Any], package: str) -> dict[str, Any]:
    for key in reversed([k for k in package.split(".") if k]):
        data = {key: data}
    return data


def merged(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """Both, key by key; the second wins."""
    result = dict(first)
    for key, value in second.items():
        mine = result.get(key)
        if value == MISSING and key in result:
            continue
        result[key] = merged(mine, value) if isinstance(mine, dict) and isinstance(value, dict) else value
    return result


def compose(read: Read, folder: str, name: str) -> dict[str, Any] | None:
    """The configuration of a plain run; None where the primary file is not there."""
    first = _Composer(read, folder)
    if first.load("", name) is None:
        return None
    first.config("", name, "")
    second = _Composer(read, folder, first.collected)
    return resolved(second.config("", name, ""))


def resolved(data: dict[str, Any]) -> dict[str, Any]:
    """The data with references to other keys replaced by their values, as far as they are there."""
    result = _resolve(data, data, 0)
    assert isinstance(result, dict)
    return result


def _resolve(value: Any, whole: dict[str, Any], depth: int) -> Any:
    if isinstance(value, dict):
        return {key: _resolve(inner, whole, depth) for key, inner in value.items()}
    if isinstance(value, list):
        return [_resolve(inner, whole, depth) for inner in value]
    if not isinstance(value, str) or "${" not in value or depth > 6:
        return value
    alone = _REFERENCE.fullmatch(value)
    if alone:
        found = _at(whole, alone.group(1))
        return value if found is None else _resolve(found, whole, depth + 1)
    return _REFERENCE.sub(lambda match: _written(match, whole), value)


def _written(match: re.Match[str], whole: dict[str, Any]) -> str:
    found = _at(whole, match.group(1))
    return str(found) if isinstance(found, (str, int, float)) else match.group(0)


def _at(whole: Any, dotted: str) -> Any:
    for key in re.split(r"[.\[\]]+", dotted.strip("[]")):
        whole = whole.get(key) if isinstance(whole, dict) else None
    return whole
