"""`tierview tail`: a running gateway, through its HTTP API or beside its journal."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from gateway.cli.options import OF_JOURNAL, Api, Wanted


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
        tierview tail my.yaml --journal data --readings --device dock-1

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
    from gateway.cli.printed import warn
    from gateway.errors import BadInput

    shown = wanted or Wanted()
    if sys.stdout.isatty() and not shown.readings:
        warn("events and alerts, from now on; --journal FOLDER --readings shows what devices read before it is one")
    if journal is not None:
        from gateway.cli.tail_journal import tail_journal

        tail_journal(journal, config, shown)
    elif shown.readings:
        raise BadInput("expected --journal FOLDER beside --readings: the API tells of events alone")
    else:
        from gateway.cli.tail_stream import tail_stream

        tail_stream(api or Api(), shown)
