"""What devices do now, for those who look: links, rates, the last trouble, and the last readings. In memory only."""

from __future__ import annotations

from gateway.devices.meter import BUCKET_S, BUCKETS, Meter
from gateway.devices.table import Table
from gateway.devices.watch import DeviceWatch, Doing, Onlooker, Trouble

__all__ = ["BUCKETS", "BUCKET_S", "DeviceWatch", "Doing", "Meter", "Onlooker", "Table", "Trouble"]
