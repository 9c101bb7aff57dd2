"""Why an attempt ended as it did, in a sentence for who looks after the receiver."""

from __future__ import annotations

import re
from http import HTTPStatus

from gateway.deliver.webhook import DEADLINE_S

WORDS = {
    "": "it waits for its turn",
    "accepted": "the receiver took it",
    "grouped": "the receiver took it, with others of its rule and lane",
    "digest": "the receiver took it, with others that had gathered",
    "timeout": f"no answer within {DEADLINE_S:g} seconds",
    "name_timeout": "no name server answered in time",
    "unknown_host": "no name server knows this host",
    "tls_failed": "the receiver's certificate or TLS is not to be trusted",
    "refused": "the receiver cannot be reached, or refused",
    "connection_ended": "the receiver ended the connection before it answered",
    "broken_answer": "what came back is no HTTP answer",
    "address_blocked": "the host leads to an address that is not on the public Internet",
    "broker_away": "the MQTT broker is away",
    "mail_server_away": "the mail server is away",
    "nobody_connected": "nobody of the party has the page or the event stream open",
    "quiet_hours": "it waits for the end of quiet hours, or for its time of day",
    "disabled": "the receiver was given up: nothing was sent",
    "no_such_subscription": "the subscription was removed",
    "not_allowed": "the party may not see this alert any more",
    "not_tried": "not sent, since the one before was not answered in time",
    "not_told": "there is nobody to tell: no address is confirmed, or the secret is gone",
}
_STATUS = re.compile(r"status_(\d{3})")
_SMTP = re.compile(r"smtp_(\d{3})")


def in_words(reason: str) -> str:
    """The sentence of a reason; a word of another version stands as it is."""
    if reason in WORDS:
        return WORDS[reason]
    if status := _STATUS.fullmatch(reason):
        return f"the receiver answered {status[1]} {_phrase(int(status[1]))}".rstrip()
    if code := _SMTP.fullmatch(reason):
        return f"the mail server answered {code[1]}"
    return reason.replace("_", " ")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
