"""What was raised, who took note and how soon, and whether both parties were told at once."""

from __future__ import annotations

from collections.abc import Iterator

from grafana_foundation_sdk.builders import barchart, stat, table, timeseries
from grafana_foundation_sdk.builders.dashboard import Dashboard

from dashboards.frame import frame
from dashboards.influxql import OVER_TIME, column, select, select_from
from dashboards.panels import MEDIUM, THIRD, WHOLE, figure, listing, ranking, trend
from dashboards.query import rows, series
from dashboards.transformations import TIME, count, counted_by, titled
from gateway.influx.schema import ALERT, DELIVERY
from gateway.model import AlertState, DeliveryState

UNTAKEN = f"{{state}} = '{AlertState.OPEN}' AND {{acks}} = 0"
TAKEN = f"{{state}} = '{AlertState.OPEN}' AND {{acks}} > 0"
ENDED = f"{{state}} != '{AlertState.OPEN}'"
ACCEPTED = f"{{state}} = '{DeliveryState.ACCEPTED}'"
TROUBLED = f"{{state}} != '{DeliveryState.ACCEPTED}' AND {{attempts}} > 0"
ALERTS = "count(distinct({alert_id}))"
WAITED = select("({at_us} - {raised_us}) / 1000000 AS waited", ALERT, TAKEN)  # seconds


def build() -> Dashboard:
    says = "Raised, acknowledged, told to both at once, and what went wrong."
    board = frame("alerts", "Alerts and delivery", says, since="now-7d")
    for panel in _figures():
        board = board.with_panel(panel)
    return (
        board.with_panel(_raised())
        .with_panel(_waited())
        .with_panel(_skew())
        .with_panel(_attempts())
        .with_panel(_reasons())
        .with_panel(_accepted())
        .with_panel(_tries())
        .with_panel(_troubled())
    )


def _figures() -> Iterator[stat.Panel]:
    yield figure("Raised", "Different alerts.", series(select(ALERTS, ALERT, UNTAKEN), "raised"))
    yield figure("Acknowledged", "Different alerts.", series(select(ALERTS, ALERT, TAKEN), "acknowledged"))
    ended = series(select(ALERTS, ALERT, ENDED, by="{state}"), "$tag_state")
    says = "Different alerts: resolved, or withdrawn since later data showed that it was never so."
    yield figure("Ended", says, ended)
    middle = series(select_from("median(waited)", WAITED), "in the middle")
    says = "From when it became true to each acknowledgement, in the middle."
    yield figure("Time to acknowledge", says, middle, unit="s")


def _raised() -> timeseries.Panel:
    query = select(ALERTS, ALERT, UNTAKEN, by=f"{OVER_TIME}, {{rule}}", fill="none")
    says = "Alerts with a version that nobody has taken note of: raised, or worse."
    return trend("Raised, by rule", says, series(query, "$tag_rule"), stacked=True)


def _waited() -> timeseries.Panel:
    mean = series(select_from("mean(waited)", WAITED, by=OVER_TIME, fill="none"), "mean")
    longest = series(select_from("max(waited)", WAITED, by=OVER_TIME, fill="none"), "longest")
    says = "From when it became true to each acknowledgement."
    return trend("Time to acknowledge, over time", says, mean, longest, unit="s")


def _skew() -> timeseries.Panel:
    most = select("percentile({offset_us}, 95)", DELIVERY, ACCEPTED, by=f"{OVER_TIME}, {{channel}}", fill="none")
    largest = select("max({offset_us})", DELIVERY, ACCEPTED, by=OVER_TIME, fill="none")
    says = (
        "From an alert's release, which is one for all parties, to acceptance: two parties are apart by the "
        "difference, so at most by the largest."
    )
    return trend("Skew", says, series(most, "$tag_channel, 95 %"), series(largest, "largest"), unit="µs")


def _attempts() -> timeseries.Panel:
    query = select("count({attempts})", DELIVERY, by=f"{OVER_TIME}, {{state}}, {{channel}}", fill="none")
    says = "Pending ones are repeated; failed ones were given up."
    return trend("Attempts, by how they ended", says, series(query, "$tag_state $tag_channel"), stacked=True)


def _reasons() -> barchart.Panel:
    reason, told = column(DELIVERY, "reason"), column(DELIVERY, "delivery_id")
    query = select("{reason}, {delivery_id}", DELIVERY, TROUBLED)
    steps = counted_by(reason, of=told), titled({reason: "Reason", count(told): "Attempts"})
    return ranking("Failures, by reason", "Attempts that were not accepted.", rows(query), *steps, width=THIRD)


def _accepted() -> timeseries.Panel:
    query = select("count({attempts})", DELIVERY, ACCEPTED, by=f"{OVER_TIME}, {{party}}", fill="none")
    says = "Notices that a party's receiver took."
    return trend("Accepted, by party", says, series(query, "$tag_party"), stacked=True, width=THIRD)


def _tries() -> stat.Panel:
    query = select("max({attempts})", DELIVERY, ACCEPTED, by="{channel}")
    says = "The most, by channel: 1 is at once."
    return figure("Attempts until accepted", says, series(query, "$tag_channel"), width=THIRD).height(MEDIUM)


def _troubled() -> table.Panel:
    names = ("party", "channel", "notice", "state", "reason", "attempts", "alert_id")
    query = select(", ".join(f"{{{name}}}" for name in names), DELIVERY, TROUBLED, tail="ORDER BY time DESC LIMIT 200")
    titles = {TIME: "When"} | {column(DELIVERY, name): name.removesuffix("_id").capitalize() for name in names}
    return listing("Not accepted", "The newest 200 attempts.", rows(query), titled(titles), width=WHOLE)
