"""Tokens: made, hashed, and found in a request."""

from __future__ import annotations

import hashlib
import re
import secrets

TOKEN = re.compile(r"tv_[A-Za-z0-9_-]{43}")  # the prefix lets leak scanners know it


def new_token() -> str:
    """A fresh token: 256 random bits. Shown once; only its hash is stored."""
    return "tv_" + secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """SHA-256 in hex, under which the journal knows the token.

    No slow hash: there is nothing to guess in 256 random bits. Looking up the hash takes the same time for
    every wrong token, since what an attacker can vary is not what is compared.
    """
    return hashlib.sha256(token.encode()).hexdigest()


def parse_token(authorization: str | None, cookie: str | None) -> str | None:
    """The token of an `Authorization: Bearer` header or else of the cookie; None where neither holds one."""
    if authorization is not None:
        scheme, _, token = authorization.partition(" ")
        return token if scheme.lower() == "bearer" and TOKEN.fullmatch(token) else None
    return cookie if cookie is not None and TOKEN.fullmatch(cookie) else None
