"""A receiver is tried: one request after the other, each the way that alerts go, and to no other address."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence

from gateway.config.model import Subscription
from gateway.deliver.channel import Outcome
from gateway.deliver.lookup import Lookup
from gateway.deliver.webhook import Webhook
from gateway.partners.conformance import Verdict, judged, trials

_NOT_TRIED = Outcome(accepted=False, reason="not_tried")


async def verdicts(
    subscription: Subscription, sign_with: Sequence[str], *, lookup: Lookup, source: str
) -> AsyncIterator[Verdict]:
    """How a receiver answers each trial; once it let the deadline pass, nothing more is sent.

    Raises ValueError for an address or secrets that are none.
    """
    webhook = Webhook(subscription, sign_with, lookup=lookup)
    silent = False
    try:
        for trial in trials(subscription, sign_with, source):
            began_s = time.monotonic()
            outcome = _NOT_TRIED if silent else await (await webhook.signed(trial.headers, trial.body)).send()
            yield judged(trial, outcome, (time.monotonic() - began_s) * 1000)
            silent = silent or outcome.reason == "timeout"
    finally:
        await webhook.close()
