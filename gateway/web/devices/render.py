"""Devices as JSON shapes, from what memory knows of them."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.config.model import Device
from gateway.devices import Table, Trouble
from gateway.devices.address_shown import address_shown
from gateway.devices.standing import since_us, standing
from gateway.devices.table import Tag
from gateway.errors import BadInput
from gateway.identity import identify
from gateway.model import Label, Passage
from gateway.web.assets.labels import label
from gateway.web.devices.shapes import (
    DeviceNowShape,
    FixShape,
    HeardShape,
    ReadShape,
    TagShape,
    ToldShape,
    TroubleShape,
    ValueShape,
)
from gateway.web.http.times import iso, iso_or_none
from gateway.web.ports import Ports

SHOWN_TAGS = 200


def devices_now(ports: Ports) -> list[DeviceNowShape]:
    """Every configured device."""
    return [device_now(ports, device) for device in ports.config.devices]


def device_now(ports: Ports, device: Device) -> DeviceNowShape:
    """One of them."""
    doing, heard = ports.watch.doing(device.name), ports.hearing.find(device.name)
    now_us, now_s = ports.clock.now_us(), ports.watch.now_s()
    return DeviceNowShape(
        device=device.name,
        driver=device.driver,
        place=device.place,
        asset=device.asset,
        connected=bool(doing.peers),
        heard=None if heard is None else iso_or_none(heard.heard_us),
        expected_since=None if heard is None else iso(heard.known_us),
        address=address_shown(device.connect),
        state=standing(doing, heard, now_us, now_s),
        since=iso_or_none(since_us(doing, heard, now_us, now_s)),
        trouble=None if doing.trouble is None else _trouble(doing.trouble),
        links=len(doing.peers),
        readings=doing.meter.total,
        rejected=doing.rejected,
        chunks=doing.chunks,
        bytes=doing.bytes,
        rate=round(doing.meter.rate(now_s), 1),
        rates=[round(rate, 1) for rate in doing.meter.rates(now_s)],
    )


def read_now(ports: Ports, table: Table, known: dict[str, str]) -> ReadShape:
    """What a table has counted; of many tags those that were read last.

    `known`: the assets that tags' own keys mean, as they were found; filled here, and kept by who asks again.
    """
    newest = list(table.tags.values())[-SHOWN_TAGS:]
    antennas = {antenna for tag in newest for antenna in tag.antennas}
    return ReadShape(
        tags=[_tag(ports, tag, known) for tag in sorted(newest, key=lambda tag: (-tag.first_us, tag.epc))],
        antennas=sorted(antennas),
        values=[
            ValueShape(name=said.name, value=said.value, unit=said.unit, asset=said.asset, at=iso(at_us))
            for at_us, said in table.measurements.values()
        ],
        fix=_fix(table),
        told=list(_told(table)),
    )


def _trouble(trouble: Trouble) -> TroubleShape:
    return TroubleShape(at=iso(trouble.at_us), kind=trouble.kind, reason=trouble.reason, text=trouble.text)


def _tag(ports: Ports, tag: Tag, known: dict[str, str]) -> TagShape:
    key = identify(tag.epc, tag.pc).key
    asset = known.get(key) or known.setdefault(key, _named(ports, key))
    where = ports.live.where(asset)
    return TagShape(
        epc=tag.epc.hex().upper(),
        asset=asset,
        label=label(asset),
        place="" if where is None else where.place,
        count=tag.count,
        first=iso(tag.first_us),
        last=iso(tag.last_us),
        antennas=[
            HeardShape(antenna=number, count=heard.count, last=iso(heard.last_us), rssi_dbm=heard.rssi_dbm)
            for number, heard in sorted(tag.antennas.items())
        ],
    )


def _named(ports: Ports, key: str) -> str:
    try:
        return ports.names.asset(key)
    except BadInput:
        return key


def _fix(table: Table) -> FixShape | None:
    if table.fix is None:
        return None
    at_us, fix = table.fix
    return FixShape(
        lat=fix.lat,
        lon=fix.lon,
        speed_mps=fix.speed_mps,
        course_deg=fix.course_deg,
        accuracy_m=fix.accuracy_m,
        satellites=fix.satellites,
        asset=fix.asset,
        at=iso(at_us),
    )


def _told(table: Table) -> Iterable[ToldShape]:
    for at_us, said in reversed(table.told_of):
        if isinstance(said, Label):
            yield ToldShape(kind="label", text=said.text, at=iso(at_us))
        elif isinstance(said, Passage):
            yield ToldShape(kind="passage", text=f"{said.asset} {said.direction} {said.place}", at=iso(at_us))
