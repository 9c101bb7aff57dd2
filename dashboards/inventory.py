"""What stands where: parts and packaging by tier and place over time, and how long parts last."""

from __future__ import annotations

from grafana_foundation_sdk.builders import stat, table, timeseries
from grafana_foundation_sdk.builders.dashboard import Dashboard

from dashboards import variables
from dashboards.frame import frame
from dashboards.influxql import OVER_TIME, column, name, select, select_from
from dashboards.panels import WHOLE, by_tier, figure, listing, trend
from dashboards.query import rows, series
from dashboards.transformations import TIME, titled
from gateway.influx.schema import INVENTORY
from gateway.model import AssetKind

ITEM = "{item} =~ /^${{item:regex}}$/"
HERE = "{place} =~ /^${{place:regex}}$/"
ASSETS, PARTS = "{sort} = 'asset'", "{sort} = 'part'"
PACKAGING = f"{{item}} =~ /^({AssetKind.RTI}|{AssetKind.PALLET}|{AssetKind.CONTAINER})$/"
LAST = "last({quantity}) AS quantity"


def build() -> Dashboard:
    says = "Parts and packaging by place over time, and how long parts last."
    return (
        frame("inventory", "Inventory by tier", says, variables.stock_place(), variables.item())
        .with_panel(_tiers())
        .with_panel(_by_tier())
        .with_panel(_packaging())
        .with_panel(_parts())
        .with_panel(_cover())
        .with_panel(_shortest())
    )


def _tiers() -> stat.Panel:
    inner = select(LAST, INVENTORY, ASSETS, HERE, by="{tier}, {place}, {item}")
    query = select_from("sum(quantity)", inner, by=name(column(INVENTORY, "tier")))
    says = "Assets of all kinds, as sampled last in the time shown."
    return by_tier(figure("Assets, by tier", says, series(query, "$tag_tier"), width=WHOLE))


def _by_tier() -> timeseries.Panel:
    inner = select(LAST, INVENTORY, ASSETS, HERE, by=f"{OVER_TIME}, {{tier}}, {{place}}, {{item}}", fill="none")
    query = select_from("sum(quantity)", inner, by=f"{OVER_TIME}, {name(column(INVENTORY, 'tier'))}", fill="none")
    says = "Where the assets were; unchanged counts are told every tenth sample."
    return by_tier(trend("Assets over time, by tier", says, series(query, "$tag_tier"), stacked=True))


def _packaging() -> timeseries.Panel:
    by = f"{OVER_TIME}, {{place}}, {{item}}"
    query = select("last({quantity})", INVENTORY, ASSETS, PACKAGING, HERE, by=by, fill="none")
    says = "Returnable items, pallets and containers at each place."
    return trend("Packaging, by place", says, series(query, "$tag_place $tag_item"))


def _parts() -> timeseries.Panel:
    by = f"{OVER_TIME}, {{place}}, {{item}}"
    query = select("last({quantity})", INVENTORY, PARTS, HERE, ITEM, by=by, fill="none")
    says = "What is left of what was counted, at the rate at which the place uses it."
    return trend("Parts, by place", says, series(query, "$tag_place $tag_item"))


def _cover() -> timeseries.Panel:
    by = f"{OVER_TIME}, {{place}}, {{item}}"
    query = select("last({cover_h}) / 24", INVENTORY, PARTS, HERE, ITEM, by=by, fill="none")
    says = "Until a part runs out by the place's calendar, without what is on its way."
    return trend("Days of cover", says, series(query, "$tag_place $tag_item"), unit="d")


def _shortest() -> table.Panel:
    what = "last({cover_h}) AS {cover_h}, {quantity}, {per_hour}"
    query = select(what, INVENTORY, PARTS, HERE, ITEM, by="{place}, {item}")
    names = {"place": "Place", "item": "Part", "cover_h": "Hours of cover", "quantity": "Left", "per_hour": "An hour"}
    steps = titled({column(INVENTORY, word): title for word, title in names.items()} | {TIME: "As of"})
    says = "Every part that somebody counts or uses, as sampled last."
    return listing("Cover, by part", says, rows(query), steps, width=WHOLE)
