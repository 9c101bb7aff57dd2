"""What a tally means, in sentences that say what to do. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from gateway.config.address import (
    Address,
    HttpAddress,
    ListenAddress,
    SerialAddress,
    TcpAddress,
    TopicFilter,
    WebhookAddress,
)
from gateway.trial.tally import Antenna, Tally

MOSTLY = 0.5  # of the bytes: beyond, it is the wrong speed or the wrong driver, not a bad line
SOME = 0.01  # of the bytes: below, a line may be as it is
WEAK_DBM = -75.0  # mean of an antenna: the default floor of presence
USUAL_BAUDS = (115200, 57600, 9600, 38400, 19200, 4800)

Grade = Literal["ok", "hint", "fault"]


@dataclass(frozen=True, kw_only=True)
class Saying:
    """One sentence about a device."""

    grade: Grade
    text: str


def diagnose(tally: Tally, address: Address, away: tuple[str, str] | None) -> list[Saying]:
    """What to say of a trial. `away`: why the connection ended or could not be made (a stable word, a sentence)."""
    return [*_link(tally, address, away), *_framing(tally, address), *_notices(tally), *_reads(tally)]


def _link(tally: Tally, address: Address, away: tuple[str, str] | None) -> Iterator[Saying]:
    if away is not None:
        yield Saying(grade="fault", text=away[1])
    elif not tally.bytes:
        yield Saying(grade="fault", text=_silence(tally, address))


def _silence(tally: Tally, address: Address) -> str:
    asked = ", and it did not answer what we asked" if tally.sent else ""
    match address:
        case SerialAddress():
            return (
                f"nothing came from {address.port} at {address.baud} baud{asked}: is the device powered, are RX and TX"
                " crossed, is it another speed?"
            )
        case TopicFilter():
            return f"no message came on {address.topic}: does the device publish to this broker, on this topic?"
        case ListenAddress():
            return f"nobody dialled in to {address.host}:{address.port}: is the device set to this host and port?"
        case TcpAddress():
            return f"{address.host}:{address.port} takes the connection and says nothing{asked}: is it the right port?"
        case HttpAddress():
            return f"{address.url} answers and sends no message: is the device reading, is its stream switched on?"
        case WebhookAddress():
            return "nothing was posted: is the device set to this gateway's address and secret?"


def _framing(tally: Tally, address: Address) -> Iterator[Saying]:
    share = tally.framing_errors
    if tally.example is None:
        return
    example = f"; the last: {tally.example.text}"
    if share >= MOSTLY and isinstance(address, SerialAddress):
        others = ", ".join(str(baud) for baud in USUAL_BAUDS if baud != address.baud)
        text = f"framing errors {share:.0%} at {address.baud} baud: wrong speed (try {others}), or another driver"
        yield Saying(grade="fault", text=text + example)
    elif share >= MOSTLY:
        yield Saying(grade="fault", text=f"{share:.0%} of what came is not of this driver's kind{example}")
    elif share >= SOME or not tally.total:
        reasons = ", ".join(f"{count} {reason}" for reason, count in tally.rejected.most_common(3))
        yield Saying(grade="hint", text=f"{share:.1%} of what came was no use ({reasons}){example}")


def _notices(tally: Tally) -> Iterator[Saying]:
    for (name, antenna), notice in tally.notices.items():
        where = f"antenna {antenna}: " if antenna else ""
        if notice.fault:
            yield Saying(grade="fault", text=f"{where}{notice.text or name.replace('_', ' ')}")


def _reads(tally: Tally) -> Iterator[Saying]:
    faulty = tally.rejected or any(notice.fault for notice in tally.notices.values())
    if not _goods(tally) and tally.bytes and not faulty:
        yield Saying(grade="hint", text="the device answers, but read nothing: hold a tag before it, or wait")
    for number, antenna in sorted(tally.antennas.items()):
        yield from _weak(number, antenna)
    if _goods(tally) and not faulty:
        yield Saying(grade="ok", text="it works")


def _goods(tally: Tally) -> bool:
    """Whether more was read than how a reader's own inputs stand, which it tells at connect."""
    inputs = sum(name.startswith("gpi_") for name in tally.measurements)
    return tally.total > tally.readings["measurement"] or len(tally.measurements) > inputs


def _weak(number: int, antenna: Antenna) -> Iterator[Saying]:
    rssi = antenna.rssi_dbm
    if rssi is not None and rssi[1] < WEAK_DBM:
        name = f"antenna {number}" if number else "the antenna"
        floor = f"reads below {WEAK_DBM:.0f} dBm are not believed"
        yield Saying(grade="hint", text=f"{name} hears tags at {rssi[1]:.0f} dBm in the mean: {floor}")
