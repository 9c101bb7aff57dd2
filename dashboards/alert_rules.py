"""What Grafana itself watches over: that points come at all, that devices are heard, that parties can be told.

These watch the gateway, from outside it. What is late is the gateway's own business: it tells every party at once.

Provisioning files fill environment variables in wherever a `$` stands, so no query here has one: each says its own
time instead of `$timeFilter`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from grafana_foundation_sdk.builders import alerting, expr
from grafana_foundation_sdk.models.alerting import RelativeTimeRange, Rule
from grafana_foundation_sdk.models.dashboard import DataSourceRef

from dashboards.influxql import SITE, select_always
from dashboards.query import PLUGIN, InfluxQuery
from gateway.influx.schema import DELIVERY, GATEWAY, GATEWAY_HEALTH, LOCATION_EVENT, POSITION, SENSOR
from gateway.model import DeliveryState

FOLDER, GROUP = "tierview", "gateway"
DATASOURCE_UID = "tierview"  # deploy/grafana/provisioning/datasources
RECEIVER = "tierview"  # deploy/grafana/provisioning/alerting/contact_points.yaml
EXPRESSION = "__expr__"
QUARTER_S, DAY_S = 900, 86_400
MOST_WAITING = 20_000  # entries before an output: as `influx: behind`


def rules() -> Sequence[Rule]:
    """All of them; each goes to one contact point."""
    return (_no_points(), _silent(), _trouble(), _not_told(), _disk_fills(), _behind(), _slow_commits())


def _no_points() -> Rule:
    """Nothing of four measurements: the gateway, its link to InfluxDB, or the site's network."""
    watched = (LOCATION_EVENT, POSITION, SENSOR, GATEWAY_HEALTH)
    texts = [select_always("count({at_us})", one, since="10m", by="time(10m)", fill="none") for one in watched]
    queries = [_asked(chr(ord("A") + number), text, QUARTER_S) for number, text in enumerate(texts)]
    none = [_without_value(chr(ord("A") + number)) for number in range(len(texts))]
    nothing = _computed("Z", expr.TypeClassicConditions().ref_id("Z").conditions(list(none)))
    return _rule(
        "tierview-no-points",
        "No points for 10 minutes",
        [*queries, nothing],
        "Nothing was written to InfluxDB for 10 minutes: is the gateway running, and can it reach InfluxDB? "
        "It loses nothing meanwhile: `tierview doctor` says what is wrong.",
        no_data="Alerting",
        pending="0s",
    )


def _silent() -> Rule:
    by = f"time(30m), {{device}}, {{{SITE}}}"
    text = select_always("count({at_us})", SENSOR, since="1d", by=by, fill="0")
    return _rule(
        "tierview-silent",
        "Sensor silent for 30 minutes",
        [_asked("A", text, DAY_S), _last("B", "A"), _compared("Z", "B", "lt", 1)],
        "{{ $labels.device }} was heard within a day, and not for 30 minutes.",
        pending="30m",  # the newest half hour has only begun: it must stay empty
    )


def _trouble() -> Rule:
    text = select_always("count({at_us})", GATEWAY_HEALTH, "{fault} = true", since="15m", by="{device}, {name}")
    return _rule(
        "tierview-trouble",
        "Device in trouble",
        [_asked("A", text, QUARTER_S), _last("B", "A"), _compared("Z", "B", "gt", 0)],
        "{{ $labels.device }} said {{ $labels.name }} within 15 minutes.",
    )


def _not_told() -> Rule:
    failed = f"{{state}} = '{DeliveryState.FAILED}'"
    text = select_always("count({attempts})", DELIVERY, failed, since="15m", by="{party}, {channel}")
    return _rule(
        "tierview-not-told",
        "Alerts cannot be delivered",
        [_asked("A", text, QUARTER_S), _last("B", "A"), _compared("Z", "B", "gt", 0)],
        "{{ $labels.party }} was not told by {{ $labels.channel }}: given up within 15 minutes.",
    )


def _disk_fills() -> Rule:
    return _rule(
        "tierview-disk",
        "Disk full within a day",
        _sampled("max", "buffer_hours", "lt", DAY_S // 3600),
        "{{ $labels.site }} has room for less than a day at the journal's present growth. When it is full, devices go "
        "unacknowledged, and nothing is lost: make room, or keep less of the tape (`journal: tape_mb`).",
    )


def _behind() -> Rule:
    return _rule(
        "tierview-behind",
        "An output falls behind",
        _sampled("min", "output_waiting_entries", "gt", MOST_WAITING),
        f"{{{{ $labels.label }}}} of {{{{ $labels.site }}}} has had more than {MOST_WAITING:,} entries before it for a "
        "quarter of an hour: `tierview doctor` says why.",
    )


def _slow_commits() -> Rule:
    return _rule(
        "tierview-slow",
        "Commits take longer than a second",
        _sampled("median", "commit_seconds", "gt", 1),
        "{{ $labels.site }} stores slowly: is its disk worn, full, or shared with something else?",
    )


def _sampled(sum_up: str, what: str, how: Literal["lt", "gt"], bound: float) -> list[alerting.Query]:
    """A figure of the gateway over the last quarter of an hour, held against a bound."""
    text = select_always(
        f"{sum_up}({{value}})", GATEWAY, f"{{name}} = '{what}'", since="15m", by=f"{{label}}, {{{SITE}}}"
    )
    return [_asked("A", text, QUARTER_S), _last("B", "A"), _compared("Z", "B", how, bound)]


def _rule(
    uid: str,
    title: str,
    queries: list[alerting.Query],
    says: str,
    *,
    no_data: Literal["Alerting", "OK"] = "OK",
    pending: str = "1m",
) -> Rule:
    return (
        alerting.Rule(title)
        .uid(uid)
        .queries(list(queries))
        .condition("Z")
        .no_data_state(no_data)
        .exec_err_state("Error")
        .for_val(pending)
        .annotations({"summary": says})
        .labels({"source": "tierview"})
        .notification_settings(alerting.NotificationSettings().receiver(RECEIVER))
        .folder_uid(FOLDER)
        .rule_group(GROUP)
        .org_id(1)
        .build()
    )


def _asked(ref: str, text: str, since_s: int) -> alerting.Query:
    model = InfluxQuery(text, ref=ref, source=DataSourceRef(type_val=PLUGIN, uid=DATASOURCE_UID))
    return alerting.Query(ref).datasource_uid(DATASOURCE_UID).model(model).relative_time_range(_since(since_s))


def _last(ref: str, of: str) -> alerting.Query:
    return _computed(ref, expr.TypeReduce().ref_id(ref).expression(of).reducer("last"))


def _compared(ref: str, of: str, how: Literal["lt", "gt"], bound: float) -> alerting.Query:
    evaluator = expr.ExprTypeThresholdConditionsEvaluator().type(how).params([bound])
    condition = expr.ExprTypeThresholdConditions().evaluator(evaluator)
    return _computed(ref, expr.TypeThreshold().ref_id(ref).expression(of).conditions([condition]))


def _without_value(of: str) -> expr.ExprTypeClassicConditionsConditions:
    return (
        expr.ExprTypeClassicConditionsConditions()
        .query(expr.ExprTypeClassicConditionsConditionsQuery().params([of]))
        .reducer(expr.ExprTypeClassicConditionsConditionsReducer().type("last"))
        .operator(expr.ExprTypeClassicConditionsConditionsOperator().type("and"))
        .evaluator(expr.ExprTypeClassicConditionsConditionsEvaluator().type("no_value").params([]))
    )


def _computed(ref: str, what: expr.TypeClassicConditions | expr.TypeReduce | expr.TypeThreshold) -> alerting.Query:
    what = what.datasource(DataSourceRef(type_val=EXPRESSION, uid=EXPRESSION))  # by this the rule's editor knows it
    return alerting.Query(ref).datasource_uid(EXPRESSION).model(what).relative_time_range(_since(0))


def _since(seconds: int) -> RelativeTimeRange:
    return RelativeTimeRange(from_val=seconds, to=0)
