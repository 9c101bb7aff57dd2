"""All checks of a configuration: those that wait for others run side by side, and are told in a fixed order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeAlias

from gateway.config.model import Config
from gateway.doctor import broker, certificates, clock, influx, machine, mail, outputs, ports, storage
from gateway.doctor.addresses import addresses
from gateway.doctor.remark import Checked

MOST_AT_ONCE = 16

Check: TypeAlias = Callable[[], Iterable[Checked]]


def examine(config: Config, base: Path) -> Iterator[Checked]:
    """Everything that a gateway of this configuration stands on, as each becomes known, in a fixed order."""
    with ThreadPoolExecutor(MOST_AT_ONCE) as pool:
        for asked in [pool.submit(lambda check=check: list(check())) for check in _checks(config, base)]:  # type: ignore[misc]
            yield from asked.result()


def _checks(config: Config, base: Path) -> Iterator[Check]:
    running = storage.is_running(base / config.journal.folder)
    yield partial(clock.check_clock, datetime.now(UTC))
    yield partial(storage.check_storage, config, base, running=running)
    yield partial(machine.check_limits, config)
    yield partial(machine.check_secrets, config, base)
    yield partial(ports.check_listening, config, running=running)
    for device, address in addresses(config):
        yield partial(ports.check_device, device, address)
    yield partial(broker.check_broker, config.mqtt, base, running=running)
    for server in config.influx:
        yield partial(influx.check_influx, server, base)
    yield partial(outputs.check_backlogs, config, base)
    yield partial(mail.check_mail, config.mail, base)
    yield partial(certificates.check_own, config, base)
    for end in certificates.endpoints(config):
        yield lambda end=end: (certificates.check_endpoint(end, base),)  # type: ignore[misc]
