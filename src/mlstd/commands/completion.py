"""`mlstd completion`: what does a shell need to complete commands, options and rules?"""

from __future__ import annotations

import click

from mlstd.commands.common import exits


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@exits
def completion(shell: str) -> int:
    """Print the completion script of SHELL.

    For bash, put `eval "$(mlstd completion bash)"` into ~/.bashrc; for zsh the same into ~/.zshrc; for fish, write the output to
    ~/.config/fish/completions/mlstd.fish.
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(click.get_current_context().find_root().command, {}, "mlstd", "_MLSTD_COMPLETE").source())
    return 0
