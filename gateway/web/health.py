"""How the gateway is: a word for anyone, details for the operator, metrics for Prometheus."""

from __future__ import annotations

import sqlite3

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from gateway.journal import alerts, events, quarantine, states
from gateway.web.devices.operations import device_shapes
from gateway.web.door.security import is_local, token_of, viewer_of
from gateway.web.house import House, HouseDep
from gateway.web.http.answers import describe, send
from gateway.web.http.problems import not_found
from gateway.web.shapes import CursorShape, HealthDetailsShape, HealthShape

router = APIRouter(tags=["health"])


@router.get("/health", openapi_extra=describe(answer=HealthShape))
async def health(request: Request, house: HouseDep) -> Response:
    """Whether the gateway is ready; with the operator's token also its devices, followers and backlog."""
    viewer = await viewer_of(house, token_of(request))
    if viewer is None or not viewer.operator:
        return send(_brief(house))
    return send(await house.ports.journal.read(lambda connection: _details(connection, house)))


@router.get("/metrics")
async def metrics(request: Request, house: HouseDep) -> Response:
    """Prometheus' text format: for this machine itself, and for the operator."""
    if not is_local(request, house):
        viewer = await viewer_of(house, token_of(request))
        if viewer is None or not viewer.operator:
            raise not_found()
    return Response(generate_latest(house.ports.metrics), media_type=CONTENT_TYPE_LATEST)


def _brief(house: House) -> HealthShape:
    phase = house.ports.phase()
    return HealthShape(status=phase, version=house.ports.version, ready=phase == "ok")


def _details(connection: sqlite3.Connection, house: House) -> HealthDetailsShape:
    brief = _brief(house)
    return HealthDetailsShape(
        status=brief.status,
        version=brief.version,
        ready=brief.ready,
        devices=device_shapes(house.ports.config, states.devices(connection)),
        last_seq=events.last_seq(connection),
        cursors=[CursorShape(name=name, seq=seq) for name, seq in states.cursors(connection).items()],
        pending_deliveries=alerts.pending(connection),
        quarantined=sum(quarantine.counts(connection).values()),
        open_streams=len(house.ports.hub),
    )
