"""How does a new rule begin? With its text and an example that fails until the check is written."""

from __future__ import annotations

import re
from pathlib import Path

from mlstd.checks.rules import load_standard
from mlstd.errors import CannotRun
from mlstd.words import suggestion

_NAME = re.compile(r"[a-z]+(-[a-z]+)*/[a-z]+(-[a-z]+)*")

_TEXT = """\
summary = "Say in one sentence what an experiment must do."
why = \"\"\"
What goes wrong otherwise, in two to four plain sentences.
\"\"\"
source = "Authors: Title, year, https://address"
comply = "How to do it right, with a line of code."
waive = "When a waiver is reasonable."
limits = "What this rule can't see, or may get wrong."

[levels]
exploration = "off"
experiment = "warning"
production = "error"

[[bad]]
title = "what is wrong here"
code = '''
\"\"\"A linear model of churn against the majority class.\"\"\"
import json

import pandas as pd
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

train, test = pd.read_csv("data/train.csv"), pd.read_csv("data/test.csv")
scores = {"C": 1.0}
for name, model in {"majority": DummyClassifier(), "linear": LogisticRegression(C=1.0)}.items():
    model.fit(train.drop(columns="churned"), train["churned"])  #! RULE
    scores[name] = f1_score(test["churned"], model.predict(test.drop(columns="churned")))
with open("scores.json", "w") as file:
    json.dump(scores, file)
'''

[[good]]
title = "what looks like a breach and is none"
code = '''
\"\"\"A linear model of churn against the majority class.\"\"\"
import json

import pandas as pd
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

train, test = pd.read_csv("data/train.csv"), pd.read_csv("data/test.csv")
scores = {"C": 1.0}
for name, model in {"majority": DummyClassifier(), "linear": LogisticRegression(C=1.0)}.items():
    model.fit(train.drop(columns="churned"), train["churned"])
    scores[name] = f1_score(test["churned"], model.predict(test.drop(columns="churned")))
with open("scores.json", "w") as file:
    json.dump(scores, file)
'''
"""

_NEXT = """\
{file} is written. Its examples run as tests, and the bad one fails until the rule has a check:

    pytest tests/rules/test_examples.py -k {rule}

Put your question to the trace in src/mlstd/checks/{module}.py (the questions that there are: src/mlstd/ask/):

    def {function}(trace: Questions) -> Iterator[Finding]:
        \"\"\"Say in one sentence what is found.\"\"\"
        for score in trace.reported_scores():
            yield from absent(trace.compared_with(score), at=score, saying="this score is reported with nothing beside it")

Then write the texts, and a good example for everything that looks like a breach and is none.
"""


def new_rule(name: str, folder: Path) -> str:
    """Writes `folder/family/rule.toml` for `name` ("family/rule") and returns what is to be done next.

    Raises `CannotRun` for a name that is no "family/rule", that another rule has, or whose family does not exist.
    """
    if not _NAME.fullmatch(name):
        raise CannotRun(f'"{name}": write family/rule, in small letters and hyphens: evaluation/my-rule')
    family, rule = name.split("/")
    families = sorted(place.name for place in folder.iterdir() if place.is_dir() and place.name != "libraries")
    if family not in families:
        raise CannotRun(f'"{family}" is no family of rules{suggestion(family, families)}')
    taken = load_standard(folder).rules.get(rule)
    if taken is not None:
        raise CannotRun(f"there is a rule {taken.family}/{rule} already")
    file = folder / family / f"{rule}.toml"
    file.write_text(_TEXT.replace("RULE", rule), encoding="utf-8")
    return _NEXT.format(file=file, rule=rule, module=family.replace("-", "_"), function=rule.replace("-", "_"))
