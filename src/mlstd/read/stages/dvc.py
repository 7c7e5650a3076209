"""What are the stages of a `dvc.yaml`? https://dvc.org/doc/user-guide/project-structure/dvcyaml-files"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any

from mlstd.read.data import parse
from mlstd.read.stages.job import Job, Read

_REFERENCE = re.compile(r"\$\{\s*([\w.\-\[\]]+)\s*\}")
PARAMETERS = "params.yaml"


def jobs(text: str, read: Read) -> list[Job]:
    """The stages. A stage for each of several items is one, with the first of them; `read` gives the files of its values."""
    data = parse(text, "dvc.yaml")
    stages = data.get("stages") if isinstance(data, dict) else None
    if not isinstance(stages, dict):
        return []
    values = _values(data.get("vars"), read)
    found = (_job(str(name), stage, values) for name, stage in stages.items() if isinstance(stage, dict))
    return [job for job in found if job.commands]


def _values(listed: Any, read: Read) -> dict[str, Any]:
    """What `${name}` can mean: `params.yaml`, and what `vars` adds to it."""
    found: dict[str, Any] = {}
    for item in [PARAMETERS, *(listed if isinstance(listed, list) else [])]:
        path = item.partition(":")[0] if isinstance(item, str) else ""
        more = parse(read(path) or "", path) if path else item
        if isinstance(more, dict):
            found |= more
    return found


def _job(name: str, stage: Mapping[str, Any], values: dict[str, Any]) -> Job:
    repeated, inner, values = stage.get("foreach"), stage.get("do"), dict(values)
    stage = inner if isinstance(inner, dict) else stage
    if isinstance(repeated, str):
        repeated = _look_up(values, _REFERENCE.sub(r"\1", repeated))
    if isinstance(repeated, dict) and repeated:
        values["key"], values["item"] = next(iter(repeated.items()))
    elif isinstance(repeated, list) and repeated:
        values["item"] = repeated[0]
    if isinstance(matrix := stage.get("matrix"), dict):
        values["item"] = {key: axis[0] for key, axis in matrix.items() if isinstance(axis, list) and axis}
    commands = stage.get("cmd")
    commands = commands if isinstance(commands, list) else [commands]

    folder = _fill(str(stage.get("wdir") or ""), values)

    def filled(listed: Any) -> tuple[str, ...]:
        return tuple(posixpath.join(folder, _fill(path, values)) for path in _paths(listed))

    return Job(
        name,
        tuple(_fill(c, values) for c in commands if isinstance(c, str)),
        filled(stage.get("deps")),
        (*filled(stage.get("outs")), *filled(stage.get("metrics"))),
        folder=folder,
    )


def _paths(listed: Any) -> Iterator[str]:
    """Paths, of which some have settings below them."""
    for item in listed if isinstance(listed, list) else ():
        yield from (str(key) for key in item) if isinstance(item, dict) else (str(item),)


def _fill(text: str, values: Mapping[str, Any]) -> str:
    def value(found: re.Match[str]) -> str:
        known = _look_up(values, found.group(1))
        return str(known) if isinstance(known, (str, int, float)) else found.group(0)

    return _REFERENCE.sub(value, text)


def _look_up(values: Any, name: str) -> Any:
    for part in name.split("."):
        values = values.get(part) if isinstance(values, dict) else None
    return values
