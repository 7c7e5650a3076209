"""What programs are given: each format against the rules of the one who reads it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as xml

import jsonschema
import msgspec
import pytest

from mlstd.checks.finding import Finding
from mlstd.place import Place
from mlstd.report import github, gitlab, junit, markdown, sarif
from mlstd.report.formats import FORMATS, rendered
from mlstd.report.jsonlines import render as jsonlines
from mlstd.report.result import ErrorRecord, Experiment, Result
from mlstd.report.spots import from_top
from mlstd.settle.draft import Settled
from tests.report.results import RESULT

SCHEMA = json.loads((Path(__file__).parents[1] / "data/sarif/sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
NASTY = Place("we ird/a:b,c%|é.py", None, 3, 1, 3, 4)


def result(*findings: Settled, **more: Any) -> Result:
    return Result(findings=findings, **more)


def found(place: Place, message: str = "bad", rule: str = "no-baseline", level: Any = "error", entry: str = "") -> Settled:
    return Settled(Finding(rule, message, place, entry or place.path, "high"), level, "baseline", (), "0123")


def at(line: int) -> Place:
    return Place("a.py", None, line, 1, line, 5)


def sarif_of(given: Result, version: str = "0.1.0") -> dict[str, Any]:
    log = json.loads(sarif.render(given, version))
    jsonschema.validate(log, SCHEMA)
    (run,) = log["runs"]
    return dict(run)


@pytest.mark.parametrize("version", ["0.1.0", "0+unknown"])
@pytest.mark.parametrize("given", [RESULT, Result(), result(found(NASTY, "\x1b[1m`x` \udce9"), found(NASTY))])
def test_sarif_is_valid(given: Result, version: str) -> None:
    sarif_of(given, version)


def test_sarif_tells_the_rule_the_place_and_the_way() -> None:
    run = sarif_of(RESULT)
    first, second = run["results"]
    rule = run["tool"]["driver"]["rules"][first["ruleIndex"]]
    assert (rule["id"], rule["shortDescription"]["text"]) == ("fit-before-split", "Split first.")
    assert "**How to comply**\n\nThe comply of it." in rule["help"]["markdown"]
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "data.py", "uriBaseId": "%SRCROOT%"}
    assert (place["region"]["startLine"], place["region"]["startColumn"], place["region"]["endColumn"]) == (12, 5, 23)
    (flow,) = first["codeFlows"]
    steps = flow["threadFlows"][0]["locations"]
    assert [step["location"]["message"]["text"] for step in steps] == ["fitted here", "scored here"]
    assert second["locations"][0]["physicalLocation"]["region"]["startLine"] == 41
    assert second["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == "cell 3, line 2"
    assert run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"] == "this is Python 2"


def test_sarif_uris_are_relative_and_quoted() -> None:
    (told,) = sarif_of(result(found(NASTY)))["results"]
    uri = told["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "we%20ird/a%3Ab%2Cc%25%7C%C3%A9.py"


@pytest.mark.parametrize("form", ["sarif", "gitlab"])
def test_fingerprints_are_unique(form: str) -> None:
    """One finding of several experiments is one; two messages at one place, or one place in two projects, are two."""
    other = msgspec.structs.replace(NASTY, path="sub/a.py")
    given = result(found(NASTY), found(NASTY, entry="z.py"), found(NASTY, "worse"), found(other))
    if form == "sarif":
        marks = [one["partialFingerprints"]["mlstd/v1"] for one in sarif_of(given)["results"]]
    else:
        marks = [one["fingerprint"] for one in json.loads(gitlab.render(given))]
    assert len(marks) == len(set(marks)) == 3
    assert marks[0] == "0123"


def test_github_shows_errors_first_and_ten_of_each() -> None:
    errors = [found(at(n)) for n in range(1, 13)]
    warnings = [found(at(n), level="warning") for n in range(20, 33)]
    lines = github.render(result(*warnings, *errors)).split("\n")
    assert [line.split(" ")[0] for line in lines[:21]] == ["::error"] * 10 + ["::warning"] * 10 + ["GitHub"]
    assert lines[21:24] == [
        "  a.py:11: error mlstd no-baseline: bad",
        "  a.py:12: error mlstd no-baseline: bad",
        "  a.py:30: warning mlstd no-baseline: bad",
    ]
    assert lines[-1] == "Found 12 errors, 13 warnings."


def test_github_commands_keep_their_form() -> None:
    line = github.render(result(found(NASTY, "50%\nof ::error::"))).split("\n")[0]
    assert line == (
        "::error file=we ird/a%3Ab%2Cc%25|é.py,line=3,endLine=3,title=mlstd no-baseline,col=1,endColumn=4::50%25%0Aof ::error::"
    )


def test_a_file_name_cannot_speak_to_github() -> None:
    evil = [found(Place("::set-output name=a::b.py", None, n, 1, n, 2)) for n in range(1, 13)]
    lines = github.render(result(*evil)).split("\n")
    assert all(line.startswith("::error file=%3A%3Aset-output") for line in lines if line.lstrip().startswith("::"))


def test_notebooks_are_shown_by_the_lines_of_their_file() -> None:
    lines = github.render(RESULT).split("\n")
    assert lines[1].startswith("::warning file=nb/a.ipynb,line=41,endLine=41,title=mlstd no-baseline::")
    assert "(cell 3, line 2)" in lines[1]
    entry = json.loads(gitlab.render(RESULT))[1]
    assert entry["location"] == {"path": "nb/a.ipynb", "lines": {"begin": 41, "end": 41}}


def test_gitlab_gets_what_it_asks_for() -> None:
    first, second, broken = json.loads(gitlab.render(RESULT))
    for entry in (first, second, broken):
        assert set(entry) == {"description", "check_name", "fingerprint", "severity", "location"}
    assert (first["check_name"], first["severity"], second["severity"]) == ("fit-before-split", "major", "minor")
    assert first["description"] == "the scaler sees rows that are held out [in train.py]"
    assert (broken["severity"], broken["location"]["lines"]["begin"]) == ("info", 3)


def test_junit_fails_errors_and_passes_the_rest() -> None:
    top = xml.fromstring(junit.render(RESULT))
    assert (top.get("tests"), top.get("failures"), top.get("skipped")) == ("3", "1", "1")
    suites = {suite.get("name"): suite for suite in top}
    (case,) = suites["train.py"]
    assert (case.get("file"), case.get("line")) == ("data.py", "12")
    assert "2. scored here: nb/a.ipynb:cell 3:2:7" in (case[0].text or "")
    assert [child.tag for child in suites["nb/a.ipynb"][0]] == ["system-out"]
    clean = xml.fromstring(junit.render(Result(experiments=(Experiment("a.py", "script"),))))
    assert [(case.get("name"), len(case)) for case in clean[0]] == [("no findings", 0)]


def test_junit_is_xml_whatever_the_names() -> None:
    xml.fromstring(junit.render(result(found(NASTY, "\x00\x0b<&> \udce9"))))


def test_markdown_shows_words_as_they_are() -> None:
    told = markdown.render(result(found(NASTY, "`a|b` is *not* <b> @you"), rules=RESULT.rules))
    assert "| error | `we ird/a:b,c%\\|é.py:3:1` | `no-baseline` | `a\\|b` is \\*not\\* \\<b\\> \\@you |" in told
    assert told.startswith(markdown.SIGN)
    assert "**Standard:** Compare." in told


def test_markdown_fits_into_a_comment() -> None:
    told = markdown.render(result(*(found(at(n), "long " * 50) for n in range(1, 900))))
    assert len(told) < 65_000
    assert re.search(r"\d+ more findings left out\.", told)
    assert told.count("<details>") == told.count("</details>")


def test_json_lines() -> None:
    lines = [json.loads(line) for line in jsonlines(RESULT, "1").split("\n")]
    assert [line["type"] for line in lines] == ["finding", "finding", "error", "experiment", "experiment", "summary"]
    assert (lines[-1]["errors"], lines[-1]["warnings"]) == (1, 1)


def test_servers_get_paths_from_the_top_of_the_repository(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "team").mkdir()
    moved = from_top(RESULT, tmp_path / "team")
    assert moved.findings[0].finding.place.path == "team/data.py"
    assert moved.line(moved.findings[0].finding.place) == "    scaler.fit(everything)"
    assert from_top(RESULT, tmp_path) is RESULT
    assert "file=team/data.py" in rendered(RESULT, "github", "1", tmp_path / "team")
    assert '"path": "data.py"' in rendered(RESULT, "json", "1", tmp_path / "team")


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_survives_everything(form: str, tmp_path: Path) -> None:
    errors = (ErrorRecord("x\udce9.ipynb", 3, None, None, "odd\x07"), ErrorRecord("y.py", None, None, None, "b", "Traceback"))
    for given in (RESULT, Result(), result(found(NASTY, "\udce9"), errors=errors)):
        rendered(given, form, "1", tmp_path).encode("utf-8")
