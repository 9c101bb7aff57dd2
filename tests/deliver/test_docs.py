"""docs/receivers.md: its receiver accepts what is ours and nothing else, and its figures are those of the code."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import standardwebhooks

from gateway.deliver.schedule import WAITS_S
from gateway.deliver.signature import signer
from gateway.deliver.webhook import DEADLINE_S
from tests.conftest import ROOT
from tests.deliver.receiver import Request, answering, receiving
from tests.web.box import open_box

TEXT = (ROOT / "docs" / "receivers.md").read_text()
NEW, OLD = ("whsec_" + base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2))
BODY = b'{"type": "tierview.alert.raised"}'


@pytest.fixture
def is_ours() -> Callable[[str, dict[str, str], bytes], bool]:
    found = re.search(r"```python\n(.*?)```", TEXT, re.DOTALL)
    assert found is not None
    names: dict[str, Any] = {}
    exec(found[1], names)  # the document's own code
    accepts: Callable[[str, dict[str, str], bytes], bool] = names["is_ours"]
    return accepts


def test_its_receiver_accepts_ours_also_while_the_secret_changes(
    is_ours: Callable[[str, dict[str, str], bytes], bool],
) -> None:
    told = signer("standard_webhooks", [NEW, OLD])("dl_1", int(time.time()), BODY)
    assert is_ours(NEW, told, BODY)
    assert is_ours(OLD, told, BODY)


def test_its_receiver_refuses_what_is_altered_old_or_of_another(
    is_ours: Callable[[str, dict[str, str], bytes], bool],
) -> None:
    now_s = int(time.time())
    told = signer("standard_webhooks", [NEW])("dl_1", now_s, BODY)
    assert not is_ours(NEW, told, BODY + b" ")
    assert not is_ours(OLD, told, BODY)
    assert not is_ours(NEW, told | {"webhook-id": "dl_2"}, BODY)
    assert not is_ours(NEW, signer("standard_webhooks", [NEW])("dl_1", now_s - 600, BODY), BODY)


async def test_its_lines_subscribe_try_and_read_the_log(tmp_path: Path) -> None:
    found = re.search(r"```sh\n(.*?)```", TEXT, re.DOTALL)
    assert found is not None
    async with open_box(tmp_path) as box, receiving(answering(204)) as receiver:
        lines = (
            found[1]
            .replace("https://tierview.example", box.url)
            .replace("tv_YOUR-TOKEN", box.tokens["OPER"])
            .replace(
                "https://hooks.yours.example/tierview", f'{receiver.url}", "allow_private": true, "content": "plain'
            )
            .replace("YOURS:", "OPER:")
        )
        run = await asyncio.create_subprocess_exec("sh", "-c", lines, stdout=asyncio.subprocess.PIPE)
        printed, _ = await run.communicate()
        made, tried, log = _values(printed.decode())
        assert is_ours_by(receiver.requests[0], made["secret"])
        assert json.loads(receiver.requests[0].body)["type"] == "tierview.alert.test"
        assert (tried["outcome"], log["items"]) == ("accepted", [])


def _values(text: str) -> list[dict[str, Any]]:
    """JSON values that stand one behind the other."""
    found, at = [], 0
    while at < len(text):
        value, at = json.JSONDecoder().raw_decode(text, at)
        found.append(value)
    return found


def is_ours_by(request: Request, secret: str) -> bool:
    """By the independent library that the page names."""
    standardwebhooks.Webhook(secret).verify(request.body, request.headers)
    return True


def test_it_tells_the_waits_and_the_deadline_as_they_are() -> None:
    assert f"within {DEADLINE_S:g} seconds" in TEXT
    told = re.search(r"after 5 s, 5 min, 30 min, (.*?) and (\d+) h", TEXT)
    assert told is not None
    hours = [int(hour) for hour in (*told[1].split(", "), told[2])]
    assert (5, 300, 1800, *(hour * 3600 for hour in hours)) == WAITS_S
