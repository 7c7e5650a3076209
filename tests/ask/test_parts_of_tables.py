"""Is a score known to be on other rows than the fit, however the rows were divided?"""

from __future__ import annotations

import pytest

from mlstd.ask.view import View
from tests.trace.traced import traced

HEAD = """
import sys
import numpy as np, pandas as pd, torch
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_squared_error
from sklearn.preprocessing import StandardScaler
df = pd.read_csv("a.csv", parse_dates=["day"])
n = int(len(df) * 0.6)
m = int(len(df) * 0.2)
"""
FIT = """
model = Ridge().fit(train[["x"]], train["y"])
print(mean_squared_error(test["y"], model.predict(test[["x"]])))
"""
APART = {
    "at a position": "train, test = df[:n], df[n:]",
    "at a sum": "train, val, test = df[:n], df[n : n + m], df[n + m :]",
    "at a later bound": "end = n + m\ntrain, val, test = df[:n], df[n:end], df[end:]",
    "the middle of three": "train, test = df[:n], df[n : n + m]",
    "at a date": "df = df.set_index('day')\ntrain, test = df.loc[:'2019-12-31'], df.loc['2020-01-01':]",
    "by conditions that exclude one another": "a, b = '2019', '2020'\n"
    "train, test = df[df.day < a], df[(df.day >= a) & (df.day < b)]",
    "in another order": "train, test = df[(df.day < '2019') & (df.x > 0)], df[(df.x > 1) & (df.day >= '2019')]",
    "by a column that names the part": "def part(name):\n    return df[df['part'] == name]\n"
    "train, test = part('train'), part('test')",
    "by names in a list": "old = df.year.isin([2018, 2019])\ntrain, test = df[old], df[~old]",
    "by names that nobody has seen yet": "old = df.year.isin(int(x) for x in names)\ntrain, test = df[old], df[~old]",
    "by ranges": "train, test = df.iloc[list(range(0, n))], df.iloc[list(range(n, n + m))]",
}
TOGETHER = {
    "one range of all": "train = df.iloc[list(range(len(df)))]\ntest = train",
    "the same condition": "train, test = df[df.part == 'a'], df[df.part == 'a']",
}
WINDOWS = """
def windows(values, k=60):
    X, y = [], []
    for i in range(k, len(values)):
        X.append(values[i - k : i])
        y.append(values[i, 0])
    return np.array(X), np.array(y)
"""
ROUNDS = """
for start in range(0, len(df) - 120, 30):
    train, test = df[start : start + 90], df[start + 90 : start + 120]
"""
FOLDS = """
for i in range(0, len(df), m):
    train, test = pd.concat([df[:i], df[i + m :]]), df[i : i + m]
"""


def seen(code: str) -> set[str]:
    asked = View(traced(HEAD + code))
    return {asked.seen(score) for score in asked.evaluations}


@pytest.mark.parametrize("cut", APART.values(), ids=APART)
def test_rows_apart(cut: str) -> None:
    assert seen(cut + FIT) == {"held-out"}


@pytest.mark.parametrize("cut", TOGETHER.values(), ids=TOGETHER)
def test_the_same_rows(cut: str) -> None:
    assert seen(cut + FIT) == {"training"}


def test_what_several_conditions_leave_may_meet_one_of_them() -> None:
    assert seen("both = (df.x > 0) & (df.day < '2019')\ntrain, test = df[df.x > 0], df[~both]" + FIT) == {"unknown"}


def test_other_values_of_a_column_that_nobody_knows_may_be_the_same() -> None:
    assert seen("a, b = sys.argv[1:]\ntrain, test = df[df.part == a], df[df.part == b]" + FIT) == {"unknown"}


def test_windows_of_a_series_take_all_its_rows() -> None:
    code = "X, y = windows(df.values)\nmodel = Ridge().fit(X[:n], y[:n])\nprint(mean_squared_error(y[n:], model.predict(X[n:])))"
    assert seen(WINDOWS + code) == {"held-out"}


@pytest.mark.parametrize("rounds", [ROUNDS, FOLDS])
def test_windows_that_train_and_test_in_their_round(rounds: str) -> None:
    assert seen(rounds + FIT.replace("\n", "\n    ")) == {"held-out"}


@pytest.mark.parametrize(
    "back", ["np.c_[pred, np.zeros(len(pred))]", "np.concatenate((pred, np.zeros((len(pred), 1))), axis=1)", "wide"]
)
def test_predictions_scaled_back_beside_others_are_still_predictions(back: str) -> None:
    code = f"""
train, test = df[:n], df[n:]
scaler = StandardScaler().fit(train)
model = Ridge().fit(scaler.transform(train), train["y"])
pred = model.predict(scaler.transform(test))
wide = np.zeros((len(pred), 2))
wide[:, 0] = pred
print(mean_squared_error(test["y"], scaler.inverse_transform({back})[:, 0]))
"""
    asked = View(traced(HEAD + code))
    assert [bool(s.value.models) for s in asked.evaluations] == [True]


@pytest.mark.parametrize("made", ["torch.Tensor({})", "torch.FloatTensor({})", "torch.from_numpy({})"])
def test_a_tensor_of_rows_is_these_rows(made: str) -> None:
    train, test = (made.format(f"{rows}[['x']].values") for rows in ("df[:n]", "df[n:]"))
    code = f"model = Ridge().fit({train}, df[:n]['y'])\nprint(mean_squared_error(df[n:]['y'], model.predict({test})))"
    assert seen(code) == {"held-out"}


def test_windows_in_an_array_with_a_type() -> None:
    typed = WINDOWS.replace("np.array(X)", "np.array(X, dtype=np.float32)")
    code = "X, y = windows(df.values)\nmodel = Ridge().fit(X, y)\nprint(mean_squared_error(y, model.predict(X)))"
    assert seen(typed + code) == {"training"}
