"""The serial ports of this machine: what is plugged in, whether it can be opened, and its entry in config.yaml."""

from __future__ import annotations

import grp
import os
import re
from pathlib import Path

import msgspec
from serial.tools import list_ports
from serial.tools.list_ports_common import ListPortInfo

from gateway.discovery.found import entry_of

BY_ID = Path("/dev/serial/by-id")  # udev's names, from maker, product and serial number: they outlive a replug
GPS_DRIVERS = {"nmea0183", "ubx"}
GPS_WORDS = re.compile(r"gps|gnss|u-?blox|nmea|glonass", re.IGNORECASE)
GPS_MAKERS = {0x1546, 0x0E8D, 0x1163}  # u-blox, MediaTek, DeLorme: USB ids of receivers' own chips
GPS_BRIDGES = {(0x067B, 0x2303)}  # Prolific PL2303: in most GPS mice


class Port(msgspec.Struct, frozen=True, kw_only=True):
    """One port."""

    port: str  # /dev/ttyUSB0
    path: str  # the path to configure: by id where there is one
    usb: str  # vendor:product in hex; empty: not on USB
    description: str
    serial_number: str
    usable: bool  # this user may read and write it
    why_not: str  # and what to do
    driver: str  # a guess
    name: str = ""  # what it could be called
    connect: str = ""
    entry: str  # for `devices` of config.yaml


def found_ports() -> list[Port]:
    """Every serial port that the kernel knows."""
    names = {os.path.realpath(link): str(link) for link in sorted(BY_ID.glob("*"))} if BY_ID.is_dir() else {}
    ports = sorted(list_ports.comports(), key=lambda info: str(info.device))
    return [describe_port(info, names.get(info.device, "")) for info in ports]


def describe_port(info: ListPortInfo, by_id: str) -> Port:
    """What pyserial says of a port, made ready for people."""
    path = by_id or str(info.device)
    driver, baud = _likely(info)
    why_not_usable = why_not(str(info.device))
    usb = "" if info.vid is None else f"{info.vid:04x}:{info.pid:04x}"
    port = Port(
        port=str(info.device),
        path=path,
        usb=usb,
        description="" if info.description in (None, "n/a") else info.description,
        serial_number=info.serial_number or "",
        usable=not why_not_usable,
        why_not=why_not_usable,
        driver=driver,
        entry="",
    )
    return entered(port, driver, baud)


def entered(port: Port, driver: str, baud: int) -> Port:
    """The port with the entry for a driver at a speed."""
    connect = f"serial://{port.path}?baud={baud}"
    name = _name(port.port, driver)
    entry = entry_of(name, driver, connect)
    return msgspec.structs.replace(port, driver=driver, name=name, connect=connect, entry=entry)


def _likely(info: ListPortInfo) -> tuple[str, int]:
    """The likely driver and its usual speed: a GPS receiver where something says so, else a reader module."""
    words = " ".join(filter(None, (info.manufacturer, info.product, info.description)))
    if info.vid in GPS_MAKERS or (info.vid, info.pid) in GPS_BRIDGES or GPS_WORDS.search(words):
        return "nmea0183", 9600
    return "m100", 115200


def _name(port: str, driver: str) -> str:
    number = re.sub(r"\D", "", port) or "0"
    return f"{'gps' if driver in GPS_DRIVERS else 'reader'}-{number}"


def why_not(device: str) -> str:
    """Why this user may not use a port, and what to do; empty where it may."""
    if os.access(device, os.R_OK | os.W_OK):
        return ""
    try:
        group = grp.getgrgid(os.stat(device).st_gid).gr_name
    except (OSError, KeyError):
        group = "dialout"
    return f"not readable: add your user to group {group} (sudo usermod -aG {group} $USER), then sign in anew"
