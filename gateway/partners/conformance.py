"""How a partner's receiver is tried: what is signed must be taken, also twice; what is forged must be refused.

Each forged request has an id that the receiver has never seen, so that it refuses the forgery and not a repetition. The
styles `gs1` and `dcsa` sign the body alone: what they cannot tell is not asked of them.
"""

from __future__ import annotations

import base64
import secrets
import time
from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from gateway.config.model import Subscription
from gateway.deliver.channel import Outcome
from gateway.deliver.envelope import content_type, render
from gateway.deliver.signature import PREFIX, Headers, Style, signer
from gateway.deliver.webhook import DEADLINE_S
from gateway.model import Micros
from gateway.subscribing.sample import sample_of

STALE_S = 600  # receivers allow five minutes

Expected = Literal["taken", "refused"]


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """One request and what it must lead to."""

    name: str
    wanted: Expected
    headers: Headers
    body: bytes
    hint: str  # what is probably wrong where it leads to something else


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """How a receiver answered a trial."""

    name: str
    wanted: Expected
    expected: str  # the same as a status
    came: str
    reason: str  # a stable word: accepted, status_401, timeout, not_tried, ...
    passed: bool
    took_ms: float
    hint: str  # empty where it passed


def judged(trial: Trial, outcome: Outcome, took_ms: float) -> Verdict:
    """What became of a trial."""
    taken = trial.wanted == "taken"
    status = outcome.status
    passed = status is not None and status in (range(200, 300) if taken else range(400, 500))
    return Verdict(
        name=trial.name,
        wanted=trial.wanted,
        expected=f"2xx within {DEADLINE_S:.0f} s" if taken else "4xx",
        came=f"no answer: {outcome.reason.replace('_', ' ')}" if status is None else str(status),
        reason=outcome.reason,
        passed=passed,
        took_ms=round(took_ms, 1),
        hint="" if passed else trial.hint,
    )


def trials(subscription: Subscription, sign_with: Sequence[str], source: str) -> Iterator[Trial]:
    """All of them, in their order. Raises ValueError for secrets that do not fit the style."""
    yield from _Trials(subscription, sign_with, source).all()


class _Trials:
    """Requests as our webhooks make them, and as somebody else would."""

    def __init__(self, subscription: Subscription, sign_with: Sequence[str], source: str) -> None:
        self._subscription = subscription
        self._style = subscription.signature
        self._secrets = sign_with
        self._source = source
        self._sign = signer(self._style, sign_with)
        self._forge = signer(self._style, [_another(self._style)])

    def all(self) -> Iterator[Trial]:
        first, body = self._message()
        dated = self._style == "standard_webhooks"
        again = "answer 2xx to an id that you had before, and do nothing: a notice may be repeated"
        yield self._trial("a sample", "taken", self._sign(first, _now_s(), body), body, "verify over the raw body")
        yield self._trial("the same again", "taken", self._sign(first, _now_s(), body), body, again)
        if dated:
            yield self._rotating()
        yield self._altered_body()
        if dated:
            yield self._altered_id()
            for name, off_s in (("signed ten minutes ago", -STALE_S), ("signed ten minutes ahead", STALE_S)):
                one, body = self._message()
                signed = self._sign(one, _now_s() + off_s, body)
                yield self._trial(name, "refused", signed, body, "refuse a webhook-timestamp more than 5 minutes off")
        one, body = self._message()
        yield self._trial(
            "signed with another key", "refused", self._forge(one, _now_s(), body), body, "verify the key"
        )
        one, body = self._message()
        yield self._trial("not signed", "refused", {"webhook-id": one}, body, "refuse what has no signature")

    def _rotating(self) -> Trial:
        one, body = self._message()
        signed = signer(self._style, [_another(self._style), *self._secrets])(one, _now_s(), body)
        return self._trial(
            "signed with a new key and yours", "taken", signed, body, "take it if any of the signatures is right"
        )

    def _altered_body(self) -> Trial:
        one, body = self._message()
        signed = self._sign(one, _now_s(), body)
        altered = body.replace(b'"info"', b'"critical"', 1)
        return self._trial("altered after signing", "refused", signed, altered, "verify over the raw body")

    def _altered_id(self) -> Trial:
        one, body = self._message()
        other, _ = self._message()
        signed = self._sign(one, _now_s(), body) | {"webhook-id": other}
        return self._trial("under another id", "refused", signed, body, "the signature covers webhook-id, too")

    def _message(self) -> tuple[str, bytes]:
        message = sample_of(self._subscription, self._source, _now_us())
        self._content_type = content_type(message)
        return message.message_id, render(message)

    def _trial(self, name: str, wanted: Expected, signed: Headers, body: bytes, hint: str) -> Trial:
        headers = {"content-type": self._content_type, **signed}
        return Trial(name=name, wanted=wanted, headers=headers, body=body, hint=hint)


def _another(style: Style) -> str:
    """A secret that nobody has."""
    raw = base64.b64encode(secrets.token_bytes(32)).decode()
    return PREFIX + raw if style == "standard_webhooks" else raw


def _now_us() -> Micros:
    return time.time_ns() // 1000


def _now_s() -> int:
    return int(time.time())
