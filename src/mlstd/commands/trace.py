"""`mlstd trace`: what does mlstd understand of one experiment?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mlstd.commands.common import exits, project_options, show_lines

if TYPE_CHECKING:
    from mlstd.pipeline import Telling


@click.command()
@click.argument("file", type=click.Path())
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "mermaid", "html"]),
    default="text",
    show_default=True,
    help="The story, a picture with its findings for GitHub or GitLab, or one page with all of it.",
)
@project_options
@exits
def trace(file: str, form: Telling, isolated: bool, config: Path | None, no_cache: bool) -> int:
    """Tell the story of the experiment in FILE as mlstd understands it."""
    from mlstd.pipeline import Request, tell

    show_lines([tell(Request((file,), Path.cwd(), isolated=isolated, config=config, cache=not no_cache), form)])
    return 0
