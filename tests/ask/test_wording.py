"""Do messages name the reader's own things, and is the advice a line of their own code?"""

from __future__ import annotations

from pathlib import Path

import pytest

from mlstd.pipeline import Request, run

HEAD = """
import json, mlflow
import pandas as pd
from sklearn.ensemble import RandomForestRegressor
from sklearn.metrics import mean_absolute_error
from sklearn.model_selection import train_test_split
homes = pd.read_csv("homes.csv")
X_tr, X_te, y_tr, y_te = train_test_split(homes[["area"]], homes["price"], random_state=0)
forest = RandomForestRegressor(random_state=0)
forest.fit(X_tr, y_tr)
"""
MAE = "mae = mean_absolute_error(y_te, forest.predict(X_te))\n"
HITS = "hits = (forest.predict(X_te) == y_te).sum()\nprint(hits / len(y_te))\n"


@pytest.mark.parametrize(
    ("rule", "code", "message", "advice"),
    [
        (
            "no-baseline",
            MAE + "print(mae)\n",
            "the MAE of `forest` (RandomForestRegressor)",
            "`DummyRegressor().fit(X_tr, y_tr)`",
        ),
        ("untracked-metric", MAE + "print(mae)\n", "MAE that `mean_absolute_error(y_te, ", 'mlflow.log_metric("MAE", mae)'),
        ("untracked-metric", HITS, "accuracy counted by hand (line 11)", 'mlflow.log_metric("accuracy", ...)'),
    ],
)
def test_names_of_the_code(rule: str, code: str, message: str, advice: str, tmp_path: Path) -> None:
    (tmp_path / "homes.py").write_text(HEAD + code)
    request = Request(("homes.py",), tmp_path, select=(rule,), profile="production", isolated=True, cache=False)
    (found,) = [settled.finding for settled in run(request).findings]
    assert message in found.message
    assert advice in found.advice


def test_a_text_that_tells_a_score_picks_nothing(tmp_path: Path) -> None:
    telling = "def say(text=None):\n    if text:\n        shown = text\n"
    code = HEAD + telling + MAE + "for epoch in range(9):\n    say('error %.3f of %d' % (mae, epoch))\n"
    (tmp_path / "homes.py").write_text(code)
    request = Request(("homes.py",), tmp_path, select=("selected-on-test",), isolated=True, cache=False)
    assert run(request).findings == ()


def test_a_model_that_comes_from_a_file(tmp_path: Path) -> None:
    load = "import joblib\nmodel = joblib.load('models/best.pkl')\n"
    code = HEAD.partition("forest = ")[0] + load + "print(mean_absolute_error(y_te, model.predict(X_te)))\n"
    (tmp_path / "homes.py").write_text(code)
    request = Request(("homes.py",), tmp_path, select=("no-baseline",), isolated=True, cache=False)
    (found,) = [settled.finding for settled in run(request).findings]
    assert "the MAE of `model` (loaded from best.pkl) is" in found.message
