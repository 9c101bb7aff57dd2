"""A trial of a device, as people and machines read it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gateway.cli.printed import printable
from gateway.devices.asked import Saying
from gateway.model import Fix, Label, Measurement, Micros, Passage, Reading, TagRead
from gateway.trial.tally import Tally

if TYPE_CHECKING:
    from rich.console import RenderableType

STYLES = {"ok": "green", "hint": "yellow", "fault": "red"}
MARKS = {"ok": "✓", "hint": "!", "fault": "✗"}
WEAKEST_DBM, STRONGEST_DBM, BAR = -90.0, -30.0, 20


def summary(tally: Tally, now_us: Micros) -> str:
    """One line."""
    kinds = ", ".join(_counted(count, kind.replace("_", " ")) for kind, count in tally.readings.most_common())
    bad = f", {tally.framing_errors:.1%} of it no use" if tally.rejected else ""
    return f"{kinds or 'no readings yet'} from {tally.bytes} bytes{bad}"


def _counted(count: int, kind: str) -> str:
    """As in 1 fix, 2 fixes, 3 tag reads."""
    return f"{count} {kind}" + ("" if count == 1 else "es" if kind.endswith("x") else "s")


def antenna_rows(tally: Tally, now_us: Micros) -> list[list[str]]:
    """A row an antenna: number, different tags, reads, reads a second, RSSI with a bar, when last."""
    rows = []
    for number, antenna in sorted(tally.antennas.items()):
        rssi = antenna.rssi_dbm
        strength = "not said" if rssi is None else f"{bar(rssi[1])} {rssi[1]:.0f} dBm ({rssi[0]:.0f} to {rssi[2]:.0f})"
        ago = f"{max(0, now_us - antenna.last_us) / 1e6:.0f} s ago"
        name = str(number) if number else "-"
        rows.append([name, str(len(antenna.tags)), str(antenna.reads), f"{antenna.rate(now_us):.1f}", strength, ago])
    return rows


def bar(rssi_dbm: float) -> str:
    """How strong, as a bar: empty at -90 dBm, full at -30 dBm."""
    share = (rssi_dbm - WEAKEST_DBM) / (STRONGEST_DBM - WEAKEST_DBM)
    filled = round(BAR * min(1.0, max(0.0, share)))
    return "█" * filled + "░" * (BAR - filled)


def reading_text(reading: Reading) -> str:
    """One reading in a line."""
    match reading:
        case TagRead():
            where = f" antenna {reading.antenna}" if reading.antenna else ""
            strength = "" if reading.rssi_dbm is None else f" {reading.rssi_dbm:.1f} dBm"
            return f"tag {reading.epc.hex().upper()}{where}{strength}"
        case Label():
            return f"label {printable(reading.text)}"
        case Fix():
            speed = "" if reading.speed_mps is None else f" {reading.speed_mps * 3.6:.0f} km/h"
            return f"position {reading.lat:.5f}, {reading.lon:.5f}{speed} {printable(reading.asset)}".rstrip()
        case Measurement():
            return printable(f"{reading.name} {reading.value} {reading.unit} {reading.asset}").rstrip()
        case Passage():
            return printable(f"{reading.asset} {reading.direction} {reading.place}")
        case _:
            return printable(str(reading))


def row(tally: Tally, sayings: Sequence[Saying], now_us: Micros) -> dict[str, Any]:
    """For machines."""
    return {
        "bytes": tally.bytes,
        "readings": dict(tally.readings),
        "rejected": dict(tally.rejected),
        "framing_errors": round(tally.framing_errors, 4),
        "antennas": {
            str(number): {
                "reads": antenna.reads,
                "tags": len(antenna.tags),
                "rate": round(antenna.rate(now_us), 2),
                "rssi_dbm": antenna.rssi_dbm,
            }
            for number, antenna in sorted(tally.antennas.items())
        },
        "latest": list(tally.latest),
        "notices": list(tally.notices.values()),
        "says": [{"grade": saying.grade, "text": saying.text} for saying in sayings],
    }


def screen(tally: Tally, sayings: Sequence[Saying], now_us: Micros, left_s: float) -> RenderableType:
    """What a terminal shows while the trial runs."""
    from rich import box
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    parts: list[RenderableType] = [Text(f"{summary(tally, now_us)}; {left_s:.0f} s left, Ctrl-C ends", style="dim")]
    if tally.antennas:
        table = Table("antenna", "tags", "reads", "a second", "signal", "last", box=box.SIMPLE_HEAD)
        for cells in antenna_rows(tally, now_us):
            table.add_row(*cells)
        parts.append(table)
    parts += [Text(reading_text(reading)) for reading in tally.latest]
    parts += [Text(f"{MARKS[saying.grade]} {printable(saying.text)}", style=STYLES[saying.grade]) for saying in sayings]
    return Group(*parts)
