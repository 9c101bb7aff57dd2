"""Signatures by Standard Webhooks, checked with the reference library; altered ones are refused (FAULTS F24)."""

from __future__ import annotations

import base64
import time

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from gateway.deliver.signature import LEAST_BYTES, MOST_BYTES, headers, key

RAW = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(RAW).decode()
BODY = b'{"type": "tierview.alert.raised"}'


def signed(body: bytes = BODY, at_s: int | None = None, secret: str = SECRET) -> dict[str, str]:
    return headers([key(secret)], "dl_1", int(time.time()) if at_s is None else at_s, body)


def test_the_standards_own_example_gives_its_signature() -> None:
    example = headers(
        [key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")],
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
    )
    assert example["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(st.dictionaries(st.text(), st.text() | st.integers()))
def test_the_reference_library_accepts_it(body: dict[str, object]) -> None:
    text = msgspec.json.encode(body)
    assert Verifier(SECRET).verify(text, signed(text)) == body


@pytest.mark.parametrize("altered", ["webhook-id", "webhook-timestamp", "webhook-signature", "body", "secret"])
def test_whatever_is_altered_is_refused(altered: str) -> None:
    told, body, secret = signed(), BODY, SECRET
    if altered == "body":
        body += b" "
    elif altered == "secret":
        secret = "whsec_" + base64.b64encode(bytes(32)).decode()
    elif altered == "webhook-timestamp":
        told[altered] = str(int(told[altered]) - 1)
    elif altered == "webhook-signature":
        scheme, _, signature = told[altered].partition(",")
        told[altered] = f"{scheme},{base64.b64encode(bytes(byte ^ 1 for byte in base64.b64decode(signature))).decode()}"
    else:
        told[altered] += "x"
    with pytest.raises(WebhookVerificationError):
        Verifier(secret).verify(body, told)


@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_replay_after_ten_minutes_is_refused(minutes: int) -> None:
    with pytest.raises(WebhookVerificationError):
        Verifier(SECRET).verify(BODY, signed(at_s=int(time.time()) + 60 * minutes))


def _secret(size: int) -> str:
    return "whsec_" + base64.b64encode(bytes(size)).decode()


@pytest.mark.parametrize("size", [LEAST_BYTES, MOST_BYTES])
def test_secrets_of_the_standards_sizes_are_taken(size: int) -> None:
    assert len(key(_secret(size))) == size


@pytest.mark.parametrize(
    ("secret", "says"),
    [
        ("hush-hush", "starts with whsec_"),
        ("whsec_hush hush", "not base64"),
        ("whsec_hushhus", "not base64"),
        (_secret(LEAST_BYTES - 1), "has 23"),
        (_secret(MOST_BYTES + 1), "has 65"),
    ],
)
def test_what_is_wrong_with_a_secret_is_said_without_it(secret: str, says: str) -> None:
    with pytest.raises(ValueError, match=says) as refused:
        key(secret)
    assert secret.removeprefix("whsec_") not in str(refused.value)
