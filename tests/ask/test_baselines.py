"""What counts as a comparison, and what does not."""

from __future__ import annotations

import pytest

from mlstd.ask.baselines import lonely_scores
from mlstd.ask.outcomes import untracked
from tests.ask.asked import lines

HEAD = """
import argparse, numpy as np, pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
df = pd.read_csv("a.csv")
a, b, c, d = train_test_split(df[["x"]], df["y"])
"""  # the next line is line 9
ONE = "model = LogisticRegression().fit(a, c)\nprint(accuracy_score(d, model.predict(b)))\n"


def lonely(body: str, **files: str) -> list[int]:
    return [line for line, _ in lines(lonely_scores, HEAD + body, **files)]


def test_one_model_alone() -> None:
    assert lonely(ONE) == [10]


def test_one_model_scored_on_its_training_rows() -> None:
    assert lonely("model = LogisticRegression().fit(a, c)\nprint(model.score(a, c))\n") == [10]


def test_several_models_and_their_mean() -> None:
    body = """
one, two = LogisticRegression().fit(a, c), RandomForestClassifier().fit(a, c)
for model in (one, two):
    print(accuracy_score(d, model.predict(b)))
print(accuracy_score(d, (one.predict(b) + two.predict(b)) / 2 > 0.5))
"""
    assert lonely(body) == []


def test_the_parts_of_an_ensemble_that_are_never_scored_are_no_comparison() -> None:
    body = "from sklearn.ensemble import VotingClassifier\n" + ONE.replace(
        "LogisticRegression()", "VotingClassifier([('a', LogisticRegression()), ('b', RandomForestClassifier())])"
    )
    assert lonely(body) == [11]


def test_several_models_in_the_same_pipeline() -> None:
    body = """
from sklearn.pipeline import Pipeline
for model in [LogisticRegression(), RandomForestClassifier()]:
    pipe = Pipeline([("model", model)]).fit(a, c)
    print(accuracy_score(d, pipe.predict(b)))
"""
    assert lonely(body) == []


def test_a_model_that_is_loaded_again_is_the_same() -> None:
    body = """
from xgboost import XGBClassifier
XGBClassifier().fit(a, c, eval_set=[(b, d)], verbose=False).save_model("m.xgb")
again = XGBClassifier()
again.load_model("m.xgb")
print(accuracy_score(d, again.predict(b)))
"""
    assert lonely(body) == [14]


def test_the_same_model_made_anew() -> None:
    body = """
def run(a, b, c, d):
    model = LogisticRegression(C=2).fit(a, c)
    return accuracy_score(d, model.predict(b))
print(run(a, b, c, d))
print(run(b, a, d, c))
"""
    assert lonely(body) != []
    assert (
        lonely(
            body.replace("def run(", "def run(C, ")
            .replace("C=2", "C=C")
            .replace("print(run(", "print(run(1, ", 1)
            .replace("print(run(b", "print(run(9, b")
        )
        == []
    )


def test_a_prediction_without_a_model() -> None:
    assert lonely(ONE + "print((d == c.mode()[0]).mean())\n") == []
    assert lonely(ONE + "print(np.abs(d - c.mean()).mean())\n") == []


def test_a_known_number_whatever_it_is_called() -> None:
    score = ONE + "import json, mlflow\ns = accuracy_score(d, model.predict(b))\n"
    for known in ("0.87", "json.load(open('old.json'))['s']", "mlflow.MlflowClient().search_runs(['1'])[0].data.metrics['s']"):
        assert lonely(score + f"x = {known}\nprint(s - x)\n") == []
    assert lonely(score + "x = json.load(open('old.json'))\nif s > x['s']: print('better')\n") == []
    assert lonely(score + "print(1 - s)\n") == [10]


def test_a_limit_may_be_a_reference() -> None:
    score = ONE + "s = accuracy_score(d, model.predict(b))\n"
    assert lines(lonely_scores, HEAD + score + "if s < 0.8: raise ValueError(s)\n") == [(10, "medium")]
    assert lines(lonely_scores, HEAD + score + "print(s - elsewhere(0))\n") == [(10, "medium")]
    assert lines(lonely_scores, HEAD + score + "for _ in range(9):\n    if s > 0.99: break\n") == [(10, "high")]


def test_a_method_by_option() -> None:
    parser = "p = argparse.ArgumentParser()\np.add_argument('--{}', {})\nargs = p.parse_args()\n"
    assert lonely(parser.format("model", "choices=['a', 'b'], default='a'") + ONE) == []
    assert lonely(parser.format("model", "choices=['a'], default='a'") + ONE) == [13]
    assert lonely(parser.format("model-path", "choices=['a', 'b'], default='a'") + ONE) == [13]


def test_a_method_by_a_key_that_nobody_knows() -> None:
    body = "import json\nmodels = {'a': LogisticRegression(), 'b': RandomForestClassifier()}\n"
    body += "model = models[json.load(open('x'))['m']].fit(a, c)\n"
    assert lonely(body + "print(accuracy_score(d, model.predict(b)))\n") == []


def test_an_option_inside_a_network_is_no_other_method() -> None:
    network = """
from torch import nn
class Net(nn.Module):
    def __init__(self, wide=False):
        super().__init__()
        self.out = nn.Sequential(nn.Linear(1, 9), nn.Linear(9, 1)) if wide else nn.Linear(1, 1)
    def forward(self, x):
        return self.out(x)
p = argparse.ArgumentParser()
p.add_argument('--wide', action='store_true')
net = Net(p.parse_args().wide)
(net(a) - c).mean().backward()
print(abs(net(b) - d).mean())
"""
    assert lonely(network) != []


def test_the_candidates_of_a_search_are_no_comparison() -> None:
    body = """
import optuna
def objective(trial):
    model = RandomForestClassifier(max_depth=trial.suggest_int("d", 2, 9)).fit(a, c)
    return accuracy_score(d, model.predict(b))
study = optuna.create_study()
study.optimize(objective)
model = RandomForestClassifier(**study.best_params).fit(a, c)
print(accuracy_score(d, model.predict(b)))
"""
    assert lonely(body) == [17]


def test_standardised_rows_are_no_naive_prediction() -> None:
    body = """
from tensorflow import keras
(x, y), (u, v) = keras.datasets.boston_housing.load_data()
mean = x.mean(axis=0)
x -= mean
u -= mean
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(loss="mse", metrics=["mae"])
model.fit(x, y)
print(model.evaluate(u, v))
"""
    assert lonely(body) == [18]


def test_automl_ranks_methods_by_itself() -> None:
    assert lonely("from flaml import AutoML\nmodel = AutoML()\nmodel.fit(a, c)\nprint(accuracy_score(d, model.predict(b)))") == []
    assert lonely("from pycaret.classification import *\ncompare_models()\n" + ONE) == []


def test_the_reconstruction_of_an_autoencoder_is_no_comparison() -> None:
    body = """
from tensorflow import keras
coder = keras.Sequential([keras.layers.Dense(2), keras.layers.Dense(9)])
coder.compile(loss="mse")
coder.fit(a, a, validation_data=(b, b))
model = LogisticRegression().fit(a, c)
print(accuracy_score(d, model.predict(b)))
"""
    assert lonely(body) != []


def test_a_pipeline_of_unknown_steps_may_be_another_in_every_run() -> None:
    body = "from sklearn.pipeline import Pipeline\nfrom steps import chosen\nmodel = Pipeline({})\nmodel.fit(a, c)\n"
    score = "print(accuracy_score(d, model.predict(b)))"
    assert [sure for _, sure in lines(lonely_scores, HEAD + body.format("chosen()") + score)] == ["medium"]
    assert [sure for _, sure in lines(lonely_scores, HEAD + body.format("[('a', LogisticRegression())]") + score)] == ["high"]


def test_searches_over_pipelines_of_different_models() -> None:
    """A search is told from another by the model at the end of the pipeline that it searches."""
    body = """
from sklearn.model_selection import GridSearchCV, cross_validate
from sklearn.pipeline import Pipeline


def nested(model):
    return cross_validate(GridSearchCV(Pipeline([("model", model)]), {}), a, c)["test_score"].mean()


for name, model in {"line": LogisticRegression(), "forest": RandomForestClassifier()}.items():
    print(name, nested(model))
"""
    assert lonely(body) == []


def test_an_option_decides_of_which_layers_a_network_is() -> None:
    body = """
import torch
from torch import nn
parser = argparse.ArgumentParser()
parser.add_argument("--{option}", default="plain")
args = parser.parse_args()
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        if args.{option} == "gated":
            self.first = nn.GRU(3, 3)
        else:
            self.first = nn.Linear(3, 3)
    def forward(self, x):
        return self.first(x)
net = Net()
nn.CrossEntropyLoss()(net(torch.tensor(a)), torch.tensor(c)).backward()
print((net(torch.tensor(b)).argmax(1) == torch.tensor(d)).float().mean())
"""
    assert lonely(body.format(option="model")) == []
    assert lonely(body.format(option="speed")) == [26]


@pytest.mark.parametrize("word", ["if", "elif"])
def test_a_chain_of_tests_offers_other_methods(word: str) -> None:
    build = "    if kind == 'log':\n        return LogisticRegression()\n"
    build += f"    {word} kind == 'forest':\n        return RandomForestClassifier()\n"
    parser = "p = argparse.ArgumentParser()\np.add_argument('--kind', default='log')\n"
    fit = "model = make({}).fit(a, c)\nprint(accuracy_score(d, model.predict(b)))\n"
    assert lonely(parser + f"def make(kind):\n{build}" + fit.format("p.parse_args().kind")) == []
    named = "def make(model_name):\n" + build.replace("kind", "model_name")
    assert lonely(named + "class Config:\n    MODEL = 'log'\n" + fit.format("Config.MODEL")) == []
    assert lonely(named.replace("RandomForestClassifier", "LogisticRegression") + fit.format("'log'")) != []
    assert lonely("def make(kind):\n" + build + fit.format("'log'")) != []


NETWORK = """
import torch
from torch import nn
from torchvision.models import resnet18
def score(net):
    right = 0
    for x, y in zip(b, d):
        right += (net(x).argmax(1) == y).sum().item()
    return right / len(d)
net = resnet18()
nn.functional.cross_entropy(net(a), c).backward()
print(score(net))
"""


def test_a_model_that_is_made_again_for_kept_weights_is_the_same() -> None:
    again = "again = resnet18(weights=None)\nagain.load_state_dict(torch.load(open('where').read()))\nprint(score(again))\n"
    assert lonely(NETWORK + again) != []
    assert (
        lonely(NETWORK + again.replace("resnet18", "resnet50").replace("again =", "from torchvision.models import *\nagain ="))
        == []
    )


def test_scores_of_what_nobody_knows_are_no_naive_prediction() -> None:
    blind = "import vault\nprint(accuracy_score(vault.told, vault.guessed))\n"
    assert lines(lonely_scores, HEAD + ONE + blind) == [(10, "medium")]


def test_the_candidates_of_a_loop_are_no_comparison() -> None:
    body = """
from sklearn.neighbors import KNeighborsClassifier
told = []
for k in range(1, 9):
    told.append(accuracy_score(d, KNeighborsClassifier(k).fit(a, c).predict(b)))
print(max(told))
print(accuracy_score(d, KNeighborsClassifier(3).fit(a, c).predict(b)))
"""
    assert lonely(body) != []
    assert lonely(body.replace("print(max(told))", "print(told)")) == []


def test_errors_that_are_only_looked_at_are_no_reported_score() -> None:
    """A plot of residuals tells of a model, and is no number that could be compared."""
    body = """
import matplotlib.pyplot as plt

model = LogisticRegression().fit(a, c)
plt.hist(d - model.predict(b))
"""
    assert lonely(body) == []
    assert lines(untracked, HEAD + body) == []


def test_a_method_picked_from_a_registry_by_an_option() -> None:
    body = """
from functools import partial
from sklearn.svm import SVC
registry = {"forest": partial(RandomForestClassifier, 100), "svm": partial(SVC, C=2.0)}
parser = argparse.ArgumentParser()
parser.add_argument("--model")
model = registry[parser.parse_args().model]().fit(a, c)
print(accuracy_score(d, model.predict(b)))
"""
    assert lonely(body) == []
