"""`tierview names list`."""

from __future__ import annotations

from gateway.cli.options import Api

MOST = 1000


def names_list(*, kind: str = "", removed: bool = False, json: bool = False, api: Api = Api()) -> None:  # noqa: B008 - frozen
    """List the names that people linked to assets, places, parties, units and part numbers.

    For example:

        tierview names list
        tierview names list --kind place --removed --json

    Parameters
    ----------
    kind
        Only of this kind: asset, place, party, unit or part.
    removed
        Also those that count no longer.
    json
        One JSON object a line.
    """
    from gateway.cli.api_call import call
    from gateway.cli.printed import table, write_json

    query = {"limit": MOST, "removed": removed} | ({"kind": kind} if kind else {})
    found = []
    after: int | None = 0
    while after is not None:
        page = call(api, "GET", "/names", query=query | {"after": after}).json()
        found += page["items"]
        after = page["next_after"]
    if json:
        for row in found:
            write_json(row)
    elif found:
        columns = ["number", "kind", "name", "target", "party", "entered", "entered_by", "removed"]
        table(columns, [[str(row[column] or "") for column in columns] for row in found])
    else:
        print("There are no names: enter one with `tierview names link KIND NAME TARGET`.")
