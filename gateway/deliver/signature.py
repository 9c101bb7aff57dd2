"""How a receiver knows that a notice is ours: three styles, by choice of the subscription.

    standard_webhooks  webhook-id, webhook-timestamp, webhook-signature: HMAC-SHA256 over `id.timestamp.body`, base64;
                       while a secret is changed, one signature for each (Standard Webhooks 1.0.0)
    gs1                GS1-Signature: HMAC-SHA256 of the body, base64, keyed by the text of the subscriber's
                       signatureToken (EPCIS 2.0 leaves the kind of signature to the implementation)
    dcsa               Notification-Signature: sha256=, HMAC-SHA256 of the body, hex, keyed by the bytes of a
                       base64 secret (DCSA event subscriptions)

The last two say nothing of when: a replay is found by the id in the body alone. The id stays over retries, the time
stamp is each attempt's own. The id is also in `webhook-id` with every style.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Sequence
from typing import Literal, TypeAlias

PREFIX = "whsec_"
LEAST_BYTES, MOST_BYTES = 24, 64  # of the secret, by Standard Webhooks
LEAST_SHARED_BYTES = 16  # of the other styles' secrets

Style: TypeAlias = Literal["standard_webhooks", "gs1", "dcsa"]
Headers: TypeAlias = dict[str, str]
Sign: TypeAlias = Callable[[str, int, bytes], Headers]  # (id, seconds since 1970, body)


def signer(style: Style, secrets: Sequence[str]) -> Sign:
    """The headers that sign a notice, by the newest secret first. Raises ValueError, without a secret in its text."""
    if style == "standard_webhooks":
        keys = [key(secret) for secret in secrets]
        return lambda webhook_id, timestamp_s, body: headers(keys, webhook_id, timestamp_s, body)
    shared = _token(secrets[0]) if style == "gs1" else _shared(secrets[0])
    sign = _gs1 if style == "gs1" else _dcsa
    return lambda webhook_id, _timestamp_s, body: {"webhook-id": webhook_id, **sign(shared, body)}


def key(secret: str) -> bytes:
    """The key in a `whsec_...` secret. Raises ValueError that says what is wrong and never the secret itself."""
    if not secret.startswith(PREFIX):
        raise ValueError("a webhook secret starts with whsec_")
    try:
        raw = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("what follows whsec_ is not base64") from None
    if not LEAST_BYTES <= len(raw) <= MOST_BYTES:
        raise ValueError(f"a webhook secret has {LEAST_BYTES} to {MOST_BYTES} bytes, this one has {len(raw)}")
    return raw


def headers(keys: Sequence[bytes], webhook_id: str, timestamp_s: int, body: bytes) -> Headers:
    """The three headers of Standard Webhooks."""
    signed = b".".join((webhook_id.encode(), str(timestamp_s).encode(), body))
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(timestamp_s),
        "webhook-signature": " ".join(f"v1,{_base64(one, signed)}" for one in keys),
    }


def _gs1(shared: bytes, body: bytes) -> Headers:
    return {"gs1-signature": _base64(shared, body)}


def _dcsa(shared: bytes, body: bytes) -> Headers:
    return {"notification-signature": "sha256=" + hmac.new(shared, body, hashlib.sha256).hexdigest()}


def _base64(shared: bytes, signed: bytes) -> str:
    return base64.b64encode(hmac.digest(shared, signed, "sha256")).decode()


def _token(secret: str) -> bytes:
    return _long_enough(secret.encode())


def _shared(secret: str) -> bytes:
    try:
        return _long_enough(base64.b64decode(secret, validate=True))
    except binascii.Error:
        raise ValueError("a secret for Notification-Signature is base64") from None


def _long_enough(shared: bytes) -> bytes:
    if len(shared) < LEAST_SHARED_BYTES:
        raise ValueError(f"a shared secret has {LEAST_SHARED_BYTES} bytes or more, this one has {len(shared)}")
    return shared
