"""Result -> the JSON object that scripts and editors read. Keys are never taken away; new ones may be added."""

from __future__ import annotations

import json
from typing import Any

from mlstd.place import Place
from mlstd.report.result import ErrorRecord, Experiment, Result, printable
from mlstd.settle.draft import Settled


def render(result: Result, version: str) -> str:
    """The whole result as one JSON object, indented."""
    return json.dumps(whole(result, version), indent=2, ensure_ascii=False)


def whole(result: Result, version: str) -> dict[str, Any]:
    """The object itself."""
    return {
        "version": version,
        "findings": [_finding(settled, result) for settled in result.findings],
        "experiments": [_experiment(experiment) for experiment in result.experiments],
        "errors": [_error(error) for error in result.errors],
        "known": result.known,
        "gone": [{"path": printable(i.path), "rule": i.rule, "code": i.code, "nth": i.nth} for i in result.gone],
    }


def _finding(settled: Settled, result: Result) -> dict[str, Any]:
    finding, place = settled.finding, settled.finding.place
    return {
        "rule": finding.rule,
        "family": settled.family,
        "level": settled.level,
        "confidence": finding.confidence,
        "message": printable(finding.message),
        **_spot(place),
        "end_line": place.end_line,
        "end_column": place.end_column,
        "json_line": result.json_line(place),
        "entry": printable(finding.entry),
        "evidence": [{"what": printable(step.what), **_spot(step.place)} for step in finding.evidence],
        "reasons": list(settled.reasons),
        "fingerprint": settled.fingerprint,
        "help": printable(finding.advice),
    }


def _experiment(experiment: Experiment) -> dict[str, Any]:
    return {
        "path": printable(experiment.path),
        "kind": experiment.kind,
        "frameworks": list(experiment.frameworks),
        "closure": [printable(path) for path in experiment.closure],
        "blind_spots": [
            {"name": printable(spot.name), "reason": printable(spot.reason), "hides": list(spot.hides), **_spot(spot.place)}
            for spot in experiment.blind_spots
        ],
    }


def _error(error: ErrorRecord) -> dict[str, Any]:
    return {"path": printable(error.path), "cell": error.cell, "line": error.line, "message": printable(error.message)}


def _spot(place: Place) -> dict[str, Any]:
    return {"path": printable(place.path), "cell": place.cell, "line": place.line, "column": place.column}
