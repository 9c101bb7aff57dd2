"""Mail addresses are told nothing before whoever reads there has said a code that was sent to them.

So nobody can have alerts sent to strangers. The code is short, since people type it: it counts for a day, and a few
wrong ones end it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from email.message import EmailMessage
from time import gmtime, strftime

import msgspec

from gateway.deliver.mail import header, one_line
from gateway.journal.subscriptions import Unconfirmed
from gateway.model import Micros

DAY_US = 86_400 * 1_000_000
MOST_TRIES = 5
DIGITS = 8


def asked(name: str, addresses: Iterable[str], now_us: Micros) -> list[tuple[Unconfirmed, str]]:
    """What is to be remembered of each address, and the code to be sent there."""
    made = []
    for address in addresses:
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        made.append((Unconfirmed(address=address, hash=_hash(name, address, code), until_us=now_us + DAY_US), code))
    return made


def said(name: str, waiting: Iterable[Unconfirmed], address: str, code: str, now_us: Micros) -> list[Unconfirmed]:
    """What still waits after someone said a code: without the address if it was right, else with a try less."""
    left = []
    for one in waiting:
        if one.address != address:
            left.append(one)
        elif not is_open(one, now_us) or not hmac.compare_digest(one.hash, _hash(name, address, code)):
            left.append(msgspec.structs.replace(one, tries=one.tries + 1))
    return left


def is_open(one: Unconfirmed, now_us: Micros) -> bool:
    """Whether its code can still be said."""
    return one.tries < MOST_TRIES and now_us < one.until_us


def letter(sender: str, to: str, *, site: str, party: str, code: str) -> EmailMessage:
    """The mail that holds the code."""
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = header(f"Confirm this address for alerts of {site}")
    mail["Date"] = strftime("%a, %d %b %Y %H:%M:%S +0000", gmtime())
    mail["Message-ID"] = f"<confirm-{secrets.token_hex(8)}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(
        f"{one_line(party)} wants alerts of the gateway {one_line(site)} to be sent to this address.\n\n"
        f"If that is right, tell them this code within a day:\n\n    {code}\n\n"
        "If not, do nothing: nothing more is sent.\n"
    )
    return mail


def _hash(name: str, address: str, code: str) -> str:
    return hashlib.sha256("\x1f".join((name, address, code)).encode()).hexdigest()
