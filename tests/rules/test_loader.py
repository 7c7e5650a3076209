"""What may stand in a rule's file, and what is said of one that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlstd.checks.rules import load_standard
from mlstd.errors import CannotRun

TEXT = """\
summary = "Do it."
why = "Because."
source = "A book."
comply = "So."
waive = "Never."
limits = "None."
[levels]
exploration = "off"
experiment = "warning"
production = "error"
[[bad]]
title = "wrong"
code = "x = 1  #! do-it"
[[good]]
title = "right"
code = "x = 2"
"""


def write(tmp_path: Path, text: str, name: str = "habits/do-it.toml") -> Path:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text(text)
    return tmp_path


def test_name_and_family_come_from_the_place(tmp_path: Path) -> None:
    write(tmp_path, "not a rule", "libraries/x.toml")
    standard = load_standard(write(tmp_path, TEXT))
    assert standard.families() == {"do-it": "habits"}
    assert standard.rules["do-it"].text.levels["production"] == "error"
    assert standard.rules["do-it"].text.bad[0].title == "wrong"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("summary =", "sumary =", 'unknown key "sumary"; did you mean "summary"?'),
        ('why = "Because."\n', "", "why is missing"),
        ('production = "error"\n', "", "levels: production is missing"),
        ("production =", "prod =", 'levels: unknown profile "prod"; did you mean "production"?'),
        ('"warning"', '"warn"', "levels"),
        ('title = "right"', 'titel = "right"', "titel"),
        ('why = "Because."', "why = 3", "why: Expected `str`, got `int`"),
        ("summary", "[summary", "is not valid TOML"),
    ],
)
def test_a_wrong_file_is_named_with_its_key(tmp_path: Path, old: str, new: str, problem: str) -> None:
    with pytest.raises(CannotRun) as error:
        load_standard(write(tmp_path, TEXT.replace(old, new, 1)))
    assert any("do-it.toml" in line and problem in line for line in error.value.problems)


def test_two_rules_of_one_name(tmp_path: Path) -> None:
    write(tmp_path, TEXT)
    with pytest.raises(CannotRun, match="there is a rule of this name in habits/ already"):
        load_standard(write(tmp_path, TEXT, "virtues/do-it.toml"))
