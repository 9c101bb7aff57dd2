"""Sparkplug B: births and aliases, the sequence and its faults, deaths, rebirth requests, hosts' states."""

from __future__ import annotations

import base64
import csv
import json
from pathlib import Path
from typing import Any

import pytest

from device_drivers.sparkplug_b import MOST_BYTES, MOST_NODES, Decoder, Settings
from device_drivers.sparkplug_b_node import MOST_METRICS
from device_drivers.sparkplug_b_pb2 import Metric, Payload
from device_drivers.tally import HOUR_US
from gateway.model import Measurement, Notice, Output, Rejected, Send

AT_MS = 1_767_225_600_000
NOW_US = AT_MS * 1000
DOUBLE, INT16, BOOLEAN, TEMPLATE = 10, 2, 11, 19


class Bench:
    """A decoder, and a short way to send it messages of node Dock/N1."""

    def __init__(self, **settings: Any) -> None:
        self.decoder = Decoder(Settings(**settings))
        self.now_us = NOW_US

    def send(self, kind: str, *metrics: Metric, seq: int | None = None, device: str = "") -> list[Output]:
        topic = f"spBv1.0/Dock/{kind}/N1" + (f"/{device}" if device else "")
        payload = Payload(timestamp=AT_MS, metrics=metrics)
        if seq is not None:
            payload.seq = seq
        return self.decoder.feed(payload.SerializeToString(), self.now_us, topic)

    def counts(self) -> str:
        """What the hourly notice says."""
        (notice,) = self.decoder.tick(self.now_us + HOUR_US)
        assert isinstance(notice, Notice)
        return notice.text


def number(value: float, name: str = "", alias: int | None = None, datatype: int = 0) -> Metric:
    metric = Metric(double_value=value)
    if name:
        metric.name = name
    if alias is not None:
        metric.alias = alias
    if datatype:
        metric.datatype = datatype
    return metric


def bd_seq(value: int) -> Metric:
    return Metric(name="bdSeq", datatype=8, long_value=value)


def values(outputs: list[Output]) -> dict[str, float | bool | str]:
    return {f"{one.asset}:{one.name}": one.value for one in outputs if isinstance(one, Measurement)}


def names(outputs: list[Output]) -> list[str]:
    return [one.name for one in outputs if isinstance(one, Notice)]


def requests(outputs: list[Output]) -> list[str]:
    return [one.topic for one in outputs if isinstance(one, Send)]


def payload_rows(shared_fixtures: Path) -> list[dict[str, Any]]:
    lines = (shared_fixtures / "devices/iot/sparkplug_payloads.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


# --- real data ------------------------------------------------------------------------------------


def test_the_payloads_of_the_fixtures_are_read_whole(shared_fixtures: Path) -> None:
    rows = payload_rows(shared_fixtures)
    assert [row["name"] for row in rows] == ["NBIRTH_V1", "NDATA_V1", "NDEATH_V1", "NDATA_GAP"]
    for row in rows:
        payload = Payload.FromString(base64.b64decode(row["payload_base64"]))
        expected = row["expected"]
        assert (payload.timestamp, payload.seq) == (expected["timestamp_ms"], expected["seq"])
        assert len(payload.metrics) == len(expected["metrics"])
        for metric, wanted in zip(payload.metrics, expected["metrics"], strict=True):
            assert metric.WhichOneof("value") == wanted["field"]
            assert getattr(metric, wanted["field"]) == wanted["value"]
            assert (metric.name, metric.alias, metric.datatype) == (
                wanted.get("name", ""),
                wanted["alias"],
                wanted["datatype"],
            )


def test_the_fixtures_as_a_session_birth_data_stale_death_and_gap(shared_fixtures: Path) -> None:
    rows = payload_rows(shared_fixtures)
    decoder = Decoder(Settings())
    out = [
        decoder.feed(base64.b64decode(row["payload_base64"]), NOW_US, f"spBv1.0/Dock/{row['message_type']}/N1")
        for row in rows
    ]
    assert [list(values(one).values()) for one in out] == [[21.5], [22.5], [], [27.0]]
    assert [names(one) for one in out] == [["node_online"], [], [], ["rebirth_requested"]]
    (told,) = decoder.tick(NOW_US + HOUR_US)
    assert isinstance(told, Notice)
    assert "sparkplug:Dock/N1 gap 1" in told.text
    assert "sparkplug:Dock/N1 death of an older session 1" in told.text


def test_a_production_capture_is_survived_and_its_sequence_faults_are_counted(shared_fixtures: Path) -> None:
    rows = list(csv.DictReader((shared_fixtures / "devices/iot/sparkplug_pcap_sequence.csv").read_text().splitlines()))
    decoder = Decoder(Settings())
    read, rejected, asked = 0, 0, 0
    for row in rows:
        payload = Payload(metrics=[number(1.0, f"m{n}", datatype=DOUBLE) for n in range(int(row["metric_count"]))])
        if row["seq"]:
            payload.seq = int(row["seq"])
        if row["payload_timestamp"]:
            payload.timestamp = int(row["payload_timestamp"])
        out = decoder.feed(payload.SerializeToString(), NOW_US, row["topic"])
        read += len(values(out))
        rejected += sum(isinstance(one, Rejected) for one in out)
        asked += len(requests(out))
    assert read == sum(int(row["metric_count"]) for row in rows)
    assert rejected == sum(row["metric_count"] == "0" and not row["payload_timestamp"] for row in rows)
    assert asked == len({row["edge_node_id"] for row in rows if row["metric_count"] != "0" or row["payload_timestamp"]})
    (told,) = decoder.tick(NOW_US + HOUR_US)
    assert isinstance(told, Notice)
    steps = _steps_of([int(row["seq"]) for row in rows if row["edge_node_id"] == "702" and row["seq"]])
    assert steps, "the capture has faults to count"
    for step, count in steps.items():
        assert f"sparkplug:org_A/702 {step} {count}" in told.text


def _steps_of(sequence: list[int]) -> dict[str, int]:
    """The same count, made another way: by walking from each number to the next."""
    counts: dict[str, int] = {}
    last = sequence[0]
    for seq in sequence[1:]:
        missed = 0
        while (last + 1 + missed) % 256 != seq:
            missed += 1
        if missed == 255:
            counts["repeat"] = counts.get("repeat", 0) + 1
        elif missed >= 128:
            counts["late"] = counts.get("late", 0) + 1
        else:
            if missed:
                counts["gap"] = counts.get("gap", 0) + 1
            last = seq
    return counts


# --- births and aliases ---------------------------------------------------------------------------


def test_data_by_alias_means_what_the_birth_of_node_or_device_said() -> None:
    bench = Bench()
    bench.send("NBIRTH", bd_seq(1), number(1, "Power", 10, DOUBLE), seq=0)
    bench.send("DBIRTH", number(2, "Temp", 20, DOUBLE), seq=1, device="D1")
    assert values(bench.send("NDATA", number(3, alias=10), seq=2)) == {"sparkplug:Dock/N1:Power": 3.0}
    assert values(bench.send("DDATA", number(4, alias=20), seq=3, device="D1")) == {"sparkplug:Dock/N1/D1:Temp": 4.0}
    assert values(bench.send("DDATA", number(5, "Temp"), seq=4, device="D1")) == {"sparkplug:Dock/N1/D1:Temp": 5.0}


def test_a_metric_without_datatype_is_signed_again_by_its_births() -> None:
    bench = Bench()
    bench.send("NBIRTH", Metric(name="Level", alias=1, datatype=INT16, int_value=5), seq=0)
    out = bench.send("NDATA", Metric(alias=1, int_value=0xFFF6), seq=1)
    assert values(out) == {"sparkplug:Dock/N1:Level": -10.0}


def test_data_before_its_birth_by_alias_is_rejected_and_births_are_asked_for_by_name() -> None:
    bench = Bench()
    out = bench.send("NDATA", number(3, alias=10), number(4, "Power", datatype=DOUBLE), seq=2)
    assert values(out) == {"sparkplug:Dock/N1:Power": 4.0}
    assert [one.reason for one in out if isinstance(one, Rejected)] == ["no_birth"]
    (sent,) = [one for one in out if isinstance(one, Send)]
    assert sent.topic == "spBv1.0/Dock/NCMD/N1"
    (command,) = Payload.FromString(sent.data).metrics
    assert (command.name, command.datatype, command.boolean_value) == ("Node Control/Rebirth", BOOLEAN, True)


def test_a_name_without_datatype_needs_its_birth_too() -> None:
    bench = Bench()
    bench.send("NBIRTH", number(1, "Power", 10, DOUBLE), seq=0)
    out = bench.send("DDATA", number(4, "Temp"), seq=1, device="D1")
    assert [type(one) for one in out] == [Rejected, Notice, Send]


def test_births_are_asked_for_at_most_so_often_and_not_at_all_by_a_silent_listener() -> None:
    bench = Bench(rebirth_every_s=30)
    silent = Bench(rebirth_every_s=0)
    asked = []
    for second in range(61):
        bench.now_us = NOW_US + second * 1_000_000
        asked.append(len(requests(bench.send("NDATA", number(1, alias=1), seq=second))))
        assert requests(silent.send("NDATA", number(1, alias=1), seq=second)) == []
    assert [second for second, count in enumerate(asked) if count] == [0, 30, 60]


def test_a_new_birth_of_a_device_ends_its_old_aliases_and_a_new_birth_of_the_node_all() -> None:
    bench = Bench(rebirth_every_s=0)
    bench.send("NBIRTH", number(1, "Power", 10, DOUBLE), seq=0)
    bench.send("DBIRTH", number(2, "Temp", 20, DOUBLE), seq=1, device="D1")
    bench.send("DBIRTH", number(2, "Humidity", 21, DOUBLE), seq=2, device="D1")
    assert values(bench.send("DDATA", number(4, alias=20), seq=3, device="D1")) == {}
    assert values(bench.send("DDATA", number(4, alias=21), seq=4, device="D1")) == {"sparkplug:Dock/N1/D1:Humidity": 4}
    bench.send("NBIRTH", number(1, "Power", 11, DOUBLE), seq=0)
    assert values(bench.send("DDATA", number(4, alias=21), seq=1, device="D1")) == {}


def test_mapped_names_units_and_what_is_no_measurement() -> None:
    bench = Bench(metrics={"Cold/Temp": "temperature"}, units={"temperature": "CEL"})
    metrics = (number(4.5, "Cold/Temp", datatype=DOUBLE), Metric(name="Node Control/Reboot", datatype=11))
    (online, measured) = bench.send("NBIRTH", bd_seq(3), *metrics, seq=0)
    assert isinstance(online, Notice)
    assert measured == Measurement(name="temperature", value=4.5, unit="CEL", seen_us=NOW_US, asset="sparkplug:Dock/N1")


def test_what_cannot_be_measured_is_counted_with_its_reason() -> None:
    bench = Bench()
    metrics = [
        Metric(name="udt", datatype=TEMPLATE, template_value=b""),
        Metric(name="gone", datatype=DOUBLE, is_null=True),
        Metric(name="array", datatype=22, bytes_value=b"\x01"),
        Metric(name="untyped", int_value=1),
    ]
    assert values(bench.send("NBIRTH", *metrics, seq=0)) == {}
    told = bench.counts()
    for reason in ("template 1", "null 1", "data type 22 1", "no data type 1"):
        assert f"sparkplug:Dock/N1 {reason}" in told


# --- the sequence ---------------------------------------------------------------------------------


def test_the_sequence_wraps_and_a_gap_is_answered_with_a_request() -> None:
    bench = Bench()
    bench.send("NBIRTH", number(1, "Power", 10, DOUBLE), seq=254)
    assert names(bench.send("NDATA", number(2, alias=10), seq=255)) == []
    assert names(bench.send("NDATA", number(2, alias=10), seq=0)) == []
    out = bench.send("NDATA", number(2, alias=10), seq=2)
    assert (len(values(out)), names(out)) == (1, ["rebirth_requested"])


def test_repeats_and_late_messages_are_read_and_counted_and_do_not_turn_the_sequence_back() -> None:
    bench = Bench()
    bench.send("NBIRTH", number(1, "Power", 10, DOUBLE), seq=0)
    for seq in (1, 2, 2, 1, 3):
        out = bench.send("NDATA", number(seq, alias=10), seq=seq)
        assert (list(values(out).values()), requests(out)) == ([float(seq)], [])
    assert bench.counts() == "counted since the last notice: sparkplug:Dock/N1 repeat 1, sparkplug:Dock/N1 late 1"


# --- deaths ---------------------------------------------------------------------------------------


def test_a_death_with_the_births_bd_seq_ends_the_node_once() -> None:
    bench = Bench()
    bench.send("NBIRTH", bd_seq(7), number(1, "Power", 10, DOUBLE), seq=0)
    assert bench.send("NDEATH", bd_seq(6)) == []
    assert names(bench.send("NDEATH", bd_seq(7))) == ["node_offline"]
    assert names(bench.send("NDEATH", bd_seq(7))) == []
    out = bench.send("NDATA", number(2, alias=10), seq=1)
    assert (values(out), names(out)) == ({}, ["rebirth_requested"])
    assert names(bench.send("NBIRTH", bd_seq(8), seq=0)) == ["node_online"]


def test_a_device_dies_alone() -> None:
    bench = Bench(rebirth_every_s=0)
    bench.send("NBIRTH", number(1, "Power", 10, DOUBLE), seq=0)
    bench.send("DBIRTH", number(2, "Temp", 20, DOUBLE), seq=1, device="D1")
    (died,) = bench.send("DDEATH", seq=2, device="D1")
    assert died == Notice(name="device_offline", text="sparkplug:Dock/N1/D1", fault=True)
    assert values(bench.send("DDATA", number(4, alias=20), seq=3, device="D1")) == {}
    assert len(values(bench.send("NDATA", number(4, alias=10), seq=4))) == 1


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("topic", "data", "reason", "text"),
    [
        ("spAv1.0/Dock/NDATA/N1", b"", "topic", "expected spBv1.0/GROUP"),
        ("spBv1.0/Dock/NDATA", b"", "topic", "expected spBv1.0/GROUP"),
        ("spBv1.0/Dock/XDATA/N1", b"", "topic", "expected spBv1.0/GROUP"),
        ("spBv1.0//NDATA/N1", b"", "topic", "names of 1 to"),
        ("spBv1.0/Dock/DDEATH/N1", b"", "topic", "expected a device"),
        ("spBv1.0/Dock/NBIRTH/N1/D1", b"", "topic", "expected no device"),
        ("spBv1.0/Dock/NDATA/N1", b"", "empty", "without either"),
        ("spBv1.0/Dock/NDATA/N1", b"\x12\x06\x0a\x02\xff\xfe\x20\x0a", "protobuf", "UTF-8"),
        ("spBv1.0/Dock/NDATA/N1", b"{}", "protobuf", "expected a Sparkplug B payload"),
        ("spBv1.0/Dock/NDATA/N1", bytes(MOST_BYTES + 1), "length", "expected at most"),
        ("spBv1.0/STATE/scada", b"online?", "state", "expected ONLINE"),
        ("STATE/scada", b'{"online": "yes"}', "state", "expected ONLINE"),
    ],
)
def test_bad_topics_and_payloads_are_rejected_with_what_was_expected(
    topic: str, data: bytes, reason: str, text: str
) -> None:
    (out,) = Decoder(Settings()).feed(data, NOW_US, topic)
    assert isinstance(out, Rejected)
    assert (out.reason, out.data) == (reason, data)
    assert text in out.text


def test_nodes_and_their_metrics_are_bounded() -> None:
    decoder = Decoder(Settings(rebirth_every_s=0))
    birth = Payload(timestamp=AT_MS, seq=0).SerializeToString()
    for number_ in range(MOST_NODES):
        decoder.feed(birth, NOW_US, f"spBv1.0/Dock/NBIRTH/{number_}")
    (refused,) = decoder.feed(birth, NOW_US, "spBv1.0/Dock/NBIRTH/one-more")
    assert isinstance(refused, Rejected)
    assert refused.reason == "too_many_nodes"
    bench = Bench()
    metrics = [Metric(name=str(one), datatype=DOUBLE) for one in range(MOST_METRICS + 1)]
    (refused,) = bench.send("NBIRTH", *metrics, seq=0)
    assert isinstance(refused, Rejected)
    assert refused.reason == "too_many_metrics"


def test_a_negative_pause_is_refused() -> None:
    with pytest.raises(ValueError, match="rebirth_every_s: expected 0 or more"):
        Settings(rebirth_every_s=-1)
