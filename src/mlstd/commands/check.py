"""`mlstd check`: which errors and warnings have the experiments of these paths?"""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import get_args

import click

from mlstd.commands.common import exits, project_options, show_lines, version, words
from mlstd.config.settings import Profile
from mlstd.report.formats import FORMATS


@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
@click.option(
    "--select", multiple=True, callback=words, metavar="RULES", help="Only these rules or families, or `all` (comma-separated)."
)
@click.option("--ignore", multiple=True, callback=words, metavar="RULES", help="Not these rules or families.")
@click.option("--profile", type=click.Choice(get_args(Profile)), help="Judge every path under this profile.")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="full",
    show_default=True,
    help="How findings are shown.",
)
@click.option(
    "--output",
    multiple=True,
    metavar="[FORMAT=]FILE",
    help="Write a report into FILE, in FORMAT or else in that of --format, which is then not shown. May be given several times.",
)
@project_options
@click.option("--max-warnings", type=click.IntRange(min=0), metavar="N", help="Exit with 1 if there are more warnings than N.")
@click.option("--show-known", is_flag=True, help="Report the issues in mlstd-known.toml, too.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 although errors were found.")
@click.option("--statistics", is_flag=True, help="Count findings by rule instead of showing them.")
@click.option("--force-exclude", is_flag=True, help="Apply `exclude` to files named on the command line, too.")
@click.option("-q", "--quiet", is_flag=True, help="Only findings: no summary, no progress.")
@click.option("-v", "--verbose", is_flag=True, help="Show the experiments, and why each finding has its level.")
@exits
def check(
    paths: tuple[str, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    profile: Profile | None,
    form: str,
    output: tuple[str, ...],
    isolated: bool,
    config: Path | None,
    max_warnings: int | None,
    show_known: bool,
    exit_zero: bool,
    statistics: bool,
    force_exclude: bool,
    no_cache: bool,
    quiet: bool,
    verbose: bool,
) -> int:
    """Check the experiments in PATHS (default: the working directory).

    Exits with 0 if there are no errors, 1 if there are, 2 if nothing could be checked; warnings never fail without
    `--max-warnings`.
    """
    from mlstd.pipeline import Request, run
    from mlstd.report import show
    from mlstd.report.outputs import outputs, writable
    from mlstd.report.progress import Progress

    request = Request(
        paths, Path.cwd(), select, ignore, profile, isolated, config, not no_cache, force_exclude, known=not show_known
    )
    files = outputs(output, form)
    with writable(files):
        with closing(Progress(sys.stderr, wanted=not quiet)) as progress:
            result = run(request, progress)
        show.into_files(result, files, version(), request.cwd)
    shown = show.SUMMARY if any(file.instead for file in files) else form
    for note in show.notes(result, shown, quiet, max_warnings):
        click.echo(note, err=True)
    show_lines(show.lines(result, shown, version(), sys.stdout, request.cwd, statistics=statistics, quiet=quiet, verbose=verbose))
    code = result.exit_code(max_warnings)
    return 0 if exit_zero and code == 1 else code
