"""`tierview top`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.cli.options import Api

if TYPE_CHECKING:
    from gateway.cli.top_view import Look


def top(*, every: float = 1.0, once: bool = False, json: bool = False, api: Api = Api()) -> None:  # noqa: B008 - frozen
    """Watch a running gateway: devices with their rates, queues, alerts and late shipments.

    For example:

        TIERVIEW_TOKEN=$(cat operator.token) tierview top
        tierview top --once --json

    With the operator's token it shows the whole gateway, with a partner's the
    alerts and shipments that it may see. Ctrl-C ends it.

    Parameters
    ----------
    every
        Seconds between two looks, from 0.2.
    once
        Look twice, print it and end; so it is in a pipe, and where TERM is dumb.
    json
        One JSON object a look, for machines.
    """
    import sys
    import time

    from gateway.cli.printed import console, write_json
    from gateway.cli.top_look import look, shown
    from gateway.cli.top_view import view
    from gateway.errors import BadInput

    if every < 0.2:
        raise BadInput("expected --every of 0.2 seconds or more")
    before: Look = look(api, None)
    if once or json or not sys.stdout.isatty() or console().is_dumb_terminal:
        while True:
            time.sleep(every)
            before = look(api, before)
            if json:
                write_json(shown(before))
                sys.stdout.flush()
            else:
                console().print(view(before, console().width))
            if once or not json:
                return
    _live(api, before, every)


def _live(api: Api, before: Look, every: float) -> None:
    import time

    from rich.live import Live

    from gateway.cli.printed import console
    from gateway.cli.top_look import look
    from gateway.cli.top_view import view

    screen = console()
    with Live(view(before, *screen.size), console=screen, screen=True, auto_refresh=False) as live:
        while True:
            time.sleep(every)
            before = look(api, before)
            live.update(view(before, *screen.size), refresh=True)
