"""What `tierview top` shows, whatever others called their things, however small the terminal."""

from __future__ import annotations

import io

import msgspec
import pytest
from rich.console import Console

from gateway.cli.top import top
from gateway.cli.top_tables import share
from gateway.cli.top_view import Look, view
from gateway.web.shapes import (
    AlertShape,
    ClockShape,
    DeviceShape,
    HealthDetailsShape,
    PartyShape,
    SessionShape,
    ShipmentShape,
)

TIME = "2026-01-01T12:00:00.000000Z"
MARKUP = "[/red] [link=x]\x1b[31m"


def made(kind: type, **said: object) -> object:
    """A shape of which only some fields matter."""
    fields = {field.name: said.get(field.name, "") for field in msgspec.structs.fields(kind)}
    return kind(**fields)


def look_at(number: int, name: str) -> Look:
    """A gateway with so many devices, alerts and late shipments, all of one name."""
    return Look(
        at_s=0.0,
        session=SessionShape(
            party=PartyShape(code="OPER", name=name, tier="oem"),
            operator=True,
            site=name,
            clock=ClockShape(now=TIME, speed=1.0),
        ),
        health=HealthDetailsShape(
            status="ok",
            version="0",
            ready=True,
            devices=[made(DeviceShape, device=name, driver="m100") for _ in range(number)],  # type: ignore[misc]
            last_seq=0,
            cursors=[],
            pending_deliveries=0,
            quarantined=0,
            open_streams=0,
        ),
        alerts=[made(AlertShape, severity="critical", raised=TIME, text=name, acks=[]) for _ in range(number)],  # type: ignore[misc]
        late=[made(ShipmentShape, shipment_id=name, lane=name, late_s=5400) for _ in range(number)],  # type: ignore[misc]
        totals={},
        rates={},
    )


def shown(look: Look, width: int, height: int | None) -> list[str]:
    """The lines as they stand in a terminal."""
    console = Console(file=io.StringIO(), width=width, color_system=None)
    with console.capture() as text:
        console.print(view(look, width, height))
    return text.get().splitlines()


def test_names_are_text_and_steer_nothing() -> None:
    lines = shown(look_at(1, MARKUP), 100, None)
    assert sum("[/red] [link=x]\ufffd[31m" in line for line in lines) == 4
    assert all(line.isprintable() for line in lines)


def test_a_dumb_terminal_gets_one_look(monkeypatch: pytest.MonkeyPatch) -> None:
    shown_by = Console(file=io.StringIO(), force_terminal=True, width=80)
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setattr("gateway.cli.printed.console", lambda: shown_by)
    monkeypatch.setattr("gateway.cli.top_look.look", lambda api, before: look_at(1, "door"))
    top(every=0.2)
    assert "door" in shown_by.file.getvalue()  # type: ignore[attr-defined]


@pytest.mark.parametrize("width", [40, 80, 300])
@pytest.mark.parametrize("height", [10, 24, 60])
@pytest.mark.parametrize("number", [0, 1, 40])
def test_it_fits_the_terminal(width: int, height: int, number: int) -> None:
    lines = shown(look_at(number, "X" * 200), width, height)
    assert len(lines) <= height
    assert all(len(line) <= width for line in lines)
    assert sum("device" in line for line in lines) == 1
    if height >= 24:
        assert any("open alerts" in line for line in lines)
        assert any("late shipments" in line and " by" in line for line in lines)
        assert sum("1.5 h" in line for line in lines) >= min(number, 1)
        assert sum(" more" in line for line in lines) == (3 if number == 40 else 0)


@pytest.mark.parametrize(
    ("wanted", "lines", "shares"),
    [
        ([15, 9, 7], None, [15, 9, 7]),
        ([15, 9, 7], 60, [15, 9, 7]),
        ([15, 9, 7], 22, [5, 4, 4]),
        ([15, 1, 7], 22, [6, 1, 6]),
        ([15, 9, 7], 8, [5]),
        ([15, 9, 7], 1, []),
    ],
)
def test_rows_are_shared_in_turn(wanted: list[int], lines: int | None, shares: list[int]) -> None:
    assert share(wanted, lines) == shares
