"""A device that answered, or announced itself, on the network."""

from __future__ import annotations

import re

import msgspec


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """One device of the network."""

    host: str
    port: int
    mac: str = ""  # its link address; empty: beyond a router, or not asked yet
    driver: str
    description: str  # maker, model, firmware, or what it announces
    in_use: bool = False  # another client has it
    name: str = ""  # what it could be called
    connect: str = ""
    entry: str  # for `devices` of config.yaml: name, driver and connect, to paste


def entry_of(name: str, driver: str, connect: str) -> str:
    """The lines to paste."""
    return f"- name: {name}\n  driver: {driver}\n  connect: {connect}"


def name_of(kind: str, mac: str, host: str) -> str:
    """A name that stays: by the end of the link address, which no lease changes, else by the host."""
    tail = mac.replace(":", "")[-6:] or re.sub(r"[^0-9A-Za-z]+", "-", host).strip("-")
    return f"{kind}-{tail}"
