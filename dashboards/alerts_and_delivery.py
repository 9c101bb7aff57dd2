"""What was raised, who took note and how soon, and whether both parties were told at once."""

from __future__ import annotations

from grafana_foundation_sdk.builders import barchart, table
from grafana_foundation_sdk.builders.dashboard import Dashboard

from dashboards.frame import frame
from dashboards.influxql import column, select, select_from
from dashboards.panels import THIRD, WHOLE, figure, listing, ranking, trend
from dashboards.query import rows, series
from dashboards.transformations import TIME, count, counted_by, titled
from gateway.influx.schema import ALERT, DELIVERY
from gateway.model import AlertState, DeliveryState

UNTAKEN = f"{{state}} = '{AlertState.OPEN}' AND {{acks}} = 0"
TAKEN = f"{{state}} = '{AlertState.OPEN}' AND {{acks}} > 0"
ACCEPTED = f"{{state}} = '{DeliveryState.ACCEPTED}'"
TROUBLED = f"{{state}} != '{DeliveryState.ACCEPTED}' AND {{attempts}} > 0"
ALERTS = "count(distinct({alert_id}))"
WAITED = select("({at_us} - {raised_us}) / 1000000 AS waited", ALERT, TAKEN)  # seconds


def build() -> Dashboard:
    return (
        frame(
            "alerts",
            "Alerts and delivery",
            "Raised, acknowledged, told to both at once, and what went wrong.",
            since="now-7d",
        )
        .with_panel(figure("Raised", "Different alerts.", series(select(ALERTS, ALERT, UNTAKEN), "raised")))
        .with_panel(figure("Acknowledged", "Different alerts.", series(select(ALERTS, ALERT, TAKEN), "acknowledged")))
        .with_panel(
            figure(
                "Ended",
                "Different alerts: resolved, or withdrawn since later data showed that it was never so.",
                series(select(ALERTS, ALERT, f"{{state}} != '{AlertState.OPEN}'", by="{state}"), "$tag_state"),
            )
        )
        .with_panel(
            figure(
                "Time to acknowledge",
                "From when it became true to each acknowledgement, in the middle.",
                series(select_from("median(waited)", WAITED), "in the middle"),
                unit="s",
            )
        )
        .with_panel(
            trend(
                "Raised, by rule",
                "Alerts with a version that nobody has taken note of: raised, or worse.",
                series(select(ALERTS, ALERT, UNTAKEN, by="time($__interval), {rule}", fill="none"), "$tag_rule"),
                stacked=True,
            )
        )
        .with_panel(
            trend(
                "Time to acknowledge",
                "From when it became true to each acknowledgement.",
                series(select_from("mean(waited)", WAITED, by="time($__interval)", fill="none"), "mean"),
                series(select_from("max(waited)", WAITED, by="time($__interval)", fill="none"), "longest"),
                unit="s",
            )
        )
        .with_panel(
            trend(
                "Skew",
                "From an alert's release, which is one for all parties, to acceptance: two parties are apart by the "
                "difference, so at most by the largest.",
                series(
                    select(
                        "percentile({offset_us}, 95)",
                        DELIVERY,
                        ACCEPTED,
                        by="time($__interval), {channel}",
                        fill="none",
                    ),
                    "$tag_channel, 95 %",
                ),
                series(select("max({offset_us})", DELIVERY, ACCEPTED, by="time($__interval)", fill="none"), "largest"),
                unit="µs",
            )
        )
        .with_panel(
            trend(
                "Attempts, by how they ended",
                "Pending ones are repeated; failed ones were given up.",
                series(
                    select("count({attempts})", DELIVERY, by="time($__interval), {state}, {channel}", fill="none"),
                    "$tag_state $tag_channel",
                ),
                stacked=True,
            )
        )
        .with_panel(_reasons())
        .with_panel(
            trend(
                "Accepted, by party",
                "Notices that a party's receiver took.",
                series(
                    select("count({attempts})", DELIVERY, ACCEPTED, by="time($__interval), {party}", fill="none"),
                    "$tag_party",
                ),
                stacked=True,
                width=THIRD,
            )
        )
        .with_panel(
            figure(
                "Attempts until accepted",
                "The most, by channel: 1 is at once.",
                series(select("max({attempts})", DELIVERY, ACCEPTED, by="{channel}"), "$tag_channel"),
                width=THIRD,
            )
        )
        .with_panel(_troubled())
    )


def _reasons() -> barchart.Panel:
    reason, told = column(DELIVERY, "reason"), column(DELIVERY, "delivery_id")
    attempts = select("{reason}, {delivery_id}", DELIVERY, TROUBLED)
    return ranking(
        "Failures, by reason",
        "Attempts that were not accepted.",
        rows(attempts),
        counted_by(reason, of=told),
        titled({reason: "Reason", count(told): "Attempts"}),
        width=THIRD,
    )


def _troubled() -> table.Panel:
    names = ("party", "channel", "notice", "state", "reason", "attempts", "alert_id")
    query = select(", ".join(f"{{{name}}}" for name in names), DELIVERY, TROUBLED, tail="ORDER BY time DESC LIMIT 200")
    titles = {TIME: "When"} | {column(DELIVERY, name): name.replace("_id", "").capitalize() for name in names}
    return listing("Not accepted", "The newest 200 attempts.", rows(query), titled(titles), width=WHOLE)
