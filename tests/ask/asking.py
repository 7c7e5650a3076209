"""Put one rule to a small script, and get back the lines that it finds."""

from __future__ import annotations

from pathlib import Path

from mlstd.pipeline import Request, run


def lines(rule: str, code: str, folder: Path) -> list[int]:
    """The lines of `code` on which `rule` finds something, in the strictest profile."""
    (folder / "experiment.py").write_text(code)
    request = Request(("experiment.py",), folder, select=(rule,), profile="production", isolated=True, cache=False)
    result = run(request)
    assert result.errors == ()
    return sorted(s.finding.place.line for s in result.findings if s.finding.rule == rule)
