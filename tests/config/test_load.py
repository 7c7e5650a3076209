"""What pyproject.toml may say, and what is said of one that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlstd.config.load import check_words, load_settings
from mlstd.config.settings import Settings
from mlstd.errors import CannotRun
from mlstd.knowledge.schema import Calls, Classes, Effect

FAMILIES = {"no-baseline": "baseline", "unseeded-run": "reproducibility", "wildcard-import": "style"}


def load(tmp_path: Path, text: str, name: str = "pyproject.toml") -> Settings:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return load_settings(file, FAMILIES)


def problems(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(CannotRun) as error:
        load(tmp_path, text)
    return [problem.removeprefix(f"{tmp_path}/") for problem in error.value.problems]


def test_every_word(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        """
        [tool.mlstd]
        profile = "production"
        select = ["all"]
        ignore = ["style"]
        exclude = ["third_party/**"]
        entry-points = ["jobs/*.py"]
        require-reasons = true
        cell-magics = ["%%spark", "bench"]
        [tool.mlstd.profiles]
        "notebooks/**" = "exploration"
        "notebooks/final/**" = "experiment"
        [tool.mlstd.rules.no-baseline]
        level = "warning"
        [tool.mlstd.rules.unseeded-run]
        level = { exploration = "error" }
        [[tool.mlstd.baselines]]
        path = "train.py"
        reference = "accuracy 0.874"
        [[tool.mlstd.calls]]
        name = "acme.registry.publish"
        effect = "record"
        records = "metrics"
        [[tool.mlstd.classes]]
        module = "acme.models"
        names = ["Net"]
        kind = "classifier"
        """,
    )
    assert settings.profile_of("x.py") == "production"
    assert settings.profile_of("notebooks/a.ipynb") == "exploration"
    assert settings.profile_of("notebooks/final/a.ipynb") == "experiment"
    assert settings.levels == {
        "no-baseline": {"exploration": "warning", "experiment": "warning", "production": "warning"},
        "unseeded-run": {"exploration": "error"},
    }
    assert settings.baseline_of("train.py") == "accuracy 0.874"
    assert settings.cell_magics == ("spark", "bench")
    assert settings.team == (
        Calls(names=("acme.registry.publish",), does=Effect(effect="record", records="metrics")),
        Classes(kind="classifier", names=("Net",), module="acme.models"),
    )
    assert (settings.require_reasons, settings.exclude, settings.entry_points) == (True, ("third_party/**",), ("jobs/*.py",))


def test_all_problems_at_once_each_with_file_key_and_nearest_word(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        """
        [tool.mlstd]
        profil = "x"
        profile = "prodction"
        select = ["basline"]
        exclude = "old"
        require-reasons = "yes"
        [tool.mlstd.profiles]
        "a/**" = "explore"
        [tool.mlstd.rules.no-basline]
        level = "off"
        [tool.mlstd.rules.no-baseline]
        level = "warn"
        [tool.mlstd.rules.unseeded-run]
        level = { prod = "error" }
        [tool.mlstd.rules.wildcard-import]
        level = "error"
        [[tool.mlstd.baselines]]
        path = "x.py"
        [[tool.mlstd.calls]]
        name = "acme.publish"
        effect = "recrd"
        [[tool.mlstd.calls]]
        name = "publish"
        effect = "record"
        symetric = true
        """,
    )
    start = "pyproject.toml: tool.mlstd."
    assert [problem.removeprefix(start) for problem in found] == [
        'profil: unknown key "profil"; did you mean "profile"?',
        'profiles."a/**": unknown profile "explore"; did you mean "exploration"?',
        'profile: unknown word "prodction"; did you mean "production"?',
        'select: unknown rule or family "basline"; did you mean "baseline"?',
        'exclude: must be a list of strings: write ["old"]',
        'require-reasons: must be true or false, not "yes"',
        'rules.no-basline: unknown rule "no-basline"; did you mean "no-baseline"?',
        'rules.no-baseline.level: unknown level "warn"; did you mean "warning"?',
        'rules.unseeded-run.level.prod: unknown profile "prod"; did you mean "production"?',
        'rules.wildcard-import.level: rules of the family "style" only ever warn; use "warning" or "off"',
        "baselines[1].reference: is missing",
        'calls[1].effect: unknown word "recrd"; did you mean "record"?',
        'calls[2].symetric: unknown key "symetric"; did you mean "symmetric"?',
        'calls[2].name: "publish" needs its module: write "package.publish", or add module = "package"',
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[tool.mlstd\n", "is not valid TOML"),
        ("[tool.other]\n", "has no [tool.mlstd] table"),
        ("[tool]\nmlstd = 3\n", "must be a table, not 3"),
        ("[tool.mlstd]\nrules = 3\n", "tool.mlstd.rules: must be a table, not 3"),
        ("[tool.mlstd]\nbaselines = 3\n", "must be an array of tables: write [[tool.mlstd.baselines]]"),
        ('[[tool.mlstd.calls]]\nname = "a.b"\neffect = "score"\nneeds = "nothing"\n', "needs"),
        ('[[tool.mlstd.classes]]\nname = "a.B"\n', "classes[1].kind: is missing"),
    ],
)
def test_other_mistakes(tmp_path: Path, text: str, message: str) -> None:
    (problem,) = problems(tmp_path, text)
    assert message in problem


def test_a_file_of_its_own_needs_no_table(tmp_path: Path) -> None:
    assert load(tmp_path, 'profile = "production"', "standard.toml").profile == "production"


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="cannot be read"):
        load_settings(tmp_path / "no.toml", FAMILIES)


@pytest.mark.parametrize(
    ("select", "ignore", "selected"),
    [
        (("all",), (), {"no-baseline", "unseeded-run", "wildcard-import"}),
        (("all",), ("style",), {"no-baseline", "unseeded-run"}),
        (("baseline",), (), {"no-baseline"}),
        (("baseline", "wildcard-import"), ("style",), {"no-baseline", "wildcard-import"}),
        (("baseline",), ("no-baseline",), set()),
        (("all",), ("all",), set()),
    ],
)
def test_the_more_specific_word_wins(select: tuple[str, ...], ignore: tuple[str, ...], selected: set[str]) -> None:
    settings = Settings(select=select, ignore=ignore)
    assert {rule for rule, family in FAMILIES.items() if settings.selects(rule, family)} == selected


def test_options_of_the_command_line() -> None:
    settings = Settings(ignore=("baseline",), profiles=(("a.py", "exploration"),))
    assert settings.with_options((), ("style",), None).ignore == ("baseline", "style")
    fresh = settings.with_options(("no-baseline",), (), "production")
    assert (fresh.select, fresh.ignore, fresh.profile_of("a.py")) == (("no-baseline",), (), "production")


def test_wrong_words_of_the_command_line() -> None:
    with pytest.raises(CannotRun, match='did you mean "no-baseline"'):
        check_words("--select", ("no-basline",), FAMILIES)
