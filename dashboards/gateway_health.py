"""The gateway's own work: what waits in it, how long it can go on, what it writes, and whose clocks it repaired."""

from __future__ import annotations

from collections.abc import Iterator

from grafana_foundation_sdk.builders import stat, timeseries
from grafana_foundation_sdk.builders.dashboard import Dashboard

from dashboards.frame import frame
from dashboards.influxql import OVER_TIME, column, select, select_from
from dashboards.panels import WHOLE, figure, trend
from dashboards.query import InfluxQuery, series
from gateway.influx.schema import GATEWAY, LOCATION_EVENT, MEASUREMENTS, POSITION, SENSOR, Measurement

TIMED = (LOCATION_EVENT, POSITION, SENSOR)


def build() -> Dashboard:
    says = "Queues, commit time, backlog, hours of buffer left, points written, delays on the way in, clocks repaired."
    board = frame("gateway", "Gateway", says, since="now-6h")
    for panel in (*_figures(), *_own()):
        board = board.with_panel(panel)
    return (
        board.with_panel(
            trend(
                "Points a minute",
                "What this server got, by measurement.",
                *(
                    series(select("count({at_us})", one, by="time(1m)", fill="none"), one.name)
                    for one in MEASUREMENTS.values()
                ),
                width=WHOLE,
            )
        )
        .with_panel(
            trend(
                "From event to gateway",
                "Mean and longest: links, buffers of devices, clocks.",
                *(query for one in TIMED for query in _delays(one, "({received_us} - {at_us}) / 1000 AS late")),
                unit="ms",
            )
        )
        .with_panel(
            trend(
                "From gateway to journal",
                "Mean and longest: an input is acknowledged only after this.",
                *(query for one in TIMED for query in _delays(one, "({recorded_us} - {received_us}) / 1000 AS late")),
                unit="ms",
            )
        )
        .with_panel(
            trend(
                "Known late",
                "Events that belong before something already recorded of the same asset.",
                series(
                    select(
                        "count({at_us})", LOCATION_EVENT, "{late} = true", by="time($__interval), {site}", fill="none"
                    ),
                    "$tag_site",
                ),
                stacked=True,
            )
        )
        .with_panel(_repaired())
    )


def _begun() -> Dashboard:
    says = "Queues, commit time, backlog, hours of buffer left, points written, delays on the way in, clocks repaired."
    board = frame("gateway", "Gateway", says, since="now-6h")
    for panel in (*_figures(), *_own()):
        board = board.with_panel(panel)
    return board


def _repaired() -> timeseries.Panel:
    return trend(
        "Clocks repaired",
        "Events whose device's clock was not believed, by measurement.",
        *(
            series(
                select("count({at_us})", one, "{time_fixed} =~ /./", by="time($__interval)", fill="none"),
                one.name,
            )
            for one in TIMED
        ),
        stacked=True,
    )


def _delays(of: Measurement, what: str) -> tuple[InfluxQuery, InfluxQuery]:
    inner = select(what, of)
    over = "time($__interval)"
    return (
        series(select_from("mean(late)", inner, by=over, fill="none"), f"{of.name}, mean"),
        series(select_from("max(late)", inner, by=over, fill="none"), f"{of.name}, longest"),
    )


def _figures() -> Iterator[stat.Panel]:
    """How it stands now."""
    for title, says, name, unit in (
        ("Hours of buffer left", "Until the disk is full at the journal's present growth.", "buffer_hours", "h"),
        ("Commit time", "Of the newest commit, with its jobs.", "commit_seconds", "s"),
        ("Alerts standing", "Open or acknowledged, not ended.", "alerts_standing", "short"),
        ("In quarantine", "Messages that could not be used, waiting for a fix.", "quarantined", "short"),
    ):
        yield figure(title, says, series(select("last({value})", GATEWAY, f"{{name}} = '{name}'"), title), unit=unit)


def _own() -> Iterator[timeseries.Panel]:
    queues = "({name} = 'intake_items' OR {name} = 'deliveries_pending')"
    yield _sampled("Queues", "Chunks that wait to be decoded, notices that wait to be delivered.", queues, "name")
    yield _sampled("Commit time over time", "Of the newest commit.", "{name} = 'commit_seconds'", "name", unit="s")
    backlog = "{name} = 'output_waiting_entries'"
    yield _sampled("Backlog, by output", "Entries of the journal that an output has not taken.", backlog, "label")
    buffer = "{name} = 'buffer_hours'"
    yield _sampled("Buffer over time", "Hours until the disk is full, at most a year.", buffer, "name", unit="h")
    query = select(
        "non_negative_derivative(last({value}), 1s)",
        GATEWAY,
        "{name} = 'device_readings_total'",
        by=f"{OVER_TIME}, {{label}}",
        fill="none",
    )
    yield trend("Readings a second, by device", "As decoded, before anything is located.", series(query, "$tag_label"))
    silent = "{name} = 'device_silence_seconds'"
    yield _sampled("Silence, by device", "Since a device was last heard.", silent, "label", unit="s")


def _sampled(title: str, says: str, held: str, tag: str, *, unit: str = "short") -> timeseries.Panel:
    query = select("last({value})", GATEWAY, held, by=f"{OVER_TIME}, {{{tag}}}", fill="none")
    return trend(title, says, series(query, f"$tag_{column(GATEWAY, tag)}"), unit=unit)
