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
        ("untracked-metric", f"print({MAE[6:-1]})\n", "is only shown: it is", f'mlflow.log_metric("MAE", {MAE[6:-1]})'),
        ("untracked-metric", HITS, "accuracy counted by hand (line 11)", 'mlflow.log_metric("accuracy", ...)'),
    ],
)
def test_names_of_the_code(rule: str, code: str, message: str, advice: str, tmp_path: Path) -> None:
    (tmp_path / "homes.py").write_text(HEAD + code)
    request = Request(("homes.py",), tmp_path, select=(rule,), profile="production", isolated=True, cache=False)
    (found,) = [settled.finding for settled in run(request).findings]
    assert message in found.message
    assert advice in found.advice


LOADER = "from torch.utils.data import DataLoader, random_split\nfrom torchvision import datasets\nimport torch.nn as nn\n"
LEARN = """
import torch
data = datasets.MNIST("data", train=True)
loader = DataLoader(data, shuffle=True)
net = nn.Linear(784, 10)
step = torch.optim.SGD(net.parameters(), lr=0.1)
for x, y in loader:
    nn.functional.cross_entropy(net(x), y).backward()
    step.step()
print((net(datasets.MNIST("data", train=False).data).argmax(1) == 3).sum())
"""
FOREST = HEAD.replace("RandomForestRegressor(random_state=0)", "RandomForestRegressor()") + MAE + "print(mae)\n"
CLASSES = HEAD.replace("Regressor", "Classifier").replace("import mean_absolute_error", "import f1_score, roc_auc_score")
STUDY = "import optuna\nstudy = optuna.create_study()\nstudy.optimize(lambda trial: mae, n_trials=9)\n"


@pytest.mark.parametrize(
    ("rule", "code", "message", "advice"),
    [
        (
            "partly-seeded-run",
            FOREST,
            "`forest.fit(X_tr, y_tr)` draws random numbers (RandomForestRegressor)",
            "`random_state=0` in `Ran",
        ),
        ("partly-seeded-run", FOREST, "random_state=0)` has a seed of its own", "in `RandomForestRegressor(...)`"),
        ("partly-seeded-run", HEAD + MAE + STUDY, "`sampler` is not given", "`sampler=optuna.samplers.TPESampler(seed=0)`"),
        ("unseeded-run", LOADER + LEARN, "`nn.Linear(784, 10)` starts from random weights", "`torch.manual_seed(0)`"),
        (
            "late-seed",
            LOADER + LEARN.replace("step =", "torch.manual_seed(1)\nstep ="),
            "`torch.manual_seed(1)` comes too late: before it, `nn.Linear(784, 10)` starts",
            "move it above line 8",
        ),
        (
            "swapped-metric-arguments",
            CLASSES
            + "def tell(truth, guess):\n    print(f1_score(truth, guess))\nguess = forest.predict(X_te)\ntell(guess, y_te)\n",
            "`f1_score(truth, guess)` is handed the predictions as the truth",
            "`tell(y_te, guess)`",
        ),
        (
            "swapped-metric-arguments",
            CLASSES + "print(f1_score(forest.predict(X_te), y_te, average='macro'))\n",
            "and its F1 depends on which is which",
            "`f1_score(y_te, forest.predict(X_te), ...)`",
        ),
        (
            "hard-labels-to-ranking-metric",
            CLASSES + "guess = forest.predict(X_te)\nprint(roc_auc_score(y_te, guess))\n",
            "is handed labels",
            "`forest.predict_proba(X_te)[:, 1]` (or its `decision_function`) in place of `guess`",
        ),
        (
            "unseeded-split",
            HEAD.replace(", random_state=0)\nforest", ")\nforest") + MAE + "print(mae)\n",
            "`train_test_split(",
            "`random_state=0` in `train_test_split(...)`",
        ),
    ],
)
def test_what_is_left_to_chance(rule: str, code: str, message: str, advice: str, tmp_path: Path) -> None:
    (tmp_path / "homes.py").write_text(code)
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
