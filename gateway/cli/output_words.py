"""What a device said, for people: one line and its style."""

from __future__ import annotations

from gateway.identity import identify
from gateway.model import Fix, Label, Measurement, Notice, Packing, Passage, Rejected, TagRead
from gateway.replay.capture import Said
from gateway.web.assets.labels import label
from gateway.web.http.times import iso

KIND_WIDTH = 12
SHOWN_BYTES = 32  # of what was rejected


def words_of(said: Said) -> tuple[str, str]:
    """A line for people, and the style in which a terminal shows it."""
    match said:
        case TagRead():
            return _line("tag read", said.seen_us, _tag_read(said)), ""
        case Label():
            return _line("label", said.seen_us, said.text.replace("\x1d", "<GS>")), ""
        case Fix():
            return _line("fix", said.seen_us, _fix(said)), ""
        case Measurement():
            what = f"{said.name} {said.value} {said.unit}".rstrip()
            return _line("measurement", said.seen_us, _of(what, said.asset)), ""
        case Passage():
            what = f"{said.asset} {said.direction} {said.place}"
            return _line("passage", said.seen_us, f"{what}, shipment {said.shipment}" if said.shipment else what), ""
        case Packing():
            way = "into" if said.action == "ADD" else "out of"
            where = f" at {said.place}" if said.place else ""
            return _line("packing", said.seen_us, f"{said.asset} {way} {said.parent}{where}"), ""
        case Notice():
            where = f" antenna {said.antenna}" if said.antenna else ""
            style = "yellow" if said.fault else "dim"
            return _line("notice", said.seen_us, f"{said.name}{where}: {said.text}"), style
        case Rejected():
            return _line("rejected", None, f"{said.reason}: {said.text}: {_hex(said.data)}"), "red"


def _line(kind: str, seen_us: int | None, text: str) -> str:
    seen = f"{iso(seen_us)}  " if seen_us is not None else ""
    return f"{kind:<{KIND_WIDTH}}{seen}{text}"


def _tag_read(read: TagRead) -> str:
    identity = identify(read.epc, read.pc)
    parts = [read.epc.hex().upper()]
    if identity.scheme != "raw":
        parts.append(f"({label(identity.key)})")
    if read.antenna:
        parts.append(f"antenna {read.antenna}")
    if read.rssi_dbm is not None:
        parts.append(f"{read.rssi_dbm:g} dBm")
    if read.count != 1:
        parts.append(f"{read.count} times")
    return " ".join(parts)


def _fix(fix: Fix) -> str:
    parts = [f"{fix.lat:.6f}, {fix.lon:.6f}"]
    if fix.speed_mps is not None:
        parts.append(f"{fix.speed_mps:g} m/s")
    if fix.accuracy_m is not None:
        parts.append(f"within {fix.accuracy_m:g} m")
    return _of("  ".join(parts), fix.asset)


def _of(what: str, asset: str) -> str:
    return f"{asset}: {what}" if asset else what


def _hex(data: bytes) -> str:
    more = len(data) - SHOWN_BYTES
    return data[:SHOWN_BYTES].hex() + (f" and {more} bytes more" if more > 0 else "")
