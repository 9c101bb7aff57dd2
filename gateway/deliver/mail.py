"""E-mail: one mail for a message, however many alerts it tells of; as plain text, and the same as simple HTML.

Names come from others: no header ever holds a line break of theirs, and no HTML a tag. Mails say that they are made
by a machine (RFC 3834), so that no absence note answers them. The Message-ID stays over retries, and mails about one
alert belong to one conversation. Accepted means that your mail server took it.
"""

from __future__ import annotations

import asyncio
import html
import re
import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from time import gmtime, strftime

import aiosmtplib

from gateway.config.model import Mail, Subscription
from gateway.deliver.channel import Message, Outcome
from gateway.deliver.envelope import iso, newest
from gateway.model import Alert, AtRisk, Delivery, Impact

DEADLINE_S = 30.0
MAILS_AT_ONCE = 4  # connections to the mail server, of all subscriptions
MOST_SUBJECT = 120  # characters
MOST_PARTS = 5  # of an impact
MOST_TOLD = 100  # alerts told in one mail; the others are counted
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_TEMPORARY_5XX = (530, 534, 535, 538)  # of signing in: ours to mend, and then it is accepted


class MailServer:
    """The server that takes all mails."""

    def __init__(self, settings: Mail, password: str | None, *, trust: ssl.SSLContext | None = None) -> None:
        self._settings = settings
        self._password = password
        self._trust = trust  # none: the machine's certificates
        self._room = asyncio.Semaphore(MAILS_AT_ONCE)
        self.sender = settings.sender

    async def outcome(self, mail: EmailMessage, to: Sequence[str]) -> Outcome:
        """Hand a mail over, and say how that ended."""
        try:
            async with asyncio.timeout(DEADLINE_S):
                await self._take(mail, to)
        except (TimeoutError, aiosmtplib.SMTPTimeoutError):
            return Outcome(accepted=False, reason="timeout")
        except aiosmtplib.SMTPRecipientsRefused as refused:
            return _refused(min(one.code for one in refused.recipients))
        except aiosmtplib.SMTPResponseException as answer:
            return _refused(answer.code)
        except (aiosmtplib.SMTPException, OSError):
            return Outcome(accepted=False, reason="mail_server_away")
        return Outcome(accepted=True, reason="accepted")

    async def _take(self, mail: EmailMessage, to: Sequence[str]) -> None:
        async with self._room:
            await aiosmtplib.send(
                mail,
                sender=self.sender,
                recipients=list(to),
                hostname=self._settings.host,
                port=self._settings.port,
                username=self._settings.username,
                password=self._password,
                use_tls=self._settings.security == "tls",
                start_tls=self._settings.security == "starttls",
                tls_context=self._trust,
                timeout=DEADLINE_S,
            )


class MailOut:
    """The channel to the mail addresses of one subscription."""

    slots = 1
    groups = True

    def __init__(self, subscription: Subscription, server: MailServer) -> None:
        self._to = subscription.to
        self._server = server

    async def prepare(self, message: Message) -> PreparedMail:
        return PreparedMail(self._server, written(message, self._server.sender, self._to), self._to)

    async def close(self) -> None:
        """Nothing stays open between mails."""


class PreparedMail:
    """A written mail that waits for the release."""

    def __init__(self, server: MailServer, mail: EmailMessage, to: Sequence[str]) -> None:
        self._server = server
        self._mail = mail
        self._to = to

    async def send(self) -> Outcome:
        return await self._server.outcome(self._mail, self._to)


def written(message: Message, sender: str, to: Sequence[str]) -> EmailMessage:
    """The mail of a message."""
    told = newest(message)
    domain = sender.rpartition("@")[2]
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = ", ".join(to)
    mail["Subject"] = subject_of(message)
    mail["Date"] = strftime("%a, %d %b %Y %H:%M:%S +0000", gmtime())
    mail["Message-ID"] = f"<{message.message_id}@{domain}>"
    if not message.together:
        mail["References"] = f"<{message.alert.alert_id}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text_of(message))
    mail.add_alternative(_page([_text(*one) for one in told[:MOST_TOLD]], _rest(told)), subtype="html")
    return mail


def subject_of(message: Message) -> str:
    """What a message is about, in a line."""
    return header(_subject(message, newest(message)))


def text_of(message: Message) -> str:
    """A message in plain text."""
    told = newest(message)
    return "\n\n".join(_text(*one) for one in told[:MOST_TOLD]) + _rest(told) + "\n"


def one_line(text: str) -> str:
    """A text without line breaks or other control characters, and without halves of characters."""
    return _CONTROL.sub(" ", text.encode("utf-8", "replace").decode()).strip()


def header(text: str) -> str:
    """The same for a header: nor does it begin an encoded word, which `email` decodes, line breaks and all."""
    return one_line(text).replace("=?", "= ?")[:MOST_SUBJECT]


def _subject(message: Message, told: Sequence[tuple[Delivery, Alert]]) -> str:
    _, alert = told[0]
    if not message.together:
        return f"[{alert.severity}] {message.kind}: {alert.text}"
    what = "while it was quiet" if message.together == "digest" else " ".join(filter(None, (alert.rule, alert.lane)))
    return f"[{alert.severity}] {len(told)} alerts: {what}"


def _text(delivery: Delivery, alert: Alert) -> str:
    where = ", ".join(filter(None, (alert.shipment, alert.asset, alert.place, alert.lane)))
    lines = [
        f"{delivery.notice}, {alert.severity}: {alert.text}",
        f"since {iso(alert.raised_us)}" + (f", until {iso(alert.ended_us)}" if alert.ended_us is not None else ""),
        alert.ended_text,
        _answer(alert) if delivery.notice == "acknowledged" else "",
        where,
        _impact(alert.impact),
        f"{alert.rule}, {alert.alert_id}",
    ]
    return "\n".join(one_line(line) for line in lines if line)


def _impact(impact: Impact | None) -> str:
    """Who waits for it, and what runs out there."""
    if impact is None or not impact.places:
        return ""
    parts = [_part(part, impact) for part in impact.parts[:MOST_PARTS] if part.runs_out_us is not None]
    return "; ".join((f"waits for it: {', '.join(impact.places)}", *parts))


def _part(part: AtRisk, impact: Impact) -> str:
    assert part.runs_out_us is not None
    margin_h = impact.margin_h(part)
    said = f"{part.part} at {part.place} runs out at {iso(part.runs_out_us)}"
    if margin_h is None:
        return said
    return f"{said}, about {abs(margin_h):.1f} h {'before' if margin_h < 0 else 'after'} it is expected"


def _answer(alert: Alert) -> str:
    """Who took note last, why it happened, and what they promise."""
    ack = max(alert.acks, key=lambda one: one.at_us, default=None)
    if ack is None:
        return ""
    who = f"{ack.party} ({ack.by})" if ack.by else ack.party
    why = ", ".join(filter(None, ((ack.code or "").replace("_", " "), ack.reason)))
    promise = f"promises {iso(ack.promised_us)}" if ack.promised_us is not None else ""
    return f"{who}: {'; '.join(filter(None, (why, promise))) or 'acknowledged'}"


def _rest(told: Sequence[object]) -> str:
    return f"\n\nand {len(told) - MOST_TOLD} more" if len(told) > MOST_TOLD else ""


def _page(texts: Sequence[str], rest: str) -> str:
    told = "".join(f"<p>{html.escape(text).replace(chr(10), '<br>')}</p>" for text in texts)
    return f"<!DOCTYPE html><html><body>{told}<p>{html.escape(rest.strip())}</p></body></html>"


def _refused(code: int) -> Outcome:
    permanent = 500 <= code < 600 and code not in _TEMPORARY_5XX
    return Outcome(accepted=False, reason=f"smtp_{code}", again=not permanent)
