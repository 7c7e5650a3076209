"""The list of known issues: what stands in it, what it silences, and what is wrong with a broken one."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlstd.checks.finding import Finding
from mlstd.errors import CannotRun
from mlstd.place import Place
from mlstd.settle.known import KNOWN_FILE, Issue, Known, gone_of, known_in, read_known, write_known, written
from mlstd.settle.steps import unclear
from tests.settle.test_settle import at, context, run

ISSUES = [
    Issue("b.py", "no-baseline", "score(x)", 2),
    Issue("b.py", "no-baseline", "score(x)"),
    Issue("a folder/ä.ipynb", "unseeded-run", "print('a \\ \"b\"')"),
    Issue("a.py", "unseeded-run", 'fit("train")'),
    Issue("a.py", "undocumented-experiment", ""),
]


def test_a_list_is_sorted_one_line_an_issue_and_comes_back(tmp_path: Path) -> None:
    file = tmp_path / KNOWN_FILE
    write_known(file, ISSUES)
    text = file.read_text(encoding="utf-8")
    assert read_known(file) == frozenset(ISSUES)
    assert text == written(reversed(ISSUES))
    rows = [line for line in text.splitlines() if line.startswith("  {")]
    assert rows == [
        '  { path = "a folder/ä.ipynb", rule = "unseeded-run", code = "print(\'a \\\\ \\"b\\"\')" },',
        '  { path = "a.py", rule = "undocumented-experiment", code = "" },',
        '  { path = "a.py", rule = "unseeded-run", code = \'fit("train")\' },',
        '  { path = "b.py", rule = "no-baseline", code = "score(x)" },',
        '  { path = "b.py", rule = "no-baseline", code = "score(x)", nth = 2 },',
    ]
    assert [file.name for file in tmp_path.iterdir()] == [KNOWN_FILE]
    write_known(file, [])
    assert not file.exists()
    assert read_known(file) == frozenset()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("version = 2\nnext = 'x'\n", "has version 2, and this mlstd reads up to 1; use a newer mlstd"),
        ("known = []\n", "has no `version = 1`"),
        ("version = 1\nknown = 3\n", "known: must be a list"),
        ('version = 1\nknown = [\n  { path = "a.py", code = "x" },\n]\n', "known[1]: Object missing required field `rule`"),
        ("version = 1\n<<<<<<< HEAD\nknown = []\n=======\n>>>>>>> other\n", "holds the marks of a merge conflict"),
        ("version = \n", "is not valid TOML"),
    ],
)
def test_a_list_that_cannot_be_understood_is_told_in_one_sentence(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / KNOWN_FILE).write_text(text)
    with pytest.raises(CannotRun) as error:
        read_known(tmp_path / KNOWN_FILE)
    (said,) = error.value.problems
    assert said.startswith(f"{tmp_path / KNOWN_FILE}: {problem}")


def issues(files: dict[str, str], findings: list[Finding]) -> frozenset[Issue]:
    return frozenset(one.issue for one in run(files, findings) if one.issue is not None)


def test_moved_and_reformatted_code_stays_known_and_one_more_is_new() -> None:
    known = Known(issues({"a.py": "x = 1\nscore(x)\nscore(x)"}, [at(2), at(3)]))
    after = {"a.py": "import y\nx = 1\nscore( x )\nif 1:\n    score(x)\nscore(x)"}
    wide = Finding("no-baseline", "", Place("a.py", None, 3, 1, 3, 11), "a.py", "high")
    found = run(after, [wide, at(5, column=5), at(6)], known=known)
    assert [(one.level, one.known) for one in found] == [("off", True), ("off", True), ("error", False)]
    assert found[0].reasons[-1] == "known: it stands in mlstd-known.toml"
    assert [one.level for one in run({"a.py": "score(x)"}, [at(1, "unseeded-run")], known=known)] == ["error"]


def test_a_finding_that_is_off_anyway_is_not_counted_as_known() -> None:
    known = Known(frozenset({Issue("a.py", "no-baseline", "score(x)")}))
    (found,) = run({"a.py": "score(x)  # mlstd: ignore[no-baseline]"}, [at(1)], known=known)
    assert (found.level, found.known) == ("off", False)


def test_what_is_gone_is_told_of_files_that_were_judged() -> None:
    one, two = Issue("a.py", "no-baseline", "score(x)"), Issue("b.py", "no-baseline", "score(x)")
    assert gone_of(Known(frozenset({one, two})), {one}, lambda path: True) == (two,)
    assert gone_of(Known(frozenset({one, two})), set(), lambda path: path == "a.py") == (one,)


def test_a_renamed_file_takes_its_issues_with_it(tmp_path: Path) -> None:
    (tmp_path / "new.py").write_text("score(x)")
    write_known(tmp_path / KNOWN_FILE, [Issue("old.py", "no-baseline", "score(x)"), Issue("old.py", "no-baseline", "")])
    known = known_in(tmp_path)
    (found,) = run({"new.py": "score(x)"}, [at(1, path="new.py")], known=known)
    assert found.known
    assert found.issue is not None
    assert gone_of(known, {found.issue}, lambda path: True) == (Issue("old.py", "no-baseline", ""),)
    (tmp_path / "old.py").write_text("")
    (found,) = run({"new.py": "score(x)"}, [at(1, path="new.py")], known=known_in(tmp_path))
    assert found.level == "error"


def test_equal_code_in_a_helper_asks_for_the_other_experiments_that_use_it() -> None:
    files = {"a.py": "", "helper.py": "score(x)\nscore(x)\nscore(y)"}
    twice, once = at(1, path="helper.py"), at(3, path="helper.py")
    assert unclear([twice, once], ["a.py"], context(files)) == {"helper.py"}
    assert unclear([once], ["a.py"], context(files)) == set()
    assert unclear([twice], ["a.py", "helper.py"], context(files)) == set()
