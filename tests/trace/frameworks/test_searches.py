"""What does a hyperparameter search pick by?"""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from mlstd.trace.events import Fit, Record, Score, Show
from tests.ask import asking
from tests.trace.frameworks.story import events, picks, run

SETUP = """
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

data = pd.read_csv("a.csv")
X, X_test, y, y_test = train_test_split(data[["x"]], data["y"], random_state=0)

def fitted(depth):
    model = RandomForestClassifier(max_depth=depth, random_state=0).fit(X, y)
    return accuracy_score(y_test, model.predict(X_test))
"""
PICKED = ["search by accuracy on a.csv/test"]


def test_optuna_picks_by_what_the_objective_returns() -> None:
    told = run(
        SETUP
        + """
import optuna
study = optuna.create_study(direction="maximize")
study.optimize(lambda trial: fitted(trial.suggest_int("depth", 2, 9)), n_trials=20)
print(study.best_value, study.best_trial.value, study.best_params)
"""
    )
    assert picks(told) == PICKED
    shown = events(told, Show)[-1].values
    assert len(shown) == 2
    assert all("best" in value.traits for value in shown)


def test_an_objective_is_recorded_once_and_stands_in_a_loop() -> None:
    told = run(SETUP + "import optuna\nstudy = optuna.create_study()\nstudy.optimize(lambda t: fitted(t.suggest_int('d', 1, 2)))")
    (fit,) = events(told, Fit)
    assert fit.loops


def test_hyperopt_reads_the_loss_of_a_dict() -> None:
    told = run(
        SETUP
        + """
from hyperopt import STATUS_OK, Trials, fmin, hp, tpe
def objective(params):
    return {"loss": -fitted(params["depth"]), "status": STATUS_OK}
best = fmin(objective, {"depth": hp.choice("depth", [2, 3])}, algo=tpe.suggest, max_evals=9, trials=Trials())
"""
    )
    assert picks(told) == PICKED


def test_bayes_opt_hands_its_parameters_over_by_name() -> None:
    told = run(
        SETUP
        + """
from bayes_opt import BayesianOptimization
optimizer = BayesianOptimization(f=lambda depth: fitted(int(depth)), pbounds={"depth": (2, 9)}, random_state=1)
optimizer.maximize(n_iter=10)
print(optimizer.max["target"])
"""
    )
    assert picks(told) == PICKED
    assert "best" in events(told, Show)[-1].values[0].traits


def test_scikit_optimize_leaves_the_best_value() -> None:
    told = run(
        SETUP
        + "from skopt import gp_minimize\nres = gp_minimize(lambda p: 1 - fitted(p[0]), [(2, 9)], random_state=0)\nprint(res.fun)"
    )
    assert picks(told) == PICKED
    assert events(told, Show)[-1].values


def test_keras_tuner_builds_fits_and_picks_by_the_held_out_rows() -> None:
    told = run(
        SETUP
        + """
import keras_tuner
from tensorflow import keras
def build(hp):
    model = keras.Sequential([keras.layers.Dense(hp.Int("units", 8, 64))])
    model.compile(loss="mse", metrics=["accuracy"])
    return model
tuner = keras_tuner.RandomSearch(build, objective="val_accuracy", seed=1)
tuner.search(X, y, validation_split=0.2)
best = tuner.get_best_models()[0]
best.evaluate(X_test, y_test)
"""
    )
    assert picks(told) == ["search by validation score on a.csv/train/validation"]
    assert events(told, Score)[-1].value.models
    (kept,) = events(told, Record)  # every trial, in a file
    assert [value.metric for value in kept.values] == ["accuracy"]


TUNED = """
import keras_tuner
from tensorflow import keras
def build(hp):
    model = keras.Sequential([keras.layers.Dense(hp.Int("units", 8, 64))])
    model.compile(loss="mse", metrics=["accuracy"])
    return model
tuner = keras_tuner.Hyperband(build, objective="val_accuracy")
tuner.search(X, y, validation_data={held})
model = tuner.hypermodel.build(tuner.get_best_hyperparameters()[0])
model.fit(X, y)
print(model.evaluate(X_test, y_test))
"""


def test_a_network_built_with_what_a_tuner_found_is_one_of_its_trials(tmp_path: Path) -> None:
    held = "(X[:9], y[:9])"
    assert asking.lines("selected-on-test", SETUP + TUNED.replace("{held}", held), tmp_path) == []
    assert asking.lines("selected-on-test", SETUP + TUNED.replace("{held}", "(X_test, y_test)"), tmp_path) == [21]


def test_an_objective_that_returns_no_score_picks_nothing() -> None:
    assert (
        picks(run("import optuna\nstudy = optuna.create_study()\nstudy.optimize(lambda t: t.suggest_float('x', 0, 1) ** 2)"))
        == []
    )


RAY = {
    "a function that reports": """
        def trial(config):
            tune.report(accuracy=fitted(config["depth"]), other=1)
        found = tune.run(trial, config={"depth": tune.randint(2, 9)}, metric="accuracy", mode="max")
        """,
    "picked only later": """
        def trial(config, data):
            tune.report({"accuracy": fitted(config["depth"])})
        found = tune.run(tune.with_parameters(trial, data=1), config={"depth": tune.randint(2, 9)})
        print(found.get_best_trial("accuracy", "max").last_result["accuracy"])
        """,
    "a method": """
        class Tuner:
            def trial(self, config):
                session.report({"accuracy": fitted(config["depth"])})
            def run(self):
                return tune.run(self.trial, config={}, scheduler=ASHAScheduler(metric="accuracy", mode="max"))
        Tuner().run()
        """,
    "a tuner whose trials return": """
        tuner = tune.Tuner(lambda config: {"accuracy": fitted(config["depth"])}, param_space={"depth": tune.choice([2, 3])},
                           tune_config=tune.TuneConfig(metric="accuracy", mode="max"))
        print(tuner.fit().get_best_result().metrics["accuracy"])
        """,
    "a class": """
        class Trial(tune.Trainable):
            def setup(self, config):
                self.depth = config["depth"]
            def step(self):
                return {"accuracy": fitted(self.depth)}
        tune.run(Trial, config={"depth": 3}, metric="accuracy", mode="max")
        """,
}


@pytest.mark.parametrize("source", RAY.values(), ids=RAY)
def test_ray_picks_by_what_its_trials_report(source: str) -> None:
    imports = "from ray import tune\nfrom ray.air import session\nfrom ray.tune.schedulers import ASHAScheduler\n"
    told = run(SETUP + imports + textwrap.dedent(source))
    assert picks(told) == PICKED
    assert len(events(told, Fit)) == 1
