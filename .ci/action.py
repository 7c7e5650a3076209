"""What does the GitHub Action do? Installs mlstd into an environment of its own, checks, and leaves reports for later steps.

Read from the environment: MLSTD_PATHS, MLSTD_ARGS and MLSTD_SUMMARY (the inputs), RUNNER_TEMP, GITHUB_OUTPUT and
GITHUB_STEP_SUMMARY (from GitHub). MLSTD_PYTHON names a Python that has mlstd already.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
import venv
from pathlib import Path


def main() -> int:
    """Runs the check; ends with its exit code."""
    temporary = Path(os.environ.get("RUNNER_TEMP") or tempfile.gettempdir())
    python = os.environ.get("MLSTD_PYTHON") or installed(temporary / "mlstd-environment")
    reports = {"sarif": temporary / "mlstd.sarif", "markdown": temporary / "mlstd.md"}
    for file in reports.values():
        file.unlink(missing_ok=True)  # a failed run must not hand on what an earlier one of the same job wrote
    words = shlex.split(os.environ.get("MLSTD_ARGS", ""))
    paths = shlex.split(os.environ.get("MLSTD_PATHS", "")) or ["."]
    outputs = [word for form, file in reports.items() for word in ("--output", f"{form}={file}")]
    command = [python, "-m", "mlstd.cli", "check", "--format", "github", *outputs, *words, "--", *paths]
    code = subprocess.run(command, check=False).returncode
    if os.environ.get("MLSTD_SUMMARY", "true").lower() == "true":
        append("GITHUB_STEP_SUMMARY", summary(reports["markdown"]))
    found = "".join(f"{form}={file}\n" for form, file in reports.items() if file.is_file())
    append("GITHUB_OUTPUT", f"exit-code={code}\n{found}")
    return code


def installed(folder: Path) -> str:
    """The Python of an environment in `folder` that has this checkout of mlstd."""
    venv.create(folder, with_pip=True, clear=True)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    source = Path(__file__).resolve().parents[1]
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", source], check=True)
    return str(python)


def summary(report: Path) -> str:
    """The report, or that there is none."""
    if report.is_file():
        return report.read_text(encoding="utf-8")
    return "## mlstd\n\nNothing was checked: the log says why.\n"


def append(variable: str, text: str) -> None:
    """Adds to the file that an environment variable names, if there is one."""
    name = os.environ.get(variable)
    if name:
        with Path(name).open("a", encoding="utf-8") as file:
            file.write(text)


if __name__ == "__main__":
    sys.exit(main())
