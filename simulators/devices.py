"""All devices of a configuration, each on the wire its driver expects, told by the world what they sense.

A driver's name leads to the device that speaks its wire. Network devices listen on ports of their own and
serial ones on pseudo-terminals; `addresses` says where, for the gateway to use instead of what config.yaml says.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from contextlib import AsyncExitStack
from functools import cache

from gateway.clock import ScaledClock
from gateway.config.model import Config, Device
from gateway.identity import encode, stored_pc
from gateway.model import TagRead
from simulators import impinj_reader
from simulators.broker_client import BrokerClient
from simulators.json_device import JsonDevice
from simulators.lines import Pty, SerialServer
from simulators.llrp_reader import LlrpReader
from simulators.m100_reader import M100Reader
from simulators.network import Network
from simulators.nmea_receiver import NmeaReceiver
from simulators.radio import Read
from simulators.world import Climate, Gate, Inspection, Position, Sensed

TAG_SCHEMES = {
    "sgtin": "sgtin-96:1",
    "sscc": "sscc-96:2",
    "giai": "giai-96:0",
    "grai": "grai-96:0",
    "sgln": "sgln-96:0",
}  # and the filter value that TDS gives to such a tag


@cache
def epc_of(key: str) -> bytes:
    """What a tag with this identity (urn:epc:id:...) holds."""
    scheme, _, rest = key.removeprefix("urn:epc:id:").partition(":")
    return encode(f"urn:epc:tag:{TAG_SCHEMES[scheme]}.{rest}")


class Devices:
    """The simulated devices. Use as `async with`; `tell` passes on what the world sensed."""

    def __init__(self, config: Config, network: Network, clock: ScaledClock, broker: BrokerClient) -> None:
        self.addresses: dict[str, str] = {}  # device -> what its `connect` should say
        self.told = 0
        self._config = config
        self._network = network
        self._clock = clock
        self._broker = broker
        self._readers: dict[str, Callable[[Read, bytes], None]] = {}
        self._receivers: defaultdict[str, list[Callable[[Position], None]]] = defaultdict(list)  # by asset
        self._json: list[JsonDevice] = []
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Devices:
        for device in self._config.devices:
            await self._add(device)
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self._stack.aclose()

    def tell(self, sensed: Sensed) -> None:
        """Let the device that sensed it say so on its wire; what no device senses is lost, as it is in life."""
        self.told += 1
        match sensed:
            case Read():
                self._read(sensed)
            case Position():
                for see in self._receivers[sensed.asset]:
                    see(sensed)
                self._publish(sensed, "fix")
            case Climate():
                self._publish(sensed, "measurement")
            case Gate() | Inspection():
                self._publish(sensed, "passage")

    # --- telling -------------------------------------------------------------------------------

    def _read(self, read: Read) -> None:
        key = self._network.tags.get(read.asset, read.asset)
        if read.device in self._readers and key.startswith("urn:epc:id:"):
            self._readers[read.device](read, epc_of(key))

    def _publish(self, sensed: Position | Climate | Gate | Inspection, kind: str) -> None:
        for device in self._json:
            if device.yields == kind and self._belongs(device, sensed):
                message = self._message(device, sensed)
                if message:
                    self._broker.publish(device.topic, message)

    def _belongs(self, device: JsonDevice, sensed: Position | Climate | Gate | Inspection) -> bool:
        if isinstance(sensed, Position | Climate):
            return device.asset in ("", sensed.asset)
        return device.place in ("", sensed.site)

    def _message(self, device: JsonDevice, sensed: Position | Climate | Gate | Inspection) -> bytes:
        match sensed:
            case Position():
                return device.position(sensed)
            case Climate():
                return device.climate(sensed)
            case Gate():
                return device.gate(sensed, self._network.sites[sensed.site])
            case Inspection():
                return device.inspection(sensed, self._network.sites[sensed.site])

    # --- building ------------------------------------------------------------------------------

    async def _add(self, device: Device) -> None:
        match device.driver:
            case "llrp":
                await self._add_llrp(device)
            case "m100":
                await self._add_m100(device)
            case "nmea0183":
                await self._add_nmea(device)
            case "impinj_iot":
                self._add_impinj(device)
            case "json_mqtt":
                self._json.append(JsonDevice(device))
            case other:
                raise ValueError(f"{device.name}: there is no simulated device for the driver {other!r}")

    async def _add_llrp(self, device: Device) -> None:
        points = [point for point in self._config.read_points if point.device == device.name]
        antennas = max((antenna for point in points for antenna in point.antennas), default=4)
        reader = LlrpReader(now_us=self._clock.now_us, antennas=antennas, speed=self._clock.speed)
        await self._stack.enter_async_context(reader)
        self.addresses[device.name] = reader.url
        self._readers[device.name] = lambda read, epc: reader.see(
            epc=epc, antenna=read.antenna, rssi_dbm=read.rssi_dbm, seen_us=read.at_us
        )

    async def _add_m100(self, device: Device) -> None:
        reader = M100Reader()
        line = await self._line(device, reader.feed)
        reader.line = line
        rounds = asyncio.create_task(reader.run(), name=f"rounds-{device.name}")
        self._stack.callback(rounds.cancel)
        self._readers[device.name] = lambda read, epc: reader.see(TagRead(epc=epc, rssi_dbm=read.rssi_dbm))

    async def _add_nmea(self, device: Device) -> None:
        receiver = NmeaReceiver(await self._line(device, lambda _data: None))
        self._receivers[device.asset or ""].append(receiver.see)

    def _add_impinj(self, device: Device) -> None:
        topic = device.connect.removeprefix("mqtt:")

        def see(read: Read, epc: bytes) -> None:
            event = impinj_reader.tag_event(
                hostname=device.name,
                epc=epc,
                pc=stored_pc(epc),
                antenna=read.antenna or 1,
                rssi_dbm=read.rssi_dbm,
                seen_us=read.at_us,
            )
            self._broker.publish(topic, event)

        self._readers[device.name] = see

    async def _line(self, device: Device, heard: Callable[[bytes], None]) -> Pty | SerialServer:
        """A pseudo-terminal for what the configuration has on a serial port, else a serial server."""
        if device.connect.startswith("serial:"):
            line: Pty | SerialServer = await self._stack.enter_async_context(Pty(heard, baud=_baud(device)))
        else:
            line = await self._stack.enter_async_context(SerialServer(heard))
        self.addresses[device.name] = line.url
        return line


def _baud(device: Device) -> int:
    return int(device.connect.partition("baud=")[2].partition("&")[0] or 115200)
