"""`mlstd waivers`: which exceptions does the team live with?"""

from __future__ import annotations

from pathlib import Path

import click

from mlstd.commands.common import exits, project_options, show_lines


@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How they are shown."
)
@project_options
@exits
def waivers(paths: tuple[str, ...], form: str, isolated: bool, config: Path | None, no_cache: bool) -> int:
    """List all waivers: those of the configuration, and ignore comments in PATHS (default: the working directory).

    The age is that of the commit that wrote them; where no owner is named, its author stands in brackets.
    """
    from datetime import date

    from mlstd.pipeline import Request
    from mlstd.upkeep.waivers import as_json, exceptions, table

    request = Request(paths, Path.cwd(), isolated=isolated, config=config, cache=not no_cache)
    found, today = exceptions(request), date.today()
    show_lines([as_json(found, today)] if form == "json" else table(found, today))
    return 0
