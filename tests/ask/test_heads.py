"""Whose head is new, and drawn?"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ask.asking import lines

SCORED = """
import pandas as pd
from sklearn.metrics import accuracy_score
from transformers import AutoModelForSequenceClassification, Trainer
test = pd.read_csv("test.csv")
model = AutoModelForSequenceClassification.from_pretrained("models/best")
{learn}
found = model(test["text"]).logits.argmax(-1)
print(accuracy_score(test["label"], found))
"""


@pytest.mark.parametrize(
    ("learn", "found"), [("", 0), ("Trainer(model=model, train_dataset=pd.read_csv('train.csv')).train()", 1)]
)
def test_a_model_that_learns_nothing_here_has_its_head(learn: str, found: int, tmp_path: Path) -> None:
    rules = ("unseeded-run", "late-seed", "partly-seeded-run")
    assert sum(len(lines(rule, SCORED.format(learn=learn), tmp_path)) for rule in rules) == found
