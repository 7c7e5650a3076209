"""`mlstd config`: what holds in this project, and where was it decided?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import click

from mlstd.commands.common import exits, show_lines, words
from mlstd.config.settings import Profile


@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("--select", multiple=True, callback=words, metavar="RULES", help="As for `mlstd check`.")
@click.option("--ignore", multiple=True, callback=words, metavar="RULES", help="As for `mlstd check`.")
@click.option("--profile", type=click.Choice(get_args(Profile)), help="As for `mlstd check`.")
@click.option("--isolated", is_flag=True, help="Read no pyproject.toml.")
@click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="Take the configuration from this file.")
@click.option("--schema", is_flag=True, help="Print the JSON schema of [tool.mlstd] instead, for an editor.")
@exits
def config(
    paths: tuple[str, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    profile: Profile | None,
    isolated: bool,
    config: Path | None,
    schema: bool,
) -> int:
    """Show every effective value for PATHS (default: the working directory) and the file or option that it comes from; for a
    named script or notebook its profile, too."""
    from mlstd.pipeline import Request, standard_of_team
    from mlstd.upkeep.configured import configured

    if schema:
        from mlstd.config.schema import schema as schema_of

        show_lines([json.dumps(schema_of(standard_of_team().families()), indent=2)])
        return 0
    show_lines(configured(Request(paths, Path.cwd(), select, ignore, profile, isolated, config)))
    return 0
