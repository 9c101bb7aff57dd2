"""LLRP: what the settings and the reader's tables make together: the inventory, and what cannot be had."""

from __future__ import annotations

from device_drivers.llrp_capabilities import Capabilities
from device_drivers.llrp_custom import MAKERS, impinj_content
from device_drivers.llrp_rospec import ALL_ANTENNAS, Antenna, Inventory, Power, Trigger
from device_drivers.llrp_settings import Settings
from gateway.model import Notice


def inventory(settings: Settings, capabilities: Capabilities, *, impinj: bool) -> Inventory:
    """Return what the reader shall do; `impinj` where it took Impinj's extensions."""
    fits = len(settings.filter) <= capabilities.filters
    return Inventory(
        antennas=antennas(settings, capabilities),
        session=settings.session,
        tag_population=settings.tag_population,
        rf_mode=settings.rf_mode,
        report_every=settings.report_every,
        trigger=Trigger(
            start=settings.start,
            port=settings.gpi_port,
            level=settings.gpi_edge == "rising",
            read_ms=round(settings.gpi_read_s * 1000),
        ),
        prefixes=settings.filter if fits else (),
        vendor_content=impinj_content(tid=settings.tid) if impinj else b"",
    )


def antennas(settings: Settings, capabilities: Capabilities) -> list[Antenna]:
    """Return the antennas that read; all in one where they are set alike and the settings name none."""
    numbers = settings.antennas
    if settings.antenna_power_dbm and not numbers:
        numbers = tuple(range(1, capabilities.antennas + 1)) or tuple(settings.antenna_power_dbm)
    return [_antenna(number, settings, capabilities) for number in numbers or (ALL_ANTENNAS,)]


def shortfalls(settings: Settings, capabilities: Capabilities) -> list[Notice]:
    """Say what the settings ask for and the reader's tables do not have."""
    found: list[Notice] = []
    wanted_dbm = settings.power_dbm
    if settings.antenna_power_dbm and wanted_dbm is None:
        wanted_dbm = max(settings.antenna_power_dbm.values())
    if wanted_dbm is not None and not capabilities.powers_dbm:
        text = f"the reader names no power levels: its own power stays, not {wanted_dbm:g} dBm"
        found.append(Notice(name="power_not_set", text=text, fault=True))
    if settings.sensitivity_loss_db is not None and not capabilities.losses_db:
        text = (
            f"the reader names no sensitivities: its own stays, not {settings.sensitivity_loss_db:g} dB below its best"
        )
        found.append(Notice(name="sensitivity_not_set", text=text, fault=True))
    if len(settings.filter) > capabilities.filters:
        text = f"the reader takes {capabilities.filters} filters, {len(settings.filter)} are set: the gateway filters"
        found.append(Notice(name="filter_in_gateway", text=text))
    return found


def described(settings: Settings, capabilities: Capabilities, *, version: str) -> str:
    """Say in one line who the reader is and how it sends."""
    maker = MAKERS.get(capabilities.maker, f"maker {capabilities.maker}")
    parts = [f"{maker} model {capabilities.model}", f"firmware {capabilities.firmware}", f"LLRP {version}"]
    parts.append(f"{capabilities.antennas} antennas")
    if capabilities.inputs:
        parts.append(f"{capabilities.inputs} inputs")
    if capabilities.powers_dbm:
        levels = [dbm for _, dbm in capabilities.powers_dbm]
        parts.append(f"{len(levels)} power levels from {min(levels):g} to {max(levels):g} dBm")
    parts += [_sends(antenna) for antenna in antennas(settings, capabilities) if antenna.power is not None]
    if not capabilities.utc_clock:
        parts.append("no UTC clock: its times are made from the gateway's at the connection")
    return ", ".join(parts)


def _sends(antenna: Antenna) -> str:
    assert antenna.power is not None
    where = f" on antenna {antenna.number}" if antenna.number != ALL_ANTENNAS else ""
    return f"sends with {antenna.power.dbm:g} dBm{where}"


def _antenna(number: int, settings: Settings, capabilities: Capabilities) -> Antenna:
    wanted_dbm = settings.antenna_power_dbm.get(number, settings.power_dbm)
    power = None if wanted_dbm is None else _nearest_power(capabilities, wanted_dbm)
    wanted_db = settings.sensitivity_loss_db
    sensitivity = None if wanted_db is None else _nearest_sensitivity(capabilities, wanted_db)
    return Antenna(number=number, power=power, sensitivity=sensitivity)


def _nearest_power(capabilities: Capabilities, wanted_dbm: float) -> Power | None:
    if not capabilities.powers_dbm:
        return None
    index, dbm = min(capabilities.powers_dbm, key=lambda level: abs(level[1] - wanted_dbm))
    return Power(index=index, dbm=dbm, hop_table=capabilities.hop_table or 0)


def _nearest_sensitivity(capabilities: Capabilities, wanted_db: float) -> int | None:
    nearest = min(capabilities.losses_db, key=lambda level: abs(level[1] - wanted_db), default=None)
    return nearest[0] if nearest else None
