"""The other styles of signatures, and the change of a secret, each checked by other means than ours."""

from __future__ import annotations

import base64
import hashlib
import hmac
import subprocess
import time

import pytest
from standardwebhooks import Webhook as Verifier

from gateway.config.model import Subscription
from gateway.deliver.signature import LEAST_SHARED_BYTES, signer
from tests.servers import program

BODY = b'{"type": "tierview.alert.raised"}'
SHARED = b"thirty-two bytes shared by both."
AT_S = 1_800_000_000


def by_openssl(key: bytes, *form: str) -> bytes:
    """HMAC-SHA256 by another hand."""
    command = [program("openssl"), "dgst", "-sha256", "-mac", "HMAC", "-macopt", f"hexkey:{key.hex()}", *form]
    return subprocess.run(command, input=BODY, capture_output=True, check=True).stdout


def test_gs1_signs_the_body_with_the_subscribers_token() -> None:
    told = signer("gs1", [SHARED.decode()])("dl_1", AT_S, BODY)
    assert base64.b64decode(told["gs1-signature"]) == by_openssl(SHARED, "-binary")
    assert told["webhook-id"] == "dl_1"


def test_dcsa_signs_the_body_in_hex_with_the_bytes_of_a_base64_secret() -> None:
    told = signer("dcsa", [base64.b64encode(SHARED).decode()])("dl_1", AT_S, BODY)
    assert told["notification-signature"] == "sha256=" + by_openssl(SHARED).decode().split()[-1]


def test_the_published_hmac_vector_comes_out() -> None:
    """RFC 4231, test case 2, with its key made long enough by nothing: by HMAC a shorter key is padded with zeros."""
    padded = b"Jefe".ljust(LEAST_SHARED_BYTES, b"\0")
    told = signer("dcsa", [base64.b64encode(padded).decode()])("x", 0, b"what do ya want for nothing?")
    expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert told["notification-signature"] == f"sha256={expected}"


def test_while_a_secret_changes_receivers_with_either_accept() -> None:
    new, old = ("whsec_" + base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2))
    at_s = int(time.time())
    told = signer("standard_webhooks", [new, old])("dl_1", at_s, BODY)
    assert len(told["webhook-signature"].split()) == 2
    for secret in (new, old):
        assert Verifier(secret).verify(BODY, told) == {"type": "tierview.alert.raised"}


@pytest.mark.parametrize(
    ("style", "secret", "says"),
    [("gs1", "short", "has 5"), ("dcsa", "not base64 at all", "is base64"), ("dcsa", "c2hvcnQ=", "has 5")],
)
def test_what_is_wrong_with_a_secret_is_said_without_it(style: str, secret: str, says: str) -> None:
    chosen = Subscription.model_validate({"name": "x", "party": "x", "channel": "webhook", "signature": style})
    with pytest.raises(ValueError, match=says) as refused:
        signer(chosen.signature, [secret])
    assert secret not in str(refused.value)


def test_an_altered_body_has_another_signature() -> None:
    for style, secret in (("gs1", SHARED.decode()), ("dcsa", base64.b64encode(SHARED).decode())):
        chosen = Subscription.model_validate({"name": "x", "party": "x", "channel": "webhook", "signature": style})
        sign = signer(chosen.signature, [secret])
        assert sign("dl_1", AT_S, BODY) != sign("dl_1", AT_S, BODY + b" ")
    assert hmac.new(SHARED, BODY, hashlib.sha256).digest() == by_openssl(SHARED, "-binary")
