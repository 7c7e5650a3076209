"""Result -> one JSON object a line, for `jq`, logs and tables: findings first, then errors and experiments, a summary last."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from mlstd.report.json import whole
from mlstd.report.result import Result

KINDS = {"findings": "finding", "errors": "error", "experiments": "experiment"}


def render(result: Result, version: str) -> str:
    """The lines; each says in `type` what it is."""
    return "\n".join(json.dumps(line, ensure_ascii=False) for line in _lines(result, version))


def _lines(result: Result, version: str) -> Iterator[dict[str, Any]]:
    data = whole(result, version)
    for key, kind in KINDS.items():
        yield from ({"type": kind, **one} for one in data[key])
    levels = result.levels()
    yield {
        "type": "summary",
        "version": version,
        "files": result.files,
        "experiments": len(result.experiments),
        "errors": levels["error"],
        "warnings": levels["warning"],
    }
