"""Is the best of several runs told from a search and from runs that are all told?"""

from __future__ import annotations

from mlstd.ask.repeats import cherry_picked
from mlstd.ask.view import View
from mlstd.lower import lower
from mlstd.read.source import read
from tests.trace.traced import traced

HEAD = """
import json
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
X, y = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
scores = []
"""
SEEDS = "for n in range(5):\n    scores.append(MLPClassifier(random_state=n).fit(X_train, y_train).score(X_test, y_test))\n"
SIZES = "for n in (8, 16):\n    scores.append(MLPClassifier(hidden_layer_sizes=n).fit(X_train, y_train).score(X_test, y_test))\n"


def sure(code: str) -> list[str]:
    """How sure it is of each run that was picked."""
    module = lower(read("main.py", code.encode()))
    return [case.confidence for case in cherry_picked(View(traced(code), {"main.py": module}))]


def test_what_is_handed_over_as_a_seed_counts_runs_whatever_it_is_called() -> None:
    assert sure(HEAD + SEEDS + "json.dump(max(scores), open('m.json', 'w'))\n") == ["high"]


def test_a_search_over_sizes_picks_no_run() -> None:
    assert sure(HEAD + SIZES + "json.dump(max(scores), open('m.json', 'w'))\n") == []


def test_scores_that_are_told_beside_the_best_hide_nothing() -> None:
    assert sure(HEAD + SEEDS + "json.dump([scores, max(scores)], open('m.json', 'w'))\nprint(scores)\n") == []


def test_a_count_is_handed_on_as_a_seed_through_functions() -> None:
    one = "def fitted(number):\n    return MLPClassifier(random_state=number).fit(X_train, y_train)\n"
    runs = "for n in range(5):\n    scores.append(fitted(n).score(X_test, y_test))\n"
    assert sure(HEAD + one + runs + "json.dump(max(scores), open('m.json', 'w'))\n") == ["high"]


def test_rounds_without_a_seed_count_as_runs_but_less_surely() -> None:
    runs = SEEDS.replace("random_state=n", "")
    assert sure(HEAD + runs + "json.dump(max(scores), open('m.json', 'w'))\n") == ["medium"]
    assert sure(HEAD + runs + "json.dump([max(scores), sum(scores) / 5], open('m.json', 'w'))\n") == []
