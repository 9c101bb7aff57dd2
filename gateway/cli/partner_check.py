"""`tierview partner check`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import httpx

    from gateway.partners.conformance import Trial, Verdict

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
    import httpx

    from gateway.cli.printed import say, write_json
    from gateway.errors import BadInput, TierviewError
    from gateway.partners.conformance import trials

    try:
        secret = secret_file.read_text().strip()
        made = list(trials(signature, secret))
    except (OSError, ValueError) as error:
        raise BadInput(f"--secret-file: expected a readable file with the secret: {error}") from None
    verdicts = []
    with httpx.Client(trust_env=False, follow_redirects=False) as client:
        for trial in made:
            verdict = _try(client, url, trial)
            verdicts.append(verdict)
            write_json(verdict) if json else _show(verdict)
    wrong = sum(not verdict.passed for verdict in verdicts)
    if wrong:
        raise TierviewError(f"{wrong} of {len(verdicts)} trials went wrong")
    if not json:
        say(f"The receiver did right with all {len(verdicts)}.", "green")


def _try(client: httpx.Client, url: str, trial: Trial) -> Verdict:
    import httpx

    from gateway.errors import BadInput
    from gateway.partners.conformance import DEADLINE_S, judged

    began_s = time.monotonic()
    try:
        with client.stream("POST", url, content=trial.body, headers=trial.headers, timeout=DEADLINE_S) as answer:
            return judged(trial, answer.status_code, "", (time.monotonic() - began_s) * 1000)
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise BadInput(f"expected an address such as https://erp.example/tierview: {error}") from None
    except httpx.TimeoutException:
        failure = f"no answer within {DEADLINE_S:.0f} s"
    except httpx.TransportError as error:
        failure = f"no answer: {error or type(error).__name__}"
    return judged(trial, None, failure, (time.monotonic() - began_s) * 1000)


def _show(verdict: Verdict) -> None:
    from gateway.cli.printed import say

    mark, style = ("right", "green") if verdict.passed else ("WRONG", "red")
    say(f"{mark}  {verdict.name}: expected {verdict.expected}, came {verdict.came}", style)
    if verdict.hint:
        say(f"       {verdict.hint}")
