"""Alerts as rows. InfluxDB holds every version of an alert; the newest of each says how it stands."""

from __future__ import annotations

from grafana_foundation_sdk.models.dashboard import DataTransformerConfig

from dashboards.influxql import column, select
from dashboards.query import InfluxQuery, rows
from dashboards.transformations import TIME, last, newest_by, only, titled
from gateway.influx.schema import ALERT
from gateway.model import AlertState

ID = column(ALERT, "alert_id")
STATE = column(ALERT, "state")
SHOWN = {  # in the page's order: what, how late, where, whom, who has taken note
    column(ALERT, "text"): "Alert",
    column(ALERT, "severity"): "Severity",
    column(ALERT, "late_s"): "Late",
    column(ALERT, "lane"): "Lane",
    column(ALERT, "place"): "Place",
    column(ALERT, "parties"): "Parties",
    column(ALERT, "acks"): "Acknowledgements",
    column(ALERT, "shipment"): "Shipment",
}


def versions(*conditions: str) -> InfluxQuery:
    """Every version in the time shown, the oldest first."""
    return rows(select(", ".join(f"{{{name}}}" for name in (ID, STATE, *SHOWN)), ALERT, *conditions))


def open_now() -> tuple[DataTransformerConfig, ...]:
    """The steps from versions to the alerts that are open; raised before the time shown and silent since: not seen."""
    return newest_by(ID, STATE, *SHOWN), only(last(STATE), AlertState.OPEN)


def to_read() -> DataTransformerConfig:
    """Titles for the newest of each."""
    return titled({last(name): title for name, title in SHOWN.items()}, without=(ID, last(STATE)))


def as_told() -> DataTransformerConfig:
    """Titles for all versions: a story in order."""
    return titled({TIME: TIME, STATE: "State", **SHOWN}, without=(ID,))
