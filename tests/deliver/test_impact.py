"""What payload and mail say of who waits for something: in a body that receivers take, in words that people read."""

from __future__ import annotations

import json

import msgspec

from gateway.deliver.envelope import LISTED_PARTS, render
from gateway.deliver.mail import text_of
from gateway.engine.impact import MOST_PARTS
from gateway.model import Alert, AtRisk, Impact, Tier
from tests.deliver.desk import an_alert, hook
from tests.deliver.messages import message

HOUR_US = 3_600_000_000
HOOK = hook("OEM", "https://erp.example/in")
SHORT = AtRisk(part="4711-A", place="OEM-PLANT", quantity=960, unit="C62", runs_out_us=8 * HOUR_US)
UNKNOWN = AtRisk(part="4711-B", place="OEM-PLANT")
IMPACT = Impact(
    shipment="S1", places=("OEM-PLANT",), tiers=(Tier.OEM,), parts=(SHORT, UNKNOWN), expected_us=10 * HOUR_US
)


def late(impact: Impact | None) -> Alert:
    return msgspec.structs.replace(an_alert(1, ["OEM"]), impact=impact)


def test_the_body_says_who_waits_and_when_that_runs_out() -> None:
    body = json.loads(render(message(HOOK, [late(IMPACT)])))
    assert body["data"]["impact"] == {
        "places": ["OEM-PLANT"],
        "tiers": ["oem"],
        "parts": [
            {
                "part": "4711-A",
                "place": "OEM-PLANT",
                "quantity": 960,
                "unit": "C62",
                "runs_out": "1970-01-01T08:00:00.000000Z",
                "margin_h": -2.0,
            },
            {"part": "4711-B", "place": "OEM-PLANT", "quantity": None, "unit": "", "runs_out": None, "margin_h": None},
        ],
        "more_parts": 0,
        "expected": "1970-01-01T10:00:00.000000Z",
        "onward": [],
    }
    assert json.loads(render(message(HOOK, [late(None)])))["data"]["impact"] is None


def test_many_parts_of_long_names_fit_into_what_receivers_take() -> None:
    many = [msgspec.structs.replace(SHORT, part=f"{n:064d}", place="P" * 64) for n in range(MOST_PARTS)]
    impact = msgspec.structs.replace(IMPACT, parts=tuple(many), more_parts=7)
    body = render(message(HOOK, [late(impact)]))
    told = json.loads(body)["data"]["impact"]
    assert len(body) < 20_000
    assert (len(told["parts"]), told["more_parts"]) == (LISTED_PARTS, MOST_PARTS - LISTED_PARTS + 7)


def test_a_mail_says_it_in_a_sentence_and_leaves_out_what_is_not_known() -> None:
    text = text_of(message(HOOK, [late(IMPACT)]))
    assert (
        "waits for it: OEM-PLANT; 4711-A at OEM-PLANT runs out at 1970-01-01T08:00:00.000000Z,"
        " about 2.0 h before it is expected\n" in text
    )
    assert "4711-B" not in text
    assert "waits" not in text_of(message(HOOK, [late(None)]))
