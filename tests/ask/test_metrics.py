"""In which form do predictions reach a metric?"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ask.asking import lines

HEAD = """
import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GridSearchCV, cross_val_predict, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

frame = pd.read_csv("data.csv")
X_train, X_test, y_train, y_test = train_test_split(frame[["a", "b"]], frame["y"], random_state=0)
model = {model}
model.fit(X_train, y_train)
probability = model.predict_proba(X_test)[:, 1]
print(roc_auc_score(y_test, {given}))
"""
FOREST = "RandomForestClassifier(random_state=0)"
LABELS = (
    "model.predict(X_test)",
    "(probability > 0.5).astype(int)",
    "np.where(probability > 0.5, 1, 0)",
    "[1 if p > 0.5 else 0 for p in probability]",
    "np.round(probability)",
)


@pytest.mark.parametrize("given", LABELS)
def test_labels_however_they_are_made(given: str, tmp_path: Path) -> None:
    assert lines("hard-labels-to-ranking-metric", HEAD.format(model=FOREST, given=given), tmp_path) == [15]


@pytest.mark.parametrize(
    "model", ["make_pipeline(StandardScaler(), RandomForestClassifier())", "GridSearchCV(RandomForestClassifier(), {})"]
)
def test_a_model_made_of_classifiers_predicts_labels(model: str, tmp_path: Path) -> None:
    assert lines("hard-labels-to-ranking-metric", HEAD.format(model=model, given="model.predict(X_test)"), tmp_path) == [15]


@pytest.mark.parametrize(
    ("model", "given"),
    [
        (FOREST, "probability"),
        (FOREST, "np.where(probability > 0.5, probability, 0)"),
        ("make_pipeline(StandardScaler(), RandomForestRegressor())", "model.predict(X_test)"),
        ("GridSearchCV(RandomForestRegressor(), {})", "model.predict(X_test)"),
        (FOREST, "cross_val_predict(model, X_test, y_test, method='predict_proba')[:, 1]"),
    ],
)
def test_scores_however_they_are_made(model: str, given: str, tmp_path: Path) -> None:
    assert lines("hard-labels-to-ranking-metric", HEAD.format(model=model, given=given), tmp_path) == []


def test_a_call_of_a_metric_object_takes_in_what_compute_tells_later(tmp_path: Path) -> None:
    code = """
import torch, torchmetrics
metric, model = torchmetrics.Accuracy("binary"), torch.nn.Linear(2, 1)
for x, y in torch.load("batches.pt"):
    value = metric(model(x), y)
print(metric.compute())
"""
    assert lines("discarded-metric", code, tmp_path) == []


def test_the_table_that_pycaret_gives_holds_labels_and_scores(tmp_path: Path) -> None:
    code = """
import pandas as pd
from pycaret.classification import compare_models, predict_model, setup
from sklearn.metrics import roc_auc_score

test = pd.read_csv("test.csv")
setup(pd.read_csv("train.csv"), target="y", session_id=1)
table = predict_model(compare_models(), data=test)
print(roc_auc_score(test["y"], table["prediction_score"]))
"""
    assert lines("hard-labels-to-ranking-metric", code, tmp_path) == []
