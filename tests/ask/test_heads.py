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


LATE = """
from datasets import load_dataset
from sklearn.metrics import accuracy_score
from transformers import AutoModelForMaskedLM, Trainer
rows = load_dataset("imdb", split="train").train_test_split(0.1)
model = AutoModelForMaskedLM.from_pretrained("roberta-base", revision="e2da8e2f811d1448a5b465c236feacd80ffbac7b")
trainer = Trainer(model=model, train_dataset=rows["train"], eval_dataset=rows["test"])
trainer.train()
print(trainer.evaluate())
"""


def test_a_split_before_the_trainer_seeds_is_an_unseeded_split(tmp_path: Path) -> None:
    assert lines("late-seed", LATE, tmp_path) == []
    assert lines("unseeded-split", LATE, tmp_path) == [5]


FETCHES = """
import pandas as pd
from sklearn.metrics import accuracy_score
from transformers import AutoModelForSequenceClassification, Trainer
rows = pd.read_csv("test.csv")
{save}
model = AutoModelForSequenceClassification.from_pretrained("kept-adapter")
print(accuracy_score(rows["label"], model(rows["text"]).logits.argmax(-1)))
"""


def test_a_folder_of_the_project_is_fetched_from_nowhere(tmp_path: Path) -> None:
    assert len(lines("unpinned-pretrained", FETCHES.format(save=""), tmp_path)) == 1
    saved = "Trainer(model=AutoModelForSequenceClassification.from_config({})).save_model('./kept-adapter')"
    assert lines("unpinned-pretrained", FETCHES.format(save=saved), tmp_path) == []
    (tmp_path / "kept-adapter").mkdir()
    (tmp_path / "kept-adapter" / "adapter_config.json").write_text("{}")
    assert lines("unpinned-pretrained", FETCHES.format(save=""), tmp_path) == []
