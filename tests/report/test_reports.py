"""What readers and programs are shown."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from mlstd.report import show, text
from mlstd.report.json import render
from mlstd.report.paint import Paint, excerpt, wants_colour
from mlstd.report.result import ErrorRecord, Experiment, Result, printable
from mlstd.report.statistics import statistics
from tests.report.results import RESULT

SPOT: dict[str, Any] = {
    "path": {"type": "string"},
    "cell": {"type": ["integer", "null"]},
    "line": {"type": "integer"},
    "column": {"type": "integer"},
}
FINDING: dict[str, Any] = {
    **SPOT,
    **{key: {"type": "string"} for key in ("rule", "family", "message", "entry", "fingerprint", "help")},
    "level": {"enum": ["error", "warning"]},
    "confidence": {"enum": ["high", "medium", "low"]},
    "end_line": {"type": "integer"},
    "end_column": {"type": "integer"},
    "json_line": {"type": ["integer", "null"]},
    "evidence": {"type": "array", "items": {"properties": {"what": {"type": "string"}, **SPOT}, "required": ["what", *SPOT]}},
}
WHOLE = {
    "type": "object",
    "required": ["version", "findings", "experiments", "errors"],
    "properties": {
        "version": {"type": "string"},
        "findings": {"type": "array", "items": {"properties": FINDING, "required": list(FINDING)}},
        "experiments": {"type": "array", "items": {"required": ["path", "kind", "frameworks", "closure", "blind_spots"]}},
        "errors": {"type": "array", "items": {"required": ["path", "cell", "line", "message"]}},
    },
}


def plain(lines: Any) -> str:
    return "\n".join(lines)


def test_json_has_the_promised_form() -> None:
    whole = json.loads(render(RESULT, "1.2"))
    jsonschema.validate(whole, WHOLE)
    first, second = whole["findings"]
    assert (first["json_line"], second["json_line"], second["cell"]) == (None, 41, 3)
    assert [step["path"] for step in first["evidence"]] == ["data.py", "nb/a.ipynb"]
    assert whole["errors"] == [{"path": "old.py", "cell": None, "line": 3, "message": "this is Python 2"}]


def test_full_shows_code_evidence_and_what_to_do() -> None:
    assert (
        plain(text.full(RESULT, Paint(False)))
        == """\
old.py:3:7: cannot read: this is Python 2
data.py:12:5: error[fit-before-split] the scaler sees rows that are held out
12 |     scaler.fit(everything)
   |     ^^^^^^^^^^^^^^^^^^
   = 1. fitted here: data.py:12:5
   = 2. scored here: nb/a.ipynb:cell 3:2:7
 2 | print(accuracy(y, model(x)))
   = experiment: train.py
   = help: put it into a Pipeline
   = standard: Split first. (mlstd rule fit-before-split)

nb/a.ipynb:cell 3:2:7: warning[no-baseline] nothing to compare with
2 | print(accuracy(y, model(x)))
  |       ^^^^^^^^^^^^^^^^^^^^^
  = standard: Compare. (mlstd rule no-baseline)
  = note: a warning only: it rests on a call that could not be followed, or on a branch that is perhaps not taken
"""
    )


def test_concise_is_one_line_a_finding() -> None:
    assert (
        plain(text.concise(RESULT, Paint(False)))
        == """\
old.py:3:7: cannot read: this is Python 2
data.py:12:5: error[fit-before-split] the scaler sees rows that are held out
nb/a.ipynb:cell 3:2:7: warning[no-baseline] nothing to compare with"""
    )


def test_a_wart_of_a_helper_is_told_once_for_all_its_experiments() -> None:
    first = RESULT.findings[0]
    others = [msgspec.structs.replace(first, finding=msgspec.structs.replace(first.finding, entry=f"{n}.py")) for n in range(5)]
    result = msgspec.structs.replace(RESULT, findings=(first, *others))
    shown = plain(text.full(result, Paint(False)))
    assert shown.count("error[fit-before-split]") == 1
    assert "= also in: 0.py, 1.py, 2.py and 2 more" in shown
    assert "Found 1 error in 2 experiments" in text.summary(result)


def test_statistics_count_by_rule() -> None:
    assert (
        plain(statistics(RESULT, Paint(False)))
        == """\
    1  error    fit-before-split  Split first.
    1  warning  no-baseline       Compare.

errors warnings  family
     1        0  evaluation
     0        1  baseline

errors warnings  path
     1        0  data.py
     0        1  nb/a.ipynb

 spots  could not be followed
     1  a call of an unknown library: mystery"""
    )


@pytest.mark.parametrize(
    ("result", "line"),
    [
        (RESULT, "Found 1 error, 1 warning in 2 experiments (1 file could not be read completely)."),
        (Result(experiments=RESULT.experiments, files=2), "No findings in 2 experiments."),
        (Result(files=3), "No experiments in 3 files."),
    ],
)
def test_the_last_line(result: Result, line: str) -> None:
    assert text.summary(result) == line


@pytest.mark.parametrize(
    ("result", "code"),
    [
        (RESULT, 1),
        (Result(findings=RESULT.findings[1:]), 0),
        (Result(files=2, unreadable=1, errors=RESULT.errors), 0),
        (Result(files=1, unreadable=1, errors=RESULT.errors), 2),
        (
            Result(
                files=2,
                experiments=(Experiment("a.py", "script"),),
                errors=(ErrorRecord("a.py", None, None, None, "x", "Traceback"),),
            ),
            2,
        ),
        (Result(), 0),
    ],
)
def test_exit_codes(result: Result, code: int) -> None:
    assert result.exit_code() == code


def test_a_crash_shows_its_traceback_only_when_asked() -> None:
    result = Result(errors=(ErrorRecord("a.py", None, None, None, "KeyError: 'x'", "Traceback: here"),))
    assert plain(text.errors(result, Paint(False))) == "a.py: mlstd failed: KeyError: 'x'"
    assert "Traceback: here" in plain(text.errors(result, Paint(False), verbose=True))


@pytest.mark.parametrize(
    ("environment", "terminal", "colour"),
    [
        ({}, False, False),
        ({}, True, True),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "0"}, True, False),
        ({"TERM": "dumb"}, True, False),
    ],
)
def test_when_there_is_colour(environment: dict[str, str], terminal: bool, colour: bool) -> None:
    stream = io.StringIO()
    stream.isatty = lambda: terminal  # type: ignore[method-assign]
    assert wants_colour(stream, environment) is colour


def test_quiet_and_verbose() -> None:
    stream = io.StringIO()
    quiet = plain(show.lines(RESULT, "concise", "1", stream, Path(), quiet=True))
    verbose = plain(show.lines(RESULT, "full", "1", stream, Path(), verbose=True))
    assert "Found" not in quiet
    assert "reason: error in the profile experiment" in verbose
    assert "train.py: script, scikit-learn, 2 files, 0 blind spots" in verbose


@pytest.mark.parametrize(
    ("line", "column", "end", "carets"),
    [
        ("\tx = f(y)", 6, 10, "        ^^^^"),
        ("名前 = f(y)", 6, 10, "       ^^^^"),
        ("x = f(y)", 5, None, "    ^^^^"),
        ("x", 9, 12, " ^"),
    ],
)
def test_carets_stand_below_their_code(line: str, column: int, end: int | None, carets: str) -> None:
    assert excerpt(line, column, end)[1] == carets


def test_long_lines_are_cut_around_the_place() -> None:
    code, carets = excerpt("a" * 500 + "score(x)" + "b" * 500, 501, 509)
    assert len(code) < 160
    assert code[carets.index("^") : carets.rindex("^") + 1] == "score(x)"


def test_text_that_no_terminal_takes() -> None:
    assert printable("caf\udce9\x1b[2J") == "caf\ufffd\ufffd[2J"
