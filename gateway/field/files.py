"""The files of deploy/: beside the sources in a checkout, inside the package once installed."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent
CHECKOUT = HERE.parent.parent / "deploy"

STARTER = """\
# The gateway of this site. Every option stands explained in the default configuration:
#   tierview schema        its JSON Schema, for the editor
#   tierview check FILE    every fault, with line and column
#   tierview doctor FILE   what it stands on
site:
  name: {site}
journal:
  folder: {state}
http:
  listen: 127.0.0.1:8080
"""


def deployed(name: str) -> str:
    """The text of one of them."""
    file = CHECKOUT / name
    return (file if file.is_file() else HERE / name).read_text(encoding="utf-8")
