"""docs/receivers.md: its receiver accepts what is ours and nothing else, and its figures are those of the code."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from gateway.deliver.schedule import WAITS_S
from gateway.deliver.signature import signer
from gateway.deliver.webhook import DEADLINE_S
from tests.conftest import ROOT

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


def test_it_tells_the_waits_and_the_deadline_as_they_are() -> None:
    assert f"within {DEADLINE_S:g} seconds" in TEXT
    told = re.search(r"after 5 s, 5 min, 30 min, (.*?) and (\d+) h", TEXT)
    assert told is not None
    hours = [int(hour) for hour in (*told[1].split(", "), told[2])]
    assert (5, 300, 1800, *(hour * 3600 for hour in hours)) == WAITS_S
