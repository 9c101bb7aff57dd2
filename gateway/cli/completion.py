"""`tierview completion`."""

from __future__ import annotations

from typing import Literal


def completion(shell: Literal["bash", "zsh", "fish"], /) -> None:
    """Print the completion of commands and options for a shell.

    For example:

        tierview completion bash > ~/.local/share/bash-completion/completions/tierview
        tierview completion zsh > ~/.zfunc/_tierview
        tierview completion fish > ~/.config/fish/completions/tierview.fish

    Parameters
    ----------
    shell
        Which one.
    """
    from gateway.cli.commands import build

    print(build(()).generate_completion(shell=shell))
