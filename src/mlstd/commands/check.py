"""`mlstd check`: which errors and warnings have the experiments of these paths?"""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click
import msgspec

from mlstd import __version__
from mlstd.commands.common import exits, project_options, show_lines, words
from mlstd.config.settings import Profile
from mlstd.errors import CannotRun
from mlstd.report.formats import FORMATS

if TYPE_CHECKING:
    from mlstd.pipeline import Request
    from mlstd.report.outputs import Output
    from mlstd.report.progress import Progress
    from mlstd.report.result import Result


class Options(msgspec.Struct, frozen=True):
    """The options of the command, as they were typed."""

    select: tuple[str, ...]
    ignore: tuple[str, ...]
    profile: Profile | None
    form: str
    output: tuple[str, ...]
    diff: str | None
    isolated: bool
    config: Path | None
    no_cache: bool
    max_warnings: int | None
    show_known: bool
    exit_zero: bool
    statistics: bool
    show_files: bool
    stdin_filename: str | None
    add_ignore: bool
    reason: str | None
    watch: bool
    force_exclude: bool
    quiet: bool
    verbose: bool


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
@click.option("--diff", metavar="BASE", help="Report only what is worse than in this branch, tag or commit of git.")
@project_options
@click.option("--max-warnings", type=click.IntRange(min=0), metavar="N", help="Exit with 1 if there are more warnings than N.")
@click.option("--show-known", is_flag=True, help="Report the issues in mlstd-known.toml, too.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 although errors were found.")
@click.option("--statistics", is_flag=True, help="Count findings by rule, family and path, and blind spots, instead.")
@click.option("--show-files", is_flag=True, help="Only list the files that would be judged.")
@click.option("--stdin-filename", metavar="FILE", help="Check what comes on standard input as if it were the content of FILE.")
@click.option("--add-ignore", is_flag=True, help="Write an ignore comment for each finding, with the --reason.")
@click.option("--reason", metavar="TEXT", help="Why the findings are ignored.")
@click.option("--watch", is_flag=True, help="Check again after every change, until Ctrl-C (needs mlstd[watch]).")
@click.option("--force-exclude", is_flag=True, help="Apply `exclude` to files named on the command line, too.")
@click.option("-q", "--quiet", is_flag=True, help="Only findings: no summary, no progress.")
@click.option("-v", "--verbose", is_flag=True, help="Show the experiments, and why each finding has its level.")
@exits
def check(paths: tuple[str, ...], **typed: Any) -> int:
    """Check the experiments in PATHS (default: the working directory).

    Exits with 0 if there are no errors, 1 if there are, 2 if nothing could be checked; warnings never fail without
    `--max-warnings`.
    """
    from mlstd.pipeline import files_of
    from mlstd.report.outputs import outputs

    options = Options(**typed)
    _agree(paths, options)
    request = _request(paths, options)
    if options.show_files:
        show_lines(files_of(request))
        return 0
    files = outputs(options.output, options.form)
    if options.watch:
        from mlstd.upkeep.watch import again

        return again(lambda: _once(request, options, files), paths, request.cwd, lambda text: click.echo(text, err=True))
    return _once(request, options, files)


def _agree(paths: tuple[str, ...], options: Options) -> None:
    """Raises `CannotRun` for options that contradict each other."""
    unsaved = options.stdin_filename is not None
    if unsaved and set(paths) - {"-", options.stdin_filename}:
        raise CannotRun("--stdin-filename: checks one file; name no others")
    if unsaved and (options.watch or options.add_ignore):
        raise CannotRun("--stdin-filename: goes neither with --watch nor with --add-ignore")
    if options.diff is not None and (unsaved or options.watch or options.add_ignore):
        raise CannotRun("--diff: goes with none of --stdin-filename, --watch and --add-ignore")
    if options.add_ignore and options.reason is None:
        raise CannotRun('--add-ignore: give the reason, as in --add-ignore --reason "a demonstration"')
    if options.add_ignore and options.watch:
        raise CannotRun("--add-ignore: does not go with --watch")


def _worsened(request: Request, base: str, progress: Progress) -> Result:
    from mlstd.upkeep.diff import worsened

    return worsened(request, base, progress)


def _request(paths: tuple[str, ...], options: Options) -> Request:
    from mlstd.pipeline import Request

    name = options.stdin_filename
    return Request(
        (name,) if name is not None else paths,
        Path.cwd(),
        options.select,
        options.ignore,
        options.profile,
        options.isolated,
        options.config,
        not options.no_cache,
        options.force_exclude,
        known=not options.show_known,
        unsaved=(name, sys.stdin.buffer.read()) if name is not None else None,
    )


def _once(request: Request, options: Options, files: tuple[Output, ...]) -> int:
    """One run with all its reports; gives the exit code."""
    from mlstd.pipeline import run
    from mlstd.report import show
    from mlstd.report.outputs import writable
    from mlstd.report.progress import Progress

    quiet, allowed = options.quiet, options.max_warnings
    with writable(files):
        with closing(Progress(sys.stderr, wanted=not quiet)) as progress:
            result = _worsened(request, options.diff, progress) if options.diff is not None else run(request, progress)
        show.into_files(result, files, __version__, request.cwd)
    if options.add_ignore:
        from mlstd.upkeep.add_ignore import add_ignores, told

        show_lines(told(add_ignores(result, options.reason or "", request.cwd)))
        return 0
    shown = show.SUMMARY if any(file.instead for file in files) else options.form
    for note in show.notes(result, shown, quiet, allowed):
        click.echo(note, err=True)
    extent = {"statistics": options.statistics, "quiet": quiet, "verbose": options.verbose}
    show_lines(show.lines(result, shown, __version__, sys.stdout, request.cwd, **extent))
    code = result.exit_code(allowed)
    return 0 if options.exit_zero and code == 1 else code
