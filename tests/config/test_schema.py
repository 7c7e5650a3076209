"""Does the JSON schema say what the loader says?"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from mlstd.config.layers import KEYS
from mlstd.config.load import load_settings
from mlstd.config.schema import schema
from mlstd.config.settings import Settings
from mlstd.errors import CannotRun
from mlstd.pipeline import standard_of_team

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TOP = Path(__file__).parents[2]
FAMILIES = standard_of_team().families()
SCHEMA = schema(FAMILIES)
README = (TOP / "README.md").read_text(encoding="utf-8")


def examples() -> dict[str, dict[str, Any]]:
    written = {
        str(file.relative_to(TOP)): file.read_text(encoding="utf-8") for file in (TOP / "examples").rglob("pyproject.toml")
    }
    blocks = [block for block in README.split("```toml\n")[1:] if "[tool.mlstd" in block]
    written |= {f"README {number}": block.split("```")[0] for number, block in enumerate(blocks)}
    return {name: tomllib.loads(text)["tool"]["mlstd"] for name, text in written.items()}


def test_every_word_stands_in_all_three() -> None:
    assert set(SCHEMA["properties"]) == set(KEYS)
    assert set(KEYS.values()) == set(Settings.__struct_fields__) - {"source", "forced_profile"}
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_the_readme_shows_every_word() -> None:
    shown = {key for name, section in examples().items() if name.startswith("README") for key in section}
    assert shown == set(KEYS)


@pytest.mark.parametrize("name", examples())
def test_examples_are_right(name: str) -> None:
    jsonschema.validate(examples()[name], SCHEMA)


@pytest.mark.parametrize(
    "text",
    [
        'profil = "production"',
        'profile = "prod"',
        'select = "all"',
        'ignore = ["no-basline"]',
        "require-reasons = 1",
        'profiles = { "a/**" = "x" }',
        'rules = { no-baseline = { level = "fatal" } }',
        'rules = { no-baseline = { level = { prod = "error" } } }',
        "rules = { no-such-rule = {} }",
        'baselines = [{ path = "a.py" }]',
        'calls = [{ name = "a.b" }]',
        'calls = [{ name = "a.b", effect = "recrod" }]',
        'calls = [{ effect = "record" }]',
        'classes = [{ name = "a.B" }]',
        "exclude = [1]",
    ],
)
def test_what_the_loader_refuses_the_schema_refuses(text: str, tmp_path: Path) -> None:
    file = tmp_path / "mlstd.toml"
    file.write_text(text)
    with pytest.raises(CannotRun):
        load_settings(file, FAMILIES)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(tomllib.loads(text), SCHEMA)
