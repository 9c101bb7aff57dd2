"""How `tierview top` shows a look: pure, so that what a terminal shows can be tested as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from rich.console import Group
from rich.text import Text

from gateway.cli.printed import printable
from gateway.cli.top_tables import Section, tables
from gateway.web.shapes import AlertShape, HealthDetailsShape, HealthShape, SessionShape, ShipmentShape

MOST_OUTPUTS, MOST_DEVICES, MOST_ALERTS, MOST_LATE = 6, 14, 8, 6
MANY_WAITING = 100  # entries: more than is on its way anyhow
SEVERITY = {"critical": "bold red", "warning": "yellow", "info": "cyan"}
QUEUES = (("tierview_intake_items", "chunks to decode"), ("tierview_intake_bytes", "bytes to decode"))
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


def view(look: Look, width: int, height: int | None = None) -> Group:
    """All of it, from the most general down, for a terminal of so many columns and lines; None: it may be long."""
    said, sections = [_head(look)], []
    if isinstance(look.health, HealthDetailsShape):
        said.append(_queues(look, look.health))
        outputs = look.outputs()
        sections = [_outputs(outputs)] if outputs else []
        sections.append(_devices(look.devices()))
    sections += [_alerts(look.alerts), _late(look.late)]
    return Group(*said, *tables(sections, width, None if height is None else height - len(said)))


def _head(look: Look) -> Text:
    clock = look.session.clock
    speed = f"  clock x{clock.speed:g}" if clock.speed != 1 else ""
    head = Text("tierview  ", style="bold", overflow="ellipsis", no_wrap=True)
    head.append(look.health.status, style="green" if look.health.ready else "yellow")
    head.append(f"  {printable(look.session.site)}")
    return head.append(f"  as {printable(look.session.party.code)}  {clock.now[:19]}Z{speed}", style="not bold")


def _queues(look: Look, health: HealthDetailsShape) -> Text:
    said = [f"{look.rates.get((f'tierview_{name}_total', ''), 0.0):.1f} {unit}" for name, unit in RATES]
    said = [word for word, (name, _) in zip(said, RATES, strict=True) if (f"tierview_{name}_total", "") in look.rates]
    said += [f"{look.totals[name, '']:.0f} {what}" for name, what in QUEUES if (name, "") in look.totals]
    said += [f"{health.pending_deliveries} deliveries to make", f"{health.quarantined} in quarantine"]
    return Text("  ".join(said), overflow="ellipsis", no_wrap=True)


def _outputs(rows: Sequence[OutputRow]) -> Section:
    return Section(
        columns=("outputs", "waiting", "backfill", "ends in", "link"),
        rows=[
            (
                _said(row.output),
                str(row.waiting),
                str(row.backfill),
                "" if row.ends_s is None else _ago(row.ends_s),
                Text("down", style="red") if row.failing else Text("up", style="green"),
            )
            for row in rows
        ],
        most=MOST_OUTPUTS,
        widest=("outputs",),
        spare=("backfill",),
    )


def _devices(rows: Sequence[DeviceRow]) -> Section:
    return Section(
        columns=("device", "driver", "link", "heard", "readings/s", "bytes/s", "failures"),
        rows=[
            (
                _said(row.device),
                _said(row.driver),
                Text("up", style="green") if row.connected else Text("down", style="red"),
                "never" if row.silence_s is None else _ago(row.silence_s),
                _rate(row.readings_per_s),
                _rate(row.bytes_per_s),
                "" if row.failures is None else str(row.failures),
            )
            for row in rows
        ],
        most=MOST_DEVICES,
        widest=("device",),
        spare=("driver", "bytes/s", "failures"),
    )


def _alerts(alerts: Sequence[AlertShape]) -> Section:
    return Section(
        columns=("open alerts", "since", "what", "noted by"),
        rows=[
            (
                Text(alert.severity, style=SEVERITY.get(alert.severity, "")),
                f"{alert.raised[5:16].replace('T', ' ')}Z",
                _said(alert.text),
                _said(", ".join(ack.party for ack in alert.acks)),
            )
            for alert in alerts
        ],
        most=MOST_ALERTS,
        widest=("what",),
        spare=("since", "noted by"),
    )


def _late(late: Sequence[ShipmentShape]) -> Section:
    return Section(
        columns=("late shipments", "lane", "by"),
        rows=[(_said(one.shipment_id), _said(one.lane), _ago(one.late_s)) for one in late],
        most=MOST_LATE,
        widest=("late shipments", "lane"),
    )


def _said(text: str) -> Text:
    """What others wrote: no markup, no control characters."""
    return Text(printable(text), overflow="ellipsis", no_wrap=True)


def _rate(rate: float | None) -> str:
    return "" if rate is None else f"{rate:.1f}"


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


def _ago(seconds: float) -> str:
    minutes, hours = seconds / 60, seconds / 3600
    if hours >= 1:
        return f"{hours:.1f} h"
    return f"{minutes:.0f} min" if minutes >= 1 else f"{seconds:.0f} s"
