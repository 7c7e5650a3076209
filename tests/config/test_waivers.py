"""Waivers as they stand in a configuration, right ones and wrong ones."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from mlstd.config.load import load_settings
from mlstd.errors import CannotRun

FAMILIES = {"no-baseline": "baseline"}
RIGHT = '[[tool.mlstd.waivers]]\nrule = "no-baseline"\npath = "a.py"\nreason = "why"\n'


def test_waivers_know_their_line_and_their_day(tmp_path: Path) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_text(f"[tool.mlstd]\n\n{RIGHT}until = 2027-03-01\n{RIGHT}")
    first, second = load_settings(file, FAMILIES).seen_from(tmp_path).waivers
    assert (first.line, first.until, first.source) == (3, date(2027, 3, 1), "pyproject.toml")
    assert (second.line, second.until, second.owner) == (8, None, "")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (RIGHT.replace("reason", "#"), "waivers[1].reason: is missing"),
        (RIGHT.replace("no-baseline", "no-basline"), 'waivers[1].rule: unknown rule or family "no-basline"; did you mean'),
        (RIGHT + 'until = "2027-03-01"', "waivers[1].until: must be a date without quotes, as in until = 2027-03-01"),
        (RIGHT + "until = 2027-03-01T00:00:00", "waivers[1].until: must be a date without quotes"),
        (RIGHT + "untill = 2027-03-01", 'waivers[1].untill: unknown key "untill"; did you mean "until"?'),
        ("[tool.mlstd]\nwaivers = 3", "waivers: must be an array of tables: write [[tool.mlstd.waivers]]"),
    ],
)
def test_wrong_waivers(tmp_path: Path, text: str, problem: str) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_text(text)
    with pytest.raises(CannotRun) as error:
        load_settings(file, FAMILIES)
    assert f"{file}: tool.mlstd.{problem}" in str(error.value)
