"""`tierview quality findings`."""

from __future__ import annotations

from gateway.cli.options import Api


def quality_findings(*, state: str = "open", csv: bool = False, json: bool = False, api: Api = Api()) -> None:  # noqa: B008 - frozen
    """List what is wrong with the data: reason, owner, count, and what waits because of it.

    For example:

        tierview quality findings
        tierview quality findings --state all --csv > findings.csv

    Parameters
    ----------
    state
        open, fixed, ignored, or all.
    csv
        As CSV, with examples.
    json
        One JSON object a line.
    """
    from gateway.cli.api_call import call
    from gateway.cli.given import one_of
    from gateway.cli.printed import table, write_csv, write_json

    chosen = one_of(state, ("open", "fixed", "ignored", "all"), "a state")
    query = {} if chosen == "all" else {"state": chosen}
    if csv:
        write_csv(call(api, "GET", "/quality/findings.csv", query=query).content)
        return
    found = call(api, "GET", "/quality/findings", query=query | {"limit": 1000}).json()["items"]
    if json:
        for row in found:
            write_json(row)
    elif found:
        columns = ["finding", "reason", "owner", "source", "subject", "count", "waiting", "suggestion", "state"]
        table(columns, [[str(row[column]) for column in columns] for row in found])
    else:
        print("Nothing is wrong with the data that came.")
