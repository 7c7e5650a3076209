"""`mlstd standard`: what does this team ask of its experiments?"""

from __future__ import annotations

from pathlib import Path

import click

from mlstd.commands.common import exits, project_options, show_lines


@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
@project_options
@exits
def standard(paths: tuple[str, ...], isolated: bool, config: Path | None, no_cache: bool) -> int:
    """Print the team's standard for PATHS (default: the working directory) as one Markdown document.

    It holds the profiles of paths, each rule with its levels and its reason, declared baselines, and every waiver.
    """
    from datetime import date

    from mlstd.pipeline import Request
    from mlstd.upkeep.standard import document

    request = Request(paths, Path.cwd(), isolated=isolated, config=config, cache=not no_cache)
    show_lines(document(request, date.today()))
    return 0
