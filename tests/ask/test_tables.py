"""What is known of a table's columns, and of its order in time?"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ask.asking import lines

HEAD = """
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import Ridge
from sklearn.model_selection import KFold, cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

frame = pd.read_csv("data.csv")
{made}
"""
FIT = "Ridge().fit(X, y)"
HOLDS = {
    "the whole table": "X, y = frame, frame['y']",
    "another one is dropped": "X, y = frame.drop('z', axis=1), frame['y']",
    "in place, another one": "y = frame['y']; frame.drop(columns=['z'], inplace=True); X = frame",
    "among the chosen ones": "X, y = frame[['x', 'z', 'y']], frame['y']",
    "fewer rows": "frame = frame.dropna(); X, y = frame.sample(frac=1), frame['y']; X = frame",
}
LACKS = {
    "dropped": "X, y = frame.drop('y', axis=1), frame['y']",
    "dropped from the chosen ones": "X, y = frame[['x', 'z', 'y']].drop(columns=['y']), frame['y']",
    "dropped in place": "y = frame['y']; frame.drop(['y', 'z'], axis=1, inplace=True); X = frame",
    "popped": "y = frame.pop('y'); X = frame",
    "deleted": "y = frame['y']; del frame['y']; X = frame",
    "by position": "X, y = frame.iloc[:, :-1], frame['y']",
    "by a condition": "X, y = frame.loc[:, frame.columns != 'y'], frame['y']",
    "by a comprehension": "X, y = frame[[c for c in frame.columns if c != 'y']], frame['y']",
    "by a function that nobody knows": "import own; X, y = own.features(frame), frame['y']",
    "what comes next is the target": "X, y = frame, frame['y'].shift(-1)",
}


@pytest.mark.parametrize("made", HOLDS.values(), ids=HOLDS)
def test_the_target_is_among_the_features(made: str, tmp_path: Path) -> None:
    assert len(lines("target-in-features", HEAD.format(made=f"{made}\n{FIT}"), tmp_path)) == 1


@pytest.mark.parametrize("made", LACKS.values(), ids=LACKS)
def test_the_target_is_gone_or_nobody_knows(made: str, tmp_path: Path) -> None:
    assert lines("target-in-features", HEAD.format(made=f"{made}\n{FIT}"), tmp_path) == []


def test_a_pipeline_may_choose_its_columns(tmp_path: Path) -> None:
    model = "make_pipeline(ColumnTransformer([('a', StandardScaler(), ['a'])]), Ridge())"
    assert lines("target-in-features", HEAD.format(made=f"{model}.fit(frame, frame['y'])"), tmp_path) == []


@pytest.mark.parametrize("lag", ["frame['y'].shift(1)", "frame['y'].rolling(3).mean()", "frame['y'].diff()"])
def test_lags_make_a_series(lag: str, tmp_path: Path) -> None:
    made = f"frame['lag'] = {lag}\ntrain, test = train_test_split(frame, random_state=0)"
    assert lines("shuffled-time-series", HEAD.format(made=made), tmp_path) == [11]


@pytest.mark.parametrize(
    "cut", ["train_test_split(frame, shuffle=False)", "cross_val_score(Ridge(), frame[['lag']], frame['y'], cv=KFold(5))"]
)
def test_a_cut_in_order(cut: str, tmp_path: Path) -> None:
    assert lines("shuffled-time-series", HEAD.format(made=f"frame['lag'] = frame['y'].shift(1)\n{cut}"), tmp_path) == []
