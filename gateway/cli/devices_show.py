"""`tierview devices show`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import ModuleType

    from gateway.cli.driver_words import Setting


def devices_show(name: str, config: Path = Path("config.yaml"), /, *, json: bool = False) -> None:
    """Show a device of the configuration, or a driver, with every setting.

    For example:

        tierview devices show dock-1
        tierview devices show dock-1 /etc/tierview/config.yaml
        tierview devices show llrp

    What is printed is an entry for config.yaml, each setting with its meaning,
    and its default where the configuration says otherwise.

    Parameters
    ----------
    name
        A device of the configuration, or else a driver.
    config
        The configuration; it need not be there for a driver.
    json
        One JSON object: name, driver, transport, connect, place, asset, settings (name, value, default, meaning).
    """
    from gateway.catalogue import drivers
    from gateway.cli.driver_words import settings
    from gateway.cli.given import one_of, read_config
    from gateway.cli.printed import say, write_json
    from gateway.trial.purpose import purpose

    devices = {device.name: device for device in read_config(config).devices} if config.is_file() else {}
    known = drivers()
    device = devices.get(name)
    driver = device.driver if device else one_of(name, [*devices, *known], "a device or a driver")
    module = known[driver]
    given = dict(device.settings) if device else {}
    rows = settings(module)
    if json:
        write_json(
            {
                "name": device.name if device else None,
                "driver": driver,
                "transport": module.TRANSPORT,
                "connect": device.connect if device else None,
                "place": device.place if device else None,
                "asset": device.asset if device else None,
                "settings": [_row(setting, given) for setting in rows],
            }
        )
        return
    say(f"# {purpose(module)}", "dim")
    say(f"- name: {device.name if device else 'NAME'}", "bold")
    say(f"  driver: {driver}")
    say(f"  connect: {device.connect if device else _example(module)}")
    for key in ("place", "asset"):
        if device and getattr(device, key):
            say(f"  {key}: {getattr(device, key)}")
    if rows:
        say("  settings:")
    for setting in rows:
        _show(setting, given)


def _row(setting: Setting, given: dict[str, Any]) -> dict[str, Any]:
    value = given.get(setting.name, setting.default)
    return {"name": setting.name, "value": value, "default": setting.default, "meaning": setting.meaning}


def _show(setting: Setting, given: dict[str, Any]) -> None:
    from gateway.cli.driver_words import REQUIRED, written
    from gateway.cli.printed import say

    changed = setting.name in given
    value = given.get(setting.name, setting.default)
    shown = value if value == REQUIRED else written(value)
    before = f" [default: {setting.default if setting.default == REQUIRED else written(setting.default)}]"
    meaning = f"  # {setting.meaning}" if setting.meaning else ""
    say(f"    {setting.name}: {shown}{meaning}{before if changed else ''}", "bold" if changed else "")


def _example(module: ModuleType) -> str:
    """An address of the kind that the driver takes."""
    return "mqtt:TOPIC" if module.TRANSPORT == "message" else "tcp://HOST:PORT"
