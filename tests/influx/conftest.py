"""What the tests of InfluxDB share."""

from tests.servers_influx import influx_1x

__all__ = ["influx_1x"]
