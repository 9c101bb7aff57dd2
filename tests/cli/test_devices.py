"""`tierview devices`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from serial.tools.list_ports_common import ListPortInfo

from gateway.catalogue import drivers
from gateway.cli.shell import run
from gateway.config.strict_yaml import parse
from gateway.discovery.serial_ports import describe_port
from tests.cli.site import write_config


def usb_port(device: str, vid: int, pid: int, product: str) -> ListPortInfo:
    info = ListPortInfo(device, skip_link_detection=True)
    info.vid, info.pid, info.product, info.description, info.serial_number = vid, pid, product, product, "0001"
    return info


def test_the_devices_of_a_configuration(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run(["devices", "list", str(write_config(tmp_path)), "--json"]) == 0
    assert json.loads(capsysbinary.readouterr().out) == {
        "name": "gate",
        "driver": "json_mqtt",
        "connect": "mqtt:gates",
        "place": None,
        "asset": None,
    }


def test_every_driver_is_listed_with_what_its_settings_mean(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run(["devices", "list", "--drivers", "--json"]) == 0
    rows = [json.loads(line) for line in capsysbinary.readouterr().out.splitlines()]
    assert [row["name"] for row in rows] == sorted(drivers())
    llrp = next(row for row in rows if row["name"] == "llrp")
    assert llrp["devices"].startswith("Fixed UHF readers that speak LLRP")
    assert {key: value for key, value in llrp["settings"][2].items() if key != "meaning"} == {
        "name": "session",
        "default": 1,
    }
    assert run(["devices", "list", "--drivers"]) == 0
    assert b"keepalive_s: 10.0  # how often the reader says that it lives" in capsysbinary.readouterr().out


@pytest.mark.parametrize(
    ("vid", "pid", "product", "driver", "baud"),
    [
        (0x1546, 0x01A8, "u-blox 8 receiver", "nmea0183", 9600),
        (0x067B, 0x2303, "USB-Serial Controller", "nmea0183", 9600),
        (0x10C4, 0xEA60, "CP2102 USB to UART Bridge", "m100", 115200),
        (0x1A86, 0x7523, "USB Serial", "m100", 115200),
    ],
)
def test_a_port_comes_with_the_entry_to_paste(
    vid: int, pid: int, product: str, driver: str, baud: int, tmp_path: Path
) -> None:
    device = tmp_path / "ttyUSB0"
    device.touch()
    port = describe_port(usb_port(str(device), vid, pid, product), "/dev/serial/by-id/usb-maker-0001")
    assert (port.usb, port.driver, port.usable) == (f"{vid:04x}:{pid:04x}", driver, True)
    table, faults = parse(b"devices:\n" + b"".join(f"  {line}\n".encode() for line in port.entry.splitlines()))
    assert faults == []
    (entry,) = table.tables("devices")
    assert entry.text("driver") == driver
    assert entry.text("connect") == f"serial:///dev/serial/by-id/usb-maker-0001?baud={baud}"


def test_a_port_that_may_not_be_opened_says_what_to_do(tmp_path: Path) -> None:
    gone = describe_port(usb_port(str(tmp_path / "ttyUSB9"), 0x10C4, 0xEA60, "CP2102"), "")
    assert not gone.usable
    assert gone.why_not.startswith("not readable: add your user to group dialout")
    assert gone.path == str(tmp_path / "ttyUSB9")
