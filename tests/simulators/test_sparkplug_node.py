"""The simulated Sparkplug node, heard by the real driver: what it says is what the driver makes of it."""

from __future__ import annotations

from device_drivers.sparkplug_b import Decoder, Settings
from gateway.model import Measurement, Notice, Output, Send
from simulators.sparkplug_node import Message, SparkplugNode

AT_US = 1_800_000_123_456_000


def node() -> SparkplugNode:
    return SparkplugNode(group="Dock", node="N1", device="Cold", metrics={"Temp": -2.5, "Humidity": 60.0}, bd_seq=4)


def hear(decoder: Decoder, messages: list[Message]) -> list[Output]:
    return [one for topic, payload in messages for one in decoder.feed(payload, AT_US, topic)]


def values(outputs: list[Output]) -> dict[str, float | bool | str]:
    return {f"{one.asset}:{one.name}": one.value for one in outputs if isinstance(one, Measurement)}


def test_births_and_data_by_alias_are_understood() -> None:
    decoder, edge = Decoder(Settings()), node()
    born = hear(decoder, edge.births(AT_US))
    assert values(born) == {"sparkplug:Dock/N1/Cold:Temp": -2.5, "sparkplug:Dock/N1/Cold:Humidity": 60.0}
    assert values(hear(decoder, [edge.measure({"Temp": -3.0}, AT_US)])) == {"sparkplug:Dock/N1/Cold:Temp": -3.0}


def test_it_gives_its_births_again_when_the_driver_asks() -> None:
    decoder, edge = Decoder(Settings()), node()
    out = hear(decoder, [edge.measure({"Temp": -3.0}, AT_US)])
    (command,) = [one for one in out if isinstance(one, Send)]
    again = hear(decoder, edge.hear(command.topic, command.data, AT_US))
    assert edge.rebirths == 1
    assert values(again)["sparkplug:Dock/N1/Cold:Temp"] == -3.0
    assert edge.hear("spBv1.0/Dock/NCMD/N2", command.data, AT_US) == []


def test_its_will_ends_it() -> None:
    decoder, edge = Decoder(Settings()), node()
    hear(decoder, edge.births(AT_US))
    (died,) = hear(decoder, [edge.will])
    assert isinstance(died, Notice)
    assert died.name == "node_offline"
