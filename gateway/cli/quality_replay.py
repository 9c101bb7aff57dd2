"""`tierview quality replay`."""

from __future__ import annotations

from gateway.cli.options import Api


def quality_replay(finding: str = "", /, *, number: tuple[int, ...] = (), api: Api = Api()) -> None:  # noqa: B008 - frozen
    """Read again what waits: because of a finding, or rows of the quarantine.

    For example:

        tierview quality replay 6ec6210f2e87a66f
        tierview quality replay --number 17 --number 18

    Names that are entered do this by themselves. It is of use after a fix in config.yaml or a new driver.

    Parameters
    ----------
    finding
        The finding, as `tierview quality findings` shows it.
    number
        A row's number, as /api/v1/quarantine shows it; may be repeated.
    """
    from gateway.cli.api_call import call

    tried = call(api, "POST", "/quality/replay", json={"finding": finding, "numbers": number}).json()
    print(f"tried {tried['tried']}; read again: {tried['replayed']}, still waiting: {tried['waiting']}")
