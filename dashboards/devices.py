"""Readers, trackers and sensors: who is connected, who is in trouble, who has gone silent, whose battery ends."""

from __future__ import annotations

from grafana_foundation_sdk.builders import table
from grafana_foundation_sdk.builders.dashboard import Dashboard

from dashboards import variables
from dashboards.frame import frame
from dashboards.influxql import column, select
from dashboards.look import FINE, LATE
from dashboards.panels import HALF, WHOLE, figure, listing, states, trend
from dashboards.query import rows, series
from dashboards.transformations import TIME, titled
from gateway.influx.schema import GATEWAY_HEALTH, SENSOR

MINE = "{device} =~ /^${{device:regex}}$/"
LINK = "({name} = 'connected' OR {name} = 'disconnected')"
BATTERY = "{name} =~ /battery/"


def build() -> Dashboard:
    return (
        frame(
            "devices", "Devices", "Links, faults, silence and batteries, by device.", variables.device(), since="now-6h"
        )
        .with_panel(
            figure(
                "Faults",
                "Notices of trouble in the time shown, by what they say.",
                series(select("count({at_us})", GATEWAY_HEALTH, MINE, "{fault} = true", by="{name}"), "$tag_name"),
                width=WHOLE,
            )
        )
        .with_panel(
            states(
                "Links",
                "From each change to the next.",
                series(select("{fault}", GATEWAY_HEALTH, MINE, LINK, by="{device}"), "$tag_device"),
                {"true": ("away", LATE), "false": ("connected", FINE)},
            )
        )
        .with_panel(_last_words())
        .with_panel(_last_readings())
        .with_panel(
            trend(
                "Notices, by device",
                "All that devices and their links told of themselves.",
                series(
                    select("count({at_us})", GATEWAY_HEALTH, MINE, by="time($__interval), {device}", fill="none"),
                    "$tag_device",
                ),
                stacked=True,
            )
        )
        .with_panel(
            trend(
                "Faults, by antenna",
                "Of readers with several antennas; 0 is the device itself.",
                series(select("{antenna}", GATEWAY_HEALTH, MINE, "{fault} = true", by="{device}"), "$tag_device"),
            )
        )
        .with_panel(
            trend(
                "Sensor readings, by device",
                "Values a minute.",
                series(select("count({at_us})", SENSOR, MINE, by="time(1m), {device}", fill="none"), "$tag_device"),
            )
        )
        .with_panel(
            trend(
                "Batteries",
                "What sensors and trackers say of theirs: percent, or volts.",
                series(
                    select(
                        "last({value})", SENSOR, MINE, BATTERY, by="time($__interval), {device}, {unit}", fill="none"
                    ),
                    "$tag_device $tag_unit",
                ),
            )
        )
    )


def _last_words() -> table.Panel:
    newest = select("last({fault}) AS {fault}, {text}, {antenna}", GATEWAY_HEALTH, MINE, by="{device}")
    titles = {
        column(GATEWAY_HEALTH, "device"): "Device",
        TIME: "Said at",
        column(GATEWAY_HEALTH, "fault"): "Trouble",
        column(GATEWAY_HEALTH, "text"): "What",
    }
    return listing("Last words", "The newest notice of each device.", rows(newest), titled(titles), width=HALF)


def _last_readings() -> table.Panel:
    newest = select("last({at_us}) AS {at_us}, {asset}", SENSOR, MINE, by="{device}, {name}")
    titles = {
        column(SENSOR, "device"): "Device",
        column(SENSOR, "name"): "Sensor",
        TIME: "Heard at",
        column(SENSOR, "asset"): "Asset",
    }
    hidden = (column(SENSOR, "at_us"),)
    return listing(
        "Silence", "The newest reading of each sensor.", rows(newest), titled(titles, without=hidden), width=HALF
    )
