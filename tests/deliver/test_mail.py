"""E-mail through a real mail server: one mail a message, no header and no tag of others, TLS and sign-in as told."""

from __future__ import annotations

import asyncio
import email
import email.policy
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from hypothesis import given
from hypothesis import strategies as st

from gateway.clock import ManualClock
from gateway.config.model import Mail, Subscription
from gateway.deliver.mail import MOST_TOLD, MailOut, MailServer, written
from gateway.model import DeliveryState
from tests.deliver.desk import an_alert, now_us, office
from tests.deliver.messages import message
from tests.sources.certificates import Certificate, make_certificate

DESK = Subscription(name="desk", party="OEM", channel="email", to=("a@oem.example", "b@oem.example"))
SENDER = "tierview@site.example"
HEADERS = {
    *("From", "To", "Subject", "Date", "Message-ID", "References", "Auto-Submitted"),
    *("MIME-Version", "Content-Type"),
}
HOSTILE = [
    "S1\r\nBcc: all@oem.example",
    "S1\nBcc: all@oem.example\n\nhello",
    "S1\rBcc: x\x0bBcc: y\x85Bcc: z\u2028Bcc: w",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "=?utf-8?q?x=0d=0aBcc:_all=40oem.example?=",
    "\udcff lone",
]


class Post:
    """What the server took; `answer` is its word to who sends."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], EmailMessage]] = []
        self.users: list[str | None] = []
        self.secure: list[bool] = []
        self.answer = "250 taken"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - its word
        if self.answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
            assert isinstance(mail, EmailMessage)
            self.mails.append((list(envelope.rcpt_tos), mail))
            self.users.append(str(session.auth_data) if session.auth_data else None)
            self.secure.append(session.ssl is not None)
        return self.answer


@asynccontextmanager
async def mail_server(certificate: Certificate | None = None) -> AsyncIterator[tuple[Post, int]]:
    post = Post()
    options: dict[str, Any] = {}
    if certificate is not None:

        def sign_in(_server: SMTP, _session: Session, _envelope: Envelope, _how: str, given: Any) -> AuthResult:
            right = (given.login, given.password) == (b"tierview", b"hush")
            return AuthResult(success=right, handled=right, auth_data="tierview" if right else None)

        options = {
            "tls_context": certificate.server_context(),
            "require_starttls": True,
            "authenticator": sign_in,
            "auth_required": True,
        }
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(post, loop=loop, **options), "127.0.0.1", 0)
    try:
        yield post, server.sockets[0].getsockname()[1]
    finally:
        server.close()


def settings(port: int, **others: Any) -> Mail:
    return Mail(host="localhost", port=port, sender=SENDER, **{"security": "none", **others})


async def send(port: int) -> str:
    out = MailOut(DESK, MailServer(settings(port), None))
    return (await (await out.prepare(message(DESK, [an_alert(1, ["OEM"])]))).send()).reason


async def test_an_alert_is_one_mail_to_all_addresses_of_the_subscription(tmp_path: Path) -> None:
    async with mail_server() as (post, port):
        channel = MailOut(DESK, MailServer(settings(port), None))
        async with office(tmp_path, ManualClock(now_us()), [DESK], {"desk": channel}) as at:
            await at.tell(an_alert(1, ["OEM"]))
            (told,) = await at.until(lambda found: found[0].state is DeliveryState.ACCEPTED)
    ((to, mail),) = post.mails
    assert to == list(DESK.to)
    assert mail["Subject"] == "[warning] raised: Shipment S1 was due at B"
    assert mail["Message-ID"] == f"<{told.delivery_id}@site.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in mail.walk()][1:] == ["text/plain", "text/html"]


async def test_many_alerts_are_one_mail(tmp_path: Path) -> None:
    one = DESK.model_copy(update={"group_interval_s": 60.0})
    async with mail_server() as (post, port):
        channel = MailOut(one, MailServer(settings(port), None))
        async with office(tmp_path, ManualClock(now_us()), [one], {"desk": channel}) as at:
            await at.tell(*(an_alert(number, ["OEM"]) for number in range(MOST_TOLD + 5)))
            await at.until(lambda found: all(told.state is DeliveryState.ACCEPTED for told in found))
    ((_, mail),) = post.mails
    assert mail["Subject"] == f"[warning] {MOST_TOLD + 5} alerts: late_arrival A>B"
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert "Shipment S99 was due at B" in plain.get_content()
    assert "and 5 more" in plain.get_content()


async def test_mail_goes_by_tls_with_a_password_where_the_server_asks_for_it(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path, alt_name="DNS:localhost")
    trust = ssl.create_default_context(cafile=certificate.pem)
    async with mail_server(certificate) as (post, port):
        told = settings(port, security="starttls", username="tierview")
        out = MailOut(DESK, MailServer(told, "hush", trust=trust))
        assert (await (await out.prepare(message(DESK, [an_alert(1, ["OEM"])]))).send()).accepted
        wrong = MailOut(DESK, MailServer(told, "wrong", trust=trust))
        refused = await (await wrong.prepare(message(DESK, [an_alert(1, ["OEM"])]))).send()
        assert (refused.reason, refused.again) == ("smtp_535", True)
        stranger = MailOut(DESK, MailServer(told, "hush"))
        assert not (await (await stranger.prepare(message(DESK, [an_alert(1, ["OEM"])]))).send()).accepted
    assert (post.users, post.secure) == (["tierview"], [True])


@pytest.mark.parametrize(
    ("answer", "reason", "again"),
    [("451 later", "smtp_451", True), ("552 too much", "smtp_552", False), ("250 taken", "accepted", True)],
)
async def test_what_the_server_says_decides_whether_it_is_tried_again(answer: str, reason: str, again: bool) -> None:
    async with mail_server() as (post, port):
        post.answer = answer
        out = MailOut(DESK, MailServer(settings(port), None))
        outcome = await (await out.prepare(message(DESK, [an_alert(1, ["OEM"])]))).send()
    assert (outcome.reason, outcome.again) == (reason, again)


async def test_a_server_that_is_away_is_tried_again(free_port: int) -> None:
    assert await send(free_port) == "mail_server_away"


def rendered(text: str) -> tuple[EmailMessage, str]:
    alert = msgspec.structs.replace(an_alert(1, ["OEM"]), text=text, shipment=text, lane=text, place=text)
    mail = written(message(DESK, [alert]), SENDER, DESK.to)
    parsed = email.message_from_bytes(mail.as_bytes(policy=email.policy.SMTP), policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    page = parsed.get_body(("html",))
    assert page is not None
    return parsed, page.get_content()


@pytest.mark.parametrize("text", HOSTILE)
def test_no_name_of_others_is_a_header_or_a_tag(text: str) -> None:
    mail, page = rendered(text)
    assert set(mail.keys()) <= HEADERS
    assert len(mail.keys()) == len(HEADERS)
    assert "<script" not in page
    assert "<img" not in page


@given(st.text(max_size=300))
def test_no_text_at_all_adds_a_header(text: str) -> None:
    mail, _ = rendered(text)
    assert sorted(mail.keys()) == sorted(HEADERS)
    assert mail["To"] == ", ".join(DESK.to)
