"""What LoRaWAN network servers say of every device, whatever their product: who it is, how it was heard."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from device_drivers.decoded_values import measured, said_number
from device_drivers.json_mqtt_values import Unfit, shown
from gateway.model import Micros, Output

_DEV_EUI = re.compile(r"[0-9A-Fa-f]{16}")


def asset_of(dev_eui: Any) -> str:
    """`deveui:` and the device's EUI-64 in capitals; raises Unfit."""
    if not isinstance(dev_eui, str) or _DEV_EUI.fullmatch(dev_eui) is None:
        raise Unfit(f"expected a DevEUI of 16 hex digits, came {shown(dev_eui)}")
    return f"deveui:{dev_eui.upper()}"


def radio(gateways: Iterable[Any], frame_count: float, asset: str, seen_us: Micros | None) -> list[Output]:
    """The frame counter, and RSSI and SNR at the gateway that heard the device best; zeros are left out in JSON."""
    heard: list[Mapping[str, Any]] = [gateway for gateway in gateways if isinstance(gateway, dict)]
    out: list[Output] = [measured("frame_count", frame_count, "", asset, seen_us)]
    if heard:
        best = max(heard, key=lambda gateway: said_number(gateway, "rssi"))
        out.append(measured("rssi", said_number(best, "rssi"), "DBM", asset, seen_us))
        out.append(measured("snr", said_number(best, "snr"), "2N", asset, seen_us))
    return out
