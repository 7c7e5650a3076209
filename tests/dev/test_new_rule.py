"""Does a new rule begin whole: readable, with a mark, and under a name of its own?"""

from __future__ import annotations

from pathlib import Path

import pytest

from mlstd.checks.rules import load_standard
from mlstd.dev.marks import marks_of
from mlstd.dev.new_rule import new_rule
from mlstd.errors import CannotRun


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for family in ("evaluation", "language-models", "libraries"):
        (tmp_path / family).mkdir()
    return tmp_path


def test_the_text_can_be_loaded_and_its_bad_example_asks_for_a_finding(folder: Path) -> None:
    new_rule("evaluation/my-rule", folder)
    rule = load_standard(folder).rules["my-rule"]
    assert rule.family == "evaluation"
    assert [mark.rule for example in rule.text.bad for mark in marks_of(example)] == ["my-rule"]
    assert [mark for example in rule.text.good for mark in marks_of(example)] == []


def test_it_says_which_function_to_add(folder: Path) -> None:
    said = new_rule("language-models/my-rule", folder)
    assert "src/mlstd/checks/language_models.py" in said
    assert "def my_rule(trace: Questions) -> Iterator[Finding]:" in said
    assert "pytest tests/rules/test_examples.py -k my-rule" in said


@pytest.mark.parametrize("name", ["my-rule", "evaluation/My_Rule", "evaluation/my-rule/x", "evaluation/", "../x"])
def test_names_are_family_and_rule(folder: Path, name: str) -> None:
    with pytest.raises(CannotRun, match="write family/rule"):
        new_rule(name, folder)


def test_a_wrong_family_names_the_nearest(folder: Path) -> None:
    with pytest.raises(CannotRun, match="evaluation"):
        new_rule("evalution/my-rule", folder)
    with pytest.raises(CannotRun, match="no family"):
        new_rule("libraries/my-rule", folder)


def test_a_taken_name_is_refused_in_any_family(folder: Path) -> None:
    new_rule("evaluation/my-rule", folder)
    before = (folder / "evaluation/my-rule.toml").read_bytes()
    with pytest.raises(CannotRun, match="evaluation/my-rule already"):
        new_rule("language-models/my-rule", folder)
    assert (folder / "evaluation/my-rule.toml").read_bytes() == before
