"""`mlstd init`: which profiles suit this repository?"""

from __future__ import annotations

import os
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, cast, get_args

import click

from mlstd.commands.accept import accept
from mlstd.commands.common import exits
from mlstd.config.settings import Profile
from mlstd.errors import CannotRun
from mlstd.words import count

if TYPE_CHECKING:
    from mlstd.upkeep.propose import Proposal

NONE = "none"


@click.command()
@click.option("-y", "--yes", is_flag=True, help="Ask nothing, and write what is proposed.")
@exits
def init(yes: bool) -> int:
    """Propose a [tool.mlstd] section for this repository, and write it into its pyproject.toml.

    Notebooks and scratch folders are explorations; `src` and packages with tests are production; all else is judged as an
    experiment. What stands in the file stays as it is.
    """
    from mlstd.discover.listing import git_top, list_folder
    from mlstd.upkeep.propose import propose
    from mlstd.upkeep.section import free_for_section, grown, section

    cwd = Path.cwd()
    root = cwd if (cwd / "pyproject.toml").exists() else git_top(cwd) or cwd
    file = root / "pyproject.toml"
    free_for_section(file)
    proposal = propose(list_folder(root))
    click.echo(f"Proposed for {os.path.relpath(file)}:\n\n{section(proposal)}")
    try:
        if not yes:
            proposal = _asked(proposal)
            if not click.confirm(f"\n{section(proposal)}\nWrite this?", default=True):
                raise click.Abort
    except click.Abort:
        click.echo("mlstd: nothing was written.", err=True)
        return 2
    _write(file, grown(file, proposal))
    click.echo("Written; `mlstd config` shows what holds.")
    _offer_accept(root, yes)
    return 0


def _asked(proposal: Proposal) -> Proposal:
    """The proposal as the reader wants it: asks for each profile."""
    from msgspec.structs import replace

    profiles = get_args(Profile)
    default = click.prompt("Profile of all other paths", type=click.Choice(profiles), default=proposal.profile)
    kept = []
    for one in proposal.profiles:
        words = click.Choice([*profiles, NONE])
        chosen = click.prompt(f"Profile of {one.glob} ({one.why})", type=words, default=one.profile)
        if chosen != NONE:
            kept.append(replace(one, profile=cast(Profile, chosen)))
    exclude = [glob for glob in proposal.exclude if click.confirm(f"Leave out {glob}?", default=True)]
    return replace(proposal, profile=default, profiles=tuple(kept), exclude=tuple(exclude))


def _write(file: Path, data: bytes) -> None:
    try:
        file.write_bytes(data)
    except OSError as error:
        raise CannotRun(f"{file}: cannot be written: {error.strerror or error}") from None


def _offer_accept(root: Path, yes: bool) -> None:
    """Tells how many errors there are today, and offers to let them be."""
    from mlstd.pipeline import Request, run
    from mlstd.report.progress import Progress

    with closing(Progress(sys.stderr)) as progress:
        errors = run(Request((str(root),), Path.cwd()), progress).levels()["error"]
    if not errors:
        return
    click.echo(f"{count(errors, 'error')} today; `mlstd accept` lets what is found today be, so that only new ones fail.")
    if not yes and click.confirm("Accept them now?", default=False):
        click.get_current_context().invoke(accept, paths=(str(root),))
