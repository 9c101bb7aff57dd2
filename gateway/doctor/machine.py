"""May this user have as many connections as the configuration asks for, and are secrets nobody else's?"""

from __future__ import annotations

import resource
from collections.abc import Iterator
from pathlib import Path

from gateway.config import loose_files
from gateway.config.address import ListenAddress
from gateway.config.model import Config
from gateway.doctor.addresses import addresses
from gateway.doctor.remark import Checked, fault, ok, warning

OF_ITSELF = 200  # descriptors for the journal, the page and its readers


def check_limits(config: Config) -> Iterator[Checked]:
    """Say whether there are descriptors enough."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    dial_in = sum(address.most for _, address in addresses(config) if isinstance(address, ListenAddress))
    wanted = OF_ITSELF + len(config.devices) + len(config.subscriptions) + dial_in
    if hard < wanted:
        text = f"{hard} open files and connections are allowed, {wanted} may be needed"
        yield fault("limits", "", text, "raise it: LimitNOFILE=65536 in the service, or ulimit -n")
    else:
        yield ok("limits", "", f"{hard} open files and connections are allowed, {wanted} may be needed")


def check_secrets(config: Config, base: Path) -> Iterator[Checked]:
    """Say which secrets' files others may read."""
    loose = loose_files(config, base)
    for text in loose:
        found, _, fix = text.partition(": ")
        yield warning("secrets", "", found, fix)
    if not loose:
        yield ok("secrets", "", "no file of a secret may be read by others")
