"""The options that commands share with the files that do their work."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Group, Parameter

LogLevel = Literal["debug", "info", "warning", "error"]
Scenario = Literal["calm", "port_congestion", "lost_tracker"]  # the simulators' own list: nothing here imports them

OF_API = Group("Through the HTTP API", sort_key=1)
OF_JOURNAL = Group("Beside the journal", sort_key=2)
OF_CAPTURES = Group("With --driver", sort_key=1)
OF_TAPES = Group("With --tape", sort_key=2)


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is to be shown."""

    events: bool = False
    """Events and alerts; so it is where --readings is not said."""

    readings: bool = False
    """What the devices say, before anything is made of it; only with --journal."""

    device: str = ""
    """Only of this device."""

    asset: str = ""
    """Only of this asset: its key, its name, or what the page calls it."""

    json: bool = False
    """One JSON object a line, for machines."""

    after: str = ""
    """Begin behind this event's number (seq); otherwise with what happens from now on."""


@Parameter(name="*", group=OF_API)
@dataclass(frozen=True, kw_only=True)
class Api:
    """Where the gateway answers."""

    url: str = "http://127.0.0.1:8080"
    """Where the gateway answers."""

    token_file: Path | None = None
    """A file with the token; otherwise the environment variable TIERVIEW_TOKEN."""


@Parameter(name="*", group=OF_CAPTURES)
@dataclass(frozen=True, kw_only=True)
class Capture:
    """Captured bytes, and what reads them."""

    driver: str = ""
    """The driver's name: see `tierview devices list --drivers`."""

    setting: tuple[str, ...] = ()
    """A setting of the driver as key=value, in the YAML of config.yaml; may be repeated."""

    topic: str = ""
    """The MQTT topic of messages whose line says none."""

    chunk: int = 4096
    """Most bytes of a stream fed at a time."""


@Parameter(name="*", group=OF_TAPES)
@dataclass(frozen=True, kw_only=True)
class Tape:
    """A part of a tape, and how it is played."""

    tape: Path | None = None
    """The folder of a journal."""

    since: Annotated[str, Parameter(name="--from")] = ""
    """Its first moment, such as 2026-03-01T06:00:00Z; otherwise the tape's."""

    until: str = ""
    """Its last moment; otherwise the tape's."""

    rules: Literal["on", "off"] = "on"
    """off: events only."""

    clock_speed: float = 1.0
    """Of the gateway whose tape it is: 120 for the demo's, whose drivers were ticked once in two minutes."""
