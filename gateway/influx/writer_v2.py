"""InfluxDB 2.x and 3.x: POST /api/v2/write, by InfluxData's client.

The client is used for its connection and nothing else: our own line bytes go through it unchanged,
synchronously, with its retries off. (Its retries give up after 180 seconds, its batching tells nobody of a failure, and
its own encoding changes values with line feeds and trailing backslashes.)
"""

from __future__ import annotations

import asyncio
import time

from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.client.write_api import SYNCHRONOUS
from influxdb_client.rest import ApiException
from urllib3.exceptions import HTTPError, NewConnectionError
from urllib3.exceptions import TimeoutError as Timeout

from gateway.influx.answer import WRITTEN, Answer, Verdict, judge


class WriterV2:
    """Writes line protocol to one bucket; 3.x calls it a database and has no organisations."""

    def __init__(self, *, url: str, bucket: str, organisation: str, token: str, timeout_s: float = 20.0) -> None:
        self._bucket = bucket
        self._organisation = organisation
        self._client = InfluxDBClient(
            url=url, token=token, org=organisation, timeout=int(timeout_s * 1000), retries=False, enable_gzip=True
        )
        self._api = self._client.write_api(write_options=SYNCHRONOUS)

    async def write(self, lines: list[bytes]) -> Answer:
        return await asyncio.to_thread(self._write, b"\n".join(lines))

    async def close(self) -> None:
        await asyncio.to_thread(self._client.close)

    def _write(self, body: bytes) -> Answer:
        try:
            self._api.write(bucket=self._bucket, org=self._organisation, record=body)  # precision: ns, its default
        except ApiException as error:
            if error.status is None or error.status == 0:
                return Answer(verdict=Verdict.LATER, reason="unreachable", text=str(error.reason))
            retry_after = error.headers.get("Retry-After") if error.headers is not None else None
            return judge(error.status, _bytes(error.body), retry_after, time.time())
        except NewConnectionError as error:  # to urllib3 a kind of timeout, too
            return Answer(verdict=Verdict.LATER, reason="unreachable", text=str(error))
        except Timeout as error:
            return Answer(verdict=Verdict.LATER, reason="timeout", text=str(error))
        except HTTPError as error:
            return Answer(verdict=Verdict.LATER, reason="unreachable", text=str(error))
        return WRITTEN


def _bytes(body: bytes | str | None) -> bytes:
    return body.encode() if isinstance(body, str) else body or b""
