"""`tierview schema`."""

from __future__ import annotations

from pathlib import Path


def schema(*, out: Path | None = None) -> None:
    """Print the JSON Schema of config.yaml, with which an editor completes and checks it.

    For example:

        tierview schema --out tierview.schema.json

    Then put this line at the top of config.yaml; Visual Studio Code with the YAML extension, and most
    other editors, follow it:

        # yaml-language-server: $schema=./tierview.schema.json

    Parameters
    ----------
    out
        Write it to this file instead of printing it.
    """
    import msgspec

    from gateway.catalogue import catalogue
    from gateway.cli.printed import say, warn
    from gateway.config import json_schema
    from gateway.errors import TierviewError

    text = msgspec.json.format(msgspec.json.encode(json_schema(catalogue())), indent=2).decode()
    if out is None:
        print(text)
        warn("To use it: tierview schema --out tierview.schema.json, then put this line at the top of config.yaml:")
        warn("# yaml-language-server: $schema=./tierview.schema.json")
        return
    try:
        out.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise TierviewError(f"{out} cannot be written: {error.strerror}") from error
    say(f"{out} is written. Put this line at the top of config.yaml, with the path from there:")
    say(f"# yaml-language-server: $schema={out}")
