"""How `tierview top` shows a look: pure, so that what a terminal shows can be tested as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from rich import box
from rich.console import Group, JustifyMethod
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from gateway.cli.printed import printable
from gateway.web.shapes import AlertShape, HealthDetailsShape, HealthShape, SessionShape, ShipmentShape

MOST_OUTPUTS, MOST_DEVICES, MOST_ALERTS, MOST_LATE = 6, 14, 8, 6
MANY_WAITING = 100  # entries: more than is on its way anyhow
SEVERITY = {"critical": "bold red", "warning": "yellow", "info": "cyan"}
QUEUES = (("tierview_intake_items", "chunks to decode"), ("tierview_intake_bytes", "bytes to decode"))
NUMBERS = frozenset({"waiting", "backfill", "heard", "readings/s", "bytes/s", "failures"})
RATES = (("chunks", "chunks/s"), ("readings", "readings/s"), ("events", "events/s"), ("commits", "commits/s"))


class DeviceRow(msgspec.Struct, frozen=True, kw_only=True):
    """One device as it is now."""

    device: str
    driver: str
    connected: bool
    silence_s: float | None  # None: never heard
    bytes_per_s: float | None
    readings_per_s: float | None
    failures: int | None  # None: it shares a connection with others


class OutputRow(msgspec.Struct, frozen=True, kw_only=True):
    """One output for which something waits, or which takes nothing."""

    output: str
    waiting: int  # entries
    backfill: int  # older ones, which follow beside the newest
    ends_s: float | None  # until the backfill has ended; None: there is none, or nobody can tell
    failing: bool


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """One look at a gateway."""

    at_s: float  # of the machine that looks
    session: SessionShape
    health: HealthShape
    alerts: Sequence[AlertShape]
    late: Sequence[ShipmentShape]
    totals: Mapping[tuple[str, str], float]  # by metric and device
    rates: Mapping[tuple[str, str], float]  # a second, of counters

    def devices(self) -> list[DeviceRow]:
        """The devices: those that are not connected first."""
        if not isinstance(self.health, HealthDetailsShape):
            return []
        rows = [
            DeviceRow(
                device=device.device,
                driver=device.driver,
                connected=self.totals.get(("tierview_device_connected", device.device), 0.0) > 0,
                silence_s=self.totals.get(("tierview_device_silence_seconds", device.device)),
                bytes_per_s=self.rates.get(("tierview_device_bytes_total", device.device)),
                readings_per_s=self.rates.get(("tierview_device_readings_total", device.device)),
                failures=_whole(self.totals.get(("tierview_source_failures_total", device.device))),
            )
            for device in self.health.devices
        ]
        return sorted(rows, key=lambda row: (row.connected, row.device))

    def outputs(self) -> list[OutputRow]:
        """The outputs of which there is something to say: those with most left to backfill first."""
        rows = [self._output(name) for metric, name in self.totals if metric == "tierview_output_waiting_entries"]
        worth = [row for row in rows if row.failing or row.backfill or row.waiting > MANY_WAITING]
        return sorted(worth, key=lambda row: (-row.backfill, -row.waiting, row.output))

    def _output(self, name: str) -> OutputRow:
        return OutputRow(
            output=name,
            waiting=int(self.totals["tierview_output_waiting_entries", name]),
            backfill=int(self.totals.get(("tierview_output_backfill_entries", name), 0)),
            ends_s=self.totals.get(("tierview_output_backfill_seconds", name)),
            failing=("tierview_output_failing", name) in self.totals,
        )


def _outputs(rows: Sequence[OutputRow]) -> list[Table]:
    """Only where something waits."""
    if not rows:
        return []
    table = _table("outputs", "waiting", "backfill", "ends in", "link", widest="outputs")
    for row in rows[:MOST_OUTPUTS]:
        link = Text("down", style="red") if row.failing else Text("up", style="green")
        ends = "" if row.ends_s is None else _ago(row.ends_s)
        table.add_row(row.output, str(row.waiting), str(row.backfill), ends, link)
    return [_more(table, len(rows) - MOST_OUTPUTS)]


def view(look: Look) -> Group:
    """All of it, from the most general down."""
    parts: list[Panel | Table | Text] = [_head(look)]
    if isinstance(look.health, HealthDetailsShape):
        parts += [_queues(look, look.health), *_outputs(look.outputs()), _devices(look.devices())]
    return Group(*parts, _alerts(look.alerts), _late(look.late))


def _head(look: Look) -> Text:
    clock = look.session.clock
    speed = f"  clock x{clock.speed:g}" if clock.speed != 1 else ""
    head = Text(f"tierview  {printable(look.session.site)}", style="bold")
    head.append(f"  as {look.session.party.code}  {clock.now[:19]}Z{speed}  ", style="not bold")
    head.append(look.health.status, style="green" if look.health.ready else "yellow")
    return head


def _queues(look: Look, health: HealthDetailsShape) -> Text:
    said = [f"{look.rates.get((f'tierview_{name}_total', ''), 0.0):.1f} {unit}" for name, unit in RATES]
    said = [word for word, (name, _) in zip(said, RATES, strict=True) if (f"tierview_{name}_total", "") in look.rates]
    said += [f"{look.totals[name, '']:.0f} {what}" for name, what in QUEUES if (name, "") in look.totals]
    said += [f"{health.pending_deliveries} deliveries to make", f"{health.quarantined} in quarantine"]
    return Text("  ".join(said))


def _devices(rows: Sequence[DeviceRow]) -> Table:
    table = _table("device", "driver", "link", "heard", "readings/s", "bytes/s", "failures", widest="device")
    for row in rows[:MOST_DEVICES]:
        table.add_row(
            printable(row.device),
            row.driver,
            Text("up", style="green") if row.connected else Text("down", style="red"),
            "never" if row.silence_s is None else _ago(row.silence_s),
            _rate(row.readings_per_s),
            _rate(row.bytes_per_s),
            "" if row.failures is None else str(row.failures),
        )
    return _more(table, len(rows) - MOST_DEVICES)


def _alerts(alerts: Sequence[AlertShape]) -> Table:
    table = _table("open alerts", "since", "what", "noted by", widest="what")
    for alert in alerts[:MOST_ALERTS]:
        table.add_row(
            Text(alert.severity, style=SEVERITY.get(alert.severity, "")),
            f"{alert.raised[5:16].replace('T', ' ')}Z",
            Text(printable(alert.text), overflow="ellipsis", no_wrap=True),
            ", ".join(ack.party for ack in alert.acks),
        )
    return _more(table, len(alerts) - MOST_ALERTS)


def _late(late: Sequence[ShipmentShape]) -> Table:
    table = _table("late shipments", "lane", "by", widest="lane")
    for one in late[:MOST_LATE]:
        table.add_row(printable(one.shipment_id), one.lane, _ago(one.late_s))
    return _more(table, len(late) - MOST_LATE)


def _table(*columns: str, widest: str) -> Table:
    """As wide as the terminal: one column takes what the others leave."""
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False, expand=True)
    for name in columns:
        justify: JustifyMethod = "right" if name in NUMBERS else "left"
        table.add_column(name, overflow="ellipsis", no_wrap=True, justify=justify, ratio=1 if name == widest else None)
    return table


def _more(table: Table, number: int) -> Table:
    if number > 0:
        table.add_row(f"and {number} more")
    if not table.row_count:
        table.add_row(Text("none", style="dim"))
    return table


def _rate(rate: float | None) -> str:
    return "" if rate is None else f"{rate:.1f}"


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


def _ago(seconds: float) -> str:
    minutes, hours = seconds / 60, seconds / 3600
    if hours >= 1:
        return f"{hours:.1f} h"
    return f"{minutes:.0f} min" if minutes >= 1 else f"{seconds:.0f} s"
