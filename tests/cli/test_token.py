"""`tierview token`: made, listed and revoked beside a gateway that runs; the token itself is shown once."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from gateway.access import TOKEN, hash_token
from gateway.cli.shell import run
from gateway.journal import open_journal, tokens
from gateway.journal.journal import FILE
from tests.cli.site import write_config


def called(capsysbinary: pytest.CaptureFixture[bytes], *words: object, code: int = 0) -> tuple[str, str]:
    assert run(["token", *map(str, words)]) == code
    out, err = capsysbinary.readouterr()
    return out.decode(), err.decode()


async def test_a_token_lives_from_its_making_to_its_revocation_while_the_gateway_runs(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    config = write_config(tmp_path)
    async with open_journal(tmp_path / "journal") as journal:

        async def party_of(token: str) -> str | None:
            now_us = time.time_ns() // 1000
            return await journal.read(lambda c: tokens.party_of(c, hash_token(token), now_us))

        out, _ = called(capsysbinary, "create", config, "--party", "T1", "--label", "ERP", "--expires", 1)
        token = out.strip()
        assert TOKEN.fullmatch(token)
        assert await party_of(token) == "T1"
        (row,) = map(json.loads, called(capsysbinary, "list", config, "--json")[0].splitlines())
        assert (row["party"], row["label"], row["state"], row["revoked"]) == ("T1", "ERP", "valid", None)
        assert token not in called(capsysbinary, "list", config)[0]
        called(capsysbinary, "revoke", row["id"], config)
        assert await party_of(token) is None
        assert "revoked" in called(capsysbinary, "list", config)[0]
        _, told = called(capsysbinary, "revoke", row["id"], config, code=2)
        assert told.endswith("was revoked before\n")
    assert token.encode() not in (tmp_path / "journal" / FILE).read_bytes()


def test_before_the_first_start_the_journal_is_made(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    config = write_config(tmp_path)
    called(capsysbinary, "create", config, "--party", "OEM")
    assert len(called(capsysbinary, "list", config, "--json")[0].splitlines()) == 1
    assert (tmp_path / "journal").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["create", "{config}", "--party", "T2"], "expected the code of a party, came 'T2': did you mean 'T1'?"),
        (["create", "{config}", "--party", "T1", "--expires", "-1"], "--expires: expected days above 0"),
        (["revoke", "tv_" + "x" * 43, "{config}"], "came a token, which others may now have seen"),
        (["revoke", "abc", "{config}"], "expected at least 6 digits of a token's id"),
        (["revoke", "abcdef123456", "{config}"], "which is that of none"),
    ],
)
def test_what_cannot_be_done_is_told_and_no_token_repeated(
    words: list[str], told: str, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    config = write_config(tmp_path)
    out, err = called(capsysbinary, *(word.format(config=config) for word in words), code=2)
    assert out == ""
    assert told in err
    assert "xxx" not in err
