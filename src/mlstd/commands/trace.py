"""`mlstd trace`: what does mlstd understand of one experiment?"""

from __future__ import annotations

from pathlib import Path

import click

from mlstd.commands.common import exits, project_options, show_lines


@click.command()
@click.argument("file", type=click.Path())
@project_options
@exits
def trace(file: str, isolated: bool, config: Path | None, no_cache: bool) -> int:
    """Tell the story of the experiment in FILE as mlstd understands it."""
    from mlstd.pipeline import Request, tell

    show_lines([tell(Request((file,), Path.cwd(), isolated=isolated, config=config, cache=not no_cache))])
    return 0
