"""What can be typed? The commands and their options; the work is done in `pipeline` and `report`."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterable
from functools import wraps
from importlib import metadata
from pathlib import Path
from typing import ParamSpec, get_args

import click

from mlstd.config.settings import Profile
from mlstd.errors import CannotRun

P = ParamSpec("P")


def _version() -> str:
    try:
        return metadata.version("mlstd")
    except metadata.PackageNotFoundError:  # run from a checkout that was never installed
        return "0+unknown"


def _words(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """`--select a,b --select c` as one tuple."""
    return tuple(word for value in values for part in value.split(",") if (word := part.strip()))


def _exits(command: Callable[P, int]) -> Callable[P, None]:
    """Ends the process with what the command returns: 2 and a sentence for each problem where it could not run, 130 after
    Ctrl-C."""

    @wraps(command)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="replace")  # a terminal that lacks a character shows another
        try:
            code = command(*args, **kwargs)
        except CannotRun as error:
            click.echo("mlstd: nothing was checked.", err=True)
            for problem in error.problems:
                click.echo(f"  {problem}", err=True)
            code = 2
        except KeyboardInterrupt:
            click.echo("mlstd: interrupted.", err=True)
            code = 130
        except Exception:  # noqa: BLE001 - exit code 1 is for errors in experiments, never for one of ours
            click.echo(
                f"{traceback.format_exc()}mlstd: this is a defect of mlstd: please report it with the lines above.", err=True
            )
            code = 2
        sys.exit(code)

    return guarded


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line, color=True)  # the lines hold colours only where these are wanted


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(_version(), "--version", "-V", prog_name="mlstd", message="%(prog)s %(version)s")
def main() -> None:
    """Reads the experiments of a repository, scripts and notebooks, and reports where they break the team's standards."""


@main.command()
@click.argument("paths", nargs=-1, type=click.Path())
@click.option(
    "--select", multiple=True, callback=_words, metavar="RULES", help="Only these rules or families, or `all` (comma-separated)."
)
@click.option("--ignore", multiple=True, callback=_words, metavar="RULES", help="Not these rules or families.")
@click.option("--profile", type=click.Choice(get_args(Profile)), help="Judge every path under this profile.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["full", "concise", "json"]),
    default="full",
    show_default=True,
    help="How findings are shown.",
)
@click.option("--isolated", is_flag=True, help="Read no pyproject.toml.")
@click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="Take the configuration from this file.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 although errors were found.")
@click.option("--statistics", is_flag=True, help="Count findings by rule instead of showing them.")
@click.option("--force-exclude", is_flag=True, help="Apply `exclude` to files named on the command line, too.")
@click.option("--no-cache", is_flag=True, help="Neither read nor write .mlstd_cache.")
@click.option("-q", "--quiet", is_flag=True, help="Only findings: no summary, no progress.")
@click.option("-v", "--verbose", is_flag=True, help="Show the experiments, and why each finding has its level.")
@_exits
def check(
    paths: tuple[str, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    profile: Profile | None,
    form: str,
    isolated: bool,
    config: Path | None,
    exit_zero: bool,
    statistics: bool,
    force_exclude: bool,
    no_cache: bool,
    quiet: bool,
    verbose: bool,
) -> int:
    """Check the experiments in PATHS (default: the working directory).

    Exits with 0 if there are no errors (warnings never fail), 1 if there are, 2 if nothing could be checked.
    """
    from mlstd.pipeline import Request, run
    from mlstd.report import show
    from mlstd.report.progress import Progress

    request = Request(paths, Path.cwd(), select, ignore, profile, isolated, config, not no_cache, force_exclude)
    progress = Progress(sys.stderr, wanted=not quiet)
    try:
        result = run(request, progress)
    finally:
        progress.close()
    for note in show.notes(result, form, quiet):
        click.echo(note, err=True)
    _print(show.lines(result, form, _version(), sys.stdout, statistics=statistics, quiet=quiet, verbose=verbose))
    code = result.exit_code()
    return 0 if exit_zero and code == 1 else code


@main.command()
@click.argument("name", required=False)
@_exits
def rule(name: str | None) -> int:
    """Show the rule NAME, or list all rules."""
    from mlstd.pipeline import standard_of_team
    from mlstd.report import show

    _print(show.rules(standard_of_team(), name, sys.stdout))
    return 0


@main.command()
@click.argument("file", type=click.Path())
@click.option("--isolated", is_flag=True, help="Read no pyproject.toml.")
@click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="Take the configuration from this file.")
@click.option("--no-cache", is_flag=True, help="Neither read nor write .mlstd_cache.")
@_exits
def trace(file: str, isolated: bool, config: Path | None, no_cache: bool) -> int:
    """Tell the story of the experiment in FILE as mlstd understands it."""
    from mlstd.pipeline import Request, tell

    _print([tell(Request((file,), Path.cwd(), isolated=isolated, config=config, cache=not no_cache))])
    return 0


if __name__ == "__main__":
    main()
