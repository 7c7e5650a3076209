"""Are the rules' texts whole, and can their examples be read as Python?"""

from __future__ import annotations

import ast

import pytest

from mlstd.checks.rules import StandardRule, load_standard
from mlstd.dev.marks import cells_of, marks_of, sources_of, without_marks
from mlstd.knowledge.where import rules_folder

RULES = [pytest.param(rule, id=name) for name, rule in load_standard(rules_folder()).rules.items()]
WARN_ONLY = {"notebook", "style"}


@pytest.mark.parametrize("rule", RULES)
def test_texts_are_written(rule: StandardRule) -> None:
    text = rule.text
    assert all(part.strip() for part in (text.why, text.source, text.comply, text.waive, text.limits))
    assert text.summary.endswith(".")
    assert "\n" not in text.summary.strip()
    assert "http" in text.source, "a source has an address"
    assert any(level != "off" for level in text.levels.values())


@pytest.mark.parametrize("rule", RULES)
def test_levels_never_fall_from_experiment_to_production(rule: StandardRule) -> None:
    order = ("off", "warning", "error")
    levels = rule.text.levels
    assert order.index(levels["exploration"]) <= order.index(levels["experiment"]) <= order.index(levels["production"])
    if rule.family in WARN_ONLY:
        assert "error" not in levels.values()


@pytest.mark.parametrize("rule", RULES)
def test_bad_examples_mark_this_rule_and_good_ones_nothing(rule: StandardRule) -> None:
    assert rule.text.bad
    assert rule.text.good
    for example in rule.text.bad:
        assert {mark.rule for mark in marks_of(example)} == {rule.name}, example.title
    for example in rule.text.good:
        assert marks_of(example) == (), example.title


@pytest.mark.parametrize("rule", RULES)
def test_examples_are_python(rule: StandardRule) -> None:
    for example in (*rule.text.bad, *rule.text.good):
        assert bool(example.files) != bool(example.code), f"{example.title}: either code or files"
        assert not example.files or example.entry in example.files, f"{example.title}: the entry is one of the files"
        for path, text in sources_of(example).items():
            if path.endswith(".py"):
                ast.parse(without_marks(text), path)
            elif path.endswith(".ipynb"):
                for cell in cells_of(text):
                    if cell.kind == "code":
                        ast.parse(without_marks(cell.text), path)
