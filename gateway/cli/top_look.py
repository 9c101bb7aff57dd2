"""What `tierview top` asks a gateway, and what it makes of two answers: rates."""

from __future__ import annotations

import time
from typing import Any

import httpx
import msgspec
from prometheus_client.parser import text_string_to_metric_families

from gateway.cli.api_call import base_of, call, read, token_of
from gateway.cli.options import Api
from gateway.cli.top_view import Look
from gateway.errors import TierviewError
from gateway.web.shapes import AlertsShape, HealthDetailsShape, HealthShape, SessionShape, ShipmentsShape

MOST_ALERTS = 100
MOST_SHIPMENTS = 500
ANSWER_S = 5.0


def look(api: Api, before: Look | None) -> Look:
    """One look at the gateway; rates are since the look before. Raises TierviewError where it does not answer."""
    session = read(call(api, "GET", "/session"), SessionShape)
    alerts = call(api, "GET", "/alerts", query={"state": "open", "limit": MOST_ALERTS})
    late = call(api, "GET", "/shipments", query={"late": "true", "limit": MOST_SHIPMENTS})
    metrics = _metrics(api) if session.operator else {}
    at_s = time.monotonic()
    return Look(
        at_s=at_s,
        session=session,
        health=_health(api, operator=session.operator),
        alerts=read(alerts, AlertsShape).items,
        late=sorted(read(late, ShipmentsShape).items, key=lambda one: -one.late_s),
        totals=metrics,
        rates={} if before is None else _rates(before, metrics, at_s),
    )


def shown(look_: Look) -> dict[str, Any]:
    """A look as JSON."""
    return {
        "site": look_.session.site,
        "party": look_.session.party.code,
        "now": look_.session.clock.now,
        "status": look_.health.status,
        "rates": {_plain(name): round(rate, 2) for (name, source), rate in sorted(look_.rates.items()) if not source},
        "outputs": [msgspec.structs.asdict(row) for row in look_.outputs()],
        "devices": [msgspec.structs.asdict(row) for row in look_.devices()],
        "open_alerts": [alert.alert_id for alert in look_.alerts],
        "late_shipments": [one.shipment_id for one in look_.late],
    }


def _plain(metric: str) -> str:
    return metric.removeprefix("tierview_").removesuffix("_total")


def _health(api: Api, *, operator: bool) -> HealthShape:
    answer = _get(api, "/health")
    return read(answer, HealthDetailsShape if operator else HealthShape)


def _metrics(api: Api) -> dict[tuple[str, str], float]:
    """Every value by its name and device; the device is empty where there is none."""
    found: dict[tuple[str, str], float] = {}
    for family in text_string_to_metric_families(_get(api, "/metrics").text):
        for sample in family.samples:
            source = sample.labels.get("source", "").partition(":")[2]  # as tcp:dock-1; devices of the broker share one
            about = source or sample.labels.get("device") or sample.labels.get("output") or ""
            found[sample.name, about] = sample.value
    return found


def _get(api: Api, path: str) -> httpx.Response:
    base = base_of(api)
    try:
        with httpx.Client(timeout=ANSWER_S, trust_env=False) as client:
            answer = client.get(base + path, headers={"Authorization": f"Bearer {token_of(api)}"})
    except httpx.TransportError as error:
        raise TierviewError(f"{base} cannot be reached: {error}") from error
    if not answer.is_success:
        raise TierviewError(f"{path} answered {answer.status_code}")
    return answer


def _rates(before: Look, totals: dict[tuple[str, str], float], at_s: float) -> dict[tuple[str, str], float]:
    passed_s = max(at_s - before.at_s, 1e-6)
    return {
        key: max(0.0, value - before.totals[key]) / passed_s
        for key, value in totals.items()
        if key[0].endswith("_total") and key in before.totals
    }
