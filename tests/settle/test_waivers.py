"""Waivers, in the configuration and in comments, until their day is over."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from mlstd.config.settings import Settings, Waiver
from mlstd.settle.known import Issue, Known
from tests.settle.test_settle import TODAY, at, levels, run


def waived(rule: str = "no-baseline", path: str = "legacy/**", until: date | None = None) -> Settings:
    return Settings(waivers=(Waiver(rule, path, "replaced in spring", until, "vision team", "pyproject.toml", 7),))


@pytest.mark.parametrize("rule", ["no-baseline", "baseline", "all"])
@pytest.mark.parametrize("until", [None, TODAY, date(2030, 1, 1)])
def test_a_waiver_silences_its_rule_below_its_path(rule: str, until: date | None) -> None:
    files = {"legacy/a.py": "score(1)", "a.py": "score(1)"}
    found = run(files, [at(1), at(1, path="legacy/a.py")], waived(rule, until=until))
    assert [(one.finding.place.path, one.level) for one in found] == [("a.py", "error"), ("legacy/a.py", "off")]
    assert "replaced in spring" in found[1].reasons[-1]


def test_a_waiver_holds_for_what_its_experiment_meets_in_a_helper() -> None:
    finding = msgspec.structs.replace(at(1, path="helper.py"), entry="legacy/a.py")
    found = run({"legacy/a.py": "", "helper.py": "score(1)"}, [finding], waived())
    assert [one.level for one in found] == ["off"]


def test_a_waiver_that_ended_silences_nothing_and_is_an_error() -> None:
    known = Known(frozenset({Issue("pyproject.toml", "expired-waiver", "")}))
    found = run({"legacy/a.py": "score(1)"}, [at(1, path="legacy/a.py")], waived(until=date(2026, 5, 31)), known=known)
    assert levels(found) == [("no-baseline", 1, "error"), ("expired-waiver", 7, "error")]
    assert found[0].reasons[-1] == "its waiver ended on 2026-05-31 (pyproject.toml:7)"
    assert found[1].finding.message == (
        'the waiver of no-baseline for legacy/** ended on 2026-05-31 (vision team): "replaced in spring"'
    )
    assert found[1].finding.place.path == "pyproject.toml"


def test_a_waiver_that_ended_is_told_with_the_files_it_names_or_always_if_there_are_none() -> None:
    settings = waived(until=date(2026, 5, 31))
    assert run({"a.py": "x = 1", "legacy/a.py": "x = 1"}, [], settings, targets=["a.py"]) == ()
    assert len(run({"a.py": "x = 1"}, [], settings, targets=["a.py"])) == 1


def test_a_comment_may_end() -> None:
    line = 'score(1)  # mlstd: ignore[no-baseline] until={} owner="vision team" -- replaced in spring'
    (still,) = run({"a.py": line.format("2026-06-01")}, [at(1)])
    assert (still.level, still.reasons[-1]) == ("off", "ignored by a comment until 2026-06-01: replaced in spring")
    found = run({"a.py": line.format("2026-05-31")}, [at(1)])
    assert levels(found) == [("no-baseline", 1, "error"), ("expired-waiver", 1, "error")]
    assert found[0].reasons[-1] == "the comment on line 1 ended on 2026-05-31"
    assert found[1].finding.message == 'the waiver of no-baseline ended on 2026-05-31 (vision team): "replaced in spring"'


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ("until=soon", '"soon" is no date: write until=2027-03-01'),
        ("untill=2027-03-01", '"untill" is no term of a comment; did you mean "until"?'),
    ],
)
def test_terms_that_cannot_be_understood_are_told_and_the_comment_is_not_heeded(terms: str, message: str) -> None:
    found = run({"a.py": f"score(1)  # mlstd: ignore[no-baseline] {terms} -- why"}, [at(1)])
    assert levels(found) == [("no-baseline", 1, "error"), ("unused-ignore", 1, "warning")]
    assert found[1].finding.message == message
