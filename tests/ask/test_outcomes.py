"""How sure is it that something is missing: a metric that is kept, a model that is scored?"""

from __future__ import annotations

import pytest

from mlstd.ask.evaluation import unevaluated
from mlstd.ask.outcomes import untracked
from tests.ask.asked import lines

HEAD = """
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, log_loss

train, test = pd.read_csv("train.csv"), pd.read_csv("test.csv")
model = LogisticRegression().fit(train[["x"]], train["y"])
"""


@pytest.mark.parametrize(
    ("then", "trust"),
    [
        ("print(accuracy_score(test['y'], model.predict(test[['x']])))", "high"),
        ("held = [accuracy_score(test['y'], model.predict(test[['x']]))]", "medium"),  # where it goes is not known
        ("print(log_loss(test['y'], model.predict_proba(test[['x']])))", "medium"),  # another number may be the result
    ],
)
def test_an_error_rests_on_a_metric_that_is_only_shown(then: str, trust: str) -> None:
    assert [sure for _, sure in lines(untracked, HEAD + then)] == [trust]


@pytest.mark.parametrize(
    ("then", "trust"),
    [("", "high"), ("ranks = model.predict_proba(test.values).argsort()\nprint(1 / (1 + ranks))", "medium")],
)
def test_predictions_of_other_rows_may_lead_to_a_score(then: str, trust: str) -> None:
    saved = "import pickle\npickle.dump(model, open('model.pkl', 'wb'))\n"
    assert [sure for _, sure in lines(unevaluated, HEAD + saved + then)] == [trust]
