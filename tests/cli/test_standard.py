"""What `mlstd standard` prints."""

from __future__ import annotations

from pathlib import Path

from tests.cli.test_commands import mlstd

CONFIG = """\
[tool.mlstd]
profile = "production"
ignore = ["style"]
exclude = ["third_party/**"]
require-reasons = true

[tool.mlstd.profiles]
"notebooks/**" = "exploration"

[tool.mlstd.rules.no-baseline]
level = { production = "warning" }

[[tool.mlstd.baselines]]
path = "train.py"
reference = "accuracy 0.874 | last year"

[[tool.mlstd.waivers]]
rule = "unseeded-run"
path = "legacy/**"
reason = "replaced in spring"
until = 2020-03-01
owner = "vision team"
"""


def test_the_whole_document(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(CONFIG)
    (tmp_path / "train.py").write_text("import sklearn\nx = 1  # mlstd: ignore[no-baseline] -- compared in the paper\n")
    run = mlstd(tmp_path, "standard", "--no-cache")
    assert (run.returncode, run.stderr) == (0, "")
    text = run.stdout
    assert text.startswith("# What our experiments keep to\n")
    for line in (
        "| `notebooks/**` | exploration |",
        "| all others | production |",
        "Never judged: `third_party/**`.",
        "## Evaluation",
        "An ignore comment without a reason is not heeded.",
        "| `train.py` | accuracy 0.874 \\| last year |",
    ):
        assert line in text.splitlines(), line
    [row] = [line for line in text.splitlines() if line.startswith("| `no-baseline` | ") and "error" in line]
    assert row.endswith("| error | **warning** |")
    assert "- `fit-before-split`: A scaler that is fitted on all rows" in text
    left = text.partition("## Not asked of anybody here")[2]
    assert "- `wildcard-import`: " in left
    assert (
        "| `unseeded-run` | `legacy/**`, `pyproject.toml:17` | replaced in spring | 2020-03-01 (over: `expired-waiver`)" in text
    )
    assert "| vision team |" in text
    assert "compared in the paper" in text


def test_without_a_configuration(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import sklearn\n")
    text = mlstd(tmp_path, "standard", "--no-cache").stdout
    assert "| all | experiment |" in text
    assert text.endswith("## What is let pass\n\nNothing.\n")


def test_a_wrong_configuration(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.mlstd]\nprofile = "prod"\n')
    (tmp_path / "a.py").write_text("import sklearn\n")
    assert mlstd(tmp_path, "standard").returncode == 2
