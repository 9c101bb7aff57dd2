"""Does the mail server take mail from us?"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from pathlib import Path

from gateway.config import resolve_secret
from gateway.config.model import Mail
from gateway.doctor.remark import Checked, fault, ok
from gateway.errors import BadInput

ANSWER_S = 5.0


def check_mail(mail: Mail, base: Path) -> Iterator[Checked]:
    """Say whether the server answers, speaks TLS as configured and lets us in; no mail is sent."""
    if not mail.host:
        return
    about = f"{mail.host}:{mail.port}"
    try:
        _greet(mail, base)
    except BadInput as error:
        yield fault("mail", about, str(error), "set the secret of mail.password")
    except smtplib.SMTPAuthenticationError as error:
        yield fault("mail", about, f"refuses us: {error.smtp_code}", "see mail.username and mail.password")
    except smtplib.SMTPNotSupportedError as error:
        yield fault("mail", about, str(error), "see mail.security")
    except (smtplib.SMTPException, ssl.SSLError, OSError) as error:
        why = getattr(error, "strerror", None) or str(error)
        yield fault("mail", about, f"cannot be used: {why}", "see mail.host, mail.port and mail.security")
    else:
        yield ok("mail", about, "lets us in")


def _greet(mail: Mail, base: Path) -> None:
    trust = ssl.create_default_context()
    if mail.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(mail.host, mail.port, timeout=ANSWER_S, context=trust)
    else:
        server = smtplib.SMTP(mail.host, mail.port, timeout=ANSWER_S)
    with server:
        if mail.security == "starttls":
            server.starttls(context=trust)
        if mail.username is not None:
            server.login(mail.username, resolve_secret(mail.password, base) if mail.password else "")
        server.noop()
