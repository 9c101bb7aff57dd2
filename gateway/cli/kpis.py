"""`tierview kpis`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from gateway.cli.options import Api

if TYPE_CHECKING:
    from gateway.web.kpis.shapes import FigureShape, KpisShape

COLUMNS = ["figure", "of", "value", "good", "counted"]
DEFINITIONS = ("slot", "day", "line", "unit", "all")


def kpis(
    *,
    since: Annotated[str, Parameter(name="--from")] = "",
    until: str = "",
    lane: str = "",
    definition: str = "",
    csv: bool = False,
    json: bool = False,
    api: Api = Api(),  # noqa: B008 - frozen
) -> None:
    """Count figures of the shipments that were due: on time in full, lead time, dwell, detention, CO2e.

    For example:

        tierview kpis
        tierview kpis --from 2026-03-01T00:00:00Z --until 2026-04-01T00:00:00Z --definition all
        tierview kpis --lane "T1-B-MAGDEBURG>OEM-PLANT" --csv > kpis.csv

    Parameters
    ----------
    since
        Shipments that were due from then on; otherwise from 30 days before the end.
    until
        Shipments that were due before then; otherwise before now.
    lane
        Only of this lane, as ORIGIN>DESTINATION.
    definition
        Of on time in full: slot, day, line, unit, or all four; otherwise as the configuration says.
    csv
        As CSV, with the definition of each.
    json
        One JSON object a line: the API's shape of a figure.
    """
    from gateway.cli.api_call import call, read
    from gateway.cli.given import one_of
    from gateway.cli.printed import write_csv, write_json
    from gateway.web.kpis.shapes import KpisShape

    chosen = one_of(definition, DEFINITIONS, "a definition") if definition else ""
    said = {"from": since, "until": until, "lane": lane, "definition": chosen}
    query = {name: text for name, text in said.items() if text}
    if csv:
        write_csv(call(api, "GET", "/kpis.csv", query=query).content)
        return
    found = read(call(api, "GET", "/kpis", query=query), KpisShape)
    if json:
        for one in found.items:
            write_json(one)
    else:
        _tell(found)


def _tell(found: KpisShape) -> None:
    """A table, and below it what each figure means, once."""
    from gateway.cli.printed import minute, say, table

    say(f"{found.shipments} shipments were due from {minute(found.window_from)} until {minute(found.window_until)}")
    table(COLUMNS, [_row(one) for one in found.items])
    for definition, names in _definitions(found.items).items():
        say(f"{', '.join(names)}: {definition}", "dim")


def _definitions(items: list[FigureShape]) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for one in items:
        if not one.lane and one.kpi not in (named := names.setdefault(one.definition, [])):
            named.append(one.kpi)
    return names


def _row(one: FigureShape) -> list[str]:
    value = "-" if one.value is None else f"{one.value:g} {one.unit}"
    numbers = ["" if number is None else f"{number:g}" for number in (one.good, one.counted)]
    return [one.kpi, one.lane or one.place or one.tier, value, *numbers]
