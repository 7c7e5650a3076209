"""When does gradient boosting pick its round by the held-out rows?"""

from __future__ import annotations

import pytest

from mlstd.trace.events import Fit, Predict, Record, Score, Show
from tests.trace.frameworks.story import events, outlets, picks, run, scores

SETUP = """
import catboost as cb
import lightgbm as lgb
import pandas as pd
import xgboost as xgb
from sklearn.model_selection import train_test_split

data = pd.read_csv("a.csv")
X, X_test, y, y_test = train_test_split(data[["x"]], data["y"], random_state=0)
"""
STOPPED = ["stop by validation score on a.csv/test"]
XGB = "d, v = xgb.DMatrix(X, label=y), xgb.DMatrix(X_test, label=y_test)\n"
LGB = "d, v = lgb.Dataset(X, y), lgb.Dataset(X_test, y_test)\n"


@pytest.mark.parametrize(
    "lines",
    [
        "xgb.XGBClassifier(early_stopping_rounds=5).fit(X, y, eval_set=[(X_test, y_test)])",
        "xgb.XGBClassifier().fit(X, y, eval_set=[(X, y), (X_test, y_test)], early_stopping_rounds=5)",
        "xgb.XGBRegressor(callbacks=[xgb.callback.EarlyStopping(5)]).fit(X, y, eval_set=[(X_test, y_test)])",
        XGB + "xgb.train({}, d, evals=[(d, 'train'), (v, 'valid')], early_stopping_rounds=5)",
        "lgb.LGBMClassifier().fit(X, y, eval_set=(X_test, y_test), callbacks=[lgb.early_stopping(5), lgb.log_evaluation(0)])",
        "lgb.LGBMRegressor(early_stopping_round=5).fit(X, y, eval_set=[(X_test, y_test)])",
        LGB + "lgb.train({'early_stopping_round': 5}, d, valid_sets=[d, v])",
        LGB + "lgb.train({}, d, valid_sets=v, callbacks=[lgb.early_stopping(stopping_rounds=5)])",
        "cb.CatBoostClassifier().fit(X, y, eval_set=(X_test, y_test))",
        "cb.CatBoostClassifier().fit(cb.Pool(X, y), eval_set=cb.Pool(X_test, y_test))",
    ],
)
def test_early_stopping_picks_by_the_last_held_out_set(lines: str) -> None:
    assert picks(run(SETUP + lines)) == STOPPED


@pytest.mark.parametrize(
    "lines",
    [
        "xgb.XGBClassifier().fit(X, y, eval_set=[(X_test, y_test)])",
        XGB + "xgb.train({}, d, evals=[(v, 'valid')])",
        LGB + "lgb.train({}, d, valid_sets=[v])",
        "cb.CatBoostClassifier(use_best_model=False).fit(X, y, eval_set=(X_test, y_test))",
    ],
)
def test_an_evaluation_set_alone_is_only_watched(lines: str) -> None:
    told = run(SETUP + lines)
    assert picks(told) == []
    assert scores(told) == ["validation score on a.csv/test"]


def test_training_rows_as_evaluation_set_hold_nothing_out() -> None:
    told = run(SETUP + "xgb.XGBClassifier().fit(X, y, eval_set=[(X, y)], early_stopping_rounds=5)")
    assert (picks(told), scores(told)) == ([], [])


def test_train_makes_the_model_that_predicts() -> None:
    told = run(SETUP + XGB + "b = xgb.train({}, d)\nb.predict(v)")
    (fit,), (predict,) = events(told, Fit), events(told, Predict)
    assert fit.models == predict.models


def test_the_best_score_of_a_booster_is_marked_as_the_best() -> None:
    told = run(
        SETUP + XGB + "b = xgb.train({}, d, evals=[(v, 'v')], early_stopping_rounds=5, verbose_eval=False)\nprint(b.best_score)"
    )
    (shown,) = events(told, Show)
    assert "best" in shown.values[0].traits


def test_cross_validation_of_the_native_interface() -> None:
    told = run(SETUP + XGB + "print(xgb.cv({}, d, nfold=5))")
    assert [e.how for e in events(told, Fit)] == ["cross-validation"]
    assert [e.by for e in events(told, Score)] == ["cross-validation"]


def test_who_prints_and_who_writes() -> None:
    assert outlets(run(SETUP + XGB + "xgb.train({}, d, evals=[(v, 'v')])"), Show) == ["XGBoost's log: a.csv/test"]
    quiet = "cb.CatBoostClassifier(verbose=0, allow_writing_files=False).fit(X, y, eval_set=(X_test, y_test))"
    told = run(SETUP + quiet)
    assert (outlets(told, Show), outlets(told, Record)) == ([], [])
    told = run(SETUP + "cb.CatBoostClassifier().fit(X, y, eval_set=(X_test, y_test))")
    assert outlets(told, Record) == ["catboost_info: a.csv/test"]
