"""When does a metric object give a score, and of which rows?"""

from __future__ import annotations

from mlstd.trace.events import Score, Show
from tests.trace.frameworks.story import events, run, scores

SETUP = """
import torch
import torchmetrics
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets
model = nn.Sequential(nn.Linear(4, 2))
loader = DataLoader(datasets.MNIST("d", train=False), batch_size=8)
metric = torchmetrics.Accuracy(task="multiclass", num_classes=2)
"""


def test_updates_accumulate_and_compute_is_one_score() -> None:
    told = run(SETUP + "for x, t in loader:\n    metric.update(model(x), t)\nprint(metric.compute())")
    (score,) = events(told, Score)
    assert score.metric == "accuracy"
    assert not score.batch
    assert [p.origin.part for p in score.value.parts] == ["test"]
    assert events(told, Show)[-1].values


def test_a_call_is_the_score_of_its_batch() -> None:
    told = run(SETUP + "for x, t in loader:\n    print(metric(model(x), t))")
    (score,) = events(told, Score)
    assert score.batch


def test_a_reset_forgets() -> None:
    told = run(SETUP + "for x, t in loader:\n    metric.update(model(x), t)\nmetric.reset()\nprint(metric.compute())")
    assert scores(told) == []


def test_evaluate_takes_batches_or_all_at_once() -> None:
    evaluate = SETUP + "import evaluate\nf1 = evaluate.load('f1')\n"
    batches = run(
        evaluate + "for x, t in loader:\n    f1.add_batch(predictions=model(x).argmax(-1), references=t)\nprint(f1.compute())"
    )
    assert [e.metric for e in events(batches, Score)] == ["f1"]
    at_once = run(evaluate + "for x, t in loader:\n    print(f1.compute(predictions=model(x).argmax(-1), references=t))")
    assert [e.metric for e in events(at_once, Score)] == ["f1"]


def test_a_keras_metric_and_a_running_mean() -> None:
    keras = SETUP + "from tensorflow import keras\nacc = keras.metrics.SparseCategoricalAccuracy()\nmean = keras.metrics.Mean()\n"
    told = run(keras + "for x, t in loader:\n    acc.update_state(t, model(x))\nprint(acc.result())")
    assert len(events(told, Score)) == 1
    update = "for x, t in loader:\n    mean.update_state(criterion(model(x), t))\n"
    loss = "criterion = nn.CrossEntropyLoss()\n" + update + "print(mean.result())"
    told = run(keras + loss)
    assert events(told, Show)[-1].values[0].kind == "score"
