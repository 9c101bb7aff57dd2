"""`tierview partner check`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from gateway.config.model import Subscription
    from gateway.partners.conformance import Verdict

SOURCE = "/tierview/conformance"
SignatureStyle = Literal["standard_webhooks", "gs1", "dcsa"]


def partner_check(
    url: str, /, *, secret_file: Path, signature: SignatureStyle = "standard_webhooks", json: bool = False
) -> None:
    """Try a partner's receiver: whether it takes what is signed, and refuses what is forged.

    For example:

        tierview partner check https://erp.example/tierview --secret-file secret
        tierview partner check https://erp.example/tierview --secret-file secret --signature gs1 --json

    It sends samples that say that they are samples: one, the same again, and
    forgeries: altered, under another id, out of date, signed with another key,
    not signed. Exit code 0: the receiver did right with all of them; else 1.

    Parameters
    ----------
    url
        Where the receiver takes notices.
    secret_file
        A file with the subscription's secret, as it was shown or chosen.
    signature
        The subscription's signature.
    json
        One JSON object for each trial.
    """
    import asyncio

    from gateway.cli.printed import say
    from gateway.config.model import Subscription
    from gateway.errors import TierviewError

    receiver = Subscription(
        name="conformance", party="YOU", channel="webhook", url=url, signature=signature, allow_private=True
    )
    secret = _readable(receiver, secret_file)
    passed = asyncio.run(_try(receiver, secret, as_json=json))
    wrong = passed.count(False)
    if wrong:
        raise TierviewError(f"{wrong} of {len(passed)} trials went wrong")
    if not json:
        say(f"The receiver did right with all {len(passed)}.", "green")


def _readable(receiver: Subscription, secret_file: Path) -> str:
    """The secret, where it and the address can be used."""
    from gateway.config.receiver_url import receiver_url
    from gateway.deliver.signature import signer
    from gateway.errors import BadInput

    try:
        receiver_url(receiver.url or "")
    except ValueError as error:
        raise BadInput(f"expected an address such as https://erp.example/tierview: {error}") from None
    try:
        secret = secret_file.read_text().strip()
        signer(receiver.signature, [secret])
    except (OSError, ValueError) as error:
        raise BadInput(f"--secret-file: expected a readable file with the secret: {error}") from None
    return secret


async def _try(receiver: Subscription, secret: str, *, as_json: bool) -> list[bool]:
    """Show each verdict as it comes; whether each passed."""
    from gateway.cli.printed import write_json
    from gateway.deliver.lookup import Lookup
    from gateway.partners.trying import verdicts

    passed = []
    async for verdict in verdicts(receiver, [secret], lookup=Lookup(), source=SOURCE):
        write_json(verdict) if as_json else _show(verdict)
        passed.append(verdict.passed)
    return passed


def _show(verdict: Verdict) -> None:
    from gateway.cli.printed import say

    mark, style = ("right", "green") if verdict.passed else ("WRONG", "red")
    say(f"{mark}  {verdict.name}: expected {verdict.expected}, came {verdict.came}", style)
    if verdict.hint:
        say(f"       {verdict.hint}")
