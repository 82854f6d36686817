"""``kafkaadmin completion``: the script by which a shell completes commands and options."""

import click
from click.shell_completion import get_completion_class

SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print the completion script for SHELL.

    bash: eval "$(kafkaadmin completion bash)" in ~/.bashrc; zsh: the same with zsh in ~/.zshrc, after compinit;
    fish: kafkaadmin completion fish > ~/.config/fish/completions/kafkaadmin.fish
    """
    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"This version of click completes nothing in {shell}.")
    main = click.get_current_context().find_root().command
    click.echo(kind(main, {}, "kafkaadmin", "_KAFKAADMIN_COMPLETE").source())
