"""What may be set for one LLRP reader."""

from __future__ import annotations

import string
from dataclasses import dataclass, field
from typing import Literal

LONGEST_PREFIX = 124  # hex digits: 496 bits, the longest EPC


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What may be set for one reader."""

    antennas: tuple[int, ...] = ()  # 1-based ports that read; none: all
    power_dbm: float | None = None  # None: the reader's own; else the nearest level that it has
    session: int = 1  # Gen2 session 0 to 3: in 2 and 3 a tag that stays keeps silent
    tag_population: int = 32  # tags expected in the field at a time
    rf_mode: int | None = None  # ModeIdentifier of the reader's mode table; None: the reader's own
    antenna_power_dbm: dict[int, float] = field(default_factory=dict)  # by port, over `power_dbm`
    sensitivity_loss_db: float | None = None  # dB below the reader's best, to hear less far; None: its own
    filter: tuple[str, ...] = ()  # only EPCs that begin with one of these hex digits; none: all
    report_every: int = 1  # tags in a report: 1 is the fastest to arrive, more cost less
    start: Literal["immediate", "command", "gpi"] = "immediate"  # command: for readers that refuse immediate
    gpi: bool = True  # tell the inputs (light barrier, door contact) as gpi_1, gpi_2, ...
    gpi_port: int = 1  # start: gpi: the input that starts the reading
    gpi_edge: Literal["rising", "falling"] = "rising"  # start: gpi: which change of the input
    gpi_read_s: float = 10.0  # start: gpi: how long a change lets it read; 0: until the input changes back
    hold_reports: bool = True  # while we are away the reader keeps its reports for us
    version: Literal["auto", "1.0.1", "1.1"] = "auto"  # 1.0.1: ask for no other; for readers that hang up on that
    vendor_data: bool = True  # Impinj: RSSI to 0.01 dBm
    tid: bool = False  # Impinj: the TID with each read (FastID), of tags that can
    keepalive_s: float = 10.0  # how often the reader says that it lives
    timeout_s: float = 5.0  # for each step of the set-up

    def __post_init__(self) -> None:
        for name, least, most in _BOUNDS:
            if not least <= getattr(self, name) <= most:
                raise ValueError(f"{name}: expected {least} to {most}, came {getattr(self, name)}")
        if any(not 1 <= antenna <= 65535 for antenna in self.antennas):
            raise ValueError(f"antennas: expected port numbers from 1 on, came {list(self.antennas)}")
        if self.keepalive_s < 0.1 or self.timeout_s <= 0:
            raise ValueError("keepalive_s: expected 0.1 or more; timeout_s: expected more than 0")
        self._check_radio()

    def _check_radio(self) -> None:
        known = self.antennas or range(1, 65536)
        if unknown := [antenna for antenna in self.antenna_power_dbm if antenna not in known]:
            raise ValueError(f"antenna_power_dbm: expected ports that are in `antennas`, came {unknown}")
        if self.sensitivity_loss_db is not None and not 0 <= self.sensitivity_loss_db <= 128:
            raise ValueError(f"sensitivity_loss_db: expected 0 to 128, came {self.sensitivity_loss_db:g}")
        if wrong := [prefix for prefix in self.filter if not _is_prefix(prefix)]:
            raise ValueError(f"filter: expected 1 to {LONGEST_PREFIX} hex digits, came {wrong[0]!r}")


_BOUNDS = (
    ("session", 0, 3),
    ("tag_population", 1, 65535),
    ("report_every", 1, 65535),
    ("gpi_port", 1, 65535),
    ("gpi_read_s", 0, 3600),
)


def _is_prefix(text: str) -> bool:
    return 1 <= len(text) <= LONGEST_PREFIX and set(text) <= set(string.hexdigits)
