"""Readers, trackers and sensors: who is connected, who is in trouble, who has gone silent, whose battery ends."""

from __future__ import annotations

from grafana_foundation_sdk.builders import stat, statetimeline, table, timeseries
from grafana_foundation_sdk.builders.dashboard import Dashboard

from dashboards import variables
from dashboards.frame import frame
from dashboards.influxql import OVER_TIME, column, select
from dashboards.look import FINE, LATE
from dashboards.panels import HALF, WHOLE, figure, listing, states, trend
from dashboards.query import rows, series
from dashboards.transformations import TIME, titled
from gateway.influx.schema import ANTENNA, GATEWAY_HEALTH, SENSOR

MINE = "{device} =~ /^${{device:regex}}$/"
FAULT = "{fault} = true"
LINK = "({name} = 'connected' OR {name} = 'disconnected')"
BATTERY = "{name} =~ /battery/"


def build() -> Dashboard:
    says = "Links, faults, silence and batteries, by device."
    return (
        frame("devices", "Devices", says, variables.device(), since="now-6h")
        .with_panel(_faults())
        .with_panel(_links())
        .with_panel(_last_words())
        .with_panel(_last_readings())
        .with_panel(_notices())
        .with_panel(_antennas())
        .with_panel(_signal())
        .with_panel(_rates())
        .with_panel(_batteries())
    )


def _faults() -> stat.Panel:
    query = select("count({at_us})", GATEWAY_HEALTH, MINE, FAULT, by="{name}")
    says = "Notices of trouble in the time shown, by what they say."
    return figure("Faults", says, series(query, "$tag_name"), width=WHOLE)


def _links() -> statetimeline.Panel:
    query = select("{fault}", GATEWAY_HEALTH, MINE, LINK, by="{device}")
    words = {"true": ("away", LATE), "false": ("connected", FINE)}
    return states("Links", "From each change to the next.", series(query, "$tag_device"), words)


def _last_words() -> table.Panel:
    query = select("last({fault}) AS {fault}, {text}, {antenna}", GATEWAY_HEALTH, MINE, by="{device}")
    titles = {
        column(GATEWAY_HEALTH, "device"): "Device",
        TIME: "Said at",
        column(GATEWAY_HEALTH, "fault"): "Trouble",
        column(GATEWAY_HEALTH, "text"): "What",
    }
    return listing("Last words", "The newest notice of each device.", rows(query), titled(titles), width=HALF)


def _last_readings() -> table.Panel:
    query = select("last({at_us}) AS {at_us}, {asset}", SENSOR, MINE, by="{device}, {name}")
    titles = {
        column(SENSOR, "device"): "Device",
        column(SENSOR, "name"): "Sensor",
        TIME: "Heard at",
        column(SENSOR, "asset"): "Asset",
    }
    steps = titled(titles, without=(column(SENSOR, "at_us"),))
    return listing("Silence", "The newest reading of each sensor.", rows(query), steps, width=HALF)


def _notices() -> timeseries.Panel:
    query = select("count({at_us})", GATEWAY_HEALTH, MINE, by=f"{OVER_TIME}, {{device}}", fill="none")
    says = "All that devices and their links told of themselves."
    return trend("Notices, by device", says, series(query, "$tag_device"), stacked=True)


def _antennas() -> timeseries.Panel:
    query = select("{antenna}", GATEWAY_HEALTH, MINE, FAULT, by="{device}")
    says = "Of readers with several antennas; 0 is the device itself."
    return trend("Faults, by antenna", says, series(query, "$tag_device"))


def _signal() -> timeseries.Panel:
    query = select("mean({rssi_dbm})", ANTENNA, MINE, by=f"{OVER_TIME}, {{device}}, {{antenna}}", fill="none")
    says = "How loudly tags are heard; below -75 dBm they are not believed to be there."
    return trend("Signal, by antenna", says, series(query, "$tag_device $tag_antenna"), unit="dBm")


def _rates() -> timeseries.Panel:
    query = select("count({at_us})", SENSOR, MINE, by="time(1m), {device}", fill="none")
    return trend("Sensor readings, by device", "Values a minute.", series(query, "$tag_device"))


def _batteries() -> timeseries.Panel:
    query = select("last({value})", SENSOR, MINE, BATTERY, by=f"{OVER_TIME}, {{device}}, {{unit}}", fill="none")
    says = "What sensors and trackers say of theirs: percent, or volts."
    return trend("Batteries", says, series(query, "$tag_device $tag_unit"), width=WHOLE)
