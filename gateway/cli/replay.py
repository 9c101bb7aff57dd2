"""`tierview replay`: captured bytes through a driver, or the tape through everything."""

from __future__ import annotations

from pathlib import Path

from gateway.cli.options import Capture, Tape


def replay(
    file: Path | None = None,
    /,
    *,
    capture: Capture | None = None,
    tape: Tape | None = None,
    speed: float = 0.0,
    json: bool = False,
) -> None:
    """Read captured bytes or the tape again, as the gateway would.

    For example:

        tierview replay --driver llrp dock.bin --json
        tierview replay --driver json_mqtt --topic sensors/7 seen.jsonl
             --setting 'fields={temperature: env.temp, time: ts | ms}'
        nc reader 5084 | tierview replay --driver llrp -
        tierview replay --tape data config.yaml --speed 60
        tierview replay --tape data --from 2026-03-01T06:00Z --rules off

    --driver NAME FILE: captured bytes through one driver. For a stream's
    driver FILE is the bytes; for a driver of messages (MQTT) one message a
    line, or an object a line with `payload` beside `topic` or `expected`.
    With --json each output is one line, in order, with these fields:

        kind         tag_read, label, fix, measurement, passage, packing, notice, rejected
        seen         by the device's clock, ISO 8601 in UTC; null: not said
        seen_us      the same in microseconds since 1970
        tag_read     epc, antenna, rssi_dbm, pc, tid, count
        label        text
        fix          lat, lon, speed_mps, course_deg, alt_m, accuracy_m,
                     satellites, asset
        measurement  name, value, unit, asset
        passage      asset, place, direction (in, out), shipment
        packing      asset, parent, action (ADD, DELETE), place
        notice       name, text, fault, antenna
        rejected     reason, text, data (neither seen nor seen_us)

    Bytes (epc, tid, data) are lower-case hex, pc is four hex digits, units
    are part of the names. An unfinished tail comes last, as rejected with
    the reason `unfinished`. What is put out depends on FILE and settings
    alone, not on --chunk, --speed or the time of day. Fields are only added.

    --tape FOLDER [CONFIG]: the tape of a journal through the drivers,
    locating and rules of a configuration, which may be a changed one.
    Events, alerts and rejections are printed; nothing is written and nobody
    is told. It works while the gateway runs. With --json each is one line in
    the shapes of the HTTP API, with `type` location, position, sensor,
    device, alert or quarantined.

    Parameters
    ----------
    file
        With --driver the capture, - for the standard input; with --tape the configuration (config.yaml).
    speed
        So many times as fast as it happened; 0: as fast as possible.
    json
        One JSON object a line, for machines.
    """
    _play(file, capture or Capture(), tape or Tape(), speed=speed, json=json)


def _play(file: Path | None, capture: Capture, tape: Tape, *, speed: float, json: bool) -> None:
    from gateway.cli.given import CONFIG
    from gateway.errors import BadInput

    if bool(capture.driver) == bool(tape.tape):
        raise BadInput("expected either --driver NAME FILE or --tape FOLDER [CONFIG]")
    if speed < 0 or capture.chunk < 1 or tape.clock_speed <= 0:
        raise BadInput("expected --speed of 0 or more, --chunk of 1 or more and --clock-speed above 0")
    if tape.tape is not None:
        from gateway.cli.replay_tape import replay_tape

        replay_tape(tape.tape, tape, file or CONFIG, speed=speed, json=json)
        return
    if file is None:
        raise BadInput("expected a FILE of captured bytes, or - for the standard input")
    from gateway.cli.replay_capture import replay_capture

    replay_capture(file, capture, speed=speed, json=json)
