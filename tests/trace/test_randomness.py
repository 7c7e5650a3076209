"""What draws, what seeds, and which draws shape the result?"""

from __future__ import annotations

import pytest

from mlstd.ask.randomness import shaping
from mlstd.ask.view import View
from mlstd.trace.events import Certainty, Draw, Fit, Seed
from tests.trace.traced import of, traced

ROWS = """
import numpy as np, pandas as pd, torch
from torch import nn
table = pd.read_csv("a.csv")
X, y = table[["a", "b"]], table["y"]
"""


def shapes(source: str) -> list[tuple[str, str]]:
    """The draws that shape the result: generator and use."""
    return [(d.generator, d.use) for d in shaping(View(traced(ROWS + source)))]


def test_a_number_drawn_for_rows_shapes_the_result_and_one_for_a_plot_does_not() -> None:
    fit = "from sklearn.linear_model import Ridge\nRidge().fit(X, y)\n"
    assert shapes("X = X + 0.1 * np.random.normal(size=3)\n" + fit) == [("numpy", "values")]
    assert shapes("jitter = np.random.normal(size=3)\nprint(jitter)\n" + fit) == []


def test_a_random_choice_of_what_is_done_shapes_the_result() -> None:
    assert ("numpy", "values") in shapes(
        "import random\nfrom sklearn.linear_model import Ridge\nif np.random.rand() < 0.5:\n    X = -X\nRidge().fit(X, y)\n"
    )


def test_stored_weights_replace_drawn_ones_before_a_fit_only() -> None:
    score = "from sklearn.metrics import r2_score\nprint(r2_score(y, net(torch.tensor(X))))\n"
    load = "net.load_state_dict(torch.load('net.pt'))\n"
    net = "net = nn.Linear(2, 1)\n"
    learn = "loss = nn.functional.mse_loss(net(torch.tensor(X)), torch.tensor(y))\nloss.backward()\n"
    assert shapes(net + load + score) == []
    assert shapes(net + learn + load + score) == [("torch", "weights")]
    lists = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList()
        for _ in range(5):
            self.layers.append(nn.Linear(2, 2))
    def forward(self, x):
        return self.layers[0](x)
net = Net()
"""
    assert shapes(lists + load + score) == []
    assert shapes(net + "if input():\n    " + load + score) == [("torch", "weights")]


def test_a_model_that_nobody_uses_draws_for_nothing() -> None:
    source = """
    import keras
    first = keras.Sequential([keras.layers.Dense(3)])
    second = keras.Sequential([keras.layers.Dense(1)])
    second.compile("adam", "mse")
    second.fit(X, y)
    """
    told = traced(ROWS + "\n".join(line.strip() for line in source.splitlines()))
    assert {d.at.line for d in shaping(View(told)) if d.use == "weights"} == {9}


@pytest.mark.parametrize(
    ("made", "use"),
    [
        ("from imblearn.over_sampling import SMOTE\nSMOTE().fit_resample(X, y)", "fit"),
        ("from sklearn.decomposition import TruncatedSVD\nTruncatedSVD().fit_transform(X)", "fit"),
        (
            "from sklearn.model_selection import GridSearchCV, KFold\nfrom sklearn.linear_model import Ridge\n"
            "GridSearchCV(Ridge(), {'alpha': [1, 2]}, cv=KFold(5, shuffle=True)).fit(X, y)",
            "split",
        ),
        (
            "from sklearn.compose import ColumnTransformer\nfrom sklearn.decomposition import TruncatedSVD\n"
            "from sklearn.linear_model import Ridge\nfrom sklearn.pipeline import make_pipeline\n"
            "make_pipeline(ColumnTransformer([('svd', TruncatedSVD(), ['a'])]), Ridge()).fit(X, y)",
            "fit",
        ),
    ],
)
def test_what_is_inside_draws_when_the_whole_is_fitted(made: str, use: str) -> None:
    assert [d.use for d in of(traced(ROWS + made), Draw) if not d.own_seed] == [use]


def test_settings_from_outside_may_hold_the_seed() -> None:
    told = traced(
        ROWS + "import json\nfrom sklearn.ensemble import RandomForestClassifier\n"
        "RandomForestClassifier(**json.load(open('c.json'))).fit(X, y)"
    )
    assert all(d.own_seed for d in of(told, Draw))


def test_a_study_without_a_sampler_of_its_own_draws_what_it_proposes() -> None:
    assert [d.use for d in of(traced("import optuna\noptuna.create_study()"), Draw)] == ["fit"]


@pytest.mark.parametrize("test", ["settings['seed']", "settings['seed'] is not None"])
def test_an_empty_seed_in_a_configuration_is_an_option(test: str) -> None:
    told = traced(f"import torch\nsettings = {{'seed': None}}\nif {test}:\n    torch.manual_seed(settings['seed'])")
    assert [(s.sure, s.effective) for s in of(told, Seed, sure=False)] == [(Certainty.NOT_BY_DEFAULT, True)]


def test_a_default_that_ends_the_run_has_to_be_given() -> None:
    told = traced(
        """
        import argparse
        import pandas as pd
        from sklearn.linear_model import Ridge
        parser = argparse.ArgumentParser()
        parser.add_argument("--data", default=None)
        args = parser.parse_args()
        if args.data is None:
            raise ValueError("give --data")
        table = pd.read_csv(args.data)
        Ridge().fit(table[["a"]], table["y"])
        """
    )
    assert len(of(told, Fit)) == 1


def test_a_project_model_made_from_stored_weights_is_run_through() -> None:
    told = traced(
        """
        from torch import nn
        from transformers import BertModel, BertPreTrainedModel
        class Judge(BertPreTrainedModel):
            def __init__(self, config):
                super().__init__(config)
                self.bert = BertModel(config)
                self.head = nn.Linear(768, 2)
        model = Judge.from_pretrained("bert-base-uncased")
        """
    )
    assert "torch.nn.Linear" in [d.name for d in of(told, Draw)]


def test_the_clock_stays_the_clock_through_arithmetic() -> None:
    told = traced("import time, torch\ntorch.manual_seed(int(time.time()) % 1000)")
    assert [s.repeatable for s in of(told, Seed)] == [False]


def test_layers_that_are_added_belong_to_their_model() -> None:
    told = traced(
        """
        import keras
        model = keras.Sequential()
        model.add(keras.layers.Dense(3))
        """
    )
    assert [len(inside) for inside in told.inside.values()] == [2]


def test_a_network_named_by_an_option_is_followed_on_every_branch() -> None:
    nets = "from torch import nn\nclass Net(nn.Module):\n"
    nets += "    def __init__(self):\n        super().__init__()\n        self.a = nn.Linear(2, 1)\n"
    told = traced(
        """
        import argparse
        parser = argparse.ArgumentParser()
        parser.add_argument("net")
        if parser.parse_args().net == "small":
            from nets import small
            net = small()
        else:
            from nets import large
            net = large()
        net.cuda()
        """,
        nets_py=nets + "def small():\n    return Net()\ndef large():\n    return Net()\n",
    )
    assert not told.blind_spots
    assert len(of(told, Draw, sure=False)) == 2


def test_the_order_of_rows_that_are_only_scored_shapes_nothing() -> None:
    code = """
from torch.utils.data import DataLoader
from torchvision.datasets import MNIST
net = nn.Linear(784, 10)
net.load_state_dict(torch.load("net.pt"))
right = 0
for images, labels in DataLoader(MNIST(".", train=False), shuffle=True):
    right += (net(images).argmax(1) == labels).sum()
print(right / 10000)
"""
    assert [d.use for d in traced(ROWS + code).events if isinstance(d, Draw)] == ["weights", "shuffle"]
    assert shapes(code) == []


def test_rows_that_are_only_looked_at_shape_nothing() -> None:
    fit = "from sklearn.linear_model import Ridge\nRidge().fit(X, y)\n"
    assert shapes("print(table.sample(5))\n" + fit) == []
    assert shapes("X = X.sample(frac=0.5)\n" + fit) == [("numpy", "split")]


def test_a_few_rows_picked_to_be_shown_shape_nothing() -> None:
    shown = """
import os, random
import matplotlib.pyplot as plt
from sklearn.linear_model import LogisticRegression
plt.imshow(plt.imread(random.sample(os.listdir("pictures"), 1)[0]))
for i in range(9):
    plt.imshow(table[np.random.choice(len(table))])
"""
    fitted = "LogisticRegression().fit(X, y)\n"
    assert shapes(shown + fitted) == []
    picked = "rows = []\nfor i in range(9):\n    rows.append(table.iloc[np.random.choice(len(table))])\n"
    assert shapes(shown + picked + fitted) == [("numpy", "sample")]


FOREST = "from sklearn.ensemble import RandomForestClassifier\nmodel = RandomForestClassifier()\n"
SPACE = """
from hyperopt import fmin, hp

def objective(params):
    model.set_params(**params)
    return model.fit(X, y).score(X, y)

fmin(objective, {"max_depth": hp.randint("max_depth", 9), "random_state": 7}, rstate=np.random.default_rng(0))
"""


@pytest.mark.parametrize(
    "code",
    [
        "model.set_params(random_state=0)\nmodel.fit(X, y)\n",
        "import json\nmodel.set_params(**json.load(open('best.json')))\nmodel.fit(X, y)\n",
        SPACE,
    ],
)
def test_settings_given_later_seed_a_model(code: str) -> None:
    draws = [d for d in of(traced(ROWS + FOREST + code), Draw) if d.use == "fit" and d.addresses]
    assert [d.own_seed for d in draws] == [True]


def test_other_settings_given_later_do_not() -> None:
    draws = of(traced(ROWS + FOREST + "model.set_params(max_depth=3)\nmodel.fit(X, y)\n"), Draw)
    assert [d.own_seed for d in draws] == [False]


def test_what_a_sampler_of_the_project_draws_shapes_the_result() -> None:
    code = """
from torch.utils.data import DataLoader, Sampler, TensorDataset
class Episodes(Sampler):
    def __iter__(self):
        for _ in range(9):
            yield np.random.choice(99, 5)
net = nn.Linear(2, 2)
net.load_state_dict(torch.load("net.pt"))
rows = TensorDataset(torch.tensor(X), torch.tensor(y))
for a, b in DataLoader(rows, {how}):
    print((net(a).argmax(1) == b).float().mean())
"""
    assert shapes(code.format(how="batch_sampler=Episodes()")) == [("numpy", "shuffle")]
    assert shapes(code.format(how="batch_size=5")) == []
