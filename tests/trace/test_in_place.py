"""Does a table that a function changes come back changed, and does a column of predictions leave the others as they were?"""

from __future__ import annotations

import pytest

from mlstd.trace.events import Fit, Score, Summary
from tests.trace.traced import of, traced

HEAD = """
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.preprocessing import StandardScaler
df = pd.read_csv("a.csv")
"""
SCALES = "df[['x']] = StandardScaler().fit_transform(df[['x']])"


@pytest.mark.parametrize(
    ("function", "call", "changed"),
    [
        (f"def prepare(df):\n    {SCALES}\n", "prepare(df)", True),
        (f"def prepare(n, df=None):\n    {SCALES}\n", "prepare(1, df=df)", True),
        (f"def inner(df):\n    {SCALES}\ndef prepare(df):\n    inner(df)\n", "prepare(df)", True),
        (f"class P:\n    def prepare(self, df):\n        {SCALES}\n", "P().prepare(df)", True),
        (f"def prepare(df):\n    df = df.copy()\n    {SCALES}\n", "prepare(df)", False),
    ],
)
def test_rows_that_a_function_changes_are_changed_where_it_is_called(function: str, call: str, changed: bool) -> None:
    fit = of(traced(HEAD + function + call + "\nLogisticRegression().fit(df[['x']], df['y'])\n"), Fit)[0]
    assert bool(fit.rows.stats) is changed


def test_a_column_of_predictions_makes_no_prediction_of_the_others() -> None:
    code = HEAD + "model = LogisticRegression().fit(df[['x']], df['y'])\ndf['p'] = model.predict(df[['x']])\n"
    code += "accuracy_score(df['y'], df['p'])\naccuracy_score(df['y'], df['x'] > 0)\n"
    assert [bool(s.value.models) for s in of(traced(code), Score)] == [True, False]


@pytest.mark.parametrize(
    ("summed", "how"),
    [
        ("np.std(s)", ["spread"]),
        ("np.mean(s)", ["mean"]),
        ("sum(s) / len(s)", ["mean"]),
        ("(s[0] * (1 - s[0]) / 100) ** 0.5", ["spread"]),
        ("np.std(df['x'])", []),
    ],
)
def test_scores_are_summed_up_by_their_mean_or_spread(summed: str, how: list[str]) -> None:
    code = HEAD + "model = LogisticRegression().fit(df[['x']], df['y'])\ns = []\nfor n in range(5):\n"
    code += f"    s.append(accuracy_score(df['y'], model.predict(df[['x']])))\nprint({summed})\n"
    assert [e.how for e in of(traced(code), Summary)] == how


def test_rows_are_picked_by_values_of_which_only_the_source_is_known() -> None:
    code = HEAD + "df = df[df['x'].isin(map(str, np.unique(df['y'])))]\nLogisticRegression().fit(df[['x']], df['y'])\n"
    assert of(traced(code), Fit)[0].rows.parts
