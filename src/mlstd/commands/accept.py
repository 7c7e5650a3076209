"""`mlstd accept`: let today's findings be, so that only new ones fail."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import get_args

import click

from mlstd.commands.common import exits, show_lines, words
from mlstd.config.settings import Profile


@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("--prune", is_flag=True, help="Only take out the known issues that are gone; accept nothing new.")
@click.option("--select", multiple=True, callback=words, metavar="RULES", help="Accept findings of these rules or families only.")
@click.option("--ignore", multiple=True, callback=words, metavar="RULES", help="Accept no findings of these.")
@click.option("--profile", type=click.Choice(get_args(Profile)), help="Judge every path under this profile.")
@click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="Take the configuration from this file.")
@click.option("--no-cache", is_flag=True, help="Neither read nor write .mlstd_cache.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing.")
@exits
def accept(
    paths: tuple[str, ...],
    prune: bool,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    profile: Profile | None,
    config: Path | None,
    no_cache: bool,
    quiet: bool,
) -> int:
    """Put today's findings in PATHS (default: the working directory) into mlstd-known.toml.

    `mlstd check` then reports only others. Commit the file: it holds no line numbers and no times, so that moved or reformatted
    code stays known. Known issues that are gone are taken out.
    """
    from mlstd.pipeline import Request
    from mlstd.report.progress import Progress
    from mlstd.upkeep.accept import accept as bring_up_to_date
    from mlstd.upkeep.accept import told

    request = Request(paths, Path.cwd(), select, ignore, profile, config=config, cache=not no_cache)
    with closing(Progress(sys.stderr, wanted=not quiet)) as progress:
        lists = bring_up_to_date(request, progress, prune)
    if not quiet:
        show_lines(told(lists, request.cwd, prune))
    return 0
