"""Reports into files: `--output` from end to end."""

from __future__ import annotations

import json
import os
from pathlib import Path

import jsonschema
import pytest

from tests.cli.test_check import check, project
from tests.cli.test_commands import mlstd
from tests.report.test_formats import SCHEMA

__all__ = ["project"]


def test_several_formats_in_one_run(project: Path) -> None:
    run = check(
        project, "--format", "github", "--output", "sarif=a.sarif", "--output", "junit=b.xml", "--output", "gitlab=c.json"
    )
    assert run.returncode == 1
    assert run.stdout.startswith("::error file=other.py,line=8")
    log = json.loads((project / "a.sarif").read_text())
    jsonschema.validate(log, SCHEMA)
    assert len(log["runs"][0]["results"][0]["codeFlows"][0]["threadFlows"][0]["locations"]) > 1
    assert "<testsuites" in (project / "b.xml").read_text()
    assert len(json.loads((project / "c.json").read_text())) == 2


def test_a_file_alone_takes_the_format_and_the_place_of_standard_output(project: Path) -> None:
    run = check(project, "--format", "markdown", "--output", "a=b.md")
    assert 'there is no format "a"' in run.stderr
    run = check(project, "--format", "markdown", "--output", "./a=b.md")
    assert (run.returncode, run.stdout) == (1, "Found 2 errors in 2 experiments.\n")
    assert (project / "a=b.md").read_text().startswith("<!-- mlstd -->")


def test_paths_in_files_for_servers_start_at_the_top_of_the_repository(project: Path) -> None:
    (project / ".git").mkdir()
    check(project / "helpers", "--output", "gitlab=../a.json", "../train.py")
    assert json.loads((project / "a.json").read_text())[0]["location"]["path"] == "train.py"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["sarfi=a.sarif"], 'there is no format "sarfi"; did you mean "sarif"?'),
        (
            ["no/where/a.json"],
            "no/where/a.json: the full report cannot be written, as there is no folder no/where: make it first",
        ),
        (["sarif=helpers"], "helpers: the sarif report cannot be written: Is a directory; name another file"),
        (["train.py"], "train.py is the name of a script or notebook; a report would replace it"),
        (["json=a.txt", "sarif=./a.txt"], "two reports go into ./a.txt"),
    ],
)
def test_a_wrong_output_stops_before_the_work(project: Path, words: list[str], said: str) -> None:
    before = (project / "train.py").read_bytes()
    run = check(project, "--output", "json=good.json", *(part for word in words for part in ("--output", word)))
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith("mlstd: nothing was checked.\n")
    assert said in run.stderr
    assert not (project / "good.json").exists()
    assert not (project / ".mlstd_cache").exists()
    assert (project / "train.py").read_bytes() == before


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written(project: Path) -> None:
    (project / "locked").mkdir(mode=0o555)
    run = check(project, "--output", "sarif=locked/a.sarif")
    assert (run.returncode, "Permission denied" in run.stderr) == (2, True)


def test_a_failed_run_keeps_the_old_report(project: Path) -> None:
    (project / "a.json").write_text("old")
    run = mlstd(project, "check", "--output", "json=a.json", "nowhere.py")
    assert (run.returncode, (project / "a.json").read_text()) == (2, "old")
