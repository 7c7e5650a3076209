"""What can be typed? The commands; each lives in its own file of `commands`."""

from __future__ import annotations

import click

from mlstd import __version__
from mlstd.commands.accept import accept
from mlstd.commands.check import check
from mlstd.commands.completion import completion
from mlstd.commands.config import config
from mlstd.commands.init import init
from mlstd.commands.rule import rule
from mlstd.commands.standard import standard
from mlstd.commands.trace import trace
from mlstd.commands.waivers import waivers


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "--version", "-V", prog_name="mlstd", message="%(prog)s %(version)s")
def main() -> None:
    """Reads the experiments of a repository, scripts and notebooks, and reports where they break the team's standards."""


for command in (check, accept, completion, config, init, rule, standard, trace, waivers):
    main.add_command(command)


if __name__ == "__main__":
    main(prog_name="mlstd")
