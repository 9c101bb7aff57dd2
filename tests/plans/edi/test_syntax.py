"""Marks, segments and envelopes: what the standards say, what pydifact reads, and any cutting or garbage."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydifact.parser import Parser

from gateway.plans import decode_edi, is_edi, read_edi
from gateway.plans.edi import edifact, x12
from gateway.plans.edi.dates import edifact_period, x12_period, x12_time
from gateway.plans.edi.envelope import MOST_MESSAGES
from gateway.plans.edi.labels import packing_label, sscc
from gateway.plans.edi.segment import MOST_SEGMENT, Marks, parse
from tests.plans.edi.site import NOW_US, SAMPLES, SITE, sample

MARKS = Marks(component=":", element="+", terminator="'", release="?")
NAMES = sorted(file.name for file in SAMPLES.iterdir())
SIGNS = st.text(alphabet="UNBHTASIEGLCPQTY+:'?*~>|\n 0123456789\u00fc", max_size=60)


def edifact_of(*segments: str) -> str:
    """An interchange around the segments of one DESADV."""
    inner = "".join(f"{segment}'" for segment in segments)
    return f"UNB+UNOC:3+A+B+261120:1805+1'UNH+1+DESADV:D:96A:UN'{inner}UNT+{len(segments) + 2}+1'UNZ+1+1'"


def test_a_segment_is_its_tag_and_its_elements() -> None:
    segment = parse("NAD+SU+ 9521141000021 ::9++Leine?+Co:?'s Seats??:?:'", 7, MARKS)
    assert (segment.tag, segment.where) == ("NAD", "segment 7 NAD")
    assert (segment.at(1), segment.at(2), segment.at(2, 2), segment.at(3)) == ("SU", "9521141000021", "9", "")
    assert [segment.at(4, component) for component in range(4)] == ["Leine+Co", "'s Seats?", ":", ""]
    assert (segment.at(0), segment.at(9), segment.at(2, 9)) == ("", "", "")


@pytest.mark.parametrize("text", ["A??'B", "A???'B'", "A?'?'B'", "?'", "A??", "A?"])
def test_releases_before_a_terminator_are_counted(text: str) -> None:
    found = edifact.scan(edifact_of(text))
    (message,) = found.messages
    assert message.raw.startswith("UNH")


@given(st.lists(st.lists(st.text(min_size=1, max_size=5, alphabet="ab+:'? \n"), min_size=1, max_size=4), max_size=4))
def test_what_is_released_comes_back(elements: list[list[str]]) -> None:
    def released(text: str) -> str:
        return "".join(f"?{sign}" if sign in "+:'?" else sign for sign in text)

    said = "+".join(["FTX", *(":".join(map(released, components)) for components in elements)])
    (message,) = edifact.scan(edifact_of(said)).messages
    assert message.fault is None
    segment = message.segments[1]
    for at, components in enumerate(elements, start=1):
        assert [segment.at(at, index) for index in range(len(components))] == [text.strip() for text in components]


@pytest.mark.filterwarnings("ignore::pydifact.exceptions.MissingImplementationWarning")  # its wheel lacks its lists
@pytest.mark.parametrize("name", ["desadv_automotive.edi", "desadv_eancom.edi"])
def test_pydifact_reads_the_same_values(name: str) -> None:
    (message,) = edifact.scan(sample(name)).messages
    theirs = [segment for segment in Parser().parse(sample(name)) if segment.tag not in ("UNA", "UNB", "UNZ")]
    assert [segment.tag for segment in message.segments] == [segment.tag for segment in theirs]
    for ours, other in zip(message.segments, theirs, strict=True):
        for at, element in enumerate(other.elements, start=1):
            values = element if isinstance(element, list) else [element]
            assert [ours.at(at, index) for index in range(len(values))] == values


def test_a_star_is_a_star_before_version_4_and_parts_repeats_since() -> None:
    text = edifact_of("NAD+SU+A*B")
    assert edifact.scan(text).messages[0].segments[1].at(2) == "A*B"
    assert edifact.scan(text.replace("UNOC:3", "UNOC:4")).messages[0].segments[1].at(2) == "A"
    assert edifact.scan("UNA:+.?*'" + text).messages[0].segments[1].at(2) == "A*B"


def test_each_interchange_has_its_own_marks() -> None:
    other = "UNA|^.? ~" + edifact_of("NAD+SU+9").translate(str.maketrans("+:'", "^|~"))
    found = edifact.scan(edifact_of("NAD+SU+1") + "\r\n" + other + "\n" + edifact_of("NAD+SU+2"))
    assert [message.segments[1].at(2) for message in found.messages] == ["1", "9", "2"]
    assert found.faults == []
    assert found.messages[1].head.startswith("UNA|^.? ~UNB^")


def test_isa_says_its_marks_and_may_have_lost_its_blanks() -> None:
    text = sample("asn_two_sets.x12")
    for said in (text, text.replace("          ", "")):
        assert [message.kind for message in x12.scan(said).messages] == ["856", "856"]
    repeated = text.replace("|A-1|", "|A-1^A-9|")
    assert x12.scan(repeated).messages[0].segments[1].at(2) == "A-1"


def test_a_message_that_was_cut_off_spoils_itself_alone() -> None:
    whole = sample("asn_two_sets.x12")
    cut = whole.replace("SE|10|0001\n", "")
    first, second = x12.scan(cut).messages
    assert first.fault is not None
    assert (first.fault.reason, first.fault.where) == ("cut_off", "segment 11 SN1")
    assert second.fault is None


def test_what_stands_outside_of_messages_is_told_once() -> None:
    text = edifact_of("NAD+SU+1").replace("UNH+1", "FTX+1'FTX+2'UNH+1")
    assert [(fault.where, fault.reason) for fault in edifact.scan(text).faults] == [
        ("segment 2 FTX", "outside_message")
    ]
    assert [fault.reason for fault in x12.scan("hello " + sample("asn_two_sets.x12")).faults] == ["bad_interchange"]


def test_groups_are_counted_in_their_interchange_and_messages_in_their_group() -> None:
    inner = edifact_of("NAD+SU+1").replace("UNH+1", "UNG+DESADV+A+B+1:2+7+UN+D:96A'UNH+1")
    good = inner.replace("UNZ", "UNE+1+7'UNZ")
    assert edifact.scan(good).faults == []
    bad = inner.replace("UNZ", "UNE+2+7'UNZ")
    assert [fault.reason for fault in edifact.scan(bad).faults] == ["message_count"]


def test_a_segment_without_end_is_bounded() -> None:
    (message,) = edifact.scan(edifact_of("FTX" + "+A" * MOST_SEGMENT)).messages
    assert message.fault is not None
    assert message.fault.reason == "segment_too_long"
    assert len(message.segments[1].elements) <= MOST_SEGMENT


def test_no_more_messages_are_read_than_anyone_sends_at_once() -> None:
    found = edifact.scan("UNH+1'" * (MOST_MESSAGES + 5))
    assert len(found.messages) == MOST_MESSAGES
    assert [fault.reason for fault in found.faults] == ["too_many_messages"]


@pytest.mark.parametrize(
    ("said", "form", "expected"),
    [
        ("20261121", "102", "2026-11-21"),
        ("261121", "101", "2026-11-21"),
        ("202611210630", "203", "2026-11-21T06:30"),
        ("2611210630", "201", "2026-11-21T06:30"),
        ("20261121063015", "204", "2026-11-21T06:30:15"),
        ("202611210630+0100", "205", "2026-11-21T06:30+0100"),
        ("202611210630UTC", "303", "2026-11-21T06:30Z"),
        ("202611210630CET", "303", "202611210630CET"),
        ("20261121", "203", "20261121"),
        ("soon", "102", "soon"),
    ],
)
def test_edifacts_times_are_iso_texts_or_stay_as_they_came(said: str, form: str, expected: str) -> None:
    opens, closes = edifact_period("DTM", said, form)
    assert opens is closes
    assert (opens.text, opens.is_day) == (expected, len(expected) == 10 and expected[4] == "-")


def test_periods_have_two_ends() -> None:
    opens, closes = edifact_period("DTM", "202611210600-202611210800", "719")
    assert (opens.text, closes.text) == ("2026-11-21T06:00", "2026-11-21T08:00")
    opens, closes = x12_period("DTM", "20261121-20261122")
    assert (opens.text, closes.text) == ("2026-11-21", "2026-11-22")


@pytest.mark.parametrize(
    ("day", "time", "code", "expected"),
    [
        ("20261121", "", "", "2026-11-21"),
        ("261121", "0630", "", "2026-11-21T06:30"),
        ("20261121", "0630", "LT", "2026-11-21T06:30"),
        ("20261121", "063015", "ES", "2026-11-21T06:30:15-05:00"),
        ("20260721", "0630", "ET", "2026-07-21T06:30:00-04:00"),
        ("20261121", "0630", "ET", "2026-11-21T06:30:00-05:00"),
        ("20261121", "0630", "01", "2026-11-21T06:30+01:00"),
        ("20261121", "0630", "20", "2026-11-21T06:30-05:00"),
        ("20261121", "06301599", "UT", "2026-11-21T06:30:15+00:00"),
        ("2026", "0630", "ET", "2026 0630"),
        ("20261121", "noon", "", "20261121 noon"),
        ("20261341", "0630", "ET", "2026-13-41T06:30"),
    ],
)
def test_x12s_times_are_iso_texts_or_stay_as_they_came(day: str, time: str, code: str, expected: str) -> None:
    assert x12_time("DTM", day, time, code).text == expected


def test_labels_are_spelled_as_tags_are_known() -> None:
    assert sscc("00095211410000000014") == sscc("095211410000000014") == "(00)095211410000000014"
    assert sscc("PALLET 7") == "PALLET 7"
    assert packing_label("1JUN345678901BOX9") == "urn:jaif:id:obj:1JUN345678901BOX9"
    assert packing_label("S4711") == ""


@pytest.mark.parametrize("name", NAMES)
def test_samples_are_edi_and_tables_are_not(name: str) -> None:
    assert is_edi("\ufeff\n" + sample(name))
    assert not is_edi("shipment,origin,destination\n")


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(NAMES), st.integers(0, 4000), st.integers(0, 200), SIGNS)
def test_any_cutting_and_garbage_is_told_and_never_raises(name: str, at: int, length: int, garbage: str) -> None:
    text = sample(name)
    result = read_edi(text[:at] + garbage + text[at + length :], SITE, NOW_US)
    assert len(result.rows) == len(result.shipments)
    assert all(fault.reason and fault.text for fault in result.faults)
    told = {fault.line for fault in result.faults}
    assert told.isdisjoint(row.number for row in result.rows), "a message is a shipment or has a fault"


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_text_and_never_raise(data: bytes) -> None:
    read_edi(decode_edi(data), SITE, NOW_US)


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(["UNB+UNOC:3+A+B+1:2+1'UNH+1+DESADV'", "ISA*" + "*".join("0" * 15) + "*>~GS*SH~ST*856*1~"]), SIGNS
)
def test_any_signs_in_a_message_never_raise(head: str, signs: str) -> None:
    read_edi(head + signs, SITE, NOW_US)


def _mutated(text: str, chance: random.Random) -> str:
    signs = list(text)
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(signs))
        end = at + chance.randint(1, 30)
        action = chance.randrange(4)
        if action == 0:
            del signs[at:end]
        elif action == 1:
            signs[at:at] = signs[at:end]
        elif action == 2:
            signs[at] = chance.choice("+:'?*~>|^\n A0\u0000\u2028")
        else:
            signs[at:end] = reversed(signs[at:end])
        signs = signs or [" "]
    return "".join(signs)


def _fuzz(rounds: int, seed: int) -> None:
    chance = random.Random(seed)
    for number in range(rounds):
        text = _mutated(sample(chance.choice(NAMES)), chance)
        try:
            read_edi(text, SITE, NOW_US)
        except Exception as error:
            raise AssertionError(f"seed {seed}, round {number}: {text!r}") from error


def test_fuzz_in_short() -> None:
    _fuzz(300, seed=1)


@pytest.mark.long
def test_fuzz() -> None:
    _fuzz(100_000, seed=random.randrange(2**32))
