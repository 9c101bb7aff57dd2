"""The choices at the top of a dashboard."""

from __future__ import annotations

from grafana_foundation_sdk.builders.dashboard import DatasourceVariable, QueryVariable
from grafana_foundation_sdk.models.dashboard import VariableOption, VariableRefresh, VariableSort

from dashboards.influxql import PARTY, SITE, column, select, tag_values
from dashboards.query import DATASOURCE, PLUGIN
from gateway.influx.schema import ALERT, GATEWAY_HEALTH, INVENTORY, LOCATION_EVENT, POSITION, SENSOR, SHIPMENT

EVERYTHING = VariableOption(selected=True, text="All", value="$__all")
EDITOR = "InfluxVariableQueryEditor-VariableQuery"  # as Grafana saves it since 11; it runs no plain text any more
PROVISIONED = VariableOption(selected=True, text="tierview", value="tierview")  # deploy/grafana/provisioning


def datasource() -> DatasourceVariable:
    """Which InfluxDB; with several sites on several servers, one dashboard serves them all."""
    return DatasourceVariable("datasource").label("InfluxDB").type(PLUGIN).current(PROVISIONED)


def scopes() -> tuple[QueryVariable, ...]:
    """Site, tier, lane and party: `influxql.scope` holds every query to them, so every dashboard has them."""
    return (
        _any_of("site", "Site", tag_values(SITE)),
        _any_of("tier", "Tier", tag_values(column(LOCATION_EVENT, "tier"), LOCATION_EVENT, POSITION, ALERT)),
        _any_of("lane", "Lane", tag_values(column(ALERT, "lane"), ALERT, SHIPMENT)),
        _any_of("party", "Party", tag_values(PARTY)),
    )


def place() -> QueryVariable:
    return _any_of("place", "Place", tag_values(column(LOCATION_EVENT, "place"), LOCATION_EVENT))


def stock_place() -> QueryVariable:
    return _any_of("place", "Place", tag_values(column(INVENTORY, "place"), INVENTORY))


def item() -> QueryVariable:
    """Parts, and kinds of assets."""
    return _any_of("item", "Part", tag_values(column(INVENTORY, "item"), INVENTORY))


def device() -> QueryVariable:
    return _any_of("device", "Device", tag_values(column(SENSOR, "device"), SENSOR, GATEWAY_HEALTH))


def shipment() -> QueryVariable:
    """The shipments whose plan, estimate or actual changed in the time shown."""
    return _one_of("shipment", "Shipment", select("distinct({shipment})", SHIPMENT))


def tracked() -> QueryVariable:
    """Whatever carries a tracker: trailers, containers."""
    return _one_of("asset", "Trailer or container", tag_values(column(POSITION, "asset"), POSITION))


def _one_of(word: str, label: str, text: str) -> QueryVariable:
    return (
        QueryVariable(word)
        .label(label)
        .datasource(DATASOURCE)
        .query({"query": text, "refId": EDITOR})
        .refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(VariableSort.ALPHABETICAL_ASC)
    )


def _any_of(word: str, label: str, text: str) -> QueryVariable:
    return _one_of(word, label, text).multi(True).include_all(True).all_value(".*").current(EVERYTHING)
