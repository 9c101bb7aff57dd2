"""What servers' answers mean."""

from __future__ import annotations

import json

import pytest

from gateway.influx.answer import LONGEST_TEXT, LONGEST_WISH_S, Verdict, judge, wish_s, words

NOON_S = 1_767_268_800.0  # 2026-01-01T12:00:00Z


@pytest.mark.parametrize(
    ("status", "verdict", "reason"),
    [
        (200, Verdict.WRITTEN, ""),
        (204, Verdict.WRITTEN, ""),
        (400, Verdict.REJECTED, "rejected"),
        (422, Verdict.REJECTED, "rejected"),
        (413, Verdict.SMALLER, "too_large"),
        (408, Verdict.LATER, "status_408"),
        (429, Verdict.LATER, "rate_limited"),
        (500, Verdict.LATER, "status_500"),
        (503, Verdict.LATER, "status_503"),
        (401, Verdict.REFUSED, "unauthorised"),
        (403, Verdict.REFUSED, "unauthorised"),
        (404, Verdict.REFUSED, "status_404"),
        (302, Verdict.REFUSED, "status_302"),
    ],
)
def test_a_status_has_one_meaning(status: int, verdict: Verdict, reason: str) -> None:
    answer = judge(status, b"", None, NOON_S)
    assert (answer.verdict, answer.reason) == (verdict, reason)


@pytest.mark.parametrize(
    ("header", "wait_s"),
    [
        (None, None),
        ("0", 0.0),
        (" 30 ", 30.0),
        ("999999", LONGEST_WISH_S),
        ("Thu, 01 Jan 2026 12:00:10 GMT", 10.0),
        ("Thu, 01 Jan 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("", None),
        ("٣", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, wait_s: float | None) -> None:
    assert wish_s(header, NOON_S) == wait_s


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"", ""),
        (b"plain", "plain"),
        (b'{"error":"partial write"}', "partial write"),
        (b'{"code":"invalid","message":"no bucket"}', "no bucket"),
        (b'{"error":"partial","data":[{"error_message":"bad time"},{}]}', "partial; bad time"),
        (b'{"error":"failed","data":{"error_message":"bad time","line_number":1}}', "failed; bad time"),
        (b"[1,2]", "[1,2]"),
        (b"\xff", "\ufffd"),
    ],
)
def test_the_servers_words_are_found_in_its_json(body: bytes, text: str) -> None:
    assert words(body) == text


def test_long_words_keep_their_beginning_and_their_end() -> None:
    text = words(b"unable to parse " + b"x" * 10_000 + b": max key length exceeded")
    assert text.startswith("unable to parse")
    assert text.endswith("max key length exceeded")
    assert len(text) < LONGEST_TEXT + 10


@pytest.mark.parametrize(
    ("message", "verdict"),
    [
        ("Update to schema would exceed number of columns per table limit of 500 columns", Verdict.REFUSED),
        ("write buffer error: Adding a new database would exceed limit of 5 databases", Verdict.REFUSED),
        ("this service is overloaded, please try again later", Verdict.LATER),
        (
            "unable to parse 'x text=\"Update to schema would exceed number of tables\"': bad timestamp",
            Verdict.REJECTED,
        ),
    ],
)
def test_a_limit_is_told_from_a_bad_line_whatever_the_line_says(message: str, verdict: Verdict) -> None:
    assert judge(400, json.dumps({"code": "invalid", "message": message}).encode(), None, NOON_S).verdict is verdict
    partial = {"error": "partial write of line protocol occurred", "data": [{"error_message": message}]}
    assert judge(422, json.dumps(partial).encode(), None, NOON_S).verdict is verdict
