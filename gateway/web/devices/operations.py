"""For the operator of the box: what could not be used; and the devices as /health tells of them."""

from __future__ import annotations

import sqlite3
from base64 import b64encode
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query, Response

from gateway.config.model import Config, Device
from gateway.journal import quarantine
from gateway.model import DeviceState, Quarantined
from gateway.web.door.security import Operator
from gateway.web.house import HouseDep
from gateway.web.http.answers import describe, send
from gateway.web.http.parameters import MOST
from gateway.web.http.times import iso, iso_or_none
from gateway.web.shapes import (
    DeviceShape,
    QuarantineCountShape,
    QuarantinedShape,
    QuarantineShape,
)

SHOWN = 1024  # bytes of each row's data

router = APIRouter(prefix="/api/v1", tags=["operator"])


@router.get("/quarantine", openapi_extra=describe(answer=QuarantineShape))
async def kept(_: Operator, house: HouseDep, limit: Annotated[int, Query(ge=1, le=MOST)] = 100) -> Response:
    """The newest input that could not be used, with reasons, and how much there is of each."""

    def query(connection: sqlite3.Connection) -> QuarantineShape:
        counts = sorted(quarantine.counts(connection).items())
        return QuarantineShape(
            items=[_row(number, row) for number, row in quarantine.newest(connection, limit)],
            counts=[QuarantineCountShape(source=s, reason=r, count=count) for (s, r), count in counts],
        )

    return send(await house.ports.journal.read(query))


def device_shapes(config: Config, known: Mapping[str, DeviceState]) -> list[DeviceShape]:
    """The configured devices with what is known of each. Where it connects to may hold secrets and is left out."""
    return [_device(device, known.get(device.name)) for device in config.devices]


def _device(device: Device, state: DeviceState | None) -> DeviceShape:
    return DeviceShape(
        device=device.name,
        driver=device.driver,
        place=device.place,
        asset=device.asset,
        connected=state is not None and state.connected,
        heard=None if state is None else iso_or_none(state.heard_us),
        expected_since=None if state is None else iso(state.known_us),
    )


def _row(number: int, row: Quarantined) -> QuarantinedShape:
    return QuarantinedShape(
        number=number,
        received=iso(row.received_us),
        source=row.source,
        stage=row.stage,
        reason=row.reason,
        text=row.text,
        topic=row.topic,
        owner=row.owner,
        subject=row.subject,
        size=len(row.data),
        data=b64encode(row.data[:SHOWN]).decode(),
    )
