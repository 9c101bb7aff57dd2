"""The file that answers make says exactly what was answered, whatever that is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.config.nodes import Items, Node, Scalar, Table
from gateway.config.strict_yaml import parse
from gateway.errors import BadInput
from gateway.model import Tier
from gateway.setup.answers import Answers, DeviceAnswer, PartyAnswer, PlaceAnswer
from gateway.setup.checking import config_of, faults_of, write
from gateway.setup.writing import text_of

LISTEN = "127.0.0.1:8080"
DOCK = Answers(
    site="dock-7",
    parties=[
        PartyAnswer(code="PLANT", name="Our plant", tier=Tier.OEM),
        PartyAnswer(code="T1", name="A: supplier", tier=Tier.TIER1),
    ],
    places=[
        PlaceAnswer(code="HALL", name="Hall 7", party="PLANT", lat=52.4, lon=10.8, time_zone="Europe/Berlin"),
        PlaceAnswer(code="DOOR-1", name="Door 1", party="PLANT", kind="door", inside="HALL"),
    ],
    devices=[
        DeviceAnswer(name="door-1", driver="llrp", connect="tcp://192.0.2.17:5084", place="DOOR-1"),
        DeviceAnswer(name="gps", driver="nmea0183", connect="serial:///dev/ttyUSB0?baud=9600", asset="TRL-1"),
    ],
)
texts = st.text(st.characters(codec="utf-8"), max_size=30)  # JSON on the wire holds no lone surrogates
hostile = st.builds(
    Answers,
    site=texts,
    parties=st.lists(
        st.builds(PartyAnswer, code=texts, name=texts, tier=st.sampled_from(Tier)), min_size=1, max_size=3
    ),
    places=st.lists(st.builds(PlaceAnswer, code=texts, name=texts, party=texts, inside=texts), max_size=3),
    devices=st.lists(st.builds(DeviceAnswer, name=texts, driver=texts, connect=texts, place=texts), max_size=3),
)


def test_a_dock_is_a_configuration_without_faults(tmp_path: Path) -> None:
    config = config_of(DOCK, tmp_path / "config.yaml", LISTEN)
    assert (config.site.name, config.site.operator) == ("dock-7", "PLANT")
    assert [(place.code, place.inside, place.tier) for place in config.places] == [
        ("HALL", None, Tier.OEM),
        ("DOOR-1", "HALL", Tier.OEM),
    ]
    assert config.places[0].at == (52.4, 10.8)
    assert [(device.place, device.asset) for device in config.devices] == [("DOOR-1", None), (None, "TRL-1")]
    assert [asset.name for asset in config.assets] == ["TRL-1"]
    assert config.rules
    assert config.http.listen == LISTEN


def scalars(node: Node) -> Iterator[tuple[str, object]]:
    if isinstance(node, Scalar):
        yield node.path, node.value
    children = node.nodes if isinstance(node, Items) else ()
    children = tuple(entry.node for entry in node.entries) if isinstance(node, Table) else children
    for child in children:
        yield from scalars(child)


@given(hostile)
def test_no_answer_becomes_anything_but_its_own_value(answers: Answers) -> None:
    root, faults = parse(text_of(answers, LISTEN).encode())
    assert faults == []
    said = dict(scalars(root))
    assert said["site.name"] == answers.site
    for at, party in enumerate(answers.parties):
        assert [said[f"parties[{at}].{key}"] for key in ("code", "name", "tier")] == [
            party.code,
            party.name,
            party.tier,
        ]
    for at, device in enumerate(answers.devices):
        assert [said[f"devices[{at}].{key}"] for key in ("name", "connect")] == [device.name, device.connect]
    keys = {path.partition(".")[0].partition("[")[0] for path in said}
    assert keys <= {"site", "journal", "http", "parties", "places", "devices", "assets", "rules", "subscriptions"}


def test_faults_name_the_answer_that_is_wrong(tmp_path: Path) -> None:
    wrong = Answers(
        site="",
        parties=[PartyAnswer(code="PL ANT", name="x", tier=Tier.OEM)],
        places=[PlaceAnswer(code="HALL", name="Hall", party="PLNT", time_zone="Europe/Berlyn")],
        devices=[DeviceAnswer(name="door", driver="lrlp", connect="tcp://", place="HAL")],
    )
    paths = {fault.path for fault in faults_of(wrong, tmp_path / "config.yaml", LISTEN)}
    assert paths >= {"parties[0].code", "places[0].party", "places[0].time_zone", "devices[0].driver"}


def test_it_is_written_once_and_never_over_a_file(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    write(DOCK, file, LISTEN)
    assert file.read_text() == text_of(DOCK, LISTEN)
    assert file.stat().st_mode & 0o777 == 0o640
    file.write_text("somebody's")
    with pytest.raises(BadInput, match="is there already"):
        write(DOCK, file, LISTEN)
    assert file.read_text() == "somebody's"
    assert list(tmp_path.iterdir()) == [file]
