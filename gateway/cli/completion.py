"""`tierview completion`."""

from __future__ import annotations

from typing import Literal

# cyclopts only defines the function, which zsh runs by itself where the file is called as the function is. So it is
# run whatever the file in $fpath is called, and made known where the script is sourced.
ZSH_END = """\
if [[ $zsh_eval_context[-1] == (loadautofunc|shfunc) ]]; then
  _cyclopts_tierview "$@"
else
  compdef _cyclopts_tierview tierview
fi
"""


def completion(shell: Literal["bash", "zsh", "fish"], /) -> None:
    """Print the completion of commands and options for a shell.

    For example:

        tierview completion bash > ~/.local/share/bash-completion/completions/tierview
        tierview completion zsh > ~/.zfunc/_tierview
        tierview completion fish > ~/.config/fish/completions/tierview.fish

    The folder must be there. zsh looks into ~/.zfunc where ~/.zshrc says, before other lines on completion:

        fpath=(~/.zfunc $fpath); autoload -Uz compinit; compinit

    Parameters
    ----------
    shell
        Which one.
    """
    from gateway.cli.commands import build

    script = build(()).generate_completion(shell=shell)
    print(script + ZSH_END if shell == "zsh" else script, end="")
