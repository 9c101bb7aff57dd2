"""Default emission factors by mode, from well to wheel, and how much longer ways are than the crow's.

Factors are those of the Global Logistics Emissions Council's Framework, which is how ISO 14083 is put to work. It
gives one for each class of vehicle; here stands one class for each mode, which its source names. A configuration puts
factors of its own in their place. The framework itself was not at hand: each factor stands as others quote it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from gateway.config.kpis import Carbon, Travel


class Factor(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What moving a tonne for a kilometre emits."""

    g_per_tkm: float  # grams of CO2e, AR6, from well to wheel
    source: str


class Detour(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How long a way is, by the great circle between its ends."""

    times: float = 1.0
    plus_km: float = 0.0
    source: str


_QUOTED = "GLEC Framework v3.2 (Smart Freight Centre, 2025) default"
FACTORS: Mapping[Travel, Factor] = MappingProxyType(
    {
        # 22 from well to tank and 73 from tank to wheel: table 8 of v3.0, as Climatiq quotes it.
        "road": Factor(
            g_per_tkm=95.0,
            source="GLEC Framework v3.0 (Smart Freight Centre, 2023) default: articulated truck up to 40 t, average"
            " load, diesel, Europe",
        ),
        "rail": Factor(g_per_tkm=30.7, source=f"{_QUOTED}: freight train, diesel, Europe; electric is 10.8"),
        "sea": Factor(g_per_tkm=8.15, source=f"{_QUOTED}: container ship, fleet average, as EcoFreight quotes it"),
        "air": Factor(g_per_tkm=789.0, source=f"{_QUOTED}: freighter, fleet average, as EcoFreight quotes it"),
        "barge": Factor(g_per_tkm=22.6, source=f"{_QUOTED}: inland container vessel, 135 m"),
    }
)
DETOURS: Mapping[Travel, Detour] = MappingProxyType(
    {
        "road": Detour(times=1.32, source="great circle x 1.32: Ballou et al. 2002, roads of Germany"),
        "rail": Detour(times=1.2, source="great circle x 1.2: tierview's own guess"),
        "sea": Detour(times=1.15, source="great circle x 1.15: tierview's own guess"),
        "air": Detour(plus_km=95.0, source="great circle + 95 km: EN 16258"),
        "barge": Detour(times=1.2, source="great circle x 1.2: tierview's own guess"),
    }
)


def factor(mode: Travel, carbon: Carbon) -> Factor:
    """What counts for a mode: the configuration's factor, else the default."""
    own = next((one for one in carbon.factors if one.mode == mode), None)
    return FACTORS[mode] if own is None else Factor(g_per_tkm=own.g_per_tkm, source=own.source)
