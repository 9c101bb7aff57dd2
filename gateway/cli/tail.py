"""`tierview tail`: a running gateway, through its HTTP API or beside its journal."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Group, Parameter

OF_API = Group("Through the HTTP API", sort_key=1)
OF_JOURNAL = Group("Beside the journal", sort_key=2)


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is to be shown."""

    events: bool = False
    """Events and alerts; so it is where --readings is not said."""

    readings: bool = False
    """What the devices say, before anything is made of it; only with --journal."""

    device: str = ""
    """Only of this device."""

    asset: str = ""
    """Only of this asset: its key, its name, or what the page calls it."""

    json: bool = False
    """One JSON object a line, for machines."""

    after: str = ""
    """Begin behind this event's number (seq); otherwise with what happens from now on."""


@Parameter(name="*", group=OF_API)
@dataclass(frozen=True, kw_only=True)
class Api:
    """Where the gateway answers."""

    url: str = "http://127.0.0.1:8080"
    """Where the gateway answers."""

    token_file: Path | None = None
    """A file with the token; otherwise the environment variable TIERVIEW_TOKEN."""


def tail(
    config: Path = Path("config.yaml"),
    /,
    *,
    wanted: Wanted | None = None,
    api: Api | None = None,
    journal: Annotated[Path | None, Parameter(group=OF_JOURNAL)] = None,
) -> None:
    """Follow a running gateway: what happens, as it happens.

    For example:

        TIERVIEW_TOKEN=$(cat token) tierview tail
        tierview tail --url https://edge.example --token-file token --json
        tierview tail --journal data --readings --device dock-1

    Through the HTTP API it shows what the token's party may see. With
    --journal it reads the journal's folder itself and shows everything; who
    may read the folder needs no token. Lines of events and alerts are the
    API's shapes, with `type`; lines of readings have `device`, `received`
    and the fields of `tierview replay --driver`. Ctrl-C ends it.

    Parameters
    ----------
    config
        Only for --readings: the configuration, which says which driver reads which device.
    journal
        The folder of the gateway's journal.
    """
    from gateway.errors import BadInput

    shown = wanted or Wanted()
    if journal is not None:
        from gateway.cli.tail_journal import tail_journal

        tail_journal(journal, config, shown)
    elif shown.readings:
        raise BadInput("expected --journal FOLDER beside --readings: the API tells of events alone")
    else:
        from gateway.cli.tail_stream import tail_stream

        tail_stream(api or Api(), shown)
