"""Many connections to one device, and acknowledgements that wait for the commit."""

from __future__ import annotations

from collections.abc import Callable

from gateway.config import Config
from gateway.config.model import Device
from gateway.hearing import Hearing
from gateway.locate import Locator
from gateway.model import Chunk, DeviceEvent, DeviceState, Micros, Notice, Output, Send
from gateway.places import PlaceIndex
from gateway.resolve import Resolver
from gateway.sources.inbound import Connected, Disconnected, Inbound, Tick
from gateway.walk.digest import Digest

T0 = 1_767_225_600_000_000


class Counting:
    """A decoder that greets, counts what it was fed, and acknowledges it."""

    def __init__(self) -> None:
        self._fed = 0

    def start(self, now_us: Micros) -> list[Output]:
        return [Send(data=b"hello")]

    def feed(self, data: bytes, now_us: Micros, topic: str = "") -> list[Output]:
        self._fed += len(data)
        return [Notice(name="fed", text=str(self._fed)), Send(data=b"ack", when_safe=True)]

    def tick(self, now_us: Micros) -> list[Output]:
        return [Send(data=b"tick")]


def _digest() -> tuple[Digest, Hearing]:
    config = Config(devices=(Device(name="port", driver="counting", connect="tcp://127.0.0.1:1"),))
    hearing = Hearing([DeviceState(device="port", place="", asset="", known_us=T0)], {})
    places = PlaceIndex(config.places)
    digest = Digest(
        resolver=Resolver(config, places),
        locator=Locator(config, places),
        hearing=hearing,
        decoders={"port": Counting},
    )
    return digest, hearing


def _link(peer: str, write: Callable[[Send], None]) -> Connected:
    return Connected(device="port", at_us=T0, write=write, drop=lambda why: None, peer=peer)


def test_each_peer_of_a_device_has_a_decoder_of_its_own_and_hears_its_own_answers() -> None:
    digest, hearing = _digest()
    said: dict[str, list[bytes]] = {"a": [], "b": []}
    batch = digest.digest(
        [
            _link("a", lambda send: said["a"].append(send.data)),
            _link("b", lambda send: said["b"].append(send.data)),
            Inbound(Chunk(device="port", received_us=T0, data=b"123", peer="a")),
            Inbound(Chunk(device="port", received_us=T0, data=b"1", peer="b")),
            Inbound(Chunk(device="port", received_us=T0, data=b"45", peer="a")),
            Tick(T0),
        ],
        T0,
    )
    fed = [event.text for event in batch.events if isinstance(event, DeviceEvent) and event.name == "fed"]
    assert fed == ["3", "1", "5"]
    assert said == {"a": [b"hello", b"tick"], "b": [b"hello", b"tick"]}, "acknowledged before the commit"
    for settle in batch.settles:
        settle()
    assert said == {"a": [b"hello", b"tick", b"ack", b"ack"], "b": [b"hello", b"tick", b"ack"]}

    digest.digest([Disconnected(device="port", at_us=T0, reason="closed", text="gone", peer="a")], T0)
    assert hearing.state("port").connected, "the other is still there"
    gone = digest.digest([Disconnected(device="port", at_us=T0, reason="closed", text="gone", peer="b")], T0)
    assert not hearing.state("port").connected
    assert [event.text for event in gone.events if isinstance(event, DeviceEvent)] == ["b closed: gone"]


def test_a_peer_that_is_no_news_works_without_an_event_of_health() -> None:
    digest, hearing = _digest()
    link = Connected(device="port", at_us=T0, write=None, drop=lambda why: None, peer="a", told=False)
    end = Disconnected(device="port", at_us=T0, reason="closed", text="gone", peer="a", told=False)
    chunk = Inbound(Chunk(device="port", received_us=T0, data=b"12", peer="a"))
    batch = digest.digest([link, chunk], T0)
    assert hearing.state("port").connected
    batch.events += digest.digest([end], T0).events
    assert not hearing.state("port").connected
    assert [event.name for event in batch.events if isinstance(event, DeviceEvent)] == ["fed"]
