"""`tierview grafana push`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gateway.grafana.push import Pushed

STYLES = {"unchanged": "dim", "made": "green", "changed": "yellow", "left out": "dim"}


def grafana_push(
    *,
    url: str,
    token_file: Path,
    folder: str = "tierview",
    party: str = "",
    datasource: str = "",
    json: bool = False,
) -> None:
    """Put the dashboards into a Grafana that runs: all of them, or those of one party.

    For example:

        tierview grafana push --url https://grafana.example.com --token-file grafana.token
        tierview grafana push --url http://127.0.0.1:3000 --token-file grafana.token --party OEM --datasource oem-only

    Done a second time it changes nothing but what differs. They go into the
    organisation that the token is of.

    With --party they are fixed to the party and the data source. That alone
    keeps nobody from anything: Grafana lets who sees a dashboard send other
    queries to its data source. So the data source must have a database of
    its own with nothing but this party's points; one that shows other parties
    is refused. Best is an organisation of the party's own. Dashboards with
    what belongs to no party, such as devices, are left out.

    Parameters
    ----------
    url
        Where Grafana is.
    token_file
        A file with the token of a service account: Editor, or with --party Admin.
    folder
        The title of the folder; a party's code is added to it.
    party
        Only for this party.
    datasource
        With --party: the uid of its data source.
    json
        One JSON object a line, for machines: what, state (unchanged, made, changed, left out).
    """
    from importlib.metadata import version

    import httpx

    from gateway.errors import BadInput
    from gateway.grafana.api import ANSWER_S, Grafana
    from gateway.grafana.push import push, push_for

    if bool(party) != bool(datasource):
        raise BadInput("expected --party CODE and --datasource UID together: a party gets a data source of its own")
    headers = {"Authorization": f"Bearer {_token(token_file)}", "Accept": "application/json"}
    try:
        client = httpx.Client(base_url=url, headers=headers, timeout=ANSWER_S, trust_env=False)
    except httpx.InvalidURL as error:
        raise BadInput(f"--url: expected an address such as http://127.0.0.1:3000: {error}") from error
    with client:
        grafana, message = Grafana(client), f"tierview {version('tierview')}"
        done = push_for(grafana, folder, message, party, datasource) if party else push(grafana, folder, message)
        _print(done, json=json)


def _token(file: Path) -> str:
    from gateway.errors import BadInput

    try:
        token = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"expected a readable file with a token, {file} is none: {error}") from error
    if not token.isprintable() or not token or " " in token:
        raise BadInput(f"expected one token in {file}")
    return token


def _print(done: Iterable[Pushed], *, json: bool) -> None:
    from gateway.cli.printed import say, write_json

    for one in done:
        if json:
            write_json(one)
        else:
            say(f"{one.state:<10} {one.what}", STYLES[one.state])
