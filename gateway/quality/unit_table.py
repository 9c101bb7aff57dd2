"""Units of measure: the common codes of UN/ECE Recommendation 20 that devices and plans of this field use.

Each with its name, what it measures, and how to get to that quantity's own unit here: value * factor + offset.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Unit(NamedTuple):
    """One common code."""

    name: str
    quantity: str
    factor: float = 1.0
    offset: float = 0.0


_KELVIN = -273.15
_FAHRENHEIT = 5 / 9

# The unit that each quantity is recorded in: the first of its rows below.
UNITS: Mapping[str, Unit] = MappingProxyType(
    {
        # temperature
        "CEL": Unit("degree Celsius", "temperature"),
        "KEL": Unit("kelvin", "temperature", 1.0, _KELVIN),
        "FAH": Unit("degree Fahrenheit", "temperature", _FAHRENHEIT, -32 * _FAHRENHEIT),
        # share
        "P1": Unit("percent", "share"),
        "59": Unit("part per million", "share", 1e-4),
        "61": Unit("part per billion", "share", 1e-7),
        # length
        "MTR": Unit("metre", "length"),
        "KMT": Unit("kilometre", "length", 1000.0),
        "DMT": Unit("decimetre", "length", 0.1),
        "CMT": Unit("centimetre", "length", 0.01),
        "MMT": Unit("millimetre", "length", 0.001),
        "4H": Unit("micrometre", "length", 1e-6),
        "INH": Unit("inch", "length", 0.0254),
        "FOT": Unit("foot", "length", 0.3048),
        "YRD": Unit("yard", "length", 0.9144),
        "SMI": Unit("mile", "length", 1609.344),
        "NMI": Unit("nautical mile", "length", 1852.0),
        # area and volume
        "MTK": Unit("square metre", "area"),
        "CMK": Unit("square centimetre", "area", 1e-4),
        "MMK": Unit("square millimetre", "area", 1e-6),
        "FTK": Unit("square foot", "area", 0.09290304),
        "MTQ": Unit("cubic metre", "volume"),
        "LTR": Unit("litre", "volume", 0.001),
        "MLT": Unit("millilitre", "volume", 1e-6),
        "CMQ": Unit("cubic centimetre", "volume", 1e-6),
        "DMQ": Unit("cubic decimetre", "volume", 0.001),
        "HLT": Unit("hectolitre", "volume", 0.1),
        "GLL": Unit("gallon (US)", "volume", 0.003785411784),
        "GLI": Unit("gallon (UK)", "volume", 0.00454609),
        "FTQ": Unit("cubic foot", "volume", 0.028316846592),
        # mass
        "KGM": Unit("kilogram", "mass"),
        "GRM": Unit("gram", "mass", 0.001),
        "MGM": Unit("milligram", "mass", 1e-6),
        "TNE": Unit("tonne", "mass", 1000.0),
        "DTN": Unit("decitonne", "mass", 100.0),
        "LBR": Unit("pound", "mass", 0.45359237),
        "ONZ": Unit("ounce", "mass", 0.028349523125),
        "STN": Unit("ton (US)", "mass", 907.18474),
        "LTN": Unit("ton (UK)", "mass", 1016.0469088),
        # pieces
        "C62": Unit("one", "pieces"),
        "H87": Unit("piece", "pieces"),
        "EA": Unit("each", "pieces"),
        "PR": Unit("pair", "pieces", 2.0),
        "DZN": Unit("dozen", "pieces", 12.0),
        "GRO": Unit("gross", "pieces", 144.0),
        "CEN": Unit("hundred", "pieces", 100.0),
        "MIL": Unit("thousand", "pieces", 1000.0),
        "SET": Unit("set", "sets"),
        "KT": Unit("kit", "sets"),
        # pressure
        "PAL": Unit("pascal", "pressure"),
        "A97": Unit("hectopascal", "pressure", 100.0),
        "KPA": Unit("kilopascal", "pressure", 1000.0),
        "MPA": Unit("megapascal", "pressure", 1e6),
        "BAR": Unit("bar", "pressure", 1e5),
        "MBR": Unit("millibar", "pressure", 100.0),
        "ATM": Unit("standard atmosphere", "pressure", 101325.0),
        "PS": Unit("pound-force per square inch", "pressure", 6894.757293168),
        # time
        "SEC": Unit("second", "time"),
        "C26": Unit("millisecond", "time", 0.001),
        "B98": Unit("microsecond", "time", 1e-6),
        "MIN": Unit("minute", "time", 60.0),
        "HUR": Unit("hour", "time", 3600.0),
        "DAY": Unit("day", "time", 86_400.0),
        "WEE": Unit("week", "time", 604_800.0),
        # speed, acceleration, angle, turning
        "MTS": Unit("metre per second", "speed"),
        "KMH": Unit("kilometre per hour", "speed", 1 / 3.6),
        "KNT": Unit("knot", "speed", 1852 / 3600),
        "HM": Unit("mile per hour", "speed", 0.44704),
        "2M": Unit("centimetre per second", "speed", 0.01),
        "MSK": Unit("metre per second squared", "acceleration"),
        "K40": Unit("standard acceleration of free fall", "acceleration", 9.80665),
        "DD": Unit("degree", "angle"),
        "C81": Unit("radian", "angle", 57.29577951308232),
        "HTZ": Unit("hertz", "frequency"),
        "KHZ": Unit("kilohertz", "frequency", 1000.0),
        "MHZ": Unit("megahertz", "frequency", 1e6),
        "A86": Unit("gigahertz", "frequency", 1e9),
        "RPM": Unit("revolutions per minute", "rotation"),
        # electricity
        "VLT": Unit("volt", "voltage"),
        "2Z": Unit("millivolt", "voltage", 0.001),
        "KVT": Unit("kilovolt", "voltage", 1000.0),
        "AMP": Unit("ampere", "current"),
        "4K": Unit("milliampere", "current", 0.001),
        "OHM": Unit("ohm", "resistance"),
        "WTT": Unit("watt", "power"),
        "KWT": Unit("kilowatt", "power", 1000.0),
        "MAW": Unit("megawatt", "power", 1e6),
        "D46": Unit("volt-ampere", "apparent power"),
        "D44": Unit("var", "reactive power"),
        "KWH": Unit("kilowatt hour", "energy"),
        "WHR": Unit("watt hour", "energy", 0.001),
        "JOU": Unit("joule", "energy", 1 / 3_600_000),
        "AMH": Unit("ampere hour", "charge"),
        "E09": Unit("milliampere hour", "charge", 0.001),
        # light, sound, radio, data
        "LUX": Unit("lux", "illuminance"),
        "LUM": Unit("lumen", "light"),
        "2N": Unit("decibel", "level"),
        "DBM": Unit("decibel-milliwatt", "signal"),
        "AD": Unit("byte", "data"),
        "2P": Unit("kilobyte", "data", 1000.0),
        "4L": Unit("megabyte", "data", 1e6),
        # flow and concentration
        "MQH": Unit("cubic metre per hour", "flow"),
        "L2": Unit("litre per minute", "flow", 0.06),
        "GP": Unit("milligram per cubic metre", "concentration"),
        "GQ": Unit("microgram per cubic metre", "concentration", 0.001),
        # packages: no conversion between them
        "XPX": Unit("pallet", "pallets"),
        "PF": Unit("pallet (lift)", "pallets"),
        "XBX": Unit("box", "boxes"),
        "BX": Unit("box", "boxes"),
        "XCT": Unit("carton", "cartons"),
        "CT": Unit("carton", "cartons"),
        "XCR": Unit("crate", "crates"),
        "XRO": Unit("roll", "rolls"),
        "RO": Unit("roll", "rolls"),
        "NMP": Unit("number of packs", "packs"),
        "XPK": Unit("package", "packages"),
        "NIU": Unit("number of international units", "units"),
        "ZZ": Unit("mutually defined", "units"),
    }
)

# What people and devices write instead, folded: no case, no blanks, no degree sign, no full stop.
SPOKEN: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("c", "degc", "celsius", "grad", "cel", "celcius"), "CEL"),
        **dict.fromkeys(("f", "degf", "fahrenheit"), "FAH"),
        **dict.fromkeys(("k", "kelvin"), "KEL"),
        **dict.fromkeys(("%", "pct", "percent", "prozent", "%rh", "rh"), "P1"),
        **dict.fromkeys(("m", "meter", "metre", "metres", "meters"), "MTR"),
        **dict.fromkeys(("km", "kilometer", "kilometre"), "KMT"),
        **dict.fromkeys(("cm", "centimeter"), "CMT"),
        **dict.fromkeys(("mm", "millimeter"), "MMT"),
        **dict.fromkeys(("in", "inch", "inches"), "INH"),
        **dict.fromkeys(("ft", "foot", "feet"), "FOT"),
        **dict.fromkeys(("mi", "mile", "miles"), "SMI"),
        **dict.fromkeys(("kg", "kgs", "kilogram", "kilo"), "KGM"),
        **dict.fromkeys(("g", "gram", "gramm"), "GRM"),
        **dict.fromkeys(("t", "to", "ton", "tonne", "tonnen"), "TNE"),
        **dict.fromkeys(("lb", "lbs", "pound", "pounds"), "LBR"),
        **dict.fromkeys(("l", "liter", "litre"), "LTR"),
        **dict.fromkeys(("pc", "pcs", "pce", "st", "stk", "stck", "piece", "pieces", "ea", "each", "unit"), "C62"),
        **dict.fromkeys(("v", "volt", "volts"), "VLT"),
        "mv": "2Z",
        **dict.fromkeys(("a", "amp", "ampere"), "AMP"),
        "ma": "4K",
        **dict.fromkeys(("w", "watt"), "WTT"),
        "kw": "KWT",
        "kwh": "KWH",
        **dict.fromkeys(("pa", "pascal"), "PAL"),
        "hpa": "A97",
        "kpa": "KPA",
        "bar": "BAR",
        "mbar": "MBR",
        "psi": "PS",
        **dict.fromkeys(("s", "sec", "second", "seconds"), "SEC"),
        "ms": "C26",
        **dict.fromkeys(("min", "minute", "minutes"), "MIN"),
        **dict.fromkeys(("h", "hr", "hour", "hours", "std"), "HUR"),
        **dict.fromkeys(("d", "day", "days", "tag"), "DAY"),
        "m/s": "MTS",
        **dict.fromkeys(("km/h", "kmh", "kph"), "KMH"),
        "mph": "HM",
        **dict.fromkeys(("kn", "kt", "kts", "knots"), "KNT"),
        **dict.fromkeys(("deg", "degree", "degrees"), "DD"),
        **dict.fromkeys(("hz", "hertz"), "HTZ"),
        **dict.fromkeys(("lx", "lux"), "LUX"),
        **dict.fromkeys(("db", "decibel"), "2N"),
        "dbm": "DBM",
        "ppm": "59",
        "ppb": "61",
        **dict.fromkeys(("m3", "cbm"), "MTQ"),
        "m2": "MTK",
        "g0": "K40",
    }
)
