"""`tierview replay --driver`: captured bytes in, documented lines out, in order."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gateway.cli import output_lines
from gateway.cli.shell import run
from gateway.model import Fix, Label, Measurement, Notice, Packing, Passage, Rejected, TagRead
from tests.cli.command import Called, tierview


def replayed(capsysbinary: pytest.CaptureFixture[bytes], *words: object) -> Called:
    code = run(["replay", "--json", *map(str, words)])
    out, err = capsysbinary.readouterr()
    return Called(code=code, out=out.decode(), err=err.decode())


def expected(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_the_m100_stream_reads_as_captured(shared_fixtures: Path) -> None:
    folder = shared_fixtures / "devices" / "serial"
    called = tierview("replay", "--driver", "m100", folder / "m100_stream.bin", "--json")
    assert called.code == 0
    told = [row for row in called.rows if row["kind"] == "tag_read"]
    (wanted,) = expected(folder / "m100_stream.expected.jsonl")
    assert [row["epc"] for row in told] == wanted["epcs_in_order"]
    assert [row["kind"] for row in called.rows] == ["notice", "tag_read", "rejected", "tag_read", "tag_read"]
    assert told[0] == {
        "kind": "tag_read",
        "epc": "30751feb705c5904e3d50d70",
        "antenna": 0,
        "rssi_dbm": -55.0,
        "pc": "3400",
        "tid": "",
        "seen": None,
        "seen_us": None,
        "count": 1,
    }


def test_the_llrp_stream_reads_as_captured_from_the_standard_input_too(shared_fixtures: Path) -> None:
    folder = shared_fixtures / "devices" / "llrp"
    stream = (folder / "ro_access_report_stream.bin").read_bytes()
    called = tierview("replay", "--driver", "llrp", "-", "--json", given=stream)
    messages = expected(folder / "ro_access_report_stream.expected.jsonl")
    tags = [tag for message in messages for tag in message["expected"]["tags"]]
    assert called.code == 0
    came = [(row["epc"], row["antenna"], row["rssi_dbm"], row["seen_us"], row["count"]) for row in called.rows]
    assert came == [
        (tag["epc"], tag["antenna_id"], tag["peak_rssi_dbm"], tag["first_seen_utc_us"], tag["tag_seen_count"])
        for tag in tags
    ]
    assert called.rows[0]["seen"] == "2013-11-27T20:44:01.558537Z"


def test_rows_with_a_payload_are_messages(
    shared_fixtures: Path, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    file = shared_fixtures / "devices" / "mqtt_rfid" / "impinj_iot.jsonl"
    rows = expected(file)
    called = replayed(capsysbinary, "--driver", "impinj_iot", file)
    assert [row["epc"] for row in called.rows] == [row["expected"]["epc_hex"].lower() for row in rows]
    bare = tmp_path / "bare.jsonl"
    bare.write_text("\n\n".join(json.dumps(row["payload"]) for row in rows))
    assert replayed(capsysbinary, "--driver", "impinj_iot", bare).out == called.out


@pytest.mark.parametrize(
    ("driver", "files"),
    [("nmea0183", "gps/*.log"), ("llrp", "llrp/*stream.bin"), ("m100", "serial/*.bin"), ("llrp", "serial/*.bin")],
)
def test_the_size_of_chunks_changes_nothing(
    driver: str, files: str, shared_fixtures: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    found = sorted((shared_fixtures / "devices").glob(files))
    assert found
    for file in found:
        whole = replayed(capsysbinary, "--driver", driver, file)
        assert whole.code == 0
        assert replayed(capsysbinary, "--driver", driver, file, "--chunk", 7).out == whole.out, file


def test_the_last_epoch_of_a_log_is_given_out(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    log = tmp_path / "one.log"
    log.write_bytes(b"$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47\r\n")
    (fix,) = replayed(capsysbinary, "--driver", "nmea0183", log).rows
    assert (fix["kind"], round(fix["lat"], 4), round(fix["lon"], 4)) == ("fix", 48.1173, 11.5167)
    assert (fix["seen"], fix["seen_us"]) == (None, None)


def test_an_unfinished_tail_comes_last_and_the_silence_after_it_is_no_fault_of_the_reader(
    shared_fixtures: Path, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    stream = (shared_fixtures / "devices" / "llrp" / "ro_access_report_stream.bin").read_bytes()
    cut = tmp_path / "cut.bin"
    cut.write_bytes(stream[:100])
    for chunk in (1, 64, 4096):
        *_, last = rows = replayed(capsysbinary, "--driver", "llrp", cut, "--chunk", chunk).rows
        assert (last["kind"], last["reason"], last["data"]) == ("rejected", "unfinished", stream[88:100].hex())
        assert [row["kind"] for row in rows] == ["tag_read", "tag_read", "rejected"]


def test_settings_are_read_as_in_the_configuration(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    file = tmp_path / "cold.jsonl"
    file.write_text('{"ts": 1760000000000, "env": {"temp": 21.5}}\n')
    settings = ["--setting", "fields={temperature: env.temp, time: ts | ms, asset: '$topic[1]'}"]
    called = replayed(capsysbinary, "--driver", "json_mqtt", file, "--topic", "cold/TRL-3", *settings)
    assert called.rows == [
        {
            "kind": "measurement",
            "name": "temperature",
            "value": 21.5,
            "unit": "",
            "asset": "TRL-3",
            "seen": "2025-10-09T08:53:20.000000Z",
            "seen_us": 1760000000000000,
        }
    ]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--driver", "lllrp", "x"], "expected the name of a driver, came 'lllrp': did you mean 'llrp'?"),
        (["--driver", "llrp"], "expected a FILE of captured bytes"),
        (["--driver", "llrp", "no-such-file"], "expected a readable file, no-such-file is none"),
        (["--driver", "llrp", "--setting", "sesion=2", "x"], "--setting sesion: expected one of"),
        (["--driver", "llrp", "--setting", "session=9", "x"], "--setting session: expected 0 to 3, came 9"),
        (["--driver", "llrp", "--setting", "session", "x"], "--setting: expected key=value, came 'session'"),
        (["x"], "expected either --driver NAME FILE or --tape FOLDER [CONFIG]"),
        (["--driver", "llrp", "--tape", "data", "x"], "expected either --driver NAME FILE or --tape FOLDER [CONFIG]"),
        (["--driver", "llrp", "--chunk", "0", "x"], "--chunk of 1 or more"),
    ],
)
def test_what_cannot_be_used_is_told(words: list[str], told: str, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    called = replayed(capsysbinary, *words)
    assert (called.code, called.out) == (2, "")
    assert told in called.err


def test_people_read_the_same_in_words(shared_fixtures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["replay", "--driver", "m100", str(shared_fixtures / "devices" / "serial" / "m100_stream.bin")]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[1] == "tag read    30751FEB705C5904E3D50D70 (SGTIN 4717276.094564.21002259824) -55 dBm"
    assert err == "1 notice, 1 rejected, 3 tag_read\n"


@pytest.mark.parametrize(
    ("line", "word"),
    [
        (output_lines.TagReadLine, TagRead),
        (output_lines.LabelLine, Label),
        (output_lines.FixLine, Fix),
        (output_lines.MeasurementLine, Measurement),
        (output_lines.PassageLine, Passage),
        (output_lines.PackingLine, Packing),
        (output_lines.NoticeLine, Notice),
        (output_lines.RejectedLine, Rejected),
    ],
)
def test_lines_have_every_field_of_the_word_and_its_name(
    line: type[msgspec.Struct], word: type[msgspec.Struct], capsys: pytest.CaptureFixture[str]
) -> None:
    assert set(line.__struct_fields__) - {"seen"} == set(word.__struct_fields__)
    assert line.__struct_config__.tag == word.__struct_config__.tag
    run(["replay", "--help"])
    documented = capsys.readouterr().out
    assert all(name in documented for name in line.__struct_fields__)
