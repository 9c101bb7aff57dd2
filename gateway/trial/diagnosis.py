"""What a tally means, in sentences that say what to do. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from gateway.config.address import (
    Address,
    HttpAddress,
    ListenAddress,
    SerialAddress,
    TcpAddress,
    TopicFilter,
    WebhookAddress,
)
from gateway.devices.asked import Saying
from gateway.trial.tally import Antenna, Tally

MOSTLY = 0.5  # of the bytes: beyond, it is the wrong speed or the wrong driver, not a bad line
SOME = 0.01  # of the bytes: below, a line may be as it is
WEAK_DBM = -75.0  # mean of an antenna: the default floor of presence
USUAL_BAUDS = (115200, 57600, 9600, 38400, 19200, 4800)


def diagnose(tally: Tally, address: Address, away: tuple[str, str] | None) -> list[Saying]:
    """What to say of a trial. `away`: why the connection ended or could not be made (a stable word, a sentence)."""
    return [*_link(tally, address, away), *_framing(tally, address), *_notices(tally), *_reads(tally)]


def awaited(address: Address) -> tuple[str, str] | None:
    """Why a device cannot be heard that has neither taken nor refused the connection; None: nobody dials it."""
    match address:
        case TcpAddress():
            where = f"{address.host}:{address.port}"
        case HttpAddress(url=url):
            where = url.partition("?")[0]
        case _:
            return None
    return "timeout", f"{where} has not answered yet: is it switched on, and is the address right?"


def _link(tally: Tally, address: Address, away: tuple[str, str] | None) -> Iterator[Saying]:
    if away is not None:
        yield Saying(grade="fault", kind="link", reason=away[0], text=away[1])
    elif not tally.bytes:
        yield _silence(address, is_asked=bool(tally.sent))


def _silence(address: Address, *, is_asked: bool) -> Saying:
    silent = partial(Saying, grade="fault", kind="link", is_asked=is_asked)
    asked = ", and it did not answer what we asked" if is_asked else ""
    match address:
        case SerialAddress(port=port, baud=baud):
            text = (
                f"nothing came from {port} at {baud} baud{asked}: is the device powered, are RX and TX"
                " crossed, is it another speed?"
            )
            return silent(reason="silent_serial", text=text, where=port, baud=baud)
        case TopicFilter(topic=topic):
            text = (
                f"no message came on {topic}: does the device publish to this broker, on this topic, and may we"
                " read it (tierview partner acl)?"
            )
            return silent(reason="silent_topic", text=text, where=topic)
        case ListenAddress():
            where = f"{address.host}:{address.port}"
            text = f"nobody dialled in to {where}: is the device set to this host and port?"
            return silent(reason="nobody_dialled", text=text, where=where)
        case TcpAddress():
            where = f"{address.host}:{address.port}"
            text = f"{where} takes the connection and says nothing{asked}: is it the right port?"
            return silent(reason="silent_port", text=text, where=where)
        case HttpAddress(url=url):
            where = url.partition("?")[0]  # behind it may stand a key
            text = f"{where} answers and sends no message: is the device reading, is its stream switched on?"
            return silent(reason="silent_stream", text=text, where=where)
        case WebhookAddress():
            text = "nothing was posted: is the device set to this gateway's address and secret?"
            return silent(reason="nothing_posted", text=text)


def _framing(tally: Tally, address: Address) -> Iterator[Saying]:
    share = tally.framing_errors
    if tally.example is None:
        return
    example = f"; the last: {tally.example.text}"
    useless = partial(Saying, kind="data", share=share, detail=tally.example.text)
    if share >= MOSTLY and isinstance(address, SerialAddress):
        others = ", ".join(str(baud) for baud in USUAL_BAUDS if baud != address.baud)
        text = f"framing errors {share:.0%} at {address.baud} baud: wrong speed (try {others}), or another driver"
        yield useless(grade="fault", reason="wrong_speed", text=text + example, baud=address.baud)
    elif share >= MOSTLY:
        text = f"{share:.0%} of what came is not of this driver's kind{example}"
        yield useless(grade="fault", reason="wrong_driver", text=text)
    elif share >= SOME or not tally.total:
        reasons = ", ".join(f"{count} {reason}" for reason, count in tally.rejected.most_common(3))
        text = f"{share:.1%} of what came was no use ({reasons}){example}"
        yield useless(grade="hint", reason="partly_useless", text=text)


def _notices(tally: Tally) -> Iterator[Saying]:
    for (name, antenna), notice in tally.notices.items():
        where = f"antenna {antenna}: " if antenna else ""
        if notice.fault:
            told = notice.text or name.replace("_", " ")
            yield Saying(
                grade="fault", kind="device", reason=name, text=f"{where}{told}", antenna=antenna, detail=notice.text
            )


def _reads(tally: Tally) -> Iterator[Saying]:
    faulty = tally.rejected or any(notice.fault for notice in tally.notices.values())
    if not _goods(tally) and tally.bytes and not faulty:
        text = "the device answers, but read nothing: hold a tag before it, or wait"
        yield Saying(grade="hint", kind="read", reason="nothing_read", text=text)
    for number, antenna in sorted(tally.antennas.items()):
        yield from _weak(number, antenna)
    if _goods(tally) and not faulty:
        yield Saying(grade="ok", kind="read", reason="works", text="it works")


def _goods(tally: Tally) -> bool:
    """Whether more was read than how a reader's own inputs stand, which it tells at connect."""
    inputs = sum(name.startswith("gpi_") for name in tally.measurements)
    return tally.total > tally.readings["measurement"] or len(tally.measurements) > inputs


def _weak(number: int, antenna: Antenna) -> Iterator[Saying]:
    rssi = antenna.rssi_dbm
    if rssi is not None and rssi[1] < WEAK_DBM:
        name = f"antenna {number}" if number else "the antenna"
        floor = f"reads below {WEAK_DBM:.0f} dBm are not believed"
        text = f"{name} hears tags at {rssi[1]:.0f} dBm in the mean: {floor}"
        yield Saying(grade="hint", kind="read", reason="weak_antenna", text=text, antenna=number, rssi_dbm=rssi[1])
