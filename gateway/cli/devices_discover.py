"""`tierview devices discover`."""

from __future__ import annotations


def devices_discover(*, json: bool = False) -> int:
    """List the serial ports of this machine, with the entry for config.yaml to each.

    For example:

        tierview devices discover

    For each port: what is plugged in, the path that stays the same however
    often it is replugged, whether this user may open it and, if not, what to
    do. The driver is a guess from the maker of the USB chip. The exit code
    is 1 where there is no port.

    Parameters
    ----------
    json
        One JSON object a line: port, path, usb, description, serial_number, usable, why_not, driver, entry.
    """
    from gateway.cli.printed import say, warn, write_json
    from gateway.cli.serial_ports import found_ports

    ports = found_ports()
    for port in ports:
        if json:
            write_json(port)
            continue
        say(f"{port.port}  {port.description}".rstrip(), "bold")
        say(f"  USB {port.usb}" if port.usb else "  not on USB")
        if port.why_not:
            say(f"  {port.why_not}", "yellow")
        for line in port.entry.splitlines():
            say(f"    {line}")
    if not ports:
        warn("There is no serial port: plug the device in, and look with `dmesg` whether the kernel sees it.")
    return 0 if ports else 1
