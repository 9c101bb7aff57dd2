"""A panel's query as Grafana's InfluxDB plugin reads it; the SDK has no type for this plugin."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models.dashboard import DataSourceRef

PLUGIN = "influxdb"
DATASOURCE = DataSourceRef(type_val=PLUGIN, uid="${datasource}")


@dataclass(frozen=True)
class InfluxQuery(Dataquery, Builder[Dataquery]):
    """InfluxQL as it stands; `alias` names the series: `$tag_tier`, `$col`."""

    text: str
    alias: str = ""
    form: Literal["time_series", "table"] = "time_series"
    ref: str = "A"
    source: DataSourceRef = DATASOURCE

    def at(self, number: int) -> InfluxQuery:
        """The same as the panel's query number 0, 1, ..."""
        return replace(self, ref=chr(ord("A") + number))

    def build(self) -> Dataquery:
        return self

    def to_json(self) -> dict[str, object]:
        named = {"alias": self.alias} if self.alias else {}
        return {
            "refId": self.ref,
            "datasource": self.source.to_json(),
            "query": self.text,
            "rawQuery": True,
            "resultFormat": self.form,
            **named,
        }


def series(text: str, alias: str = "$col") -> InfluxQuery:
    """A query of series over time."""
    return InfluxQuery(text, alias)


def rows(text: str) -> InfluxQuery:
    """A query of rows: Time, the tags that it groups by, then its columns."""
    return InfluxQuery(text, form="table")
