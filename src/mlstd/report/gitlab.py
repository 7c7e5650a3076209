"""Result -> GitLab's code quality report, which a merge request shows beside the changed lines."""

from __future__ import annotations

import json
from typing import Any

from mlstd.report.grouped import digest, marked
from mlstd.report.result import Result, printable
from mlstd.report.spots import broken, lines, said

SEVERITY = {"error": "major", "warning": "minor"}


def render(result: Result) -> str:
    """A JSON list; paths must be relative to the top of the repository. Every entry has a fingerprint of its own, as GitLab
    counts two with the same one as one."""
    entries: list[dict[str, Any]] = []
    for settled, experiments, fingerprint in marked(result):
        at = lines(settled.finding.place, result)
        spot = (at.first, at.last)
        severity = SEVERITY[settled.level]
        words = said(settled, experiments)
        entries.append(_entry(words, settled.finding.rule, fingerprint, severity, settled.finding.place.path, spot))
    for error in result.errors:
        line, words = broken(error)
        mark = digest("cannot-read", error.path, str(error.cell), str(error.line), error.message)
        entries.append(_entry(words, "cannot-read", mark, "info", error.path, (line, line)))
    return json.dumps(entries, indent=2, ensure_ascii=False)


def _entry(words: str, check: str, fingerprint: str, severity: str, path: str, spot: tuple[int, int]) -> dict[str, Any]:
    return {
        "description": words,
        "check_name": check,
        "fingerprint": fingerprint,
        "severity": severity,
        "location": {"path": printable(path), "lines": {"begin": spot[0], "end": spot[1]}},
    }
