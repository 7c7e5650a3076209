"""Which of the logged runs is taken, and by what score?"""

from __future__ import annotations

import pytest

from tests.trace.frameworks.story import picks, run

LOGGED = """
import mlflow, pandas as pd
from mlflow.tracking import MlflowClient
from sklearn.ensemble import RandomForestRegressor
from sklearn.metrics import mean_squared_error

train, test = pd.read_csv("a.csv"), pd.read_csv("b.csv")
for depth in (1, 2, 3):
    with mlflow.start_run():
        forest = RandomForestRegressor(max_depth=depth, random_state=0).fit(train[["x"]], train["y"])
        mlflow.{log}
client = MlflowClient()
"""
SCORE = 'mean_squared_error(test["y"], forest.predict(test[["x"]]))'
ONE, SEVERAL = f'log_metric("mse", {SCORE})', f'log_metrics({{"mse": {SCORE}}})'
BEST = 'client.search_runs("1", order_by=["metrics.mse ASC"])'


@pytest.mark.parametrize(
    ("log", "taken"),
    [
        (ONE, f"print({BEST}[0].info.run_id)"),
        (SEVERAL, f"print({BEST}[0].info.run_id)"),
        (ONE, 'mlflow.search_runs(order_by=["metrics.mse ASC"]).iloc[0]'),
    ],
)
def test_the_first_of_the_runs_in_order_of_a_score_is_picked_by_it(log: str, taken: str) -> None:
    assert picks(run(LOGGED.replace("{log}", log) + taken)) == ["maximum by MSE on b.csv"]


@pytest.mark.parametrize("taken", [f"for one in {BEST}:\n    print(one)", f"print({BEST.replace('mse', 'mae')}[0])", BEST])
def test_all_runs_or_those_in_another_order_pick_nothing(taken: str) -> None:
    assert picks(run(LOGGED.replace("{log}", ONE) + taken)) == []
