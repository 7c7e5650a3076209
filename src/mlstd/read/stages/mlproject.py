"""What does an MLproject file run? https://mlflow.org/docs/latest/ml/projects/"""

from __future__ import annotations

from typing import Any

from mlstd.read.data import parse
from mlstd.read.stages.job import Job, Read
from mlstd.read.stages.shell import UNKNOWN


def jobs(text: str, read: Read) -> list[Job]:
    """The entry points, each by itself, with the defaults of their parameters."""
    data = parse(text, "MLproject.yaml")
    points = data.get("entry_points") if isinstance(data, dict) else None
    found = points.items() if isinstance(points, dict) else ()
    return [Job(str(name), (_command(point),)) for name, point in found if isinstance(point, dict) and point.get("command")]


def _command(point: dict[str, Any]) -> str:
    command = str(point["command"])
    parameters = point.get("parameters")
    for name, value in parameters.items() if isinstance(parameters, dict) else ():
        default = value.get("default") if isinstance(value, dict) else value if not isinstance(value, str) else None
        command = command.replace("{" + str(name) + "}", str(default) if default not in (None, "") else UNKNOWN)
    return command
