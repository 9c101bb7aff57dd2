"""Serial ports: are they there, and may we use them? Ports that we listen on: are they free?"""

from __future__ import annotations

import errno
import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

from gateway.config.address import Address, ListenAddress, SerialAddress, TcpAddress
from gateway.config.model import Config, Device
from gateway.discovery.serial_ports import why_not
from gateway.doctor.addresses import addresses
from gateway.doctor.remark import Checked, fault, ok, warning

DIAL_S = 3.0
NAMED_BY_ORDER = ("/dev/ttyUSB", "/dev/ttyACM")


def check_device(device: Device, address: Address) -> Iterator[Checked]:
    """Say whether what a device is connected to can be reached, without saying anything to it."""
    match address:
        case SerialAddress() if address.is_local:
            yield _serial(device.name, address.port)
        case TcpAddress():
            yield _dial(device.name, address.host, address.port)


def check_listening(config: Config, *, running: bool) -> Iterator[Checked]:
    """Say whether the ports are free that the gateway would listen on; while it runs they are its own."""
    host, _, port = config.http.listen.rpartition(":")
    wanted = [("http.listen", host.strip("[]"), int(port))]
    wanted += [(device.name, a.host, a.port) for device, a in addresses(config) if isinstance(a, ListenAddress)]
    for name, host, number in wanted:
        why = taken(host, number)
        if not why:
            if running:
                text = f"a gateway runs on this journal, and nobody listens on {host}:{number}"
                yield warning("ports", name, text, "start it anew, if it runs with another configuration")
            else:
                yield ok("ports", name, f"{host}:{number} is free")
        elif running:
            yield ok("ports", name, f"{host}:{number} is listened on, by the gateway that runs")
        else:
            yield fault("ports", name, f"{host}:{number} cannot be listened on: {why}", "choose another port")


def _serial(name: str, port: str) -> Checked:
    path = Path(port)
    if not path.exists():
        fix = "plug it in; `tierview devices discover` lists the ports that are there"
        return fault("ports", name, f"there is no {port}", fix)
    if not stat.S_ISCHR(path.stat().st_mode):
        return fault(
            "ports", name, f"{port} is no serial port", "`tierview devices discover` lists those that are there"
        )
    if reason := why_not(port):
        text, _, fix = reason.partition(": ")
        return fault("ports", name, f"{port} is {text}", fix)
    if port.startswith(NAMED_BY_ORDER):
        text = f"{port} is named by the order of plugging in"
        return warning("ports", name, text, "take its name of /dev/serial/by-id, which stays")
    return ok("ports", name, f"{port} ({os.path.realpath(port)}) may be used")


def _dial(name: str, host: str, port: int) -> Checked:
    try:
        with socket.create_connection((host, port), timeout=DIAL_S):
            return ok("ports", name, f"{host}:{port} accepts connections")
    except TimeoutError:
        text, fix = f"{host}:{port} does not answer", "see that it is powered, and that no firewall is in between"
    except ConnectionRefusedError:
        text, fix = f"{host}:{port} refuses connections", "see that its service is on, and that the port is right"
    except OSError as error:
        text, fix = (
            f"{host}:{port} cannot be reached: {error.strerror or error}",
            "see that the name and network are right",
        )
    return fault("ports", name, text, fix)


def taken(host: str, port: int) -> str:
    """Why a port cannot be listened on; empty where it can."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        return "another program does" if error.errno == errno.EADDRINUSE else (error.strerror or str(error))
    return ""
