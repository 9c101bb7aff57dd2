"""What Grafana does with rows before it shows them. Results name columns; each name here is one of theirs."""

from __future__ import annotations

from collections.abc import Mapping

from grafana_foundation_sdk.models.dashboard import DataTransformerConfig

TIME = "Time"  # what Grafana calls InfluxQL's first column


def newest_by(key: str, *others: str) -> DataTransformerConfig:
    """One row for each value of `key`, with the last of every other column: `others` become `NAME (lastNotNull)`.

    InfluxDB holds every version of an alert and cannot group by a field; Grafana can.
    """
    fields: dict[str, object] = {key: {"operation": "groupby", "aggregations": []}}
    fields |= {other: {"operation": "aggregate", "aggregations": ["lastNotNull"]} for other in others}
    return DataTransformerConfig(id_val="groupBy", options={"fields": fields})


def counted_by(*keys: str, of: str) -> DataTransformerConfig:
    """How many rows there are for each combination of `keys`: `of` becomes `NAME (count)`."""
    fields: dict[str, object] = {key: {"operation": "groupby", "aggregations": []} for key in keys}
    fields[of] = {"operation": "aggregate", "aggregations": ["count"]}
    return DataTransformerConfig(id_val="groupBy", options={"fields": fields})


def last(column: str) -> str:
    """What `newest_by` calls a column."""
    return f"{column} (lastNotNull)"


def count(column: str) -> str:
    """What `counted_by` calls a column."""
    return f"{column} (count)"


def only(column: str, value: str) -> DataTransformerConfig:
    """The rows that hold this text."""
    held = {"fieldName": column, "config": {"id": "equal", "options": {"value": value}}}
    return DataTransformerConfig(id_val="filterByValue", options={"type": "include", "match": "all", "filters": [held]})


def titled(titles: Mapping[str, str], *, without: tuple[str, ...] = ()) -> DataTransformerConfig:
    """Columns in this order and under these titles, without some."""
    return DataTransformerConfig(
        id_val="organize",
        options={
            "renameByName": dict(titles),
            "indexByName": {column: number for number, column in enumerate(titles)},
            "excludeByName": dict.fromkeys(without, True),
        },
    )
