"""A result with one of everything, for tests of the reports."""

from __future__ import annotations

from mlstd.ask.case import Evidence
from mlstd.checks.finding import Finding
from mlstd.checks.standard import Rule
from mlstd.place import Place
from mlstd.report.result import BlindSpot, Code, ErrorRecord, Experiment, Result
from mlstd.settle.draft import Settled


def rule(summary: str) -> Rule:
    """The text of a rule."""
    words = {key: f"The {key} of it." for key in ("why", "source", "comply", "waive", "limits")}
    return Rule(summary, {"exploration": "off", "experiment": "error", "production": "error"}, **words, bad=(), good=())


SPLIT = Place("data.py", None, 12, 5, 12, 23)
SCORE = Place("nb/a.ipynb", 3, 2, 7, 2, 28)

RESULT = Result(
    findings=(
        Settled(
            Finding(
                "fit-before-split",
                "the scaler sees rows that are held out",
                SPLIT,
                "train.py",
                "high",
                (Evidence("fitted here", SPLIT), Evidence("scored here", SCORE)),
                "put it into a Pipeline",
            ),
            "error",
            "evaluation",
            ("error in the profile experiment",),
            "0123456789abcdef",
        ),
        Settled(
            Finding("no-baseline", "nothing to compare with", SCORE, "nb/a.ipynb", "medium"),
            "warning",
            "baseline",
            (
                "error in the profile experiment",
                "a warning only: it rests on a call that could not be followed, or on a branch that is perhaps not taken",
            ),
            "fedcba9876543210",
        ),
    ),
    experiments=(
        Experiment(
            "nb/a.ipynb",
            "notebook",
            ("scikit-learn",),
            ("nb/a.ipynb",),
            (BlindSpot(SCORE, "mystery", "a call of an unknown library", ("record",)),),
        ),
        Experiment("train.py", "script", ("scikit-learn",), ("train.py", "data.py")),
    ),
    errors=(ErrorRecord("old.py", None, 3, 7, "this is Python 2"),),
    files=4,
    code={
        ("data.py", None): Code(("",) * 11 + ("    scaler.fit(everything)",)),
        ("nb/a.ipynb", 3): Code(("x = 1", "print(accuracy(y, model(x)))"), 40),
    },
    rules={"fit-before-split": rule("Split first."), "no-baseline": rule("Compare.")},
)
