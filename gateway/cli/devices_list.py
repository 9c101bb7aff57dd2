"""`tierview devices list`."""

from __future__ import annotations

from pathlib import Path


def devices_list(config: Path = Path("config.yaml"), /, *, drivers: bool = False, json: bool = False) -> None:
    """List the devices of a configuration, or all drivers with their settings.

    For example:

        tierview devices list
        tierview devices list /etc/tierview/config.yaml --json
        tierview devices list --drivers

    Parameters
    ----------
    config
        The configuration; not read with --drivers.
    drivers
        The drivers there are instead: what for, and each setting with its default.
    json
        One JSON object a line: name, driver, connect, place, asset; or name, transport, devices, settings.
    """
    if drivers:
        _list_drivers(json=json)
    else:
        _list_devices(config, json=json)


def _list_devices(config: Path, *, json: bool) -> None:
    from gateway.cli.given import read_config
    from gateway.cli.printed import table, write_json

    columns = ["name", "driver", "connect", "place", "asset"]
    devices = read_config(config).devices
    if json:
        for device in devices:
            write_json({column: getattr(device, column) for column in columns})
    else:
        table(columns, [[getattr(device, column) or "" for column in columns] for device in devices])


def _list_drivers(*, json: bool) -> None:
    from gateway.catalogue import drivers
    from gateway.cli.driver_words import settings, written
    from gateway.cli.printed import say, write_json
    from gateway.trial.purpose import purpose

    for name, module in sorted(drivers().items()):
        if json:
            row = {
                "name": name,
                "transport": module.TRANSPORT,
                "devices": purpose(module),
                "settings": settings(module),
            }
            write_json(row)
            continue
        say(f"{name} ({module.TRANSPORT})", "bold")
        say(f"  {purpose(module)}")
        for setting in settings(module):
            meaning = f"  # {setting.meaning}" if setting.meaning else ""
            say(f"    {setting.name}: {written(setting.default)}{meaning}")
