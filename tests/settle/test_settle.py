"""What becomes of a finding: its level, the reasons for it, the comments that silence it, and how it is known again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from mlstd.ask.case import Confidence
from mlstd.checks.finding import Finding
from mlstd.checks.rules import Standard, StandardRule
from mlstd.checks.standard import Rule
from mlstd.config.settings import Level, Profile, Settings
from mlstd.lower import ir, lower
from mlstd.place import Place
from mlstd.read.source import read
from mlstd.settle.builtin import with_builtin
from mlstd.settle.draft import Context, Settled
from mlstd.settle.known import Known
from mlstd.settle.steps import settle
from tests.link.test_project import notebook


def rule(family: str, name: str, *levels: Level) -> StandardRule:
    profiles: tuple[Profile, ...] = ("exploration", "experiment", "production")
    text = Rule("Do it.", dict(zip(profiles, levels, strict=True)), "w", "s", "c", "w", "l", (), ())
    return StandardRule(name, family, text)


RULES = [
    rule("baseline", "no-baseline", "off", "error", "error"),
    rule("reproducibility", "unseeded-run", "warning", "error", "error"),
    rule("style", "wildcard-import", "off", "warning", "warning"),
]
NONE = Known()
TODAY = date(2026, 6, 1)
STANDARD = with_builtin(Standard({r.name: r for r in RULES}))


def run(
    files: dict[str, str],
    findings: Sequence[Finding],
    settings: Settings | None = None,
    targets: Sequence[str] | None = None,
    known: Known = NONE,
) -> tuple[Settled, ...]:
    return settle(findings, list(files) if targets is None else targets, context(files, settings, known))


def context(files: dict[str, str], settings: Settings | None = None, known: Known = NONE) -> Context:
    modules = {path: lower(read(path, text.encode())) for path, text in files.items()}
    nothing = ir.Module(kind="script", units=())
    return Context(
        settings or Settings(), STANDARD, lambda path: modules.get(path, nothing), STANDARD.families(), tuple(files), known, TODAY
    )


def at(
    line: int,
    rule: str = "no-baseline",
    path: str = "a.py",
    cell: int | None = None,
    confidence: Confidence = "high",
    column: int = 1,
) -> Finding:
    return Finding(rule, "it is so", Place(path, cell, line, column, line, column + 8), path, confidence)


def levels(found: Sequence[Settled]) -> list[tuple[str, int, str]]:
    return [(one.finding.rule, one.finding.place.line, one.level) for one in found]


@pytest.mark.parametrize(
    ("settings", "level"),
    [
        (Settings(), "error"),
        (Settings(profile="exploration"), "off"),
        (Settings(profiles=(("*.py", "exploration"),)), "off"),
        (Settings(profiles=(("*.py", "exploration"),), forced_profile="production"), "error"),
        (Settings(levels={"no-baseline": {"experiment": "warning"}}), "warning"),
        (Settings(levels={"no-baseline": {"production": "off"}}), "error"),
        (Settings(profile="exploration", levels={"no-baseline": {"exploration": "error"}}), "error"),
        (Settings(ignore=("baseline",)), "off"),
        (Settings(select=("unseeded-run",)), "off"),
    ],
)
def test_level_by_profile_configuration_and_selection(settings: Settings, level: str) -> None:
    (found,) = run({"a.py": "score = 1"}, [at(1)], settings)
    assert (found.level, found.family) == (level, "baseline")
    assert found.reasons


@pytest.mark.parametrize("confidence", ["medium", "low"])
def test_only_certain_findings_are_errors(confidence: Confidence) -> None:
    (found,) = run(
        {"a.py": "score = 1"}, [at(1, confidence=confidence)], Settings(levels={"no-baseline": {"experiment": "error"}})
    )
    assert found.level == "warning"
    assert found.reasons[-1].startswith("a warning only: it rests on")


def test_a_rule_without_an_error_stays_a_warning_when_unsure() -> None:
    (found,) = run({"a.py": "from x import *"}, [at(1, "wildcard-import", confidence="low")])
    assert (found.level, len(found.reasons)) == ("warning", 1)


SCRIPT = """\
score(
    1,
    2,
)  # mlstd: ignore[no-baseline] -- known since spring
score(3)  # mlstd: ignore
score(4)
# mlstd: ignore[baseline]
score(
    5)
if score(6):  # mlstd: ignore[no-baseline]
    score(7)
"""


def test_comments_cover_their_line_their_statement_or_the_next_one() -> None:
    found = run({"a.py": SCRIPT}, [at(line) for line in (1, 5, 6, 8, 10, 11)])
    assert levels(found) == [
        ("no-baseline", line, level)
        for line, level in ((1, "off"), (5, "off"), (6, "error"), (8, "off"), (10, "off"), (11, "error"))
    ]
    assert found[0].reasons[-1] == "ignored by a comment: known since spring"


def test_a_comment_that_opens_a_cell_covers_it_and_no_other() -> None:
    nb = notebook("# mlstd: ignore[no-baseline]\nx = 1\nscore(x)", "score(2)")
    found = run({"a.ipynb": nb}, [at(3, path="a.ipynb", cell=1), at(1, path="a.ipynb", cell=2)])
    assert [one.level for one in found] == ["off", "error"]


def test_a_comment_for_the_whole_file() -> None:
    nb = notebook("x = 1", "y = 2  # mlstd: ignore-file[reproducibility] -- a demonstration")
    found = run({"a.ipynb": nb}, [at(1, "unseeded-run", "a.ipynb", 1), at(1, "no-baseline", "a.ipynb", 1)])
    assert levels(found) == [("no-baseline", 1, "error"), ("unseeded-run", 1, "off")]


def test_reasons_may_be_required() -> None:
    found = run({"a.py": SCRIPT}, [at(1), at(5), at(8), at(10)], Settings(require_reasons=True))
    assert [one.level for one in found] == ["off", "error", "error", "error"]
    assert "gives no reason" in found[1].reasons[-1]


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("# mlstd: ignore[no-baseline]", "nothing here breaks no-baseline"),
        ("# mlstd: ignore[unseeded-run, no-baseline]", "nothing here breaks unseeded-run"),
        ("# mlstd: ignore", "nothing here breaks any rule"),
        (
            "# mlstd: ignore[no-basline]",
            'this ignores nothing: there is no rule or family "no-basline"; did you mean "no-baseline"?',
        ),
        ("# mlstd: ignroe[no-baseline]", '"ignroe" is no word that mlstd knows in a comment; did you mean "ignore"?'),
    ],
)
def test_a_comment_that_silences_nothing_is_a_warning(comment: str, message: str) -> None:
    found = run({"a.py": f"x = 1  {comment}"}, [])
    assert found[0].finding.message == message
    assert {(one.finding.rule, one.level, one.finding.place.column) for one in found} == {("unused-ignore", "warning", 8)}


def test_no_complaint_about_rules_that_were_not_judged_or_files_that_are_no_targets() -> None:
    files = {"a.py": "x = 1  # mlstd: ignore[no-baseline]", "b.py": "x = 1  # mlstd: ignore"}
    assert run(files, [], Settings(select=("style",))) == () or all(
        one.level == "off" for one in run(files, [], Settings(select=("style",)))
    )
    assert run(files, [], targets=[]) == ()


def test_a_used_comment_is_not_complained_of_even_where_the_rule_is_off() -> None:
    found = run({"a.py": "x = 1  # mlstd: ignore[no-baseline]"}, [at(1)], Settings(profile="exploration"))
    assert levels(found) == [("no-baseline", 1, "off")]


def test_fingerprints_survive_moved_and_reformatted_code() -> None:
    before = run({"a.py": "x = 1\nscore(x)\nscore(x)"}, [at(2), at(3)])
    after = run({"a.py": "import y\nx = 1\n\nscore(x)\nprint()\nif 1:\n    score(x)"}, [at(4), at(7, column=5)])
    assert [one.fingerprint for one in before] == [one.fingerprint for one in after]
    assert len({one.fingerprint for one in before}) == 2
    assert all(len(one.fingerprint) == 16 for one in before)


def test_fingerprints_tell_rule_path_and_code_apart() -> None:
    files = {"a.py": "score(x)\nscore(y)", "b.py": "score(x)"}
    found = run(files, [at(1), at(2), at(1, "unseeded-run"), at(1, path="b.py")])
    assert len({one.fingerprint for one in found}) == 4


def test_the_same_place_seen_from_two_experiments_has_one_fingerprint() -> None:
    first = at(1)
    second = Finding(first.rule, first.message, first.place, "other.py", "high")
    assert len({one.fingerprint for one in run({"a.py": "score(x)"}, [first, second])}) == 1


def test_findings_are_in_the_order_of_places() -> None:
    files = {"a.py": "x\n" * 12, "b.py": "x"}
    found = run(files, [at(1, path="b.py"), at(11), at(2)])
    assert [(one.finding.place.path, one.finding.place.line) for one in found] == [("a.py", 2), ("a.py", 11), ("b.py", 1)]
