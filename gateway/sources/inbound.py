"""What a source hands to the pipeline: chunks, and the beginning and end of each connection; and what is tried again.

All travel through one ordered `Intake`, so that the pipeline sees, for each device, first
`Connected`, then the chunks of that connection, then `Disconnected`. On `Connected` it makes a fresh
Decoder (`decoder.start` and its Sends go to `write`); on `Disconnected` it forgets it. A device that takes
many connections (trackers that dial in to one port) has one decoder for each, told apart by `peer`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import msgspec

from gateway.model import Chunk, Micros, Quarantined, Send


class Inbound(msgspec.Struct, frozen=True, gc=False):
    """A chunk, and how to tell its sender that it is safe."""

    chunk: Chunk
    settle: Callable[[], None] | None = None  # call after COMMIT, on the event loop; None: nothing to settle


class Connected(msgspec.Struct, frozen=True, kw_only=True):
    """A device can be heard, and perhaps spoken to, from now on."""

    device: str
    at_us: Micros
    write: Callable[[Send], None] | None  # queue bytes to the device, never blocks; None: it cannot be written to
    drop: Callable[[str], None]  # end this connection, saying why, and connect anew after the back-off
    peer: str = ""  # as in Chunk
    told: bool = True  # False: no news; so many came of late that more would flood the log and the journal


WAITING = "waiting"  # a reason: devices may dial in again, and none has yet


class Disconnected(msgspec.Struct, frozen=True, kw_only=True):
    """A device cannot be heard: its connection ended, or could not be made for a new reason.

    A device that stays away is told once per reason, not once per attempt.
    """

    device: str
    at_us: Micros
    reason: str  # a stable word: closed, refused, no_permission, port_missing, dropped, stopped, ...
    text: str  # for people: what happened and what to do
    peer: str = ""  # as in Chunk
    told: bool = True  # as in Connected


class Tick(msgspec.Struct, frozen=True, gc=False):
    """About a second has passed: decoders look after their keep-alives and time-outs."""

    at_us: Micros


class Again(msgspec.Struct, frozen=True, gc=False):
    """A record that waits in quarantine is tried again, with the time at which it came first.

    It travels like what comes from devices, so that what it leads to is put in order and committed like theirs, in
    one transaction with the word that it waits no more.
    """

    number: int  # of its row
    held: Quarantined
    settle: Callable[[], None] | None = None  # call after COMMIT, on the event loop


Arrival: TypeAlias = Inbound | Connected | Disconnected | Tick | Again
