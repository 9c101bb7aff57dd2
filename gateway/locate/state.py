"""What locating remembers of one asset, and its encoded form: one row of the journal.

Rows are msgpack arrays. New fields go to the end, with a default: then old rows stay readable.
"""

from __future__ import annotations

import msgspec

from gateway.model import AssetKind, Micros


class Fact(msgspec.Struct, frozen=True, array_like=True, gc=False, order=True):
    """From this time on the asset was at a place, or had left it.

    The order of fields is the order of facts: leaving one place comes before entering the next.
    """

    at_us: Micros
    inside: bool  # False: it left `place`, towards transit
    place: str


class Nest(msgspec.Struct, frozen=True, array_like=True, gc=False, order=True):
    """At this time the asset was put into another, or taken out; taken out comes before put in, as with facts."""

    at_us: Micros
    added: bool
    parent: str  # taken out: of this one; empty: of whatever it was in


class Ring(msgspec.Struct, array_like=True, gc=False):
    """The last reads of the asset at one read point."""

    read_point: str
    last_us: Micros = 0
    rssi: bytes = b""  # newest last; one byte each: half dB below 0 dBm, so that a million assets fit
    times: tuple[Micros, ...] = ()  # of reads that wait to be believed, as they came; none where it is known to be


class Loading(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The last decision about being in a trailer: made once for each stay of a trailer at a door."""

    parent: str
    door: str
    at_us: Micros


class Position(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The newest believed position, and when positions were last recorded."""

    lat: float
    lon: float
    at_us: Micros
    kept_us: Micros = 0
    late_kept_us: Micros = 0  # of positions that came late
    told_by: str = ""  # the asset inside whose tracker it was; empty: its own


class Doubt(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The last of the positions in a row that are too far from the believed one, and near each other."""

    lat: float
    lon: float
    at_us: Micros
    fixes: int


class Moving(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Whether an asset with positions moves; the anchor is where it stands, or may be about to."""

    lat: float  # of the anchor
    lon: float
    came_us: Micros  # first at the anchor ...
    here_us: Micros  # ... and last
    since_us: Micros  # it moves, or stands
    moving: bool | None = None  # None: not known yet
    fixes: int = 1  # that the anchor is the mean of
    away: int = 0  # fixes in a row away from where it stands ...
    sure: int = 0  # ... and of these the last ones that were far away


class FenceRun(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Fixes in a row that say the asset is somewhere else than known."""

    place: str  # empty: outside all fences
    first_us: Micros
    last_us: Micros
    fixes: int
    lat: float  # of the first
    lon: float


DOCK = "urn:tierview:dock:"  # names the state that stands for a door or gate; no asset has such a name


class Dock(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What the contacts of a door or gate say; None: they have not said it yet."""

    door_open: bool | None = None
    door_us: Micros = 0  # since when, by the device
    trailer: bool | None = None  # something stands there
    trailer_us: Micros = 0
    gone_us: Micros = 0  # told that it is empty at this time of the gateway, and not believed yet; 0: nothing waits


class AssetState(msgspec.Struct, array_like=True, gc=False):
    """All that locating knows of one asset. `Gist` reads the first four fields alone: keep them first."""

    kind: AssetKind
    place: str = ""  # where the newest fact puts it; empty: between places, or nowhere known yet
    since_us: Micros = 0  # 0: nowhere known yet
    parent: str = ""  # what it is in, such as a trailer; then that one's place counts
    seen_us: Micros = 0  # newest believed reading, anywhere
    untold_us: Micros = 0  # by how much `seen_us` has advanced since the state was last handed out
    facts: tuple[Fact, ...] = ()  # newest last; empty where `place` and `since_us` say it all
    rings: list[Ring] = []
    loading: Loading | None = None
    position: Position | None = None
    run: FenceRun | None = None
    late_run: FenceRun | None = None
    doubt: Doubt | None = None
    motion: Moving | None = None
    nests: tuple[Nest, ...] = ()  # newest last; `parent` follows from them
    dock: Dock | None = None  # of the state that stands for a door or gate; see `docks`


class Gist(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The first fields of a row: enough to count it at start without building the whole."""

    kind: AssetKind
    place: str
    since_us: Micros
    parent: str


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(AssetState)
_gist_decoder = msgspec.msgpack.Decoder(Gist)


def encode_state(state: AssetState) -> bytes:
    """The row of an asset's state."""
    return _encoder.encode(state)


def decode_state(row: bytes) -> AssetState:
    """An asset's state from its row; raises msgspec.DecodeError on bytes that are none."""
    return _decoder.decode(row)


def decode_gist(row: bytes) -> Gist:
    """The first fields of a row, at a third of the cost."""
    return _gist_decoder.decode(row)
