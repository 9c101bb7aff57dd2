"""`tierview devices list`."""

from __future__ import annotations

import dataclasses
import inspect
from pathlib import Path
from types import ModuleType
from typing import Any


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
    from gateway.cli.printed import say, write_json

    for name, module in sorted(drivers().items()):
        settings = _settings(module)
        if json:
            row = {"name": name, "transport": module.TRANSPORT, "devices": _purpose(module), "settings": settings}
            write_json(row)
            continue
        say(f"{name} ({module.TRANSPORT})", "bold")
        say(f"  {_purpose(module)}")
        for setting in settings:
            meaning = f"  # {setting['meaning']}" if setting["meaning"] else ""
            say(f"    {setting['name']}: {_written(setting['default'])}{meaning}")


def _purpose(module: ModuleType) -> str:
    """The first sentence of a driver's docstring, on one line."""
    lines = inspect.cleandoc(module.__doc__ or "").split("\n\n")[0].split("\n")
    first, _, _ = " ".join(lines).partition(". ")
    return first.rstrip(".") + "."


def _settings(module: ModuleType) -> list[dict[str, Any]]:
    from gateway.config.schema import field_comments

    comments = field_comments(module.Settings)
    return [
        {"name": field.name, "default": _default(field), "meaning": comments.get(field.name, "")}
        for field in dataclasses.fields(module.Settings)
    ]


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return "(required)" if field.default is dataclasses.MISSING else field.default


def _written(value: Any) -> str:
    """A value as config.yaml writes it."""
    import msgspec

    return msgspec.json.encode(value).decode()
