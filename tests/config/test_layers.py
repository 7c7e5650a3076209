"""One standard for many repositories: `extend`, and where each value comes from."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from mlstd.config.load import load_layers, load_settings
from mlstd.config.origins import values
from mlstd.errors import CannotRun
from tests.config.test_load import FAMILIES

BASE = """
[tool.mlstd]
profile = "production"
select = ["baseline"]
ignore = ["style"]
[tool.mlstd.profiles]
"nb/**" = "exploration"
"src/**" = "production"
[tool.mlstd.rules.no-baseline]
level = { experiment = "warning", production = "error" }
[[tool.mlstd.calls]]
name = "acme.publish"
effect = "record"
"""
OWN = """
[tool.mlstd]
extend = ["../base.toml"]
ignore = ["wildcard-import"]
profile = "experiment"
[tool.mlstd.profiles]
"nb/**" = "experiment"
[tool.mlstd.rules.no-baseline]
level = { experiment = "off" }
"""


def write(tmp_path: Path, **files: str) -> Path:
    """Writes `base.toml` and others beside a project folder; gives the project's own file."""
    (tmp_path / "project").mkdir()
    for name, text in files.items():
        (tmp_path / ("project/pyproject.toml" if name == "own" else f"{name}.toml")).write_text(text)
    return tmp_path / "project/pyproject.toml"


def problem(file: Path) -> str:
    with pytest.raises(CannotRun) as error:
        load_settings(file, FAMILIES)
    (said,) = error.value.problems
    return said.replace(f"{file.parents[1]}/", "")


def test_the_own_file_wins_and_lists_add_up(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, base=BASE, own=OWN), FAMILIES)
    assert (settings.profile, settings.select, settings.ignore) == ("experiment", ("baseline",), ("style", "wildcard-import"))
    assert dict(settings.profiles) == {"nb/**": "experiment", "src/**": "production"}
    assert settings.levels["no-baseline"] == {"experiment": "off", "production": "error"}
    assert [entry.names for entry in settings.team] == [("acme.publish",)]


def test_each_value_knows_its_file(tmp_path: Path) -> None:
    layers = load_layers(write(tmp_path, base=BASE, own=OWN), FAMILIES)
    told = {(v.table, v.key, v.text): Path(v.origin).name for v in values(layers, (), ("no-baseline",), None)}
    for key, origin in {
        ("", "profile", '"experiment"'): "pyproject.toml",
        ("", "select", '["baseline"]'): "base.toml",
        ("", "require-reasons", "false"): "default",
        ("", "ignore", '"style"'): "base.toml",
        ("", "ignore", '"wildcard-import"'): "pyproject.toml",
        ("", "ignore", '"no-baseline"'): "--ignore",
        ("profiles", '"nb/**"', '"experiment"'): "pyproject.toml",
        ("rules.no-baseline", "level.experiment", '"off"'): "pyproject.toml",
        ("rules.no-baseline", "level.production", '"error"'): "base.toml",
        ("calls", '"acme.publish"', '"record"'): "base.toml",
    }.items():
        assert told[key] == origin


def test_two_ways_to_one_base_are_no_cycle(tmp_path: Path) -> None:
    files = {"a": 'extend = ["base.toml"]', "b": 'extend = ["base.toml"]', "base": 'ignore = ["style"]'}
    own = write(tmp_path, **files, own='[tool.mlstd]\nextend = ["../a.toml", "../b.toml"]\n')
    assert [Path(layer.file).name for layer in load_layers(own, FAMILIES)] == ["base.toml", "a.toml", "b.toml", "pyproject.toml"]


def test_a_standard_in_a_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site/acme_standard"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise SystemExit('this must never be imported')\n")
    (package / "ml.toml").write_text(BASE)
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path / "site")])
    own = write(tmp_path, own='[tool.mlstd]\nextend = ["acme_standard:ml.toml"]\n')
    assert load_settings(own, FAMILIES).select == ("baseline",)
    own.write_text('[tool.mlstd]\nextend = ["acme_standard:gone.toml"]\n')
    assert 'there is no file "acme_standard:gone.toml"' in problem(own)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"own": '[tool.mlstd]\nextend = ["../no.toml"]\n'}, 'extend: there is no file "../no.toml" (looked for'),
        ({"own": '[tool.mlstd]\nextend = ["nobody_has:a.toml"]\n'}, '"nobody_has:a.toml": mlstd finds no package nobody_has'),
        ({"own": '[tool.mlstd]\nextend = "../base.toml"\n'}, 'extend: must be a list of strings: write ["../base.toml"]'),
        (
            {"own": '[tool.mlstd]\nextend = ["../a.toml"]\n', "a": 'extend = ["project/pyproject.toml"]'},
            'a.toml: extend: "project/pyproject.toml" leads back to project/pyproject.toml, which extends this file',
        ),
        ({"own": '[tool.mlstd]\nextend = ["../a.toml"]\n', "a": 'profil = "x"'}, 'a.toml: profil: unknown key "profil"'),
        ({"own": '[tool.mlstd]\nextend = ["../a.toml"]\n', "a": "[[["}, "a.toml: is not valid TOML"),
    ],
)
def test_what_cannot_be_extended(tmp_path: Path, files: dict[str, str], said: str) -> None:
    assert said in problem(write(tmp_path, **files))
