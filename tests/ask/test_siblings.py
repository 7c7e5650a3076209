"""Is another experiment of the project a fair comparison?"""

from __future__ import annotations

from dataclasses import replace

from mlstd.ask.baselines import lonely_scores
from mlstd.ask.questions import Questions
from mlstd.ask.siblings import Summary, compares, summarise
from mlstd.ask.view import View
from tests.trace.frameworks.story import run

CNN = """
from tensorflow import keras

(x, y), (u, v) = keras.datasets.mnist.load_data()
model = keras.Sequential([{layers}])
model.compile(metrics=["accuracy"])
model.fit(x, y)
print(model.evaluate(u, v))
"""
DENSE = "keras.layers.Dense(8)"

GRAPH = """
import pickle
import tensorflow as tf

data = pickle.load(open("letters.pickle", "rb"))
x, y = tf.placeholder(tf.float32), tf.placeholder(tf.int64)
logits = {logits}
step = tf.train.AdamOptimizer(0.1).minimize(tf.nn.softmax_cross_entropy_with_logits(logits=logits, labels=y))
accuracy = tf.reduce_mean(tf.cast(tf.equal(tf.argmax(logits, 1), y), tf.float32))
with tf.Session() as session:
    session.run(step, feed_dict={{x: data["train"], y: data["train"]}})
    print(session.run(accuracy, feed_dict={{x: data["test"], y: data["test"]}}))
"""
LINEAR = "tf.matmul(x, tf.Variable(tf.random_normal([784, 10])))"

LOADED = """
from tensorflow import keras
import pandas as pd

held = pd.read_csv("test.csv")
model = keras.models.load_model("{path}")
print(model.evaluate(held))
"""


def compared(mine: str, other: str) -> bool:
    return compares(summarise(run(mine)), summarise(run(other)))


def test_a_network_with_more_layers_is_another_method() -> None:
    assert compared(CNN.format(layers=DENSE), CNN.format(layers=f"{DENSE}, {DENSE}"))
    assert not compared(CNN.format(layers=DENSE), CNN.format(layers=DENSE))


def test_a_graph_with_other_operations_is_another_method() -> None:
    assert compared(GRAPH.format(logits=LINEAR), GRAPH.format(logits=f"tf.nn.relu({LINEAR})"))
    assert not compared(GRAPH.format(logits=LINEAR), GRAPH.format(logits=LINEAR))


def test_models_loaded_from_different_files_are_different_models() -> None:
    assert compared(LOADED.format(path="small.h5"), LOADED.format(path="large.h5"))
    assert not compared(LOADED.format(path="small.h5"), LOADED.format(path="models/small.h5"))


def test_the_same_data_in_another_format() -> None:
    fitted = """
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC
from sklearn.model_selection import cross_val_score

df = pd.read_{kind}("{path}")
print(cross_val_score({model}(), df[["x"]], df["y"]).mean())
"""
    plain = fitted.format(kind="csv", path="data/churn.csv", model="SVC")
    assert compared(plain, fitted.format(kind="parquet", path="churn.parquet", model="LogisticRegression"))
    assert not compared(plain, fitted.format(kind="csv", path="data/fraud.csv", model="LogisticRegression"))


HEAD = """
import joblib, pickle
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
table = pd.read_csv("{table}")
"""
FITS = HEAD + "model = LogisticRegression().fit(table[['x']], table['y'])\n"
SAVES = "joblib.dump(model, 'models/model.pkl')\n"
LOADS = HEAD + "model = joblib.load('models/{file}')\n"
SCORES = "print(accuracy_score(table['y'], model.predict(table[['x']])))\n"


def questions(mine: str, other: str) -> Questions:
    return Questions(run(mine), {}, siblings=lambda: [summarise(run(other))])


def test_what_another_experiment_scores_is_evaluated() -> None:
    fits = FITS.format(table="a.csv") + SAVES
    assert list(questions(fits, "").unevaluated_models())
    assert list(questions(fits, LOADS.format(table="b.csv", file="other.pkl") + SCORES).unevaluated_models())
    assert list(questions(fits, LOADS.format(table="a.csv", file="model.pkl") + SCORES).unevaluated_models())
    assert not list(questions(fits, LOADS.format(table="b.csv", file="model.pkl") + SCORES).unevaluated_models())


def test_a_pipeline_tells_both_which_file_it_is() -> None:
    handed = "import sys\n" + FITS.format(table="a.csv") + "joblib.dump(model, sys.argv[1])\n"
    scores = "import sys\n" + LOADS.format(table="b.csv", file="x").replace("'models/x'", "sys.argv[1]") + SCORES
    assert not list(questions(handed, scores).unevaluated_models())
    assert list(questions(handed, scores.replace("b.csv", "a.csv")).unevaluated_models())


def test_scored_on_rows_that_another_experiment_has_fitted_it_on() -> None:
    fits = FITS.format(table="a.csv") + SAVES
    (case,) = questions(LOADS.format(table="a.csv", file="model.pkl") + SCORES, fits).trained_scores()
    assert case.evidence[0].what == "fitted on these rows by main.py"
    assert not list(questions(LOADS.format(table="b.csv", file="model.pkl") + SCORES, fits).trained_scores())
    assert not list(questions(LOADS.format(table="a.csv", file="other.pkl") + SCORES, fits).trained_scores())


def test_the_model_that_another_experiment_saves_is_no_comparison() -> None:
    mine = LOADS.format(table="b.csv", file="model.pkl") + SCORES
    assert not compared(mine, FITS.format(table="b.csv") + SCORES + SAVES)
    assert compared(mine, FITS.format(table="b.csv") + SCORES)


def test_files_that_a_pipeline_has_made_may_hold_the_same_rows() -> None:
    tree = FITS.format(table="a.csv").replace("LogisticRegression", "RidgeClassifier") + SCORES
    assert compared(FITS.format(table="data/processed/train.csv") + SCORES, tree)
    assert not compared(FITS.format(table="train.csv") + SCORES, tree)


TABLE = """
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import cross_validate, train_test_split

table = pd.read_csv("table.csv")
"""
HELD_OUT = """
a, b, c, d = train_test_split(table[["x"]], table["y"])
print(accuracy_score(d, RandomForestClassifier().fit(a, c).predict(b)))
"""
FOLDS = """
found = cross_validate(LogisticRegression(), table[["x"]], table["y"], scoring=("accuracy", "f1"))
print(found["test_accuracy"].mean())
"""


def test_a_cross_validation_by_metrics_of_any_kind_is_a_comparison() -> None:
    assert compares(summarise(run(TABLE + HELD_OUT)), summarise(run(TABLE + FOLDS)))


def test_data_is_the_same_as_far_as_its_name_is_known() -> None:
    mine = (FITS + SCORES).replace('read_csv("{table}")', 'read_csv(f"subject_{{n}}.csv")').format()
    other = FITS.format(table="subject_9.csv").replace("LogisticRegression", "RidgeClassifier") + SCORES
    assert compared("import sys\nn = sys.argv[1]\n" + mine, other)
    assert not compared("import sys\nn = sys.argv[1]\n" + mine, other.replace("subject_9", "group_9"))


def test_a_public_data_set_is_known_by_its_name() -> None:
    mine = FITS.format(table="a.csv") + SCORES
    mine = mine.replace(
        'table = pd.read_csv("a.csv")', "from sklearn.datasets import load_wine\ntable = load_wine(as_frame=True).frame"
    )
    mine = mine.replace("['x']", "['ash']").replace("['y']", "['target']")
    assert not compared(mine, LOADS.format(table="b.csv", file="model.pkl") + SCORES)


def test_hosted_models_are_told_apart_by_their_whole_names() -> None:
    asks = """
import json
from openai import OpenAI
rows, client = json.load(open("rows.json")), OpenAI()
total = 0
for row in rows:
    told = client.chat.completions.create(model="{name}", messages=[{{"role": "user", "content": row["q"]}}])
    total += told.choices[0].message.content == row["a"]
print(total / len(rows))
"""
    mine, other = (summarise(run(asks.format(name=name))) for name in ("gemini-1.5-pro", "gemini-2.5-pro"))
    assert (mine.models, other.models) == (frozenset({"gemini-1.5-pro"}), frozenset({"gemini-2.5-pro"}))


def test_files_in_a_folder_go_by_the_folder() -> None:
    tree = FITS.format(table="shop/*.csv").replace("LogisticRegression", "RidgeClassifier") + SCORES
    assert compared(FITS.format(table="data/shop/*.csv") + SCORES, tree)
    assert not compared(FITS.format(table="bank/*.csv") + SCORES, tree)
    assert compared(FITS.format(table="data/*.csv") + SCORES, tree)  # a name that tells nothing


def test_another_method_beside_it_on_data_of_another_name_makes_it_less_sure() -> None:
    mine = FITS.format(table="churn.csv") + SCORES
    tree = FITS.format(table="customers.csv").replace("LogisticRegression", "RidgeClassifier") + SCORES
    assert [case.confidence for case in questions(mine, "").lonely_scores()] == ["high"]
    (case,) = questions(mine, tree).lonely_scores()
    assert case.confidence == "medium"
    assert "main.py" in case.facts["hint"]


def test_a_network_with_another_head_that_only_scores_is_the_fitted_one() -> None:
    net = """
import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets, models
net = models.resnet18()
net.fc = {head}
"""
    test = """
net.load_state_dict(torch.load(open("where").read()))
for x, y in DataLoader(datasets.CIFAR10("data", train=False)):
    print((net(x).argmax(1) == y).float().mean())
"""
    fit = "\nfor x, y in DataLoader(datasets.CIFAR10('data')):\n    nn.functional.cross_entropy(net(x), y).backward()\n"
    mine = net.format(head="nn.Linear(512, 10)") + fit + test.partition("\n")[2].partition("\n")[2]
    other = net.format(head="nn.Sequential(nn.Dropout(), nn.Linear(512, 10))") + test
    assert not compared(mine, other)
    assert compared(mine, other.replace("resnet18", "vgg16"))


FETCHED = """
import pickle, boto3

def fetch(key):
    return pickle.loads(boto3.resource("s3").Object("bucket", key).get()["Body"].read())
"""
FETCHES = """
from fetching import fetch
from sklearn.model_selection import train_test_split
from sklearn.{made}
train, test = train_test_split(fetch("wine"), random_state=0)
print(Model().fit(train[["x"]], train["y"]).score(test[["x"]], test["y"]))
"""


def test_rows_of_unknown_origin_that_begin_in_the_same_helper() -> None:
    def told(made: str) -> Summary:
        return summarise(run(FETCHES.replace("{made}", made), fetching=FETCHED))

    forest, linear = (
        told("ensemble import RandomForestClassifier as Model"),
        told("linear_model import LogisticRegression as Model"),
    )
    assert compares(forest, replace(linear, path="notebooks/other.py"))
    assert not compares(forest, replace(linear, path="notebooks/other.py", loaders=frozenset()))


ADAPTED = """
import evaluate
from datasets import load_dataset
from peft import IA3Config, LoraConfig, get_peft_model
from transformers import AutoModelForSequenceClassification, Trainer
rows = load_dataset("imdb")
model = AutoModelForSequenceClassification.from_pretrained("bert-base-uncased")
def score(found):
    return evaluate.load("accuracy").compute(predictions=found[0].argmax(-1), references=found[1])
model = get_peft_model(model, {config}(r=8))
trainer = Trainer(model=model, train_dataset=rows["train"], eval_dataset=rows["test"], compute_metrics=score)
{first}
trainer.train()
print(trainer.evaluate())
"""


def test_another_kind_of_adapter_is_another_method() -> None:
    lora, ia3 = (ADAPTED.format(config=config, first="") for config in ("LoraConfig", "IA3Config"))
    assert compared(lora, ia3)
    assert not compared(lora, lora)


def test_a_model_as_it_was_before_it_learned_is_a_comparison() -> None:
    def alone(first: str) -> int:
        return len(list(lonely_scores(View(run(ADAPTED.format(config="LoraConfig", first=first))))))

    assert (alone(""), alone("print(trainer.evaluate())")) == (1, 0)


def test_another_method_on_other_data_may_be_the_comparison() -> None:
    mine = FITS.format(table="a.csv") + SCORES
    other = mine.replace("a.csv", "b.csv").replace("LogisticRegression", "DummyRegressor")
    assert [case.confidence for case in questions(mine, "").lonely_scores()] == ["high"]
    assert [case.confidence for case in questions(mine, other).lonely_scores()] == ["medium"]
