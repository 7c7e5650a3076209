"""What is written somewhere durable, what is only shown, and what is dropped?"""

from __future__ import annotations

import pytest

from mlstd.trace.events import Drop, Record, Score, Select, Show
from tests.trace.traced import of, traced

SCORE = """
import logging, pickle, sys
import matplotlib.pyplot as plt
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, roc_curve
train, test = pd.read_csv("train.csv"), pd.read_csv("test.csv")
model = LogisticRegression().fit(train[["a"]], train["y"])
predicted = model.predict(test[["a"]])
"""
GIVE = "accuracy = accuracy_score(test['y'], predicted)\n"


@pytest.mark.parametrize(
    "source",
    [
        GIVE + "with open('out.txt', 'w') as file:\n    print(accuracy, file=file)",
        "logging.basicConfig(filename='run.log')\n" + GIVE + "logging.info('accuracy %s', accuracy)",
        "log = logging.getLogger()\nif not log.hasHandlers():\n    log.addHandler(logging.FileHandler('run.log'))\n"
        + GIVE
        + "log.info(f'{accuracy}')",
        "class Tee:\n    def write(self, text):\n        pass\nsys.stdout = Tee()\n" + GIVE + "print(accuracy)",
        GIVE + "plt.bar(['a'], [accuracy])\nplt.savefig('a.png')",
        GIVE + "figure, axes = plt.subplots(1, 2)\naxes[0].set_title(f'{accuracy:.2f}')\nfigure.savefig('a.png')",
        GIVE + "pickle.dump({'accuracy': accuracy}, open('a.pkl', 'wb'))",
        GIVE + "import wandb\nwandb.summary['accuracy'] = accuracy",
        GIVE + "import wandb\nwandb.init().summary.best = accuracy",
        GIVE
        + "from dvclive import Live\nlive = Live()\nif not live.summary:\n    live.summary = {'accuracy': {}}\n"
        + "live.summary['accuracy']['test'] = accuracy",
        "import hydra\n@hydra.main(config_path='conf', config_name='main')\ndef main(cfg):\n    "
        + GIVE
        + "    logging.getLogger(__name__).info(f'{accuracy}')\nmain()",
        "import json, os\n"
        + GIVE
        + "if os.path.exists('a.json'):\n    held = json.load(open('a.json'))\nelse:\n    held = {}\n"
        + "if 'x' not in held:\n    held['x'] = {}\nheld['x']['y'] = accuracy\njson.dump(held, open('a.json', 'w'))",
        GIVE + "from clearml import Task\nTask.init()\nplt.bar(['a'], [accuracy])\nplt.show()",
        "from clearml import PipelineController\ndef last(path):\n    "
        + "import matplotlib.pyplot as plt\n    plt.plot([accuracy_score(test['y'], predicted)])\n    plt.show()\n"
        + "pipe = PipelineController()\npipe.add_parameter('a', default='x')\n"
        + "pipe.add_function_step('last', last, function_kwargs=dict(path='${pipeline.a}'))",
        "import os, torch\n" + GIVE + "torch.save(model, os.path.join('models', str(accuracy), 'model.pt'))",
        "import torch\nclass Results:\n    def __init__(self):\n        self.found = {}\n"
        + GIVE
        + "results = Results()\nresults.found['accuracy'] = accuracy\ntorch.save(results, 'results.pt')",
        GIVE + "import sqlite3\nsqlite3.connect('a.db').execute('insert into scores values (?)', (accuracy,))",
    ],
)
def test_a_score_is_recorded(source: str) -> None:
    records = of(traced(SCORE + source), Record, sure=False)
    assert any(v.kind == "score" for r in records for v in r.values)


@pytest.mark.parametrize(
    "source",
    [
        GIVE + "print(accuracy, file=sys.stderr)",
        "logging.basicConfig(level=logging.INFO)\n" + GIVE + "logging.info('accuracy %s', accuracy)",
        GIVE + "plt.bar(['a'], [accuracy])\nplt.show()",
        "fpr, tpr, limits = roc_curve(test['y'], predicted)\nimport json\njson.dump(list(limits), open('limits.json', 'w'))",
        GIVE + "from accelerate import Accelerator\nAccelerator().log({'accuracy': accuracy})",
    ],
)
def test_a_score_is_not_recorded(source: str) -> None:
    records = of(traced(SCORE + source), Record, sure=False)
    assert not any(v.kind == "score" for r in records for v in r.values)


def test_only_a_metric_as_a_statement_is_dropped() -> None:
    assert len(of(traced(SCORE + "accuracy_score(test['y'], predicted)"), Drop)) == 1
    assert of(traced(SCORE + "len(str(accuracy_score(test['y'], predicted)))"), Drop) == []


def test_the_batch_of_an_accumulating_metric_is_not_dropped() -> None:
    told = traced(
        SCORE + "import torch, torchmetrics\nmeasure = torchmetrics.Accuracy(task='binary')\n"
        "measure(torch.tensor(predicted), torch.tensor(test['y']))\nprint(measure.compute())"
    )
    assert of(told, Drop) == []


def test_equality_by_function_is_a_comparison() -> None:
    told = traced(SCORE + "import numpy as np\nprint(np.equal(predicted, test['y']).mean())")
    assert [s.by for s in of(told, Score)] == ["hand"]


def test_the_size_of_a_batch_tells_nothing_of_it() -> None:
    told = traced(SCORE + GIVE + "import torch\nprint(accuracy / torch.tensor(predicted).size(0))")
    assert told.blind_spots == ()
    assert [v.kind for s in of(told, Show) for v in s.values] == ["score"]


def test_what_nobody_knows_makes_a_record_unclear() -> None:
    dump = "import json, elsewhere\njson.dump({}, open('a.json', 'w'))"
    assert [r.unclear for r in of(traced(SCORE + dump.format("{'seed': 1}")), Record)] == [False]
    assert [r.unclear for r in of(traced(SCORE + dump.format("elsewhere.results()")), Record)] == [True]


@pytest.mark.parametrize("test", ["accuracy is not None", "accuracy != '' and accuracy is not None"])
def test_asking_whether_there_is_a_score_chooses_nothing(test: str) -> None:
    keep = f"for accuracy in (accuracy, ''):\n    if {test}:\n        best = accuracy"
    assert of(traced(SCORE + GIVE + keep), Select, sure=False) == []


def test_what_hydra_logs_stays_on_the_terminal_if_its_handlers_say_so() -> None:
    app = "import hydra, logging\n@hydra.main(config_path='conf', config_name='main')\ndef main(cfg):\n    " + GIVE
    app += "    logging.getLogger(__name__).info(f'{accuracy}')\nmain()"
    told = traced(SCORE + app, conf__main_yaml="hydra: {job_logging: {root: {handlers: [console]}}}")
    assert of(told, Record) == []


def test_a_progress_bar_moved_by_hand_hides_nothing() -> None:
    bar = "from tqdm import tqdm\nwith tqdm(total=len(test)) as bar:\n    bar.update(1)\n    bar.set_postfix_str(f'{accuracy}')"
    assert traced(SCORE + GIVE + bar).blind_spots == ()


def test_the_best_match_along_an_axis_is_no_score() -> None:
    told = traced(SCORE + "gap = predicted - test['y']\nbest = gap.max(axis=1)\nworst = gap.max()")
    assert [s.code for s in of(told, Score)] == ["gap.max()"]


def test_the_class_of_a_score_chooses_nothing() -> None:
    told = traced(
        """
        from sklearn.datasets import load_wine
        from sklearn.metrics import accuracy_score
        from sklearn.svm import SVC

        X, y = load_wine(return_X_y=True)
        score = accuracy_score(y, SVC().fit(X, y).predict(X))
        print(round(score, 3) if type(score) == float else score)
        """
    )
    assert of(told, Select, sure=False) == []


def test_a_plot_whose_axes_nobody_keeps_is_not_dropped() -> None:
    plot = "skplt.metrics.plot_confusion_matrix(test['y'], predicted)\n"
    told = traced(SCORE + "import scikitplot as skplt\n" + plot + "plt.savefig('a.png')")
    assert not of(told, Drop)
    assert of(told, Record)[-1].values


def test_metrics_that_a_loop_unites_again_and_again_are_named_once() -> None:
    told = traced(
        """
        from sklearn.datasets import load_wine
        from sklearn.metrics import accuracy_score, f1_score
        from sklearn.svm import SVC

        X, y = load_wine(return_X_y=True)
        guess = SVC().fit(X, y).predict(X)
        first, second = accuracy_score(y, guess), f1_score(y, guess)
        for _ in range(int(input())):
            first, second = (first if input() else second), (second if input() else first)
        print(first)
        """
    )
    [shown] = of(told, Show, sure=False)
    [value] = shown.values
    assert sorted(value.metric.split(", ")) == ["F1", "accuracy"]


def test_a_score_written_into_a_figure_is_kept_with_it() -> None:
    figure = "figure, axes = plt.subplots()\nfigure.text(0, 0, f'accuracy {accuracy:.2f}')\nfigure.savefig('a.png')"
    (record,) = of(traced(SCORE + GIVE + figure), Record)
    assert [v.metric for v in record.values] == ["accuracy"]


def test_what_an_evaluator_keeps_is_its_score() -> None:
    told = traced(
        """
        from pycocotools.coco import COCO
        from pycocotools.cocoeval import COCOeval

        truth = COCO("truth.json")
        judge = COCOeval(truth, truth.loadRes("found.json"), "bbox")
        judge.evaluate()
        judge.accumulate()
        open("map.txt", "w").write(str(judge.stats[0]))
        """
    )
    assert [v.metric for r in of(told, Record) for v in r.values] == ["mAP"]
