"""`tierview partner list`."""

from __future__ import annotations

from gateway.cli.options import Api


def partner_list(*, json: bool = False, api: Api = Api()) -> None:  # noqa: B008 - frozen
    """List the partners that were added beside those of the configuration.

    For example:

        tierview partner list
        tierview partner list --json

    It needs a token of the operator.

    Parameters
    ----------
    json
        One JSON object a line.
    """
    from gateway.cli.api_call import call
    from gateway.cli.printed import table, write_json

    found = call(api, "GET", "/partners").json()["items"]
    if json:
        for row in found:
            write_json(row)
    elif found:
        table(list(found[0]), [[value or "" for value in row.values()] for row in found])
    else:
        print("No partner was added: do it with `tierview partner add CODE --name NAME --tier TIER`.")
