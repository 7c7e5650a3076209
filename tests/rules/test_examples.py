"""Does every rule find what its bad examples mark, and nothing in its good ones?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mlstd.checks.rules import StandardRule, load_standard
from mlstd.checks.standard import Example
from mlstd.config.settings import Profile
from mlstd.dev.marks import Mark, marks_of, write_example
from mlstd.knowledge.where import rules_folder
from mlstd.pipeline import Request, run


def _examples() -> Iterator[object]:
    for rule in load_standard(rules_folder()).rules.values():
        for kind, examples in (("bad", rule.text.bad), ("good", rule.text.good)):
            for number, example in enumerate(examples, start=1):
                yield pytest.param(rule, example, id=f"{rule.family}/{rule.name}/{kind}-{number}")


def _profile(rule: StandardRule) -> Profile:
    """The default profile, or the strictest where the rule is off by default."""
    return "production" if rule.text.levels["experiment"] == "off" else "experiment"


@pytest.mark.parametrize(("rule", "example"), list(_examples()))
def test_findings_stand_on_the_marked_lines(rule: StandardRule, example: Example, tmp_path: Path) -> None:
    entry = write_example(example, tmp_path)
    configured = (tmp_path / "pyproject.toml").is_file()  # an example of what the configuration can say
    request = Request((entry,), tmp_path, select=(rule.name,), profile=_profile(rule), isolated=not configured, cache=False)
    result = run(request)
    assert result.errors == ()
    found = [settled.finding for settled in result.findings if settled.finding.rule == rule.name]
    places = sorted((f.place.path, f.place.cell or 0, f.place.line) for f in found)
    assert places == [_where(mark) for mark in marks_of(example) if mark.rule == rule.name], [f.message for f in found]


def _where(mark: Mark) -> tuple[str, int, int]:
    return mark.path, mark.cell or 0, mark.line
