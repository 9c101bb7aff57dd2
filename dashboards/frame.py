"""What every dashboard has: its address, its place among the others, the alerts on its time axis."""

from __future__ import annotations

from typing import Any

from grafana_foundation_sdk.builders.dashboard import AnnotationQuery, AnnotationTarget, Dashboard, DashboardLink
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models import dashboard as models

from dashboards import variables
from dashboards.influxql import column, select
from dashboards.look import LATE
from dashboards.query import DATASOURCE
from gateway.influx.schema import ALERT
from gateway.model import AlertState

TAG = "tierview"  # the dashboards find each other by it


def frame(
    word: str, title: str, says: str, *choices: Builder[models.VariableModel], since: str = "now-24h"
) -> Dashboard:
    """An empty dashboard under the address `/d/tierview-WORD`; `choices` beside site, tier, lane and party."""
    return (
        Dashboard(f"tierview · {title}")
        .uid(address(word))
        .description(says)
        .tags([TAG])
        .timezone("browser")
        .readonly()
        .refresh("30s")
        .time(since, "now")
        .tooltip(models.DashboardCursorSync.CROSSHAIR)
        .variables([variables.datasource(), *variables.scopes(), *choices])
        .links([_others()])
        .annotations([raised()])
    )


def address(word: str) -> str:
    """A dashboard's uid."""
    return f"tierview-{word}"


def _others() -> DashboardLink:
    return (
        DashboardLink("tierview")
        .type(models.DashboardLinkType.DASHBOARDS)
        .tags([TAG])
        .as_dropdown(False)
        .include_vars(True)
        .keep_time(True)
    )


def raised() -> AnnotationQuery:
    """Alerts on the time axis of every panel, for as long as nobody has taken note."""
    return AnnotationQuery().name("Alerts").datasource(DATASOURCE).enable(True).icon_color(LATE).target(_Told())


class _Told(AnnotationTarget):
    """An InfluxQL query as an annotation; the SDK knows only targets of Grafana's own annotations."""

    def build(self) -> models.AnnotationTarget:
        return _InfluxTarget()


class _InfluxTarget(models.AnnotationTarget):
    def to_json(self) -> dict[str, Any]:
        untaken = f"{{state}} = '{AlertState.OPEN}' AND {{acks}} = 0"
        return {
            "refId": "Anno",
            "datasource": DATASOURCE.to_json(),
            "query": select("{text}, {rule}, {lane}, {place}", ALERT, untaken, tail="LIMIT 500"),
            "rawQuery": True,
            "textEditor": True,
            "fromAnnotations": True,
            "textColumn": column(ALERT, "text"),
            "tagsColumn": ",".join(column(ALERT, tag) for tag in ("rule", "lane", "place")),
        }
