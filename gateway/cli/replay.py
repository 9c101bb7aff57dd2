"""`tierview replay`: captured bytes through a driver, or the tape through everything."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter


def replay(
    file: Path | None = None,
    *,
    driver: str = "",
    tape: Path | None = None,
    json: bool = False,
    speed: float = 0.0,
    setting: tuple[str, ...] = (),
    topic: str = "",
    chunk: int = 4096,
    since: Annotated[str, Parameter(name="--from")] = "",
    until: str = "",
    rules: Literal["on", "off"] = "on",
    clock_speed: float = 1.0,
) -> None:
    """Read captured bytes or the tape again, as the gateway would.

    For example:

        tierview replay --driver llrp dock.bin --json
        tierview replay --driver json_mqtt --topic sensors/7 seen.jsonl
             --setting 'fields={temperature: env.temp, time: ts | ms}'
        nc reader 5084 | tierview replay --driver llrp -
        tierview replay --tape data config.yaml --speed 60
        tierview replay --tape data --from 2026-03-01T06:00Z --rules off

    --driver NAME FILE: a file of captured bytes through one driver. For
    stream drivers FILE is the bytes, for message drivers (MQTT) one message
    a line, or an object a line with `payload` beside `topic` or `expected`.
    With --json each output is one line, in order, with these fields:

        kind         tag_read, fix, measurement, passage, notice, rejected
        seen         by the device's clock, ISO 8601 in UTC; null: not said
        seen_us      the same in microseconds since 1970
        tag_read     epc, antenna, rssi_dbm, pc, tid, count
        fix          lat, lon, speed_mps, course_deg, alt_m, accuracy_m,
                     satellites, asset
        measurement  name, value, unit, asset
        passage      asset, place, direction (in, out), shipment
        notice       name, text, fault, antenna
        rejected     reason, text, data (no seen)

    Bytes (epc, tid, data) are lower-case hex, pc is four hex digits, units
    are part of the names. An unfinished tail comes last, as rejected with
    the reason `unfinished`. What is put out depends on FILE and settings
    alone, not on --chunk, --speed or the time of day. Fields may be added;
    these keep their names and meanings.

    --tape FOLDER [CONFIG]: the tape of a journal through drivers, locating
    and rules of a configuration, which may be a changed one. Events, alerts
    and rejections are printed; nothing is written and nobody is told. It
    works while the gateway runs. With --json each is one line in the shapes
    of the HTTP API, with `type` location, position, sensor, device, alert or
    quarantined.

    Parameters
    ----------
    file
        With --driver the capture, - for the standard input; with --tape the configuration (config.yaml).
    driver
        The driver's name: see `tierview devices list --drivers`.
    tape
        The folder of a journal.
    json
        One JSON object a line, for machines.
    speed
        So many times as fast as it happened; 0: as fast as possible.
    setting
        A setting of the driver as key=value, in the YAML of config.yaml; may be repeated.
    topic
        The MQTT topic of messages whose line says none.
    chunk
        Bytes of a stream fed at a time.
    since
        The first moment of the tape, such as 2026-03-01T06:00:00Z.
    until
        The last moment.
    rules
        off: events only.
    clock_speed
        Of the gateway whose tape it is: 120 for the demo's, whose drivers were ticked once in two minutes.
    """
    from gateway.cli.given import CONFIG
    from gateway.errors import BadInput

    if bool(driver) == bool(tape):
        raise BadInput("expected either --driver NAME FILE or --tape FOLDER [CONFIG]")
    if speed < 0 or chunk < 1 or clock_speed <= 0:
        raise BadInput("expected --speed of 0 or more, --chunk of 1 or more and --clock-speed above 0")
    if tape is None:
        from gateway.cli.replay_capture import Capture, replay_capture

        if file is None:
            raise BadInput("expected a FILE of captured bytes, or - for the standard input")
        replay_capture(
            Capture(file=file, driver=driver, settings=setting, topic=topic, chunk=chunk), speed=speed, json=json
        )
        return
    from gateway.cli.replay_tape import Tape, replay_tape

    chosen = Tape(
        folder=tape,
        config=file or CONFIG,
        since=since,
        until=until,
        rules=rules == "on",
        clock_speed=clock_speed,
    )
    replay_tape(chosen, speed=speed, json=json)
